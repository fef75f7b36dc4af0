"""What the checks of a feed say of its columns: which is a part of which, what makes up a total, what is full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from evalkit.declare.feed import Check, ExpectationCheck, Feed, FieldType, RuleCheck
from evalkit.declare.feed_check import CodeCheck, CodeForm, PartsCheck
from evalkit.formula.parse import parse
from evalkit.formula.tree import And, ColumnName, Comparator, Comparison, Node, Or

NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})
_NOT_NULL = "expect_column_values_to_not_be_null"
_AFTER = "expect_column_pair_values_a_to_be_greater_than_b"
_LESS = frozenset({Comparator.AT_MOST, Comparator.LESS})
_MORE = frozenset({Comparator.AT_LEAST, Comparator.MORE})


@dataclass(frozen=True, slots=True)
class Total:
    """A quantity and its parts, which make it up when they are ``complete``."""

    of: str
    parts: tuple[str, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Bounds:
    """How the columns of a feed hold together.

    Attributes:
        whole: by part, the quantity that it may not exceed.
        totals: each total with its parts, and whether they make it up.
        follows: by date, the date that it may not precede.
        filled: columns that should not be empty.
        schools: columns that hold the code of a school (UAI).
    """

    whole: dict[str, str] = field(default_factory=dict)
    totals: tuple[Total, ...] = ()
    follows: dict[str, str] = field(default_factory=dict)
    filled: frozenset[str] = frozenset()
    schools: frozenset[str] = frozenset()

    def closure(self, columns: frozenset[str]) -> frozenset[str]:
        """Return the columns with every whole, total and earlier date that they depend on."""
        found = columns
        while (more := found | self._needed(found)) != found:
            found = more
        return found

    def _needed(self, found: frozenset[str]) -> frozenset[str]:
        parts = [
            {total.of, *total.parts} if total.complete else {total.of}
            for total in self.totals
            if found & {total.of, *total.parts}
        ]
        before = {earlier for later, earlier in (*self.whole.items(), *self.follows.items()) if later in found}
        return frozenset().union(before, *parts)


def bounds_of(feed: Feed) -> Bounds:
    """Read the checks of a feed."""
    pairs = [pair for check in feed.checks for pair in _ordered_columns(check)]
    types = {each.name: each.type for each in feed.fields}
    numbers = {name for name, type_ in types.items() if type_ in NUMBERS}
    dates = {name for name, type_ in types.items() if type_ is FieldType.DATE}
    whole: dict[str, str] = {}
    for low, high in pairs:
        if {low, high} <= numbers:
            whole.setdefault(low, high)
    return Bounds(
        whole,
        tuple(
            Total(check.total, check.parts, check.complete)
            for check in feed.checks
            if isinstance(check, PartsCheck) and isinstance(check.total, str)
        ),
        {high: low for low, high in pairs if {low, high} <= dates},
        frozenset(
            check.column
            for check in feed.checks
            if isinstance(check, ExpectationCheck) and check.expectation == _NOT_NULL and check.column
        ),
        frozenset(check.code for check in feed.checks if isinstance(check, CodeCheck) and check.form is CodeForm.UAI),
    )


def _ordered_columns(check: Check) -> Iterator[tuple[str, str]]:
    """Yield each pair of columns of which a check says that the first may not exceed the second."""
    if isinstance(check, RuleCheck):
        yield from _orders(parse(check.rule).tree)
    elif isinstance(check, ExpectationCheck) and check.expectation == _AFTER and check.column_a and check.column_b:
        yield check.column_b, check.column_a


def _orders(node: Node) -> Iterator[tuple[str, str]]:
    match node:
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from _orders(part)
        case Comparison(comparator=how, left=ColumnName(name=left), right=ColumnName(name=right)) if how in _LESS:
            yield left, right
        case Comparison(comparator=how, left=ColumnName(name=left), right=ColumnName(name=right)) if how in _MORE:
            yield right, left
        case _:
            pass
