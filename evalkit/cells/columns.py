"""The columns that cells are grouped by: zones that are never null, bands of numbers, yearly parameters."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import polars as pl

from evalkit.cells.request import Bands, CellRequest
from evalkit.declare.parameter import Parameter
from evalkit.formula import columns_of
from evalkit.store.schema import PERIOD as ROW_PERIOD
from evalkit.territory.zones import UNKNOWN
from evalkit.workspace.columns import ZONE_COLUMN, zone_columns

_PARAMETER = pl.Decimal(18, 6)


def stored_columns(requests: Iterable[CellRequest]) -> set[str]:
    """Return the stored columns that requests read; the period always, so that rows can be counted."""
    read = {ROW_PERIOD}
    for request in requests:
        names = {name for formula in request.formulas for name in columns_of(formula)} | set(request.keys)
        read |= names - {each.column for each in _parameters_read(request)} - _without_zone(request)
    return read


def with_parameters(rows: pl.LazyFrame, requests: Iterable[CellRequest]) -> pl.LazyFrame:
    """Return rows with the yearly parameters that formulas read, each of the year of its row; null without a value."""
    read = {each.column: each for request in requests for each in _parameters_read(request)}
    year = pl.col(ROW_PERIOD).str.slice(0, 4)
    return rows.with_columns(_yearly(year, each.by_year).alias(name) for name, each in sorted(read.items()))


def grouped_by(request: CellRequest) -> list[pl.Expr]:
    """Return the keys of a request: a zone that nobody gives is unknown, a number may be cut in bands."""
    zones = {*zone_columns(request.feed), ZONE_COLUMN}
    bands = {each.column: each for each in request.bands}
    found = []
    for key in request.keys:
        if key in _without_zone(request):
            found.append(pl.lit(UNKNOWN).alias(key))
        elif key in bands:
            found.append(_band(bands[key]))
        else:
            found.append(pl.col(key).fill_null(UNKNOWN) if key in zones else pl.col(key))
    return found


def _parameters_read(request: CellRequest) -> tuple[Parameter, ...]:
    """Return the parameters that the formulas of a request read; a field of the feed of the same name wins."""
    read = {name for formula in request.formulas for name in columns_of(formula)}
    fields = {field.name for field in request.feed.fields}
    return tuple(each for each in request.parameters if each.column in read - fields)


def _without_zone(request: CellRequest) -> frozenset[str]:
    """Return the zone column of a feed that has none: its rows are of unknown place."""
    return frozenset() if request.feed.field(ZONE_COLUMN) is not None else frozenset({ZONE_COLUMN})


def _yearly(year: pl.Expr, values: dict[str, Decimal]) -> pl.Expr:
    chosen = pl.lit(None, _PARAMETER)
    for name, value in values.items():
        chosen = pl.when(year == name).then(pl.lit(value, _PARAMETER)).otherwise(chosen)
    return chosen


def _band(bands: Bands) -> pl.Expr:
    """Return the words of the band of each number; null stays null."""
    column, bounds = pl.col(bands.column), bands.bounds
    upper = [f"{high - 1}" if bands.is_whole else f"moins de {high}" for high in bounds[1:]]
    words = [f"moins de {bounds[0]}", *(f"{low} à {high}" for low, high in zip(bounds, upper, strict=False))]
    chosen: pl.Expr = pl.when(column.is_not_null()).then(pl.lit(f"{bounds[-1]} et plus"))
    for high, word in reversed(list(zip(bounds, words, strict=True))):
        chosen = pl.when(column < high).then(pl.lit(word)).otherwise(chosen)
    return chosen.alias(bands.column)
