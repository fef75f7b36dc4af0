"""The columns of a feed as a formula sees them."""

from __future__ import annotations

from evalkit.declare.feed import Feed, FieldSpec, FieldType
from evalkit.formula.types import ColumnType, Kind

_KINDS = {
    FieldType.IDENTITY: Kind.TEXT,
    FieldType.CODE: Kind.TEXT,
    FieldType.ZONE: Kind.TEXT,
    FieldType.CATEGORY: Kind.TEXT,
    FieldType.FREE_TEXT: Kind.TEXT,
    FieldType.INTEGER: Kind.INTEGER,
    FieldType.YEAR: Kind.YEAR,
    FieldType.DECIMAL: Kind.DECIMAL,
    FieldType.BOOLEAN: Kind.BOOLEAN,
    FieldType.DATE: Kind.DATE,
    FieldType.MONTH: Kind.MONTH,
    FieldType.QUARTER: Kind.QUARTER,
}


def formula_columns(feed: Feed) -> dict[str, ColumnType]:
    """Return the type of each column of a feed, with the words allowed for a category."""
    return {field.name: _column_type(field) for field in feed.fields}


def _column_type(field: FieldSpec) -> ColumnType:
    return ColumnType(_KINDS[field.type], field.values if field.type is FieldType.CATEGORY else None)
