"""What ``evalkit appariement`` prints: rates, groups, estimated errors; for the evaluator alone."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evalkit.cli.results import print_confidential
from evalkit.linkage.errors import Share
from evalkit.linkage.result import Linkage
from evalkit.typography import counted, french_count, typeset
from evalkit.workspace.workspace import Workspace


def print_linkage(workspace: Workspace, found: Linkage) -> None:
    """Print a matching, or why it is not allowed."""
    console = Console()
    left, right = (workspace.feeds[name].label for name in (found.left, found.right))
    console.print(f"\n[bold]{escape(left)}[/bold] → [bold]{escape(right)}[/bold]")
    if found.refusal:
        console.print(f"[red]{escape(found.refusal)}[/red]")
        return
    persons = f"{counted(found.persons_left, 'personne', 'personnes')} et {french_count(found.persons_right)}"
    console.print(typeset(f"{persons} ; {french_count(found.linked)} dans les deux flux."))
    if found.rate_left is not None and found.rate_right is not None:
        console.print(
            typeset(f"Appariées : {_percent(found.rate_left)} du premier flux, {_percent(found.rate_right)} du second.")
        )
    _print_groups(console, found)
    _print_errors(console, found)
    for warning in found.warnings:
        console.print(f"[yellow]{escape(warning)}[/yellow]")
    print_confidential()


def _print_groups(console: Console, found: Linkage) -> None:
    if not found.groups:
        return
    title = typeset("Qui est apparié, dans le premier flux")
    table = Table("Selon", "Valeur", "Personnes", "Appariées", "Taux", title=title, title_justify="left")
    for group in found.groups:
        numbers = french_count(group.persons), french_count(group.linked), _percent(group.rate)
        table.add_row(escape(group.field), escape(group.word), *numbers)
    console.print(table)


def _print_errors(console: Console, found: Linkage) -> None:
    agreement = found.agreement
    if agreement is not None and agreement.pairs:
        seen = counted(agreement.discordant, "paire discordante", "paires discordantes")
        console.print(
            typeset(
                f"Témoin « {found.witness} » : {seen} sur {french_count(agreement.pairs)} ; deux inconnus "
                f"différeraient {_percent(agreement.by_chance)} du temps."
            )
        )
    if found.contradictory:
        people = counted(found.contradictory, "personne porte", "personnes portent")
        console.print(typeset(f"{people} deux valeurs du témoin dans un même flux."))
    if found.false is not None:
        console.print(typeset(f"Faux appariements, estimés : {_share(found.false)} des paires."))
    if found.missed is not None:
        if found.is_contained:
            console.print(typeset(f"Appariements manqués, estimés : {_share(found.missed)} du premier flux."))
        else:
            console.print(
                typeset(f"Appariements manqués : au plus {_percent(found.missed.high)} des personnes communes.")
            )


def _share(share: Share) -> str:
    return f"{_percent(share.value)} (de {_percent(share.low)} à {_percent(share.high)})"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")
