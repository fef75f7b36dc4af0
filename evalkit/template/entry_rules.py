"""What a spreadsheet accepts in a column while it is being filled: the same things as the reception."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from evalkit.declare.feed import FieldSpec, FieldType
from evalkit.template.column import TemplateColumn
from evalkit.template.words import FORMS, advice, allowed
from evalkit.typography import typeset

_MARKS = ("s", "nd", "so")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_TITLE_LENGTH, _MESSAGE_LENGTH = 32, 255


def entry_rule(column: TemplateColumn, cell: str, choices: str) -> dict[str, Any]:
    """Return the data validation of a column, in the words of xlsxwriter.

    A value that the reception would refuse is stopped; the marks of a missing or secret value go through.

    Args:
        column: the column.
        cell: its first cell, relative (``C2``): a formula is written for it and moves down by itself.
        choices: the range of its list, empty when it has none.
    """
    rule: dict[str, Any] = {
        "input_title": _cut(column.heading, _TITLE_LENGTH),
        "input_message": advice(column),
        "error_title": "Valeur non acceptée",
        "error_message": _error(column),
        "error_type": "stop",
        "ignore_blank": True,
    }
    if choices:
        # A zone has official codes too: another word is questioned there, not stopped.
        kind = "warning" if column.field.type is FieldType.ZONE else "stop"
        return {**rule, "validate": "list", "source": f"={choices}", "error_type": kind}
    formula = _formula(column, cell)
    if not formula:
        return {**rule, "validate": "any"}
    return {**rule, "validate": "custom", "value": f"={formula}"}


def _formula(column: TemplateColumn, cell: str) -> str:
    """Return the condition that an entry must satisfy, empty when anything may be typed."""
    field = column.field
    if field.type is FieldType.INTEGER:
        return _number_or_mark(column, cell, (f"{cell}=INT({cell})", *_bounds(field, cell)))
    if field.type is FieldType.DECIMAL:
        return _number_or_mark(column, cell, _bounds(field, cell))
    if field.type is FieldType.DATE:
        days = (f"{cell}>=DATE({_FIRST_YEAR},1,1)", f"{cell}<=DATE({_LAST_YEAR},12,31)", f"{cell}=INT({cell})")
        return _number_or_mark(column, cell, days)
    if field.type is FieldType.YEAR:
        low = field.minimum if field.minimum is not None else Decimal(_FIRST_YEAR)
        high = field.maximum if field.maximum is not None else Decimal(_LAST_YEAR)
        return _number_or_mark(column, cell, (f"{cell}=INT({cell})", f"{cell}>={low:f}", f"{cell}<={high:f}"))
    year = f"LEN({cell})=7,VALUE(LEFT({cell},4))>={_FIRST_YEAR},VALUE(LEFT({cell},4))<={_LAST_YEAR}"
    return {
        FieldType.MONTH: f'AND({year},MID({cell},5,1)="-",VALUE(RIGHT({cell},2))>=1,VALUE(RIGHT({cell},2))<=12)',
        FieldType.QUARTER: f'AND({year},MID({cell},5,2)="-T",VALUE(RIGHT({cell},1))>=1,VALUE(RIGHT({cell},1))<=4)',
        FieldType.HALF_YEAR: f'AND({year},MID({cell},5,2)="-S",VALUE(RIGHT({cell},1))>=1,VALUE(RIGHT({cell},1))<=2)',
        FieldType.IDENTITY: f"LEN({cell})=64",
    }.get(field.type, "")


def _number_or_mark(column: TemplateColumn, cell: str, conditions: tuple[str, ...]) -> str:
    """Accept a number under conditions, or the mark of a value that is not given, unless the column is needed."""
    number = f"AND({','.join(conditions)})" if conditions else "TRUE"
    marks = ",".join(f'{cell}="{mark}"' for mark in _MARKS)
    return f"IF(ISNUMBER({cell}),{number},{'FALSE' if column.is_needed else f'OR({marks})'})"


def _bounds(field: FieldSpec, cell: str) -> tuple[str, ...]:
    low = (f"{cell}>={field.minimum:f}",) if field.minimum is not None else ()
    high = (f"{cell}<={field.maximum:f}",) if field.maximum is not None else ()
    return (*low, *high)


def _error(column: TemplateColumn) -> str:
    form = FORMS[column.field.type]
    values = f"{form} ({allowed(column)})"
    if column.choices:
        values = allowed(column) if column.field.type is FieldType.ZONE else "un mot de la liste"
    marks = "" if column.is_needed or column.choices else " ; sinon nd (non disponible), so (sans objet) ou s (secret)"
    return _cut(typeset(f"Attendu : {values}{marks}."), _MESSAGE_LENGTH)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
