"""Random trees whose kinds fit together, and random rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st

from evalkit.formula import ColumnType, Kind, tree
from evalkit.formula.functions import Function
from evalkit.formula.tree import Branch, Call, ColumnName, Comparator, Node, Operator

COLUMNS = {
    "i": ColumnType(Kind.INTEGER),
    "j": ColumnType(Kind.INTEGER),
    "d": ColumnType(Kind.DECIMAL),
    "b": ColumnType(Kind.BOOLEAN),
    "c": ColumnType(Kind.BOOLEAN),
    "t": ColumnType(Kind.TEXT),
    "u": ColumnType(Kind.TEXT),
    "x": ColumnType(Kind.DATE),
    "y": ColumnType(Kind.DATE),
}

_CHOICES = (Function.COALESCE, Function.LEAST, Function.GREATEST)
_LETTERS = "abéÉ.'%_(\n"
_dates = st.dates(dt.date(1999, 1, 1), dt.date(2031, 12, 31))
_near_month_ends = st.sampled_from(
    [dt.date(2024, 1, 31), dt.date(2024, 2, 29), dt.date(2023, 2, 28), dt.date(2024, 3, 30)]
)
_texts = st.text(_LETTERS, max_size=4)
_integers = st.one_of(st.integers(-5, 5), st.sampled_from([10**7, 10**14 - 1, 10**14]))
_decimals = st.integers(-(10**6), 10**6).map(lambda cents: Decimal(cents).scaleb(-2))

rows = st.lists(
    st.fixed_dictionaries(
        {
            "i": st.none() | _integers,
            "j": st.none() | _integers,
            "d": st.none() | _decimals,
            "b": st.none() | st.booleans(),
            "c": st.none() | st.booleans(),
            "t": st.none() | _texts,
            "u": st.none() | _texts,
            "x": st.none() | _dates | _near_month_ends,
            "y": st.none() | _dates | _near_month_ends,
        }
    ),
    min_size=1,
    max_size=6,
)


def _columns(kind: Kind) -> st.SearchStrategy[Node]:
    return st.sampled_from([ColumnName(name) for name, each in COLUMNS.items() if each.kind is kind])


def _cases(conditions: st.SearchStrategy[Node], results: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    branches = st.lists(st.builds(Branch, conditions, results), min_size=1, max_size=2).map(tuple)
    return st.builds(tree.Case, branches, results | st.just(tree.NullLiteral()))


def _calls(function: Function, *arguments: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.tuples(*arguments).map(lambda given: Call(function, given))


def _chosen(function: Function, values: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.lists(values, min_size=2, max_size=3).map(lambda given: Call(function, tuple(given)))


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Trees of each kind, no deeper than some number of levels."""

    number: st.SearchStrategy[Node]
    text: st.SearchStrategy[Node]
    date: st.SearchStrategy[Node]
    condition: st.SearchStrategy[Node]


_number_literals = st.builds(tree.NumberLiteral, _integers | _decimals)
_text_literals = st.builds(tree.TextLiteral, _texts)
_date_literals = st.builds(tree.DateLiteral, _dates | _near_month_ends)
_boolean_leaves = _columns(Kind.BOOLEAN) | st.builds(tree.BooleanLiteral, st.booleans())

_LEAVES = _Kinds(
    number=st.one_of(_number_literals, _columns(Kind.INTEGER), _columns(Kind.DECIMAL)),
    text=_text_literals | _columns(Kind.TEXT),
    date=_date_literals | _columns(Kind.DATE),
    condition=_boolean_leaves,
)


def _numbers(under: _Kinds) -> st.SearchStrategy[Node]:
    written_places = st.builds(tree.NumberLiteral, st.integers(0, 9))
    not_literal = under.number.filter(lambda node: not isinstance(node, tree.NumberLiteral))
    return st.one_of(
        st.builds(tree.Arithmetic, st.sampled_from(Operator), under.number, under.number),
        st.builds(tree.Negative, not_literal),
        *(_calls(each, under.number) for each in (Function.ABS, Function.ROUND)),
        _calls(Function.ROUND, under.number, written_places),
        *(_chosen(each, under.number) for each in _CHOICES),
        *(_calls(each, under.date) for each in (Function.YEAR, Function.MONTH, Function.QUARTER)),
        *(_calls(each, under.date, under.date) for each in (Function.DAYS_BETWEEN, Function.MONTHS_BETWEEN)),
        _calls(Function.LENGTH, under.text),
        _cases(under.condition, under.number),
    )


def _longer_texts(under: _Kinds) -> st.SearchStrategy[Node]:
    return st.one_of(
        *(_calls(each, under.text) for each in (Function.LOWER, Function.UPPER)),
        *(_chosen(each, under.text) for each in _CHOICES),
        _cases(under.condition, under.text),
    )


def _later_dates(under: _Kinds) -> st.SearchStrategy[Node]:
    return st.one_of(
        _calls(Function.ADD_MONTHS, under.date, st.builds(tree.NumberLiteral, st.integers(-30, 30))),
        *(_chosen(each, under.date) for each in _CHOICES),
        _cases(under.condition, under.date),
    )


def _compared(values: st.SearchStrategy[Node], literals: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    listed = st.lists(literals, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(tree.Comparison, st.sampled_from(Comparator), values, values),
        st.builds(tree.Between, values, values, values),
        st.builds(tree.Among, values, listed),
        st.builds(tree.IsNull, values),
    )


def _conditions(under: _Kinds) -> st.SearchStrategy[Node]:
    parts = st.lists(under.condition, min_size=2, max_size=3).map(tuple)
    equality = st.sampled_from([Comparator.EQUAL, Comparator.DIFFERENT])
    return st.one_of(
        st.builds(tree.Not, under.condition),
        st.builds(tree.And, parts),
        st.builds(tree.Or, parts),
        _compared(under.number, _number_literals),
        _compared(_columns(Kind.TEXT), _text_literals),
        _compared(under.date, _date_literals),
        st.builds(tree.Like, under.text, _texts),
        st.builds(tree.Comparison, equality, _boolean_leaves, _boolean_leaves),
        _chosen(Function.COALESCE, under.condition),
        _cases(under.condition, under.condition),
    )


def _deeper(under: _Kinds) -> _Kinds:
    return _Kinds(
        number=under.number | _numbers(under),
        text=under.text | _longer_texts(under),
        date=under.date | _later_dates(under),
        condition=under.condition | _conditions(under),
    )


_DEEPEST = _deeper(_deeper(_deeper(_LEAVES)))

trees: st.SearchStrategy[Node] = st.one_of(_DEEPEST.condition, _DEEPEST.number, _DEEPEST.text, _DEEPEST.date)
