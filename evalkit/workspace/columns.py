"""The columns of a feed as a formula, a cohort or a zone sees them."""

from __future__ import annotations

from collections.abc import Iterable

from evalkit.declare.feed import Feed, FieldSpec, FieldType
from evalkit.declare.parameter import Parameter
from evalkit.formula.types import ColumnType, Kind

ZONE_COLUMN = "zone"
"""Name of the column that says where a row is: every feed that is measured, followed or compared has it."""

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
    FieldType.HALF_YEAR: Kind.HALF_YEAR,
}


def formula_columns(feed: Feed, parameters: Iterable[Parameter] = ()) -> dict[str, ColumnType]:
    """Return the type of each column of a feed, with the words allowed for a category.

    Args:
        feed: the feed.
        parameters: yearly parameters of the contract, read as columns; a field of the same name wins.
    """
    yearly = {each.column: ColumnType(Kind.DECIMAL) for each in parameters}
    return {**yearly, **{field.name: _column_type(field) for field in feed.fields}}


def _column_type(field: FieldSpec) -> ColumnType:
    return ColumnType(_KINDS[field.type], field.values if field.type is FieldType.CATEGORY else None)


def month_column(feed: Feed) -> str | None:
    """Return the column that orders the rows of one person: the month of the feed's period, else that of its key."""
    named = [*([feed.period.field] if feed.period.field else []), *feed.key]
    fields = [feed.field(name) for name in named]
    return next((field.name for field in fields if field is not None and field.type is FieldType.MONTH), None)


def zone_columns(feed: Feed) -> tuple[str, ...]:
    """Return the columns that name a zone, sorted."""
    return tuple(sorted(field.name for field in feed.fields if field.type is FieldType.ZONE))


def has_zones(feed: Feed) -> bool:
    """Tell whether the rows of a feed say in which zone they are."""
    field = feed.field(ZONE_COLUMN)
    return field is not None and field.type is FieldType.ZONE
