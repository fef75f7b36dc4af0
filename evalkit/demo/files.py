"""Write a draft as its sender would, with the same bytes at every run."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from evalkit.declare.feed import Feed
from evalkit.demo.delivery_draft import Draft, Sheet
from evalkit.demo.places import Place
from evalkit.demo.spelling import as_text, spelled

_CREATED = dt.datetime(2027, 7, 1, tzinfo=dt.UTC).replace(tzinfo=None)
"""Written in every workbook, in place of the clock."""


def write_draft(draft: Draft, feed: Feed, places: Sequence[Place], folder: Path) -> Path:
    """Write a draft under the folder of arrivals and return its path."""
    path = folder / draft.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_workbook(draft, feed, places) if draft.sheet else _text_file(draft, feed, places))
    return path


def _text_file(draft: Draft, feed: Feed, places: Sequence[Place]) -> bytes:
    dialect = draft.dialect
    table = as_text(draft.table, feed, places, dialect)
    text = table.write_csv(separator=dialect.separator, line_terminator="\r\n", null_value="")
    if draft.blank_headings:
        tail = dialect.separator * draft.blank_headings
        text = text.replace("\r\n", f"{tail}\r\n")
    return text.encode(dialect.encoding)


def _workbook(draft: Draft, feed: Feed, places: Sequence[Place]) -> bytes:
    import xlsxwriter  # noqa: PLC0415

    sheet = draft.sheet or Sheet("Feuille 1")
    table = spelled(draft.table, feed, places, draft.dialect)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED, "comments": "Données synthétiques de démonstration"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        page = book.add_worksheet(sheet.name)
        lines = [*([title] for title in sheet.titles), table.columns, *table.rows()]
        if sheet.totals:
            lines.append(_totals(draft.table, sheet.totals))
        for row, cells in enumerate(lines):
            for column, value in enumerate(cells):
                if isinstance(value, bool):
                    page.write_string(row, column, "oui" if value else "non")
                elif isinstance(value, dt.date):
                    page.write_datetime(row, column, dt.datetime.combine(value, dt.time()), day)
                elif isinstance(value, int | float):
                    page.write_number(row, column, value)
                elif value:
                    page.write_string(row, column, str(value))
    return buffer.getvalue()


def _totals(table: pl.DataFrame, summed: tuple[str, ...]) -> list[object]:
    sums: list[object] = [table[name].sum() if name in summed else None for name in table.columns]
    return ["TOTAL", *sums[1:]]
