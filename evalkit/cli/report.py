"""``evalkit report``: render reports from an edition, or begin one's own."""

from __future__ import annotations

from typing import Annotated

import typer

from evalkit.cli.options import ContractOption, FormatsOption, WorkspaceOption, formats_of


def report(
    kind: Annotated[str, typer.Argument(metavar="GENRE", help="Genre de rapport, par exemple mi-parcours.")],
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    zone: Annotated[
        str | None, typer.Option("--zone", help="Pour un portrait : la zone ; tous les quartiers sinon.")
    ] = None,
    edition: Annotated[str | None, typer.Option("--edition", help="Édition à ouvrir ; la dernière sinon.")] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="Pour un rapport final : l’édition à rapprocher ; sinon celle de mi-parcours."),
    ] = None,
    cohort: Annotated[
        str | None, typer.Option("--cohort", help="Pour une synthèse de cohorte : la cohorte ; toutes sinon.")
    ] = None,
    to: FormatsOption = "html,pdf",
    new: Annotated[
        str | None,
        typer.Option(
            "--new", metavar="NOM", help="Commence votre propre document à partir de ce genre, sans le rendre."
        ),
    ] = None,
) -> None:
    """Rend un rapport depuis une édition publiée, par Quarto s’il est là, sinon par le moteur embarqué."""
    from rich.console import Console

    from evalkit.cli.console import step_display
    from evalkit.editions.seal import keep_documents
    from evalkit.report.make import ReportOrder, latest_edition, make_reports, orders_of
    from evalkit.report.own import begin_document
    from evalkit.road import Step
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    opened = open_workspace(find_workspace(workspace))
    if new is not None:
        typer.echo(str(begin_document(opened.root, kind, new)))
        return
    named = opened.contract(contract).contract.contract
    folder = latest_edition(opened, named, edition)
    earlier = latest_edition(opened, named, since) if since is not None else None
    orders = orders_of(opened, ReportOrder(named, kind, folder, formats_of(to), zone, earlier, cohort))
    with step_display(Console(stderr=True)) as display:
        results = make_reports(opened, orders, lambda done, total, name: display(Step("Rapports", done, total, name)))
    for rendered in results:
        keep_documents(folder, rendered.files)
        for warning in rendered.warnings:
            typer.echo(warning, err=True)
        for path in rendered.files:
            typer.echo(str(path))
