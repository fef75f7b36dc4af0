"""What the indicators of a contract read in a feed: its fields, its words, its zones, and the levels that they print.

Where a document gives a figure, the rows of the demonstration are drawn around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import PublishedMeasure, RatioMeasure
from evalkit.declare.target import Baseline
from evalkit.formula.parse import parse
from evalkit.formula.tree import Among, ColumnName, Comparator, Comparison, TextLiteral, columns_of, walk

_FORMULAS = ("where", "of", "numerator", "denominator", "weight", "part")
_COLUMNS = ("value", "qualifier", "score", "wave", "text", "person", "start", "end", "date", "distinct", "from_", "to")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that the document prints, and the rows that it speaks of.

    Attributes:
        column: the field whose sum, share or value it is.
        where: the rows, as the indicator chooses them; empty for all.
        zone: its zone; empty for all of them.
        value: the figure; a share is between 0 and 1.
        of: the whole of which it is a share; empty for a level.
        spread: the figure is a sum, shared out among the rows; otherwise each row has it.
    """

    column: str
    where: str
    zone: str
    value: float
    of: str = ""
    spread: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """What a contract reads in one feed.

    Attributes:
        columns: the fields read.
        equal: by field, the words that a condition asks for.
        open: the fields that a condition refuses a word of, or that an indicator is broken down by.
        zones: the zones asked for.
        figures: what the document prints.
        indicators: ids of those that read the feed, in the order of the catalogue.
    """

    columns: frozenset[str] = frozenset()
    equal: dict[str, tuple[str, ...]] = field(default_factory=dict)
    open: frozenset[str] = frozenset()
    zones: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    indicators: tuple[Indicator, ...] = ()


def reading_of(feed: str, indicators: Iterable[Indicator]) -> Reading:
    """Return what the indicators of a contract read in a feed."""
    mine = tuple(each for each in indicators if each.measure is not None and each.measure.feed == feed)
    columns: set[str] = set()
    opened: set[str] = set()
    equal: dict[str, dict[str, None]] = {}
    for indicator in mine:
        columns |= {*_columns(indicator), *indicator.breakdowns}
        opened |= set(indicator.breakdowns) | {name for target in indicator.targets for name in target.scope}
        for target in indicator.targets:
            for name, word in target.scope.items():
                equal.setdefault(name, {})[word] = None
        for name, word, is_asked in _words(indicator):
            if is_asked:
                equal.setdefault(name, {})[word] = None
            else:
                opened.add(name)
    return Reading(
        frozenset(columns),
        {name: tuple(found) for name, found in equal.items()},
        frozenset(opened),
        tuple(dict.fromkeys(zone for each in mine for zone in each.zones)),
        tuple(figure for each in mine for figure in _figures(each)),
        mine,
    )


def _formulas(indicator: Indicator) -> Iterator[str]:
    for name in _FORMULAS:
        text = getattr(indicator.measure, name, None)
        if isinstance(text, str) and text:
            yield text


def _columns(indicator: Indicator) -> Iterator[str]:
    for text in _formulas(indicator):
        yield from columns_of(parse(text))
    for name in _COLUMNS:
        column = getattr(indicator.measure, name, None)
        if isinstance(column, str) and column:
            yield column


def _words(indicator: Indicator) -> Iterator[tuple[str, str, bool]]:
    """Yield each word that a formula compares a column with, and whether it asks for it."""
    for text in _formulas(indicator):
        for node in walk(parse(text).tree):
            if isinstance(node, Comparison) and isinstance(node.left, ColumnName):
                if isinstance(node.right, TextLiteral):
                    yield node.left.name, node.right.value, node.comparator is Comparator.EQUAL
            elif isinstance(node, Among) and isinstance(node.operand, ColumnName):
                for value in node.values:
                    if isinstance(value, TextLiteral):
                        yield node.operand.name, value.value, True


def _figures(indicator: Indicator) -> Iterator[Figure]:
    """Yield the last figure that the document gives for each zone of an indicator that reads plain columns."""
    measure = indicator.measure
    last: dict[str, Baseline] = {}
    for each in sorted(indicator.baselines, key=lambda each: each.period):
        if not each.scope:
            last[each.zone or ""] = each
    where = getattr(measure, "where", None) or ""
    for zone, baseline in last.items():
        value = float(baseline.value)
        if isinstance(measure, RatioMeasure):
            if _is_column(measure.numerator) and _is_column(measure.denominator) and measure.per == 100:
                yield Figure(measure.numerator, where, zone, value / 100, measure.denominator)
        elif isinstance(measure, PublishedMeasure):
            yield Figure(measure.value, where, zone, value, spread=False)
        elif measure is not None and measure.type in {"sum", "participations"}:
            column = getattr(measure, "of", None) or ""
            if _is_column(column):
                yield Figure(column, where, zone, value)


def _is_column(text: str) -> bool:
    return text.isidentifier()
