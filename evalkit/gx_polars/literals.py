"""Values of a suite brought to the type of the column that they are compared with.

A suite read back from JSON holds its dates as text; Polars refuses to compare text with dates,
and refuses a set that mixes types, where GX-pandas just finds no match.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import polars as pl

from evalkit.gx_polars.failures import CheckError

_UNSET = object()


def is_text(dtype: pl.DataType) -> bool:
    """Return whether values of this type are written as text (String, Categorical, Enum)."""
    return dtype in (pl.String, pl.Categorical, pl.Enum)


def comparable(value: Any, dtype: pl.DataType) -> Any:
    """Return a bound in the type of a column, dates read from ISO text.

    Args:
        value: the bound declared in the suite; None stays None.
        dtype: type of the column.

    Returns:
        The bound, ready for a Polars comparison.

    Raises:
        CheckError: the bound cannot be compared with this column.
    """
    if value is None:
        return None
    member = as_member(value, dtype)
    if member is _UNSET:
        raise CheckError("type", f"{type(value).__name__} compared with {dtype}")
    return member


def members(values: Iterable[Any], dtype: pl.DataType) -> list[Any]:
    """Return the values that a column of this type can hold, without null and without repeats."""
    found = (as_member(value, dtype) for value in values if value is not None)
    kept = [value for value in found if value is not _UNSET]
    return list(dict.fromkeys(kept))


def can_hold(value: Any, dtype: pl.DataType) -> bool:
    """Return whether a column of this type can hold this value (null always can)."""
    return value is None or as_member(value, dtype) is not _UNSET


def as_member(value: Any, dtype: pl.DataType) -> Any:
    """Return ``value`` as a column of this type holds it, or a private mark when it cannot."""
    if is_text(dtype):
        return value if isinstance(value, str) else _UNSET
    if dtype.is_temporal():
        return _as_temporal(value, dtype)
    if dtype.is_numeric():
        return _as_number(value)
    if dtype == pl.Boolean:
        return bool(value) if value in (True, False) else _UNSET
    return value


def _as_number(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value if isinstance(value, (int, float, Decimal)) else _UNSET


def _as_temporal(value: Any, dtype: pl.DataType) -> Any:
    if isinstance(value, str):
        value = _read_iso(value, dtype)
    if dtype == pl.Datetime and isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    if dtype == pl.Date and isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    return value if isinstance(value, (dt.date, dt.time, dt.timedelta)) else _UNSET


def _read_iso(text: str, dtype: pl.DataType) -> Any:
    try:
        return dt.time.fromisoformat(text) if dtype == pl.Time else dt.datetime.fromisoformat(text)
    except ValueError:
        return _UNSET
