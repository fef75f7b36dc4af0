"""A condition bound to its columns: the rows it looks at, and those that fail."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import polars as pl

from evalkit.gx_polars.columns import Column
from evalkit.gx_polars.conditions import Condition
from evalkit.gx_polars.failures import CheckError


@dataclass(frozen=True, slots=True)
class Check:
    """One condition on given columns.

    Attributes:
        columns: names of the columns that it reads, in order.
        fine: true when a row is fine.
        considered: true when a row is looked at at all; None when every row is.
        is_key: whether it only asks that no two rows share the values of the columns.
    """

    columns: tuple[str, ...]
    fine: pl.Expr
    considered: pl.Expr | None
    is_key: bool = False

    @property
    def unexpected(self) -> pl.Expr:
        """True when a row is looked at and is not fine; never null."""
        failing = ~self.fine.fill_null(value=False)
        return failing if self.considered is None else self.considered & failing


def columns_of(domain: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the columns of a GX domain (column, pair or list), in order."""
    if domain.get("column") is not None:
        return (domain["column"],)
    if domain.get("column_A") is not None:
        return (domain["column_A"], domain["column_B"])
    return tuple(domain.get("column_list") or ())


def columns_in(schema: pl.Schema, names: tuple[str, ...]) -> tuple[Column, ...]:
    """Return the named columns with their types.

    Raises:
        CheckError: a column is missing.
    """
    missing = sorted(set(names) - set(schema.names()))
    if missing:
        raise CheckError("missing_column", ", ".join(missing))
    return tuple(Column(name, schema[name]) for name in names)


def bind(condition: Condition, schema: pl.Schema, domain: Mapping[str, Any], parameters: Mapping[str, Any]) -> Check:
    """Return a condition bound to the columns of a GX domain.

    Args:
        condition: what is asked of each row.
        schema: names and types of the frame.
        domain: GX's domain: names of columns, ``ignore_row_if``.
        parameters: GX's value keys: bounds, sets, patterns.

    Returns:
        The bound check.

    Raises:
        CheckError: a column is missing, or the parameters do not fit it.
    """
    columns = columns_in(schema, columns_of(domain))
    fine = condition.fine(columns, parameters)
    names = tuple(column.name for column in columns)
    return Check(names, fine, _considered(condition, columns, domain), condition.is_key)


def _considered(condition: Condition, columns: tuple[Column, ...], domain: Mapping[str, Any]) -> pl.Expr | None:
    if condition.shape == "rows" or not condition.skips_null:
        return None
    if condition.shape == "column":
        return columns[0].expr.is_not_null()
    present = [column.expr.is_not_null() for column in columns]
    match domain.get("ignore_row_if"):
        case None | "both_values_are_missing" | "all_values_are_missing":
            return reduce(operator.or_, present)
        case "either_value_is_missing" | "any_value_is_missing":
            return reduce(operator.and_, present)
        case "neither" | "never":
            return None
        case other:
            raise CheckError("configuration", f"unknown ignore_row_if {other!r}")
