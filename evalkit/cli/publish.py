"""``evalkit publish``: decide secrecy for everything shown together, and keep an edition with its audit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.options import AsOfOption, ContractOption, WorkspaceOption, day

ExportOption = Annotated[
    str | None,
    typer.Option("--export", help="Écrire aussi les tables : csv, parquet, xlsx, fiches (séparés par des virgules)."),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="DOSSIER", help="Où écrire les tables ; sinon data/exports/<édition>/."),
]


def publish(
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    as_of: AsOfOption = None,
    export: ExportOption = None,
    output: OutputOption = None,
) -> None:
    """Applique le secret statistique à tout ce qui sera montré ensemble, et en garde une édition et son audit."""
    from evalkit.editions.seal import seal
    from evalkit.publish.audit_page import summary
    from evalkit.publish.keep import keep
    from evalkit.publish.outputs.write import kinds_of, write_outputs
    from evalkit.publish.publish import publish_audited
    from evalkit.road import compute
    from evalkit.store.store import Store
    from evalkit.typography import typeset
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    kinds = kinds_of(export) if export else ()
    known_on = day(as_of)
    opened = open_workspace(find_workspace(workspace))
    declarations = opened.contract(contract)
    audited = publish_audited(compute(opened, declarations.contract.contract, known_on))
    kept = keep(audited, Store(opened.data).editions)
    seal(kept.edition)
    observations = audited.publication.tables.observations
    masked = observations.filter(confidentiality="secret").height
    typer.echo(typeset(f"{observations.height} observations, dont {masked} masquées."))
    for line in summary(audited.audit):
        typer.echo(line)
    typer.echo(typeset(f"Édition : {kept.edition}"))
    typer.echo(typeset(f"Audit, à ne pas diffuser : {kept.audit}"))
    if kinds:
        folder = output or opened.data / "exports" / kept.edition.name
        for path in write_outputs(audited.publication, folder, kinds):
            typer.echo(typeset(f"Écrit : {path}"))
