"""What was noticed while a column was read: repairs, what could not be read, marks that stand for no value."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from evalkit.declare.feed import FieldSpec, FieldType
from evalkit.receive.findings.finding import at_lines, found
from evalkit.store.delivery import Finding
from evalkit.typography import counted

_EXAMPLES = {
    FieldType.INTEGER: "un nombre entier, par exemple 1 250",
    FieldType.DECIMAL: "un nombre, par exemple 1 250,50",
    FieldType.BOOLEAN: "oui ou non",
    FieldType.DATE: "une date, par exemple 31/03/2026",
    FieldType.MONTH: "un mois, par exemple 2026-03",
    FieldType.QUARTER: "un trimestre, par exemple 2026-T1",
    FieldType.HALF_YEAR: "un semestre, par exemple 2026-S1",
    FieldType.YEAR: "une année, par exemple 2026",
    FieldType.ZONE: "le code ou le nom d’une zone, ou « hors QPV »",
}
_LONGEST_EXAMPLE = 40


def column_findings(field: FieldSpec, rows: pl.DataFrame, lines: pl.Series) -> Iterator[Finding]:
    """Yield what was noticed in one column.

    A repair and a mark are told once per kind: their place and their number are in the finding, so that a receipt can
    tell in one line what happened to many columns.

    Args:
        field: the declared field.
        rows: ``text``, ``value``, ``mark``, ``repair`` and ``unreadable``, one row per line.
        lines: the lines of the partner's file.
    """
    for label, group in _groups(rows, lines, "repair"):
        example = "" if field.is_personal else _shortened(group["text"][0])
        yield found("EVK-R040", f"{label[0].upper()}{label[1:]}.", at_lines(field.name, group["line"]), example)
    if rows["unreadable"].any():
        yield _unreadable(field, rows, lines)
    for cause, group in _groups(rows, lines, "mark"):
        example = "" if field.is_personal else _shortened(group["text"][0])
        yield found("EVK-R042", f"Valeur absente, cause « {cause} ».", at_lines(field.name, group["line"]), example)


def _groups(rows: pl.DataFrame, lines: pl.Series, column: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield each text of a column, in the order of the lines, with its rows."""
    texts = rows[column]
    if texts.null_count() == rows.height:
        return
    told = pl.DataFrame({"text": rows["text"], "line": lines, "label": texts}).drop_nulls("label")
    for (label,), group in told.group_by(["label"], maintain_order=True):
        yield str(label), group


def _unreadable(field: FieldSpec, rows: pl.DataFrame, lines: pl.Series) -> Finding:
    texts = rows["text"].filter(rows["unreadable"])
    example = "" if field.is_personal else ", ".join(_shortened(text) for text in texts.unique().sort().head(3))
    is_zone = field.type is FieldType.ZONE
    code = "EVK-R044" if is_zone else "EVK-R041"
    one, many = ("zone non reconnue", "zones non reconnues") if is_zone else ("valeur illisible", "valeurs illisibles")
    message = f"« {field.name} » : {counted(len(texts), one, many)}."
    where = at_lines(field.name, lines.filter(rows["unreadable"]))
    return found(code, message, where, example, _EXAMPLES.get(field.type, ""))


def _shortened(text: object) -> str:
    shown = str(text)
    return shown if len(shown) <= _LONGEST_EXAMPLE else f"{shown[: _LONGEST_EXAMPLE - 1]}…"
