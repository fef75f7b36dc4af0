"""Write the workbook of a template: data to fill, dictionary, instructions, lists."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evalkit.declare.feed import FieldType
from evalkit.template.column import TemplateColumn
from evalkit.template.entry_rules import entry_rule
from evalkit.template.guidance import guidance_of
from evalkit.template.plan import Template
from evalkit.template.sheets import DATA, DICTIONARY, GUIDANCE, LISTS
from evalkit.template.words import FORMS, allowed, example, meaning, privacy
from evalkit.typography import typeset

Cell = str | int | float | dt.date | None

_INK, _NEEDED, _OPTIONAL, _RULE = "#1B2A41", "#1F4E79", "#DCE6F1", "#BFC9D6"
_FONT = {"font_name": "Calibri", "font_size": 11, "font_color": _INK}
_LAST_ROW = 1_048_575
_WRITTEN_ON = dt.datetime(2000, 1, 1)  # noqa: DTZ001  a fixed date, so that the same template has the same bytes
_DICTIONARY = (
    ("Colonne", 30), ("Ce qu’elle contient", 52), ("Forme", 24), ("Obligatoire", 13), ("Valeurs admises", 46),
    ("Exemple", 18), ("Données personnelles", 36),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Book:
    """An open workbook, its formats by name."""

    book: Any
    formats: Mapping[str, Any]


def workbook_of(template: Template, rows: Sequence[Sequence[Cell]] = ()) -> bytes:
    """Return the bytes of the workbook.

    Args:
        template: what to write.
        rows: rows already known, one value per column in the order of the template; ``None`` leaves a cell empty.

    Returns:
        An XLSX file whose first sheet is the only one that the reception reads; always the same bytes.
    """
    import xlsxwriter  # noqa: PLC0415

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    made = _Book(book, {name: book.add_format({**_FONT, **style}) for name, style in _STYLES.items()})
    sheets = {name: book.add_worksheet(name) for name in (DATA, DICTIONARY, GUIDANCE, LISTS)}
    ranges = _write_lists(made, sheets[LISTS], template)
    _write_data(made, sheets[DATA], template, ranges, rows)
    _write_dictionary(made, sheets[DICTIONARY], template)
    _write_guidance(made, sheets[GUIDANCE], template)
    for name, sheet in sheets.items():
        _set_page(sheet, typeset(f"{template.feed.label} : {name}"))
    properties = {"title": template.feed.label, "subject": template.contract.label, "created": _WRITTEN_ON}
    book.set_properties({**properties, "comments": f"Flux {template.feed.feed}"})
    book.close()
    return content.getvalue()


_STYLES: dict[str, dict[str, Any]] = {
    "needed": {"bold": True, "font_color": "white", "bg_color": _NEEDED, "text_wrap": True, "valign": "vcenter",
               "border": 1, "border_color": _RULE},
    "optional": {"bold": True, "bg_color": _OPTIONAL, "text_wrap": True, "valign": "vcenter", "border": 1,
                 "border_color": _RULE},
    "cell": {"text_wrap": True, "valign": "top", "bottom": 1, "bottom_color": _RULE},
    "strong": {"text_wrap": True, "valign": "top", "bold": True, "bottom": 1, "bottom_color": _RULE},
    "title": {"bold": True, "font_size": 16},
    "heading": {"bold": True, "font_size": 13, "font_color": _NEEDED, "top": 1, "top_color": _RULE},
    "sentence": {"text_wrap": True, "valign": "top", "indent": 1},
    "text": {"num_format": "@"},
    "long": {"num_format": "@", "text_wrap": True, "valign": "top"},
    "integer": {"num_format": "#,##0"},
    "year": {"num_format": "0"},
    "date": {"num_format": "dd/mm/yyyy", "align": "left"},
    **{f"decimal{scale}": {"num_format": "#,##0" + ("." + "0" * scale if scale else "")} for scale in range(7)},
}  # fmt: skip


def _write_lists(made: _Book, sheet: Any, template: Template) -> dict[str, str]:
    """Write each list in a column and return its range, by field."""
    ranges: dict[str, str] = {}
    listed = [column for column in template.columns if column.choices]
    for index, column in enumerate(listed):
        # The heading alone would look like the data: the words around it keep the two apart.
        title = typeset(f"Valeurs de « {column.heading} »")
        sheet.write_string(0, index, title, made.formats["optional"])
        sheet.write_column(1, index, column.choices, made.formats["text"])
        sheet.set_column(index, index, min(44, max(20, *(len(word) + 3 for word in column.choices))))
        letter = _letter(index)
        ranges[column.field.name] = f"{LISTS}!${letter}$2:${letter}${len(column.choices) + 1}"
    if not listed:
        sheet.write_string(0, 0, "Aucune colonne de ce flux n’a de liste.", made.formats["optional"])
        sheet.set_column(0, 0, 44)
    sheet.set_row(0, 34)
    sheet.freeze_panes(1, 0)
    return ranges


def _write_data(
    made: _Book, sheet: Any, template: Template, ranges: Mapping[str, str], rows: Sequence[Sequence[Cell]]
) -> None:
    titles: list[dict[str, Any]] = []
    for index, column in enumerate(template.columns):
        sheet.set_column(index, index, _width(column), made.formats[_format_of(column)])
        titles.append(
            {"header": column.heading, "header_format": made.formats["needed" if column.is_needed else "optional"]}
        )
        rule = entry_rule(column, f"{_letter(index)}2", ranges.get(column.field.name, ""))
        sheet.data_validation(1, index, _LAST_ROW, index, rule)
    # A table names its line of titles for screen readers, and grows by itself when a row is typed under it.
    table = {"columns": titles, "autofilter": False, "style": "Table Style Light 1", "name": "Donnees"}
    sheet.add_table(0, 0, max(1, len(rows)), len(template.columns) - 1, table)
    for number, row in enumerate(rows, start=1):
        for index, (column, value) in enumerate(zip(template.columns, row, strict=True)):
            _write_cell(sheet, (number, index), value, made.formats[_format_of(column)])
    sheet.set_row(0, 48)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.activate()


def _write_cell(sheet: Any, place: tuple[int, int], value: Cell, style: Any) -> None:
    if isinstance(value, dt.date):
        sheet.write_datetime(*place, value, style)
    elif isinstance(value, str):
        sheet.write_string(*place, value, style)
    elif value is not None:
        sheet.write_number(*place, value, style)


def _write_dictionary(made: _Book, sheet: Any, template: Template) -> None:
    for index, (title, width) in enumerate(_DICTIONARY):
        sheet.write_string(0, index, title, made.formats["needed"])
        sheet.set_column(index, index, width)
    for number, column in enumerate(template.columns, start=1):
        # The letter says where the column is, and keeps this line from looking like headings.
        cells = (
            f"{_letter(number - 1)}. {column.heading}",
            meaning(column),
            FORMS[column.field.type],
            "oui" if column.is_needed else "non",
            allowed(column),
            example(column),
            privacy(template.feed, column.field),
        )
        for index, text in enumerate(cells):
            sheet.write_string(number, index, text, made.formats["strong" if index == 0 else "cell"])
    sheet.set_row(0, 30)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)


def _write_guidance(made: _Book, sheet: Any, template: Template) -> None:
    sheet.set_column(0, 0, 110)
    sheet.write_string(0, 0, template.feed.label, made.formats["title"])
    sheet.set_row(0, 28)
    row = 2
    for section in guidance_of(template):
        sheet.write_string(row, 0, section.title, made.formats["heading"])
        sheet.set_row(row, 22)
        for number, line in enumerate(section.lines, start=row + 1):
            sheet.write_string(number, 0, line, made.formats["sentence"])
        row += len(section.lines) + 2
    sheet.hide_gridlines(2)


def _set_page(sheet: Any, title: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&L{title.replace('&', '&&')}&RPage &P sur &N")


def _format_of(column: TemplateColumn) -> str:
    """Return the format that keeps what is typed: a code as text, so that its leading zeros stay."""
    field = column.field
    if field.type is FieldType.DECIMAL:
        return f"decimal{field.scale}"
    named = {FieldType.INTEGER: "integer", FieldType.YEAR: "year", FieldType.DATE: "date", FieldType.FREE_TEXT: "long"}
    return named.get(field.type, "text")


def _width(column: TemplateColumn) -> int:
    widest = {FieldType.FREE_TEXT: 60, FieldType.IDENTITY: 68}.get(column.field.type, 0)
    words = max((len(word) for word in column.choices), default=0) + 4
    longest_word = max(len(word) for word in column.heading.split()) + 3
    return max(widest, 13, min(words, 36), min(longest_word, 26), min(len(column.heading) // 2 + 4, 30))


def _letter(index: int) -> str:
    from xlsxwriter.utility import xl_col_to_name  # noqa: PLC0415

    return str(xl_col_to_name(index))
