"""What ``evalkit purge`` and ``evalkit opposition`` ask and print; a pseudonym never stands among it."""

from __future__ import annotations

import sys
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evalkit.editions.opened import list_editions
from evalkit.erasure.leftovers import partner_files
from evalkit.erasure.objection import Objected, pending_objections
from evalkit.erasure.purge import Purged, PurgePlan
from evalkit.errors import Place, Problem, WorkspaceError
from evalkit.store.event import EventKind
from evalkit.store.ledger import Ledger
from evalkit.store.store import Store
from evalkit.typography import counted, french_count, typeset
from evalkit.workspace.workspace import Workspace

_SHOWN_PERIODS = 3
_MEGABYTE = 1_000_000
_UNITS = {"D": ("jour", "jours"), "M": ("mois", "mois"), "Y": ("an", "ans")}


def asked_pseudonym(file: Path | None) -> str:
    """Read a pseudonym from a file, from what is piped, or from the keyboard without showing it.

    It is never an argument: those stay in the history of the terminal and in the list of processes.

    Raises:
        WorkspaceError: the file cannot be read (``EVK-W021``).
    """
    if file is not None:
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            problem = Problem("EVK-W021", "Fichier introuvable ou illisible.", Place(str(file)))
            raise WorkspaceError(problem) from None
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    answer: str = typer.prompt(typeset("Pseudonyme de la personne, tel que le partenaire l’envoie"), hide_input=True)
    return answer


def print_plan(workspace: Workspace, plan: PurgePlan, *, is_applied: bool) -> None:
    """Print what is over, what has no end, and what an interruption left."""
    console = Console()
    if plan.expired:
        _print_expired(console, workspace, plan)
    else:
        console.print(typeset(f"Au {plan.day:%d/%m/%Y}, aucune livraison n’a passé sa durée de conservation."))
    for each in plan.unbounded:
        deliveries = counted(each.deliveries, "livraison", "livraisons")
        console.print(
            typeset(
                f"[yellow]Sans durée de conservation écrite :[/yellow] {each.feed}, de {each.producer} "
                f"({deliveries}). La clause doit la dire : rien n’en est supprimé."
            )
        )
    for pending in plan.pending:
        console.print(
            typeset(
                f"[red]Opposition inachevée[/red] du {pending.day:%d/%m/%Y}, référence {pending.reference} : relancez "
                "« evalkit opposition » pour cette personne."
            )
        )
    if plan.expired and not is_applied:
        console.print(typeset("\nRien n’a été touché. « evalkit purge --apply » supprime ces lignes pour de bon."))


def _print_expired(console: Console, workspace: Workspace, plan: PurgePlan) -> None:
    title = typeset(f"Durée de conservation passée au {plan.day:%d/%m/%Y}")
    table = Table("Livraison", title=title, title_justify="left")
    for heading in ("Reçue le", "Gardée", "Jusqu’au", "Lignes"):
        table.add_column(heading, no_wrap=True)
    for each in plan.expired:
        delivery = each.delivery
        feed = workspace.feeds.get(delivery.feed)
        table.add_row(
            escape(f"{feed.label if feed else delivery.feed}, {delivery.producer}, {_periods(delivery.periods)}"),
            f"{delivery.received_on:%d/%m/%Y}",
            duration_words(each.retention),
            f"{each.until:%d/%m/%Y}",
            french_count(delivery.rows_accepted + delivery.rows_refused),
        )
    console.print(table)
    parts = [counted(len(plan.expired), "livraison", "livraisons")]
    if plan.quarantines:
        parts.append(counted(plan.quarantines, "fichier de lignes refusées", "fichiers de lignes refusées"))
    if plan.computed:
        parts.append(counted(len(plan.computed), "fichier de résultats", "fichiers de résultats"))
    console.print(typeset(f"À supprimer : {', '.join(parts)}. Les éditions publiées restent."))


def _periods(periods: tuple[str, ...]) -> str:
    if len(periods) <= _SHOWN_PERIODS:
        return ", ".join(periods)
    return f"{periods[0]} à {periods[-1]}"


def duration_words(duration: str) -> str:
    """Return a declared duration in French (``P5Y``: 5 ans)."""
    count, unit = int(duration[1:-1]), duration[-1]
    return typeset(counted(count, *_UNITS[unit]))


def print_purged(purged: Purged) -> None:
    """Print what a purge removed."""
    if not purged.deliveries:
        typer.echo(typeset("Rien à supprimer ; ce que des réceptions interrompues avaient laissé a été rangé."))
        return
    megabytes = f"{purged.freed / _MEGABYTE:.1f}".replace(".", ",")
    deliveries = counted(len(purged.deliveries), "livraison", "livraisons")
    rows = counted(purged.rows, "ligne", "lignes")
    typer.echo(typeset(f"Supprimé du disque : {rows} de {deliveries}, {megabytes} Mo rendus."))
    typer.echo(typeset("Le registre des livraisons garde la trace de la suppression, sans aucune ligne."))


def print_objected(workspace: Workspace, contract: str, objected: Objected) -> None:
    """Print what an objection removed, and what it cannot reach."""
    again = " (déjà enregistrée)" if objected.was_known else ""
    typer.echo(typeset(f"Opposition enregistrée{again} : référence {objected.reference}."))
    rows = counted(objected.rows, "ligne retirée", "lignes retirées")
    deliveries = counted(objected.deliveries, "livraison", "livraisons")
    refused = counted(objected.refused, "ligne", "lignes")
    typer.echo(typeset(f"{rows} de {deliveries}, {refused} de la quarantaine ; aucune trace ne reste sur le disque."))
    if objected.computed:
        files = counted(objected.computed, "fichier de résultats supprimé", "fichiers de résultats supprimés")
        typer.echo(typeset(f"{files} : mesurez de nouveau avant de publier."))
    typer.echo(
        typeset("Les livraisons à venir laisseront cette personne de côté. Les éditions publiées ne changent pas.")
    )
    if list_editions(Store(workspace.data), contract):
        typer.echo(
            typeset(
                "Attention : une édition faite sur les mêmes livraisons ne différerait de la précédente que par cette "
                "personne, et la révélerait ; attendez une nouvelle livraison pour publier."
            )
        )
    left = partner_files(workspace.root, contract)
    if left:
        files = counted(len(left), "fichier du partenaire reste", "fichiers des partenaires restent")
        typer.echo(typeset(f"Attention : {files} dans le dossier « arrivees » ; il est à vous de les détruire."))


def print_objections(ledger: Ledger, contract: str) -> None:
    """Print the objections of a contract: a reference, a day, what was removed."""
    console = Console()
    pending = {each.reference for each in pending_objections(ledger)}
    recorded = [each for each in ledger.events(EventKind.OBJECTION) if each.contract == contract]
    if not recorded:
        console.print(typeset("Aucune opposition n’est enregistrée pour ce contrat."))
        return
    removed: dict[str, int] = {}
    for each in ledger.events(EventKind.OBJECTION_APPLIED):
        removed[each.subject] = removed.get(each.subject, 0) + int(each.get("lignes") or 0)
    table = Table("Référence", "Jour", "Lignes retirées", "État")
    for each in recorded:
        reference = each.subject[:12]
        state = "[red]inachevée[/red]" if reference in pending else "appliquée"
        table.add_row(reference, f"{each.day:%d/%m/%Y}", french_count(removed.get(each.subject, 0)), state)
    console.print(table)
