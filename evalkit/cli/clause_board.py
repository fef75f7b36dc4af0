"""The clauses of a contract on the terminal: what is due, what is written, which days come, what changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table

from evalkit.clause.board import BoardLine, clause_board
from evalkit.clause.calendar import DatedDay, dated_days
from evalkit.clause.changes import clause_changes
from evalkit.clause.completeness import Completeness
from evalkit.clause.reminder import producers_to_remind, reminder
from evalkit.clause.terms import Pillar
from evalkit.clause.words import STATUS_WORDS
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
_LABEL = 22
_NOTHING = "\N{EN DASH}"
_COLOURS = {
    "livré": "green", "signée": "green", "ouvert": "green", "prévue": "yellow", "à l’essai": "yellow",
    "interrompu": "yellow", "absente": "red", "en retard": "red",
}  # fmt: skip
_RANKS = {"signée": 0, "prévue": 1, "absente": 2, "ouvert": 3}
_PILLAR_HEADINGS = {
    Pillar.RECORD: "Fiche",
    Pillar.PRODUCTION: "Prod.",
    Pillar.SHARING: "Partage",
    Pillar.FRAMEWORK: "Cadre",
    Pillar.PROTECTION: "RGPD",
}


def print_board(workspace: Workspace, declarations: ContractDeclarations, as_of: dt.date | None) -> None:
    """Print what each producer owes on one day, the dated days that follow, then what each clause leaves out."""
    console = Console()
    day, board = _board(workspace, declarations, as_of)
    console.print(typeset(f"\n[bold]{declarations.contract.label}[/bold]"))
    if not board:
        console.print(typeset("Aucune clause DATA n’est déclarée, et aucun flux n’est lu."))
        return
    alive = [line for line in board if _is_alive(line)]
    console.print(_due_table(alive, day) if alive else typeset("Rien n’est dû : aucune clause n’est prévue ni signée."))
    coming = dated_days(declarations.clauses, workspace.feeds, day)
    if coming:
        console.print(_calendar_table(coming, workspace, declarations))
    console.print(_terms_table(board))
    for line in _to_write(board):
        console.print(typeset(line))
    for note in _notes(board, coming, day):
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


def board_day(workspace: Workspace, declarations: ContractDeclarations, as_of: dt.date | None) -> dt.date:
    """Return the day of a board: the one asked for, else today; synthetic deliveries have days of their own."""
    if as_of is not None:
        return as_of
    today = dt.datetime.now(dt.UTC).astimezone().date()
    if not workspace.config.demonstration:
        return today
    received = deliveries(Store(workspace.data), declarations.contract.contract)
    return max((each.received_on for each in received), default=today)


def _board(
    workspace: Workspace, declarations: ContractDeclarations, as_of: dt.date | None
) -> tuple[dt.date, tuple[BoardLine, ...]]:
    received = deliveries(Store(workspace.data), declarations.contract.contract)
    day = board_day(workspace, declarations, as_of)
    return day, clause_board(declarations, workspace.feeds, received, day)


def _read(path: Path) -> list[Clause]:
    loading = load_file(path, Clause, str(path))
    if loading.problems:
        raise DeclarationError(loading.problems)
    return [located.value for located in loading.found]


def _due_table(board: Iterable[BoardLine], day: dt.date) -> Table:
    """Return what is owed: lines of clauses that somebody plans or has signed, and of whatever came without one."""
    headings = ("Flux et producteurs", "État", "Dernier reçu", "Manque, retard", "À venir")
    table = _table(f"Ce qui est dû au {day_words(day)}", headings)
    for (label, _), lines in groupby(board, key=lambda line: (line.label, line.feed)):
        for rank, (producers, cells) in enumerate(_together(lines)):
            named = Padding(typeset(", ".join(producers)), (0, 0, 0, 2))
            table.add_row(Group(typeset(f"[bold]{label}[/bold]"), named) if not rank else named, *cells)
    return table


def _together(lines: Iterable[BoardLine]) -> Iterator[tuple[list[str], tuple[str, ...]]]:
    """Give the producers for whom the same is said, and what is said."""
    found: dict[tuple[str, ...], list[str]] = {}
    cells: tuple[str, ...]
    for line in lines:
        missing = "\n".join(part for part in (_outstanding(line), _lateness(line)) if part) or _NOTHING
        cells = (_status(line), _last(line), missing, _next(line))
        found.setdefault(cells, []).append(line.producer_label or "aucune clause")
    for cells, producers in found.items():
        yield producers, cells


def _is_alive(line: BoardLine) -> bool:
    return line.status is not ClauseStatus.ABSENT or bool(line.delivered or line.outstanding)


def _table(title: str, headings: Iterable[str]) -> Table:
    """Return an empty table whose first column folds its words, the others keeping theirs whole."""
    table = Table(
        title=typeset(title),
        box=SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        collapse_padding=True,
    )
    for heading in headings:
        first = not table.columns
        table.add_column(typeset(heading), overflow="fold", no_wrap=not first, min_width=_LABEL if first else None)
    return table


def _status(line: BoardLine) -> str:
    notes = [note for note, holds in (("fictive", line.fictitious), ("ouverte", line.is_open)) if holds]
    said = f"[{_COLOURS[line.state]}]{line.state}[/]"
    return "\n".join([said, *(f"({note})" for note in notes)])


def _last(line: BoardLine) -> str:
    last = line.last_received
    if last is None or last.received_on is None:
        return _NOTHING
    return f"{last.period}\n{last.received_on:%d/%m/%Y}"


def _outstanding(line: BoardLine) -> str:
    periods = [f"{each.period}{' (refusé)' if each.refused_on else ''}" for each in line.outstanding]
    if len(periods) <= _FEW:
        return "\n".join(periods)
    return f"{periods[0]} à\n{periods[-1]} ({len(periods)})"


def _lateness(line: BoardLine) -> str:
    """Say the delay that runs, then the delays of the past."""
    running = []
    if line.outstanding and line.days_late is None:
        running = ["sans délai"]
    elif line.days_late is not None:
        late = f"[red]+ {_count(line.days_late, 'jour')}[/red]" if line.is_late else "attendu"
        running = [late if line.days_late else "dû ce jour"]
    past = [f"{each.period} reçu :\n+ {_count(each.days_late or 0, 'jour')}" for each in line.delayed[-_FEW:]]
    return typeset("\n".join([*running, *past]))


def _next(line: BoardLine) -> str:
    due = line.next_due
    if due is None:
        return _NOTHING
    if due.agreed is None:
        return due.period
    return f"{due.period}\n{due.agreed:%d/%m/%Y}"


def _calendar_table(coming: Iterable[DatedDay], workspace: Workspace, declarations: ContractDeclarations) -> Table:
    partners = {partner.id: partner.label for partner in declarations.contract.partners}
    table = _table("Les échéances datées des douze mois à venir", ("Le", "Ce qui est dû", "Qui"))
    table.columns[0].min_width = None
    for column in table.columns[1:]:
        column.no_wrap = False
    shown: dt.date | None = None
    for each in _by_day(coming):
        producers = sorted({partners.get(name, name) for name in each.producers})
        said = f"{each.what[0].upper()}{each.what[1:]} ({each.period}) : {workspace.feeds[each.feed].label}"
        table.add_row(f"{each.day:%d/%m/%Y}" if each.day != shown else "", typeset(said), ", ".join(producers))
        shown = each.day
    return table


def _by_day(coming: Iterable[DatedDay]) -> Iterator[DatedDay]:
    """Give each day once for what several clauses owe of a feed, with all their producers."""
    for _, group in groupby(coming, key=lambda each: (each.day, each.feed, each.period, each.what)):
        same = list(group)
        yield replace(same[0], producers=tuple(name for each in same for name in each.producers))


def _terms_table(board: Iterable[BoardLine]) -> Table:
    headings = ("Flux", "Clause", "Lu par", *(_PILLAR_HEADINGS[pillar] for pillar in Pillar))
    table = _table("Ce que disent les clauses : termes écrits sur termes attendus", headings)
    table.columns[0].min_width = None
    for column in table.columns[2:]:
        column.justify = "right"
    shown: set[tuple[str, tuple[Completeness, ...]]] = set()
    for line in sorted(board, key=lambda each: (_RANKS[_clause_words(each)], each.label)):
        if (line.feed, line.pillars) in shown:
            continue
        shown.add((line.feed, line.pillars))
        by_pillar = {each.pillar: each for each in line.pillars}
        counts = [_ratio(by_pillar.get(pillar)) for pillar in Pillar]
        status = _clause_words(line)
        readers = str(len(line.uses)) if line.uses else "[red]0[/red]"
        table.add_row(typeset(line.label), f"[{_COLOURS[status]}]{status}[/]", readers, *counts)
    return table


def _clause_words(line: BoardLine) -> str:
    """Say the status of a clause; open data need none."""
    return "ouvert" if line.is_open and line.status is ClauseStatus.ABSENT else STATUS_WORDS[line.status]


def _ratio(found: Completeness | None) -> str:
    """Say « 5/8 », green when nothing is missing, red when everything is; a dash where nothing is asked."""
    if found is None:
        return _NOTHING
    colour = "green" if not found.missing else "red" if not found.written else "yellow"
    return f"[{colour}]{found.written}/{found.asked}[/]"


def _to_write(board: Sequence[BoardLine]) -> Iterator[str]:
    """Say what remains to be written in the clauses that somebody plans or has signed."""
    gaps: dict[str, dict[str, None]] = {}
    for line in board:
        text = " ; ".join(_gaps(line.pillars))
        if text and line.status is not ClauseStatus.ABSENT:
            gaps.setdefault(text, {})[line.label] = None
    if gaps:
        yield "[bold]Ce qui reste à écrire dans les clauses prévues ou signées[/bold]"
    for text, labels in gaps.items():
        yield f"- {' ; '.join(labels)}. [dim]Reste :[/dim] {text}."


def _gaps(pillars: Iterable[Completeness]) -> list[str]:
    """Return what is missing, pillar by pillar, then what somebody judged."""
    missing = [f"{each.pillar.value} : {_missing(each)}" for each in pillars if each.missing]
    inferred = [name for each in pillars for name in each.inferred]
    return [*missing, *([f"à confirmer : {', '.join(inferred)}"] if inferred else [])]


def _missing(pillar: Completeness) -> str:
    return ", ".join(pillar.missing) if pillar.written else "tout"


def _notes(board: Sequence[BoardLine], coming: Sequence[DatedDay], day: dt.date) -> Iterator[str]:
    late = producers_to_remind(board)
    if late:
        commands = ", ".join(f"« evalkit clause --reminder {producer} »" for producer in late)
        yield f"En retard au {day_words(day)} : {_count(len(late), 'producteur')}. La lettre de relance : {commands}."
    else:
        yield "Aucun producteur lié par une clause signée n’est en retard."
    if any(not each.sends for each in coming):
        yield "Réunions et pièces ne passent pas par evalkit : il rappelle leur date, il ne les voit pas arriver."
    if any(line.fictitious for line in board):
        yield "[yellow]Clauses fictives : elles n’existent que dans la démonstration.[/yellow]"
    if any(each.inferred for line in board for each in line.pillars):
        yield "« À confirmer » : la valeur a été jugée à la lecture, le document ne l’écrit pas."


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number > 1 else ''}"
