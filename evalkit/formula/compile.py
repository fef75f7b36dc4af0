"""Compile a formula to a Polars expression.

Exactness. Sums and differences keep the type of their terms and are exact, as long as whole numbers stay within 64 bits
(nothing tells when they do not: no column holds such numbers). A product or a quotient is a decimal with nine decimals,
rounded half to even, so that no formula gives a float and sums of its values do not depend on the order of rows. Its
operands must be below 10^14 and its result below 10^18, in absolute value; beyond, the result is null. A division by
zero is null.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import reduce

import polars as pl

from evalkit.formula import tree
from evalkit.formula.functions import Function
from evalkit.formula.tree import Comparator, Formula, Node, Operator, columns_of

_OPERAND = pl.Decimal(23, 9)
_RESULT = pl.Decimal(27, 9)

_COMPARISONS: Mapping[Comparator, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    Comparator.EQUAL: pl.Expr.eq,
    Comparator.DIFFERENT: pl.Expr.ne,
    Comparator.LESS: pl.Expr.lt,
    Comparator.AT_MOST: pl.Expr.le,
    Comparator.MORE: pl.Expr.gt,
    Comparator.AT_LEAST: pl.Expr.ge,
}


def compile_formula(formula: Formula) -> pl.Expr:
    """Return the Polars expression of a formula: one value per row, of the type that :func:`check` gives.

    Args:
        formula: a formula that :func:`evalkit.formula.check` accepts for the columns of the frame, whose types are
            those of :class:`evalkit.formula.types.Kind`.

    Returns:
        An expression that reads columns by their names. A formula that reads none gives its value on every row, so
        that a sum counts the rows.
    """
    compiled = _compile(formula.tree)
    return compiled if columns_of(formula) else pl.repeat(compiled, pl.len())


def compile_predicate(formula: Formula) -> pl.Expr:
    """Return the expression that keeps the rows for which a boolean formula is true: null is not true.

    A check asks the contrary, that no row is false; it reads :func:`compile_formula`, where null is apart.
    """
    return compile_formula(formula).fill_null(value=False)


def _compile(node: Node) -> pl.Expr:
    return _condition(node) if isinstance(node, tree.Condition) else _value(node)


def _condition(node: tree.Condition) -> pl.Expr:
    match node:
        case tree.Not():
            built = ~_compile(node.operand)
        case tree.And():
            built = reduce(pl.Expr.and_, map(_compile, node.parts))
        case tree.Or():
            built = reduce(pl.Expr.or_, map(_compile, node.parts))
        case tree.Comparison():
            built = _COMPARISONS[node.comparator](_compile(node.left), _compile(node.right))
        case tree.IsNull():
            built = _compile(node.operand).is_null()
        case tree.Among():
            built = _compile(node.operand).is_in(_members(node.values))
        case tree.Between():
            built = _compile(node.operand).is_between(_compile(node.low), _compile(node.high))
        case tree.Like():
            built = _compile(node.operand).str.contains(_shape(node.pattern))
    return built


def _value(node: Node) -> pl.Expr:
    match node:
        case tree.ColumnName():
            built = pl.col(node.name)
        case tree.Negative():
            built = -_compile(node.operand)
        case tree.Arithmetic():
            built = _arithmetic(node)
        case tree.Case():
            built = _case(node)
        case tree.Call():
            built = _call(node)
        case tree.NumberLiteral(value=int()):
            built = pl.lit(node.value, pl.Int64)
        case tree.BooleanLiteral() | tree.NumberLiteral() | tree.TextLiteral() | tree.DateLiteral():
            built = pl.lit(node.value)
        case _:
            built = pl.lit(None)
    return built


def _members(values: tuple[tree.Literal, ...]) -> list[bool | int | Decimal | str | dt.date]:
    """Return the values of ``IN``; one decimal among them makes them all decimals."""
    found = [each.value for each in values]
    decimal = any(isinstance(each, Decimal) for each in found)
    return [Decimal(str(each)) for each in found] if decimal else found


def _shape(pattern: str) -> str:
    """Return the regular expression of a ``LIKE`` pattern, for the whole text, lines included."""
    wildcards = {"%": ".*", "_": "."}
    return rf"(?s)\A{''.join(wildcards.get(each) or _ordinary(each) for each in pattern)}\z"


def _ordinary(character: str) -> str:
    return f"\\{character}" if re.fullmatch(r"[\\.+*?()|\[\]{}^$#&~-]", character) else character


def _arithmetic(node: tree.Arithmetic) -> pl.Expr:
    left, right = _compile(node.left), _compile(node.right)
    if node.operator is Operator.PLUS:
        return left + right
    if node.operator is Operator.MINUS:
        return left - right
    left, right = left.cast(_OPERAND, strict=False), right.cast(_OPERAND, strict=False)
    if node.operator is Operator.TIMES:
        return (left * right).cast(_RESULT, strict=False)
    return (left / right.replace(Decimal(0), None)).cast(_RESULT, strict=False)


def _case(node: tree.Case) -> pl.Expr:
    chosen = _compile(node.default)
    for branch in reversed(node.branches):
        chosen = pl.when(_compile(branch.condition)).then(_compile(branch.result)).otherwise(chosen)
    return chosen


def _call(node: tree.Call) -> pl.Expr:
    first, *others = [_compile(argument) for argument in node.arguments]
    if node.function is Function.ROUND:
        return first.round(_written_number(node), mode="half_away_from_zero")
    if node.function is Function.ADD_MONTHS:
        return first.dt.offset_by(f"{_written_number(node)}mo")
    return _FUNCTIONS[node.function](first, *others)


def _written_number(node: tree.Call) -> int:
    """Return the second argument of ``ROUND`` or ``ADD_MONTHS``, which is a number written in the formula."""
    written = node.arguments[1] if len(node.arguments) > 1 else None
    return int(written.value) if isinstance(written, tree.NumberLiteral) else 0


def _months_between(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Return the number of complete months: the largest ``n`` for which ``ADD_MONTHS(start, n)`` is not after ``end``.

    From 31 January, one month is complete on the last day of February: a period of months ends on the day of the same
    number, or on the last day of the month when it has none (code de procédure civile, article 641). Backwards, the
    number of months from ``end`` to ``start``, with a minus sign.
    """
    forwards = end >= start
    first, last = pl.when(forwards).then(start).otherwise(end), pl.when(forwards).then(end).otherwise(start)
    months = 12 * (last.dt.year().cast(pl.Int64) - first.dt.year()) + last.dt.month() - first.dt.month()
    incomplete = (last.dt.day() < first.dt.day()) & (last != last.dt.month_end())
    complete = months - incomplete.cast(pl.Int64)
    return pl.when(forwards).then(complete).otherwise(-complete)


_FUNCTIONS: Mapping[Function, Callable[..., pl.Expr]] = {
    Function.ABS: lambda number: number.abs(),
    Function.COALESCE: lambda *values: pl.coalesce(values),
    Function.DAYS_BETWEEN: lambda start, end: (end - start).dt.total_days(),
    Function.GREATEST: lambda *values: pl.max_horizontal(values),
    Function.LEAST: lambda *values: pl.min_horizontal(values),
    Function.LENGTH: lambda text: text.str.len_chars().cast(pl.Int64),
    Function.LOWER: lambda text: text.str.to_lowercase(),
    Function.MONTH: lambda date: date.dt.month().cast(pl.Int64),
    Function.MONTHS_BETWEEN: _months_between,
    Function.QUARTER: lambda date: date.dt.quarter().cast(pl.Int64),
    Function.UPPER: lambda text: text.str.to_uppercase(),
    Function.YEAR: lambda date: date.dt.year().cast(pl.Int64),
}
"""Functions whose arguments are all values of the row. Null is null, except that ``COALESCE``, ``LEAST`` and
``GREATEST`` take the values that are present, and are null when none is."""
