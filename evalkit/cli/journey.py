"""What ``evalkit run`` and ``evalkit demo`` print at the end: what was produced, and what could not be computed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evalkit.cli.console import step_display
from evalkit.cli.receptions import print_receptions
from evalkit.editions.seal import keep_documents
from evalkit.publish.publication import Publication
from evalkit.report.make import ReportOrder, make_reports, orders_of
from evalkit.road import Journey, Step, Watcher, run
from evalkit.typography import typeset
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.workspace import Workspace


def run_and_print(root: Path, contract: str | None, kinds: Sequence[str], formats: tuple[str, ...]) -> None:
    """Walk the whole road in a workspace, with progress, and print what it gave.

    Args:
        root: the workspace.
        contract: id of the contract; the only one when absent.
        kinds: kinds of report, one at least; a report on a zone or a cohort is made for each.
        formats: ``html``, ``pdf``, ``docx``.
    """
    console = Console()
    workspace = open_workspace(root)
    declarations = workspace.contract(contract)
    console.print(f"\n[bold]{declarations.contract.label}[/bold]")
    if workspace.config.demonstration:
        console.print(typeset("[yellow]Données synthétiques : rien ici ne décrit la réalité du territoire.[/yellow]"))
    with step_display(console) as display:
        journey = run(workspace, declarations.contract.contract, kinds[0], formats, display)
        others = _other_reports(workspace, journey, kinds[1:], formats, display)
    print_receptions(console, journey.receipts, journey.left_aside)
    print_not_computed(console, journey.publication)
    console.print(typeset("\n[bold]Produit :[/bold]"))
    for path in (journey.edition, *journey.report.files, *others):
        # A path is copied and pasted: neither cut at the width of the terminal nor read as markup.
        console.print(f"  {path}", soft_wrap=True, markup=False, highlight=False)


def _other_reports(
    workspace: Workspace, journey: Journey, kinds: Sequence[str], formats: tuple[str, ...], watch: Watcher
) -> tuple[Path, ...]:
    """Make the other reports of the same edition, and keep them with it."""
    contract = journey.publication.declared.contract.contract
    asked = [ReportOrder(contract, kind, journey.edition, formats) for kind in kinds]
    orders = [order for each in asked for order in orders_of(workspace, each)]
    made = make_reports(workspace, orders, lambda done, total, name: watch(Step("Rapports", done, total, name)))
    files = tuple(path for rendered in made for path in rendered.files)
    if files:
        keep_documents(journey.edition, files)
    return files


def print_not_computed(console: Console, publication: Publication) -> None:
    """Print what could not be computed and the comparisons refused, with reasons."""
    comparisons = {each.id: each.label for each in publication.declared.comparisons}
    reasons = [(row["label"], row["reason"]) for row in publication.tables.not_computed.iter_rows(named=True)]
    reasons += [
        (comparisons[row["comparison"]], row["reason"]) for row in publication.tables.refusals.iter_rows(named=True)
    ]
    if not reasons:
        return
    table = Table("Objet", "Raison", title="Ce qui n’a pas pu être calculé", title_justify="left")
    for label, reason in reasons:
        table.add_row(escape(typeset(label)), escape(typeset(reason)))
    console.print(table)
