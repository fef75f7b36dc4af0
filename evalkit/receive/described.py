"""What the producer's own description of its columns says of the declared fields, and of the codes that it uses."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.declare.feed import Feed
from evalkit.receive.file.meta import ColumnNotes
from evalkit.receive.file.table import TextTable
from evalkit.receive.findings.finding import Where, at_lines, found
from evalkit.receive.headings import Matching
from evalkit.store.delivery import Finding
from evalkit.territory.zones import normalise_name
from evalkit.typography import counted

_OPPOSITES = (
    ("declare", "disponible"),
    ("femme", "homme"),
    ("part", "nombre"),
    ("taux", "nombre"),
    ("moyen", "median"),
    ("premierquartile", "troisiemequartile"),
    ("premierdecile", "neuviemedecile"),
)
"""Words, normalised, that make two concepts of one when a label has the first and the other label the second."""

_SHOWN = 20


def description_findings(feed: Feed, table: TextTable, matching: Matching) -> Iterator[Finding]:
    """Yield what the producer's description of the columns agrees and disagrees with.

    Args:
        feed: the declaration.
        table: the file, with the notes that came beside it, when some did.
        matching: which column holds which field.
    """
    notes = table.notes
    if notes is None:
        return
    headings = [heading for heading in table.headings if heading]
    described = [heading for heading in headings if notes.label(heading)]
    message = f"Le producteur décrit {counted(len(described), 'colonne', 'colonnes')} sur {len(headings)}."
    yield found("EVK-R094", message, received=_list([each for each in headings if each not in described]))
    yield from _absent_columns(notes, headings)
    yield from _other_concepts(feed, notes, table, matching)
    yield from _code_meanings(notes, table)


def _absent_columns(notes: ColumnNotes, headings: list[str]) -> Iterator[Finding]:
    present = {normalise_name(heading) for heading in headings}
    absent = [heading for name, heading in notes.headings.items() if name not in present]
    if absent:
        number = counted(len(absent), "colonne décrite est absente", "colonnes décrites sont absentes")
        yield found("EVK-R093", f"{number} des données.", received=_list(absent))


def _other_concepts(feed: Feed, notes: ColumnNotes, table: TextTable, matching: Matching) -> Iterator[Finding]:
    for field in feed.fields:
        if field.name not in matching.columns:
            continue
        heading = table.headings[int(matching.columns[field.name][1:])]
        ours, theirs = normalise_name(field.label or ""), normalise_name(notes.label(heading))
        if _are_opposed(ours, theirs):
            message = f"La colonne « {heading} » est décrite comme « {notes.label(heading)} » : est-ce ce champ ?"
            yield found("EVK-R093", message, Where(field.name), expected=field.label or field.name)


def _are_opposed(ours: str, theirs: str) -> bool:
    pairs = (*_OPPOSITES, *((second, first) for first, second in _OPPOSITES))
    return any(one in ours and other not in ours and other in theirs and one not in theirs for one, other in pairs)


def _code_meanings(notes: ColumnNotes, table: TextTable) -> Iterator[Finding]:
    """Yield what the codes of a ``NOTE`` column mean, where some row bears them."""
    for index, heading in enumerate(table.headings):
        name = normalise_name(heading)
        if not name.startswith("note"):
            continue
        cells = table.cells[f"c{index}"]
        for code in cells.drop_nulls().unique().sort():
            meaning = notes.meanings.get((name, code))
            if meaning:
                where = at_lines(heading, table.lines.filter((cells == code).fill_null(False)))
                yield found("EVK-R094", f"{heading} = {code} : {meaning.rstrip('.')}.", where)


def _list(headings: list[str]) -> str:
    return ", ".join(headings[:_SHOWN]) + (", …" if len(headings) > _SHOWN else "")
