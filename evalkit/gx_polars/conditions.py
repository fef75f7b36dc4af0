"""What each map expectation asks of a row, as one Polars expression: true when the row is fine.

The names are those of GX metrics (``column_values.between`` and so on); the meaning is that of
GX's pandas engine, read in GX 1.24.1. Nothing here depends on GX.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import Any, Literal

import polars as pl

from evalkit.gx_polars import text_conditions
from evalkit.gx_polars.bounds import within
from evalkit.gx_polars.columns import Column
from evalkit.gx_polars.failures import CheckError
from evalkit.gx_polars.literals import can_hold, members

Parameters = Mapping[str, Any]
Fine = Callable[[Sequence[Column], Parameters], pl.Expr]
Shape = Literal["column", "column_pair", "multicolumn", "rows"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One question asked of every row.

    Attributes:
        shape: how many columns the question reads, in GX's words; ``rows`` for a rule on whole rows.
        fine: makes the expression that is true when a row is fine.
        skips_null: whether rows where the column is null are left out (``column`` only).
        is_key: whether the question is only that no two rows share the values of the columns.
    """

    shape: Shape
    fine: Fine
    skips_null: bool = True
    is_key: bool = False


def _one(make: Callable[[Column, Parameters], pl.Expr]) -> Condition:
    return Condition("column", lambda columns, parameters: make(columns[0], parameters))


def _between(column: Column, parameters: Parameters) -> pl.Expr:
    return within(column.expr, parameters, column.dtype)


def _in_set(column: Column, parameters: Parameters) -> pl.Expr:
    values = parameters.get("value_set")
    if values is None:
        return pl.lit(value=True)
    return column.comparable_expr.is_in(members(values, column.dtype))


def _not_in_set(column: Column, parameters: Parameters) -> pl.Expr:
    return pl.lit(value=True) if parameters.get("value_set") is None else ~_in_set(column, parameters)


def _ordered(compare: Callable[[Any, Any], Any], strict: Callable[[Any, Any], Any]) -> Condition:
    def make(column: Column, parameters: Parameters) -> pl.Expr:
        previous = column.expr.forward_fill().shift(1)
        chosen = strict if parameters.get("strictly") else compare
        ordered: pl.Expr = chosen(column.expr, previous)
        return ordered | previous.is_null()

    return _one(make)


def _z_score(column: Column, parameters: Parameters) -> pl.Expr:
    column.require_numbers("z-score")
    threshold = parameters.get("threshold")
    if threshold is None:
        raise CheckError("configuration", "threshold is missing")
    deviation = column.expr.std()
    score = pl.when(deviation > 0).then((column.expr - column.expr.mean()) / deviation)
    under = score.abs() < abs(threshold) if parameters.get("double_sided") else score < threshold
    fine: pl.Expr = under | score.is_null() | score.is_nan()
    return fine


def _greater(columns: Sequence[Column], parameters: Parameters) -> pl.Expr:
    left, right = (column.comparable_expr for column in columns)
    greater: pl.Expr = left >= right if parameters.get("or_equal") else left > right
    return greater


def _equal(columns: Sequence[Column], _: Parameters) -> pl.Expr:
    return columns[0].comparable_expr == columns[1].comparable_expr


def _pair_in_set(columns: Sequence[Column], parameters: Parameters) -> pl.Expr:
    pairs = parameters.get("value_pairs_set")
    if pairs is None:
        return pl.lit(value=True)
    found = [
        reduce(operator.and_, (column.is_exactly(value) for column, value in zip(columns, pair, strict=True)))
        for pair in pairs
        if all(can_hold(value, column.dtype) for column, value in zip(columns, pair, strict=True))
    ]
    return reduce(operator.or_, found, pl.lit(value=False))


def _sum_equal(columns: Sequence[Column], parameters: Parameters) -> pl.Expr:
    for column in columns:
        column.require_numbers("sum")
    total: pl.Expr = reduce(operator.add, (column.expr for column in columns))
    equal: pl.Expr = total == parameters.get("sum_total")
    return equal


def _all_equal(columns: Sequence[Column], _: Parameters) -> pl.Expr:
    first, *others = (column.comparable_expr for column in columns)
    return reduce(operator.and_, (other.eq_missing(first) for other in others))


def _all_distinct(columns: Sequence[Column], _: Parameters) -> pl.Expr:
    exprs = [column.comparable_expr for column in columns]
    pairs = [(left, right) for index, left in enumerate(exprs) for right in exprs[index + 1 :]]
    return reduce(operator.and_, (left.ne_missing(right) for left, right in pairs))


def _unique(columns: Sequence[Column], _: Parameters) -> pl.Expr:
    return pl.struct([column.expr for column in columns]).is_unique()


def _outlier_free(column: Column, parameters: Parameters) -> pl.Expr:
    column.require_numbers("outliers")
    method, multiplier = parameters.get("method") or "iqr", parameters.get("multiplier")
    multiplier = 1.5 if multiplier is None else multiplier
    value = column.expr.cast(pl.Float64)
    if method == "iqr":
        low, high = (value.quantile(share, "linear") for share in (0.25, 0.75))
        reach = multiplier * (high - low)
        return (value >= low - reach) & (value <= high + reach)
    if method == "std":
        centre, reach = value.mean(), multiplier * value.std()
        near = pl.when(reach > 0).then((value - centre).abs() < reach).otherwise(value == centre)
        return pl.when(reach.is_null()).then(pl.lit(value=True)).otherwise(near)
    raise CheckError("configuration", f"unknown method {method!r}")


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        "column_values.nonnull": Condition("column", lambda c, _: c[0].expr.is_not_null(), skips_null=False),
        "column_values.null": Condition("column", lambda c, _: c[0].expr.is_null(), skips_null=False),
        "column_values.between": _one(_between),
        "column_values.in_set": _one(_in_set),
        "column_values.not_in_set": _one(_not_in_set),
        "column_values.unique": Condition("column", _unique, is_key=True),
        "column_values.increasing": _ordered(operator.ge, operator.gt),
        "column_values.decreasing": _ordered(operator.le, operator.lt),
        "column_values.z_score.under_threshold": _one(_z_score),
        "column_values.not_outliers": _one(_outlier_free),
        "column_pair_values.equal": Condition("column_pair", _equal),
        "column_pair_values.a_greater_than_b": Condition("column_pair", _greater),
        "column_pair_values.in_set": Condition("column_pair", _pair_in_set),
        "multicolumn_sum.equal": Condition("multicolumn", _sum_equal),
        "multicolumn_values.equal": Condition("multicolumn", _all_equal),
        "select_column_values.unique.within_record": Condition("multicolumn", _all_distinct),
        "compound_columns.unique": Condition("multicolumn", _unique, is_key=True),
        **{name: _one(make) for name, make in text_conditions.TEXT_CONDITIONS.items()},
    }
)
