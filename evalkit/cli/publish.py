"""``evalkit publish``: decide secrecy for everything shown together, and keep an edition."""

from __future__ import annotations

import typer

from evalkit.cli.options import AsOfOption, ContractOption, WorkspaceOption, day


def publish(workspace: WorkspaceOption = None, contract: ContractOption = None, as_of: AsOfOption = None) -> None:
    """Applique le secret statistique à tout ce qui sera montré ensemble, et en garde une édition."""
    from evalkit.publish.edition import write_edition
    from evalkit.publish.publish import publish as publish_results
    from evalkit.road import compute
    from evalkit.store.store import Store
    from evalkit.typography import typeset
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    opened = open_workspace(find_workspace(workspace))
    declarations = opened.contract(contract)
    publication = publish_results(compute(opened, declarations.contract.contract, day(as_of)))
    folder = write_edition(publication, Store(opened.data).editions)
    masked = publication.tables.observations.filter(confidentiality="secret").height
    typer.echo(typeset(f"{publication.tables.observations.height} observations, dont {masked} masquées."))
    typer.echo(typeset(f"Édition : {folder}"))
