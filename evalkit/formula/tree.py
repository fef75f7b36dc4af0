"""The typed tree of a formula: the only nodes that exist, whatever the parser accepts.

Logic has three values, as in SQL: true, false and null (unknown). Null AND false is false, null OR true is true, and
every comparison, calculation or function of null is null, except ``COALESCE``, ``LEAST``, ``GREATEST``, ``CASE`` and
``IS NULL``, whose rule is written where they are compiled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from evalkit.errors import Place
from evalkit.formula.functions import Function


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node is written: from ``start``, before ``end``, counted in characters of the text."""

    start: int = 0
    end: int = 0


class Comparator(StrEnum):
    """How two values are compared."""

    EQUAL = "="
    DIFFERENT = "<>"
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


class Operator(StrEnum):
    """How two numbers make a third."""

    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    OVER = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    span: Span = field(default=Span(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NullLiteral(_Written):
    """``NULL``, which only a ``CASE`` may give."""


@dataclass(frozen=True, slots=True)
class BooleanLiteral(_Written):
    """``TRUE`` or ``FALSE``."""

    value: bool


@dataclass(frozen=True, slots=True)
class NumberLiteral(_Written):
    """A whole number (``int``) or a decimal one, with its sign."""

    value: int | Decimal


@dataclass(frozen=True, slots=True)
class TextLiteral(_Written):
    """A text between apostrophes."""

    value: str


@dataclass(frozen=True, slots=True)
class DateLiteral(_Written):
    """``DATE 'YYYY-MM-DD'``."""

    value: dt.date


Literal = BooleanLiteral | NumberLiteral | TextLiteral | DateLiteral


@dataclass(frozen=True, slots=True)
class ColumnName(_Written):
    """The value of a column in the row."""

    name: str


@dataclass(frozen=True, slots=True)
class Not(_Written):
    """``NOT``; null stays null."""

    operand: Node


@dataclass(frozen=True, slots=True)
class And(_Written):
    """False when a part is false, else null when a part is null, else true."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(_Written):
    """True when a part is true, else null when a part is null, else false."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comparison(_Written):
    """Two values compared; texts exactly, character by character."""

    comparator: Comparator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class IsNull(_Written):
    """``IS NULL``: true or false, never null."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Among(_Written):
    """``IN``: equal to one of the literals of a list, which never holds null."""

    operand: Node
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Between(_Written):
    """``low <= operand AND operand <= high``, both ends included."""

    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Like(_Written):
    """The whole text has the shape of the pattern: ``%`` is any text, even empty, and ``_`` is one character."""

    operand: Node
    pattern: str


@dataclass(frozen=True, slots=True)
class Arithmetic(_Written):
    """Two numbers make a third; see :mod:`evalkit.formula.compile` for its exactness."""

    operator: Operator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative(_Written):
    """A number with its sign changed."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Branch:
    """``WHEN condition THEN result``."""

    condition: Node
    result: Node


@dataclass(frozen=True, slots=True)
class Case(_Written):
    """The result of the first branch whose condition is true (neither false nor null), else ``default``."""

    branches: tuple[Branch, ...]
    default: Node


@dataclass(frozen=True, slots=True)
class Call(_Written):
    """A function and its arguments, in the order written."""

    function: Function
    arguments: tuple[Node, ...]


Condition = Not | And | Or | Comparison | IsNull | Among | Between | Like
"""Nodes whose value is true, false or null, and which stand only where a condition does."""

Node = Condition | Literal | NullLiteral | ColumnName | Arithmetic | Negative | Case | Call


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read.

    Attributes:
        text: what was written.
        tree: what it means.
        place: where its first character stands.
    """

    text: str
    tree: Node
    place: Place = field(default_factory=Place)


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly under ``node``, in the order written."""
    found: tuple[Node, ...] = ()
    match node:
        case Not() | IsNull() | Negative() | Like():
            found = (node.operand,)
        case And() | Or():
            found = node.parts
        case Comparison() | Arithmetic():
            found = (node.left, node.right)
        case Between():
            found = (node.operand, node.low, node.high)
        case Among():
            found = (node.operand, *node.values)
        case Case():
            branches = (part for branch in node.branches for part in (branch.condition, branch.result))
            found = (*branches, node.default)
        case Call():
            found = node.arguments
    return found


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all those under it, in the order written."""
    yield node
    for child in children(node):
        yield from walk(child)


def columns_of(formula: Formula) -> tuple[str, ...]:
    """Return the names of the columns that a formula reads, sorted, each once."""
    return tuple(sorted({node.name for node in walk(formula.tree) if isinstance(node, ColumnName)}))
