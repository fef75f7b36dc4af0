r"""Questions asked of text: patterns, lengths, formats of dates.

Patterns are those of Rust's ``regex``: searched anywhere in the text as Python's ``re.search`` does,
but without look-around nor back-reference (such a pattern makes the check raise, never pass).
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from types import MappingProxyType
from typing import Any

import polars as pl

from evalkit.gx_polars.bounds import within
from evalkit.gx_polars.columns import Column
from evalkit.gx_polars.failures import CheckError

Parameters = Mapping[str, Any]


def matches(column: Column, pattern: str) -> pl.Expr:
    """Return whether the pattern is found in the text of the column.

    Raises:
        CheckError: Rust's ``regex`` cannot read the pattern.
    """
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError:
        raise CheckError("configuration", f"unreadable pattern {pattern!r}") from None
    return column.text.str.contains(pattern)


def _required(parameters: Parameters, key: str) -> Any:
    value = parameters.get(key)
    if value is None or value == []:
        raise CheckError("configuration", f"{key} is missing")
    return value


def _joined(parts: Sequence[pl.Expr], match_on: str | None) -> pl.Expr:
    if match_on not in (None, "any", "all"):
        raise CheckError("configuration", "match_on is neither 'any' nor 'all'")
    return reduce(operator.and_ if match_on == "all" else operator.or_, parts)


def _regex(column: Column, parameters: Parameters) -> pl.Expr:
    return matches(column, _required(parameters, "regex"))


def _regex_list(column: Column, parameters: Parameters) -> pl.Expr:
    found = [matches(column, pattern) for pattern in _required(parameters, "regex_list")]
    return _joined(found, parameters.get("match_on"))


def _no_regex_of_list(column: Column, parameters: Parameters) -> pl.Expr:
    return ~_joined([matches(column, pattern) for pattern in _required(parameters, "regex_list")], "any")


def like_to_regex(pattern: str, escape: str | None = None) -> str:
    r"""Return the anchored regular expression of an SQL ``LIKE`` pattern, case-sensitive.

    Args:
        pattern: ``%`` stands for any text, ``_`` for one character.
        escape: the character that makes the next one literal, if any.

    Returns:
        A pattern for Rust's ``regex``.
    """
    parts, characters = [], iter(pattern)
    for character in characters:
        if escape and character == escape:
            parts.append(re.escape(next(characters, "")))
        else:
            parts.append({"%": ".*", "_": "."}.get(character, re.escape(character)))
    return f"(?s)^{''.join(parts)}$"


def _like(column: Column, parameters: Parameters) -> pl.Expr:
    return matches(column, like_to_regex(_required(parameters, "like_pattern"), parameters.get("escape")))


def _likes(column: Column, parameters: Parameters) -> list[pl.Expr]:
    patterns = _required(parameters, "like_pattern_list")
    return [matches(column, like_to_regex(pattern, parameters.get("escape"))) for pattern in patterns]


def _length_between(column: Column, parameters: Parameters) -> pl.Expr:
    return within(column.text.str.len_chars().cast(pl.Int64), parameters, pl.Int64())


def _length_equals(column: Column, parameters: Parameters) -> pl.Expr:
    equal: pl.Expr = column.text.str.len_chars().cast(pl.Int64) == _required(parameters, "value")
    return equal


def _strftime(column: Column, parameters: Parameters) -> pl.Expr:
    form = _required(parameters, "strftime_format")
    if column.dtype not in (pl.String, pl.Null):
        raise CheckError("type", f"strftime of column {column.name!r} ({column.dtype})")

    def readable(values: pl.Series) -> pl.Series:
        distinct = values.unique()
        known = {value: _is_readable(value, form) for value in distinct}
        return values.replace_strict(known, default=False, return_dtype=pl.Boolean)

    return column.text.map_batches(readable, return_dtype=pl.Boolean, is_elementwise=True)


def _is_readable(value: str | None, form: str) -> bool:
    # Python's own reader, on distinct values only: the reader of Polars accepts other digits and widths.
    if value is None:
        return False
    try:
        dt.datetime.strptime(value, form)  # noqa: DTZ007
    except ValueError:
        return False
    return True


TEXT_CONDITIONS: Mapping[str, Callable[[Column, Parameters], pl.Expr]] = MappingProxyType(
    {
        "column_values.match_regex": _regex,
        "column_values.not_match_regex": lambda column, parameters: ~_regex(column, parameters),
        "column_values.match_regex_list": _regex_list,
        "column_values.not_match_regex_list": _no_regex_of_list,
        "column_values.match_like_pattern": _like,
        "column_values.not_match_like_pattern": lambda column, parameters: ~_like(column, parameters),
        "column_values.match_like_pattern_list": lambda column, parameters: _joined(
            _likes(column, parameters), parameters.get("match_on")
        ),
        "column_values.not_match_like_pattern_list": lambda column, parameters: (
            ~_joined(_likes(column, parameters), "any")
        ),
        "column_values.value_length.between": _length_between,
        "column_values.value_length.equals": _length_equals,
        "column_values.match_strftime_format": _strftime,
    }
)
