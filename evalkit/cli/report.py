"""``evalkit report``: render a report from an edition."""

from __future__ import annotations

from typing import Annotated

import typer

from evalkit.cli.options import ContractOption, FormatsOption, WorkspaceOption, formats_of


def report(
    kind: Annotated[str, typer.Argument(metavar="GENRE", help="Genre de rapport, par exemple mi-parcours.")],
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    edition: Annotated[str | None, typer.Option("--edition", help="Édition à ouvrir ; la dernière sinon.")] = None,
    to: FormatsOption = "html,pdf",
) -> None:
    """Rend un rapport depuis une édition publiée, par Quarto s’il est là, sinon par le moteur embarqué."""
    from evalkit.report.make import latest_edition, make_report
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    opened = open_workspace(find_workspace(workspace))
    declarations = opened.contract(contract)
    folder = latest_edition(opened, edition)
    rendered = make_report(opened, declarations.contract.contract, kind, folder, formats_of(to))
    for warning in rendered.warnings:
        typer.echo(warning, err=True)
    for path in rendered.files:
        typer.echo(str(path))
