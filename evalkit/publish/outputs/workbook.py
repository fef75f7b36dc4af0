"""The tables of a publication as one workbook: a sheet of metadata first, then a sheet per table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from evalkit.publish.outputs.metadata import metadata_frame
from evalkit.publish.outputs.status import STATUS, Status, flagged_tables
from evalkit.publish.publication import Publication

METADATA = "à lire d’abord"


def write_workbook(publication: Publication, path: Path) -> Path:
    """Write every table of a publication in one XLSX file.

    A number that is not shown is a word (``secret``, ``manquant``, ``sans objet``), never an empty cell nor a zero.
    Texts are written as texts: none is ever a formula.

    Args:
        publication: what may be shown.
        path: the file to write.
    """
    import xlsxwriter  # noqa: PLC0415

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": publication.manifest.edition, "created": _midnight(publication)})
        head = book.add_format({"bold": True, "bg_color": "#f0f0f0", "border": 1})
        _sheet(book.add_worksheet(METADATA), metadata_frame(publication), head)
        for name, frame in flagged_tables(publication).items():
            _sheet(book.add_worksheet(name), frame, head)
    return path


def _midnight(publication: Publication) -> Any:
    import datetime as dt  # noqa: PLC0415

    return dt.datetime.combine(publication.as_of, dt.time())


def _sheet(sheet: Any, frame: pl.DataFrame, head: Any) -> None:
    for column, name in enumerate(frame.columns):
        sheet.write_string(0, column, name, head)
        longest = frame[name].cast(pl.String, strict=False).str.len_chars().max() if _is_text(frame, name) else 10
        sheet.set_column(column, column, min(60, max(len(name) + 2, int(str(longest or 0)))))
    sheet.freeze_panes(1, 0)
    if frame.height:
        sheet.autofilter(0, 0, frame.height, max(frame.width - 1, 0))
    for index, row in enumerate(frame.iter_rows(named=True), start=1):
        for column, name in enumerate(frame.columns):
            _cell(sheet, (index, column), row, name)


def _is_text(frame: pl.DataFrame, name: str) -> bool:
    return frame.schema[name] == pl.String


def _cell(sheet: Any, place: tuple[int, int], row: Mapping[str, Any], name: str) -> None:
    value = row[name]
    if value is None:
        word = row.get(f"{STATUS}_{name}") or row.get(STATUS)
        if word in {Status.MASKED, Status.MISSING, Status.NOT_APPLICABLE} and name in _NUMBERS:
            sheet.write_string(*place, word)
    elif isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif isinstance(value, int | float):
        sheet.write_number(*place, value)
    elif isinstance(value, list):
        sheet.write_string(*place, " ; ".join(map(str, value)))
    else:
        sheet.write_string(*place, str(value))


_NUMBERS = frozenset(
    {"value", "numerator", "denominator", "rate", "count", "at_risk", "persons", "removed", "n", "events"}
    | {"accompanied", "comparison", "effect"}
)
"""Columns where a missing number is written as a word."""
