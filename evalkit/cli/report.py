"""``evalkit report``: render reports from an edition, or begin one's own."""

from __future__ import annotations

from typing import Annotated

import typer

from evalkit.cli.options import FormatsOption, WorkspaceOption, formats_of


def report(
    kind: Annotated[str, typer.Argument(metavar="GENRE", help="Genre de rapport, par exemple mi-parcours.")],
    workspace: WorkspaceOption = None,
    contract: Annotated[
        str | None,
        typer.Option(
            "--contract", "-c", help="Le contrat, ou plusieurs séparés par des virgules ; inutile s’il n’y en a qu’un."
        ),
    ] = None,
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
    from evalkit.report.regional import is_regional, make_regional
    from evalkit.report.render import Rendered
    from evalkit.road import Step
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    opened = open_workspace(find_workspace(workspace))
    if new is not None:
        typer.echo(str(begin_document(opened.root, kind, new)))
        return
    named = [each.strip() for each in contract.split(",")] if contract else []
    formats = formats_of(to)
    regional = is_regional(opened, kind)
    orders: list[ReportOrder] = []
    if not regional:
        for each in named or [opened.contract().contract.contract]:
            known = opened.contract(each).contract.contract
            earlier = latest_edition(opened, known, since) if since is not None else None
            order = ReportOrder(known, kind, latest_edition(opened, known, edition), formats, zone, earlier, cohort)
            orders += orders_of(opened, order)
    with step_display(Console(stderr=True)) as display:

        def progress(done: int, total: int, name: str) -> None:
            display(Step("Rapports", done, total, name))

        if regional:
            results: tuple[Rendered, ...] = (make_regional(opened, kind, named, formats, progress),)
        else:
            results = make_reports(opened, orders, progress)
    for order, rendered in zip(orders, results, strict=False):
        keep_documents(order.edition, rendered.files)
    for rendered in results:
        for warning in rendered.warnings:
            typer.echo(warning, err=True)
        for path in rendered.files:
            typer.echo(str(path))
