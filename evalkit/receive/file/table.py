"""A partner's table as texts, with the lines of the partner's file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from evalkit.receive.file.meta import ColumnNotes
from evalkit.receive.findings.finding import Where, at_lines, found, refused
from evalkit.store.delivery import Finding
from evalkit.territory.zones import normalise_name
from evalkit.typography import counted

FOOTER_ROWS = 15
"""How far from the end totals, sources and notes are looked for."""

_FOOTER = re.compile(
    r"^\W*(total|totaux|sous[- ]total|ensemble|somme|moyenne|sources?|notes?|champ|lecture|avertissement|légende"
    r"|exporté|export du|édité|extrait le)\b",
    re.IGNORECASE,
)

_TOTAL = re.compile(r"(sous)?tota(l|ux).*|ensemble(de.*)?|somme|moyenne")
"""A first cell, normalised, that makes a full row a total; ``Ensemble Saint-Jean`` is a place."""


@dataclass(frozen=True, slots=True)
class OtherSheet:
    """A sheet of a workbook that is not read as data, but is searched for personal data like the rest.

    Attributes:
        number: its place in the workbook, from 1; its name may itself be personal.
        is_hidden: the spreadsheet does not show it.
        texts: its filled cells, and its name.
        rows: the row of each text, from 1; 0 for the name.
    """

    number: int
    is_hidden: bool
    texts: pl.Series
    rows: pl.Series


@dataclass(frozen=True, slots=True)
class TextTable:
    """What was read, everything as text.

    Attributes:
        headings: the titles of the columns, as the partner wrote them.
        cells: one text column per heading, in order, named ``c0``, ``c1``…; an empty cell is null.
        lines: the line (CSV) or row (workbook) of each row, from 1.
        aside: texts found outside the rows (titles, totals, notes, unreadable lines), to be searched for personal data.
        broken: the lines that could not be cut into cells; they are refused rows.
        findings: what was noticed and repaired.
        sheets: the other sheets of the workbook.
        notes: what the producer says of the columns, in a file sent with the data.
    """

    headings: tuple[str, ...]
    cells: pl.DataFrame
    lines: pl.Series
    aside: tuple[tuple[int, str], ...] = ()
    broken: tuple[int, ...] = ()
    findings: tuple[Finding, ...] = ()
    sheets: tuple[OtherSheet, ...] = ()
    notes: ColumnNotes | None = None


def column_names(count: int) -> list[str]:
    """Return the names of ``count`` text columns."""
    return [f"c{index}" for index in range(count)]


def is_footer(text: str) -> bool:
    """Tell whether a row that begins with ``text`` is a total, a source or a note."""
    return _FOOTER.match(text) is not None


def title_message(number: int) -> str:
    """Return what is told of the rows above the headings."""
    return counted(
        number, "ligne de titre avant l’en-tête, mise de côté.", "lignes de titre avant l’en-tête, mises de côté."
    )


def footer_message(number: int) -> str:
    """Return what is told of totals and notes."""
    return counted(number, "ligne de total ou de note, mise de côté.", "lignes de total ou de note, mises de côté.")


def tidy(table: TextTable) -> TextTable:
    """Trim cells, drop columns and rows that hold nothing, set totals and notes aside.

    Raises:
        RefusedFileError: no row is left (``EVK-R004``), or two columns have the same heading (``EVK-R006``).
    """
    cells = table.cells.with_columns(pl.all().str.strip_chars().replace("", None))
    table = _drop_phantom_columns(replace(table, cells=cells))
    table = _drop_blank_rows(table)
    table = _set_footers_aside(table)
    _refuse_repeated_headings(table)
    if table.cells.height == 0 and not table.broken:
        raise refused("EVK-R004", "Le fichier ne contient aucune ligne de données sous l’en-tête.")
    return table


def _drop_phantom_columns(table: TextTable) -> TextTable:
    filled = table.cells.select(pl.all().is_not_null().any()).row(0) if table.cells.height else ()
    has_data = filled or (False,) * len(table.headings)
    named = [bool(heading.strip()) for heading in table.headings]
    kept = [index for index, (name, data) in enumerate(zip(named, has_data, strict=True)) if name or data]
    phantom = len(table.headings) - len(kept)
    cells = table.cells.select(pl.nth(kept)) if kept else pl.DataFrame()
    cells.columns = column_names(len(kept))
    headings = tuple(_clean_heading(table.headings[index]) for index in kept)
    if not phantom:
        return replace(table, headings=headings, cells=cells)
    message = (
        f"{phantom} colonnes vides et sans titre ont été retirées." if phantom > 1 else "Une colonne vide retirée."
    )
    return replace(
        table, headings=headings, cells=cells, findings=(*table.findings, found("EVK-R016", message, Where()))
    )


def _clean_heading(heading: str) -> str:
    return re.sub(r"\s+", " ", heading.strip().strip("\N{ZERO WIDTH NO-BREAK SPACE}\N{ZERO WIDTH SPACE}"))


def _drop_blank_rows(table: TextTable) -> TextTable:
    if not table.cells.height:
        return table
    filled = table.cells.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    last = table.lines.filter(filled).max()
    # Whatever a spreadsheet leaves under its last row was never a line.
    gone = table.lines.filter(~filled & (table.lines < last)) if last is not None else table.lines.clear()
    findings = (*table.findings, blank_lines(gone)) if len(gone) else table.findings
    return replace(table, cells=table.cells.filter(filled), lines=table.lines.filter(filled), findings=findings)


def blank_lines(lines: pl.Series) -> Finding:
    """Return what is told of the blank lines found between rows."""
    where = at_lines("", lines)
    return found("EVK-R095", counted(where.count, "ligne vide, retirée.", "lignes vides, retirées."), where)


def _set_footers_aside(table: TextTable) -> TextTable:
    start = max(0, table.cells.height - FOOTER_ROWS)
    tail = table.cells.slice(start).rows()
    footers = [start + index for index, row in enumerate(tail) if _is_footer_row(row)]
    if not footers:
        return table
    first = footers[0]
    # Whatever follows the first footer with a single text belongs to the notes.
    notes = {
        start + i for i, row in enumerate(tail) if start + i > first and sum(cell is not None for cell in row) == 1
    }
    gone = sorted({*footers, *notes})
    aside = [
        (int(table.lines[index]), " ".join(cell for cell in table.cells.row(index) if cell is not None))
        for index in gone
    ]
    return set_aside(table, gone, tuple(aside))


def _is_footer_row(row: Sequence[str | None]) -> bool:
    texts = [cell for cell in row if cell is not None]
    if not texts or not is_footer(texts[0]):
        return False
    return len(texts) == 1 or _TOTAL.fullmatch(normalise_name(texts[0])) is not None


def set_aside(table: TextTable, gone: Sequence[int], aside: tuple[tuple[int, str], ...]) -> TextTable:
    """Take rows that are totals or notes out of a table, and list their lines."""
    keep = pl.Series([True] * table.cells.height).scatter(list(gone), False)
    where = at_lines("", [line for line, _ in aside])
    message = footer_message(len(aside))
    return replace(
        table,
        cells=table.cells.filter(keep),
        lines=table.lines.filter(keep),
        aside=(*table.aside, *aside),
        findings=(*table.findings, found("EVK-R015", message, where)),
    )


def without_copies(table: TextTable) -> TextTable:
    """Keep once the rows that repeat another one cell by cell, as they came: a later reading may make others alike."""
    is_first = table.cells.select(pl.struct(pl.all()).is_first_distinct()).to_series()
    if is_first.all():
        return table
    where = at_lines("", table.lines.filter(~is_first))
    message = counted(
        where.count,
        "ligne répète exactement une autre ligne, gardée une fois.",
        "lignes répètent exactement une autre ligne, gardée une fois.",
    )
    return replace(
        table,
        cells=table.cells.filter(is_first),
        lines=table.lines.filter(is_first),
        findings=(*table.findings, found("EVK-R048", message, where)),
    )


def _refuse_repeated_headings(table: TextTable) -> None:
    seen: dict[str, int] = {}
    for index, heading in enumerate(table.headings):
        name = normalise_name(heading)
        if name and name in seen:
            message = f"Les colonnes {seen[name] + 1} et {index + 1} portent le même titre."
            raise refused("EVK-R006", message)
        seen.setdefault(name, index)
