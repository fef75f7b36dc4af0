"""The clauses of a contract on the terminal: what is due, what is written, what changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from evalkit.clause.board import BoardLine, clause_board
from evalkit.clause.changes import clause_changes
from evalkit.clause.completeness import Completeness
from evalkit.clause.reminder import producers_to_remind, reminder
from evalkit.clause.terms import STATUS_WORDS, Pillar
from evalkit.declare.clause import Clause, ClauseStatus
from evalkit.declare.load import load_file
from evalkit.errors import DeclarationError
from evalkit.french_dates import day_words
from evalkit.store.ledger import deliveries
from evalkit.store.store import Store
from evalkit.typography import typeset
from evalkit.workspace.workspace import ContractDeclarations, Workspace

EXIT_BREAKING = 1
_FEW = 3
_NOTHING = "\N{EN DASH}"
_COLOURS = {ClauseStatus.SIGNED: "green", ClauseStatus.PLANNED: "yellow", ClauseStatus.ABSENT: "red"}


def print_board(workspace: Workspace, declarations: ContractDeclarations, as_of: dt.date | None) -> None:
    """Print what each producer owes on one day, then what each clause states and leaves out."""
    console = Console()
    day, board = _board(workspace, declarations, as_of)
    console.print(typeset(f"\n[bold]{declarations.contract.label}[/bold]"))
    if not board:
        console.print(typeset("Aucune clause DATA n’est déclarée, et aucun flux n’est lu."))
        return
    console.print(_due_table(board, day))
    console.print(_terms_table(board))
    for note in _notes(board, day):
        console.print(typeset(note))


def print_reminder(
    workspace: Workspace, declarations: ContractDeclarations, producer: str, as_of: dt.date | None
) -> None:
    """Print the letter to one producer, as plain text."""
    day, board = _board(workspace, declarations, as_of)
    typer.echo(reminder(declarations.contract, board, producer, day))


def print_changes(old: Path, new: Path) -> int:
    """Print what changes between two files of clauses, and return 1 when something breaks, 0 otherwise."""
    changes = clause_changes(_read(old), _read(new))
    breaking = [change for change in changes if change.breaking]
    if not changes:
        typer.echo("Les deux versions disent la même chose.")
        return 0
    for feed, group in groupby(changes, key=lambda change: change.feed):
        typer.echo(typeset(f"\n{feed}"))
        for change in group:
            mark = "RUPTURE " if change.breaking else ""
            typer.echo(typeset(f"  - {mark}({', '.join(change.producers)}) {change.sentence}"))
    typer.echo(typeset(f"\n{_count(len(changes), 'changement')}, dont {_count(len(breaking), 'rupture')}."))
    return EXIT_BREAKING if breaking else 0


def _board(
    workspace: Workspace, declarations: ContractDeclarations, as_of: dt.date | None
) -> tuple[dt.date, tuple[BoardLine, ...]]:
    """Return the day of the board and its lines; synthetic deliveries have days of their own, not today's."""
    received = deliveries(Store(workspace.data), declarations.contract.contract)
    today = dt.datetime.now(dt.UTC).astimezone().date()
    if workspace.config.demonstration:
        today = max((each.received_on for each in received), default=today)
    day = as_of or today
    return day, clause_board(declarations, workspace.feeds, received, day)


def _read(path: Path) -> list[Clause]:
    loading = load_file(path, Clause, str(path))
    if loading.problems:
        raise DeclarationError(loading.problems)
    return [located.value for located in loading.found]


def _due_table(board: Iterable[BoardLine], day: dt.date) -> Table:
    headings = ("Flux et producteur", "Clause", "Dernier reçu", "Manque", "Retard", "À venir")
    table = _table(f"Ce qui est dû au {day_words(day)}", headings)
    for (label, _), lines in groupby(board, key=lambda line: (line.label, line.feed)):
        table.add_row(typeset(f"[bold]{label}[/bold]"))
        for line in lines:
            producer = Padding(line.producer_label or "aucune clause", (0, 0, 0, 2))
            table.add_row(producer, _status(line), _last(line), _outstanding(line), _lateness(line), _next(line))
    return table


