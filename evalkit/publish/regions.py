"""Conditions as sets: which of the rows that could exist each condition keeps.

A condition that compares columns with written values cuts each column in a few classes: between two of the values,
every row is treated alike. One row per combination of classes is enough to tell exactly whether a condition holds
another, leaves it out, or is the same in other words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from math import prod

import numpy as np
import polars as pl

from evalkit.declare.feed import Feed, FieldSpec, FieldType
from evalkit.formula import Formula, columns_of, compile_predicate
from evalkit.formula.tree import (
    Among,
    And,
    Between,
    BooleanLiteral,
    ColumnName,
    Comparison,
    DateLiteral,
    IsNull,
    Node,
    Not,
    NumberLiteral,
    Or,
    TextLiteral,
    walk,
)

MOST = 100_000
"""Combinations of classes looked at; conditions that need more are not compared."""

_LITERALS = (BooleanLiteral, DateLiteral, NumberLiteral, TextLiteral)
_ELSEWHERE = "\x00"
"""A text that no condition writes."""

_SIZES = {FieldType.INTEGER: Decimal(1), FieldType.DECIMAL: Decimal("0.000001")}
_NUMBERS = {FieldType.INTEGER: pl.Int64(), FieldType.DECIMAL: pl.Decimal(38, 6)}
_TEXTS = frozenset({FieldType.CATEGORY, FieldType.CODE})

Value = str | int | Decimal | bool | dt.date | None


def is_plain(formula: Formula, feed: Feed) -> bool:
    """Tell whether a condition only compares columns with written values, so that it can be seen as a set."""
    return all(_is_plain(node, feed) for node in walk(formula.tree))


def _is_plain(node: Node, feed: Feed) -> bool:
    match node:
        case Comparison():
            return isinstance(node.left, ColumnName) and isinstance(node.right, _LITERALS)
        case Between():
            ends = isinstance(node.low, _LITERALS) and isinstance(node.high, _LITERALS)
            return isinstance(node.operand, ColumnName) and ends
        case Among() | IsNull():
            return isinstance(node.operand, ColumnName)
        case ColumnName():
            field = feed.field(node.name)
            return field is not None and field.type in {*_NUMBERS, *_TEXTS, FieldType.BOOLEAN, FieldType.DATE}
    return isinstance(node, (And, Or, Not, *_LITERALS))


def regions(conditions: Iterable[Formula | None], feed: Feed) -> list[int] | None:
    """Return each condition as a set, one bit per combination of classes; none when there are too many.

    Args:
        conditions: plain conditions; ``None`` keeps every row.
        feed: the feed that they read, for what its columns may hold.
    """
    asked = list(conditions)
    written = [each for each in asked if each is not None]
    classes = {
        name: _classes(name, written, feed) for name in sorted({n for each in written for n in columns_of(each)})
    }
    if prod(len(each) for each in classes.values()) > MOST:
        return None
    rows = pl.DataFrame({"row": [0]})
    for each in classes.values():
        rows = rows.join(each.to_frame(), how="cross")
    kept = [pl.lit(value=True) if each is None else compile_predicate(each) for each in asked]
    found = rows.select(expression.alias(str(index)) for index, expression in enumerate(kept))
    wide = [np.broadcast_to(found[str(index)].to_numpy(), rows.height) for index in range(len(asked))]
    return [int.from_bytes(np.packbits(each).tobytes(), "big") for each in wide]


def _classes(name: str, conditions: list[Formula], feed: Feed) -> pl.Series:
    """Return one value of a column per class that the conditions tell apart, null among them."""
    field = feed.field(name)
    if field is None:
        raise KeyError(name)
    written = {value for each in conditions for value in _written(each.tree, name)}
    if field.type is FieldType.BOOLEAN:
        return pl.Series(name, [True, False, None], dtype=pl.Boolean)
    if field.type in _TEXTS:
        texts = sorted({*(str(value) for value in written), *field.values})
        return pl.Series(name, [*texts, *([] if field.values else [_ELSEWHERE]), None], dtype=pl.String)
    if field.type is FieldType.DATE:
        days = sorted(value for value in written if isinstance(value, dt.date))
        return pl.Series(name, [*_days(days), None], dtype=pl.Date)
    numbers = sorted(Decimal(str(value)) for value in written)
    return pl.Series(name, [*_numbers(numbers, field), None], dtype=_NUMBERS[field.type])


def _written(node: Node, column: str) -> list[Value]:
    """Return the values that a condition compares a column with."""
    found: list[Value] = []
    for each in walk(node):
        match each:
            case Comparison(left=ColumnName(name=name), right=literal) if name == column:
                found += [literal.value] if isinstance(literal, _LITERALS) else []
            case Between(operand=ColumnName(name=name), low=low, high=high) if name == column:
                found += [end.value for end in (low, high) if isinstance(end, _LITERALS)]
            case Among(operand=ColumnName(name=name), values=values) if name == column:
                found += [value.value for value in values]
    return found


def _days(days: list[dt.date]) -> list[dt.date]:
    one = dt.timedelta(days=1)
    return sorted({each + step for each in days or [dt.date(2000, 1, 1)] for step in (-one, dt.timedelta(0), one)})


def _numbers(numbers: list[Decimal], field: FieldSpec) -> list[Decimal | int]:
    """Return the written numbers, and one between two of them and outside, within what the field allows."""
    step = _SIZES[field.type]
    low, high = field.minimum, field.maximum
    numbers = numbers or [Decimal(0)]
    found = {*numbers, numbers[0] - step, numbers[-1] + step, *(below + step for below, _ in pairwise(numbers))}
    allowed = sorted(each for each in found if (low is None or each >= low) and (high is None or each <= high))
    return [int(each) if field.type is FieldType.INTEGER else each for each in allowed]
