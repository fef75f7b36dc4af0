"""Frames whose columns have the types in which evalkit stores them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from evalkit.formula import ColumnType, Kind

STORED: Mapping[Kind, pl.DataType] = {
    Kind.BOOLEAN: pl.Boolean(),
    Kind.INTEGER: pl.Int64(),
    Kind.DECIMAL: pl.Decimal(18, 2),
    Kind.TEXT: pl.String(),
    Kind.DATE: pl.Date(),
    Kind.MONTH: pl.String(),
    Kind.QUARTER: pl.String(),
    Kind.YEAR: pl.String(),
}


def frame(columns: Mapping[str, ColumnType], rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """Return rows as a frame with every column, null where a row says nothing."""
    schema = {name: STORED[each.kind] for name, each in columns.items()}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