def _table(title: str, headings: Iterable[str]) -> Table:
    """Return an empty table whose columns fold their words rather than cut them."""
    table = Table(title=typeset(title), box=SIMPLE_HEAD)
    for heading in headings:
        table.add_column(typeset(heading), overflow="fold")
    return table


def _status(line: BoardLine) -> str:
    notes = [note for note, holds in (("fictive", line.fictitious), ("ouverte", line.is_open)) if holds]
    said = f"[{_COLOURS[line.status]}]{STATUS_WORDS[line.status]}[/]"
    return f"{said} ({', '.join(notes)})" if notes else said


def _last(line: BoardLine) -> str:
    last = line.last_received
    if last is None or last.received_on is None:
        return _NOTHING
    return f"{last.period}\n{last.received_on:%d/%m/%Y}"


def _outstanding(line: BoardLine) -> str:
    periods = [f"{each.period}{' (refusé)' if each.refused_on else ''}" for each in line.outstanding]
    if len(periods) <= _FEW:
        return ", ".join(periods) or _NOTHING
    return f"{periods[0]} à {periods[-1]} ({len(periods)})"


def _lateness(line: BoardLine) -> str:
    """Say the delay that runs, then the delays of the past."""
    running = []
    if line.outstanding and line.days_late is None:
        running = ["sans délai"]
    elif line.days_late is not None:
        running = [f"[red]{_count(line.days_late, 'jour')}[/red]" if line.days_late else "dû ce jour"]
    past = [f"{each.period} : {_count(each.days_late or 0, 'jour')}, reçu" for each in line.delayed]
    return typeset("\n".join([*running, *past])) or _NOTHING


def _next(line: BoardLine) -> str:
    due = line.next_due
    if due is None:
        return _NOTHING
    if due.agreed is None:
        return due.period
    return f"{due.period}\n{due.agreed:%d/%m/%Y}"


def _terms_table(board: Iterable[BoardLine]) -> Table:
    headings = ("Flux", "Production", "Partage", "Cadre", "Protection", "Ce qui manque")
    table = _table("Ce que disent les clauses", headings)
    shown: set[tuple[str, tuple[Completeness, ...]]] = set()
    for line in board:
        if (line.feed, line.pillars) in shown:
            continue
        shown.add((line.feed, line.pillars))
        by_pillar = {each.pillar: each for each in line.pillars}
        counts = [str(by_pillar[pillar]) if pillar in by_pillar else "sans objet" for pillar in Pillar]
        table.add_row(typeset(line.label), *counts, typeset("\n".join(_gaps(line.pillars))) or _NOTHING)
    return table


def _gaps(pillars: Iterable[Completeness]) -> list[str]:
    """Return what is missing, pillar by pillar, then what somebody judged."""
    missing = [f"{each.pillar.value} : {_missing(each)}" for each in pillars if each.missing]
    inferred = [name for each in pillars for name in each.inferred]
    return [*missing, *([f"à confirmer : {', '.join(inferred)}"] if inferred else [])]


def _missing(pillar: Completeness) -> str:
    return ", ".join(pillar.missing) if pillar.written else "tout"


def _notes(board: Sequence[BoardLine], day: dt.date) -> Iterable[str]:
    late = producers_to_remind(board)
    if late:
        commands = ", ".join(f"« evalkit clause --reminder {producer} »" for producer in late)
        yield f"En retard au {day_words(day)} : {_count(len(late), 'producteur')}. La lettre de relance : {commands}."
    else:
        yield "Aucun producteur lié par une clause signée n’est en retard."
    if any(line.fictitious for line in board):
        yield "[yellow]Clauses fictives : elles n’existent que dans la démonstration.[/yellow]"
    if any(each.inferred for line in board for each in line.pillars):
        yield "« À confirmer » : la valeur a été jugée à la lecture, le document ne l’écrit pas."


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number > 1 else ''}"
