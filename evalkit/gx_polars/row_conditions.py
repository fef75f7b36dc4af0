"""GX's typed row conditions as Polars filters (GX internals read in GX 1.24.1).

A comparison with null keeps no row, as in SQL and in GX's Spark and SQL engines. GX-pandas differs on
this point only: there ``!=`` and ``NOT IN`` keep the rows where the column is null.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import reduce
from types import MappingProxyType
from typing import Any

import polars as pl
from great_expectations.expectations.row_conditions import (
    AndCondition,
    ComparisonCondition,
    NullityCondition,
    Operator,
    OrCondition,
    deserialize_row_condition,
)

from evalkit.gx_polars.checks import columns_in
from evalkit.gx_polars.failures import CheckError
from evalkit.gx_polars.literals import comparable, members

_COMPARE: Mapping[Any, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        Operator.EQUAL: operator.eq,
        Operator.NOT_EQUAL: operator.ne,
        Operator.LESS_THAN: operator.lt,
        Operator.LESS_THAN_OR_EQUAL: operator.le,
        Operator.GREATER_THAN: operator.gt,
        Operator.GREATER_THAN_OR_EQUAL: operator.ge,
    }
)


def typed(condition: Any) -> Any:
    """Return a row condition as a GX object, or None when there is none.

    Args:
        condition: None, a GX condition, or its dictionary as read from JSON.

    Returns:
        The GX condition.

    Raises:
        CheckError: the condition is a string in the language of another engine.
    """
    if not condition:
        return None
    if isinstance(condition, dict):
        condition = deserialize_row_condition(condition)
    if isinstance(condition, (ComparisonCondition, NullityCondition, AndCondition, OrCondition)):
        return condition
    raise CheckError("configuration", "row_condition must be a typed condition, such as Column('a') > 0")


def filter_of(condition: Any, schema: pl.Schema) -> pl.Expr:
    """Return the Polars filter of a GX row condition.

    Args:
        condition: a GX condition.
        schema: names and types of the frame, to bring values to the type of their column.

    Returns:
        An expression, true (not null, not false) for the rows kept.

    Raises:
        CheckError: a column is missing, or the condition is not a typed one.
    """
    if isinstance(condition, AndCondition):
        return reduce(operator.and_, (filter_of(part, schema) for part in condition.conditions))
    if isinstance(condition, OrCondition):
        return reduce(operator.or_, (filter_of(part, schema) for part in condition.conditions))
    (column,) = columns_in(schema, (condition.column.name,))
    if isinstance(condition, NullityCondition):
        return column.expr.is_null() if condition.is_null else column.expr.is_not_null()
    wanted = Operator(condition.operator)
    if wanted in (Operator.IN, Operator.NOT_IN):
        found = column.comparable_expr.is_in(members(condition.parameter, column.dtype))
        return found if wanted == Operator.IN else ~found
    compared: pl.Expr = _COMPARE[wanted](column.comparable_expr, comparable(condition.parameter, column.dtype))
    return compared


def group_of(domain_kwargs: Mapping[str, Any]) -> tuple[Any, str]:
    """Return what two domains share when they read the same rows: their batch and their row condition."""
    condition = typed(domain_kwargs.get("row_condition"))
    return domain_kwargs.get("batch_id"), "" if condition is None else repr(condition.dict())
