"""A second meaning of the language, slow and row by row, with which the compiled expressions must agree."""

from __future__ import annotations

import calendar
import datetime as dt
import operator
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from evalkit.formula import tree
from evalkit.formula.functions import Function
from evalkit.formula.tree import Comparator, Node, Operator

Row = Mapping[str, Any]

_COMPARISONS = {
    Comparator.EQUAL: operator.eq,
    Comparator.DIFFERENT: operator.ne,
    Comparator.LESS: operator.lt,
    Comparator.AT_MOST: operator.le,
    Comparator.MORE: operator.gt,
    Comparator.AT_LEAST: operator.ge,
}


def interpreted(node: Node, row: Row) -> Any:
    """Return the value of a tree for one row; ``None`` is null."""
    with localcontext() as context:
        context.prec = 80
        return _value(node, row)


def _value(node: Node, row: Row) -> Any:
    match node:
        case tree.NullLiteral():
            return None
        case tree.ColumnName():
            return row[node.name]
        case tree.And():
            return _all([_value(part, row) for part in node.parts])
        case tree.Or():
            return _opposite(_all([_opposite(_value(part, row)) for part in node.parts]))
        case tree.Not():
            return _opposite(_value(node.operand, row))
        case tree.IsNull():
            return _value(node.operand, row) is None
        case tree.Comparison():
            return _compared(node.comparator, _value(node.left, row), _value(node.right, row))
        case tree.Between():
            value, low, high = (_value(part, row) for part in tree.children(node))
            return _all([_compared(Comparator.AT_LEAST, value, low), _compared(Comparator.AT_MOST, value, high)])
        case tree.Among():
            value = _value(node.operand, row)
            return None if value is None else any(value == each.value for each in node.values)
        case tree.Like():
            value = _value(node.operand, row)
            return None if value is None else _matches(value, node.pattern)
        case tree.Case():
            chosen = next((b.result for b in node.branches if _value(b.condition, row) is True), node.default)
            return _value(chosen, row)
        case tree.Negative():
            value = _value(node.operand, row)
            return None if value is None else -value
        case tree.Arithmetic():
            return _calculated(node.operator, _value(node.left, row), _value(node.right, row))
        case tree.Call():
            return _called(node.function, [_value(argument, row) for argument in node.arguments])
        case _:
            return node.value


def _all(values: list[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _opposite(value: bool | None) -> bool | None:
    return None if value is None else not value


def _compared(comparator: Comparator, left: Any, right: Any) -> bool | None:
    return None if left is None or right is None else _COMPARISONS[comparator](left, right)


def _matches(text: str, pattern: str) -> bool:
    """Match by hand, without regular expression, so as not to repeat the compiler."""
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(_matches(text[start:], pattern[1:]) for start in range(len(text) + 1))
    return bool(text) and pattern[0] in {"_", text[0]} and _matches(text[1:], pattern[1:])


def _calculated(sign: Operator, left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    if sign is Operator.PLUS:
        return left + right
    if sign is Operator.MINUS:
        return left - right
    if max(abs(left), abs(right)) >= 10**14 or (sign is Operator.OVER and right == 0):
        return None
    exact = Decimal(left) * Decimal(right) if sign is Operator.TIMES else Decimal(left) / Decimal(right)
    rounded = exact.quantize(Decimal("1e-9"), ROUND_HALF_EVEN)
    return rounded if abs(rounded) < 10**18 else None


def _called(function: Function, values: list[Any]) -> Any:
    present = [value for value in values if value is not None]
    if function is Function.COALESCE:
        return present[0] if present else None
    if function in {Function.LEAST, Function.GREATEST}:
        return (min if function is Function.LEAST else max)(present, default=None)
    return _FUNCTIONS[function](*values) if len(present) == len(values) else None


def _rounded(number: int | Decimal, places: int = 0) -> int | Decimal:
    return number if isinstance(number, int) else number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day of another month, or its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _months_between(start: dt.date, end: dt.date) -> int:
    """Count by adding months one by one, as the definition says."""
    if end < start:
        return -_months_between(end, start)
    months = 0
    while add_months(start, months + 1) <= end:
        months += 1
    return months


_FUNCTIONS = {
    Function.ABS: abs,
    Function.ADD_MONTHS: add_months,
    Function.DAYS_BETWEEN: lambda start, end: (end - start).days,
    Function.LENGTH: len,
    Function.LOWER: str.lower,
    Function.MONTH: lambda day: day.month,
    Function.MONTHS_BETWEEN: _months_between,
    Function.QUARTER: lambda day: (day.month + 2) // 3,
    Function.ROUND: _rounded,
    Function.UPPER: str.upper,
    Function.YEAR: lambda day: day.year,
}
