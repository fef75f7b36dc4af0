"""A value between two bounds, either of which may be missing or strict."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from functools import reduce
from typing import Any

import polars as pl

from evalkit.gx_polars.failures import CheckError
from evalkit.gx_polars.literals import comparable


def within(value: pl.Expr, parameters: Mapping[str, Any], dtype: pl.DataType) -> pl.Expr:
    """Return ``min_value <= value <= max_value``, strict where asked.

    Args:
        value: what is compared.
        parameters: ``min_value``, ``max_value``, ``strict_min``, ``strict_max``.
        dtype: type in which the bounds are read.

    Returns:
        The comparison.

    Raises:
        CheckError: no bound, bounds crossed, or bounds of another type.
    """
    lowest, highest = (comparable(parameters.get(key), dtype) for key in ("min_value", "max_value"))
    if lowest is None and highest is None:
        raise CheckError("configuration", "min_value and max_value are both missing")
    if lowest is not None and highest is not None and lowest > highest:
        raise CheckError("configuration", "min_value is greater than max_value")
    parts: list[pl.Expr] = []
    if lowest is not None:
        parts.append(value > lowest if parameters.get("strict_min") else value >= lowest)
    if highest is not None:
        parts.append(value < highest if parameters.get("strict_max") else value <= highest)
    within_both: pl.Expr = reduce(operator.and_, parts)
    return within_both
