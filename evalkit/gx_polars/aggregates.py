"""What each aggregate metric computes: Polars expressions, then one step from their values to GX's value.

The names are those of GX metrics; the meaning is that of GX's pandas engine, read in GX 1.24.1. Every
expression gives one row, so that all the aggregates of a suite fit in one ``select``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import polars as pl

from evalkit.gx_polars.columns import Column
from evalkit.gx_polars.failures import CheckError
from evalkit.gx_polars.literals import members

Parameters = Mapping[str, Any]
# GX 1.24.1 lists at most this number of distinct values (great_expectations.constants).
MOST_DISTINCT_VALUES = 20


def _first(values: Sequence[Any]) -> Any:
    return values[0]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A number (or a short list) to be computed from a whole column or table.

    Attributes:
        expressions: each gives one row.
        finish: makes the metric's value from the values of the expressions.
    """

    expressions: tuple[pl.Expr, ...]
    finish: Callable[[Sequence[Any]], Any] = _first


Make = Callable[[Column, Parameters], Aggregate]


def counted(flags: pl.Expr) -> Aggregate:
    """Return the number of true values; 0 for an empty table."""
    return Aggregate((flags.sum(),), lambda values: int(values[0] or 0))


def row_count() -> Aggregate:
    """Return the number of rows."""
    return Aggregate((pl.len(),), lambda values: int(values[0]))


def _plain(method: Callable[[pl.Expr], pl.Expr], *, numbers: bool = True) -> Make:
    def make(column: Column, _: Parameters) -> Aggregate:
        if numbers:
            column.require_numbers("aggregate")
        return Aggregate((method(column.comparable_expr),))

    return make


def _share(numerator: Callable[[pl.Expr], pl.Expr], denominator: Callable[[pl.Expr], pl.Expr]) -> Make:
    def make(column: Column, _: Parameters) -> Aggregate:
        parts = (numerator(column.expr), denominator(column.expr))
        return Aggregate(parts, lambda values: values[0] / values[1] if values[1] else 0)

    return make


def _distinct(column: Column, _: Parameters) -> Aggregate:
    return Aggregate((column.comparable_expr.drop_nulls().unique().sort().implode(),), lambda values: set(values[0]))


def _outside(column: Column, parameters: Parameters) -> pl.Expr:
    allowed = members(parameters.get("value_set") or (), column.dtype)
    value = column.comparable_expr.drop_nulls().unique()
    return value.filter(~value.is_in(allowed))


def _not_in_set_count(column: Column, parameters: Parameters) -> Aggregate:
    return Aggregate((_outside(column, parameters).len(),), lambda values: int(values[0]))


def _not_in_set(column: Column, parameters: Parameters) -> Aggregate:
    return Aggregate((_outside(column, parameters).sort().head(_limit(parameters)).implode(),), _listed)


def _missing_from(column: Column, parameters: Parameters) -> tuple[pl.Expr, Callable[[Sequence[Any]], list[Any]]]:
    """Return which expected values are present, and the step that lists the absent ones."""
    declared = list(dict.fromkeys(value for value in parameters.get("value_set") or () if value is not None))
    findable = members(declared, column.dtype)
    value = column.comparable_expr.drop_nulls().unique()
    present = value.filter(value.is_in(findable)).implode()

    def absent(values: Sequence[Any]) -> list[Any]:
        seen = set(_listed(values))
        # A value that the column cannot hold is absent, whatever the data.
        held = [(value, members([value], column.dtype)) for value in declared]
        return [value for value, found in held if not (found and found[0] in seen)]

    return present, absent


def _missing_count(column: Column, parameters: Parameters) -> Aggregate:
    present, absent = _missing_from(column, parameters)
    return Aggregate((present,), lambda values: len(absent(values)))


def _missing(column: Column, parameters: Parameters) -> Aggregate:
    present, absent = _missing_from(column, parameters)
    return Aggregate((present,), lambda values: absent(values)[: _limit(parameters)])


def _limit(parameters: Parameters) -> int:
    return int(parameters.get("limit") or MOST_DISTINCT_VALUES)


def _listed(values: Sequence[Any]) -> list[Any]:
    return list(values[0])


def _most_common(column: Column, _: Parameters) -> Aggregate:
    return Aggregate((column.comparable_expr.drop_nulls().mode().sort().implode(),), _listed)


def _quantiles(column: Column, parameters: Parameters) -> Aggregate:
    column.require_numbers("quantile")
    method = parameters.get("allow_relative_error") or "nearest"
    if method not in ("linear", "lower", "higher", "midpoint", "nearest"):
        raise CheckError("configuration", "allow_relative_error is not an interpolation")
    shares = parameters.get("quantiles") or ()
    make = _nearest if method == "nearest" else (lambda value, share: value.quantile(share, method))
    return Aggregate(tuple(make(column.expr, share) for share in shares), list)


def _nearest(value: pl.Expr, share: float) -> pl.Expr:
    # Half-way ranks go to the even one, as in numpy; Polars' own "nearest" rounds them up.
    rank = ((value.count() - 1).cast(pl.Float64) * share).round(mode="half_to_even").cast(pl.Int64)
    kept = value.drop_nulls().sort()
    return kept.slice(pl.max_horizontal(rank, 0), 1).first()


AGGREGATES: Mapping[str, Make] = MappingProxyType(
    {
        "column.min": _plain(pl.Expr.min, numbers=False),
        "column.max": _plain(pl.Expr.max, numbers=False),
        "column.mean": _plain(pl.Expr.mean),
        "column.median": _plain(pl.Expr.median),
        "column.sum": _plain(pl.Expr.sum),
        "column.standard_deviation": _plain(pl.Expr.std),
        "column.non_null_count": _plain(pl.Expr.count, numbers=False),
        "column.non_null_proportion": _share(pl.Expr.count, lambda value: value.len()),
        "column.unique_proportion": _share(lambda value: value.drop_nulls().n_unique(), pl.Expr.count),
        "column.distinct_values": _distinct,
        "column.distinct_values.count": _plain(lambda value: value.drop_nulls().n_unique(), numbers=False),
        "column.distinct_values.not_in_set": _not_in_set,
        "column.distinct_values.not_in_set.count": _not_in_set_count,
        "column.distinct_values.missing_from_column": _missing,
        "column.distinct_values.missing_from_column.count": _missing_count,
        "column.most_common_value": _most_common,
        "column.quantile_values": _quantiles,
    }
)
