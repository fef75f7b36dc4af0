"""What the counts of indicators mean: which rows of a feed they keep, and what they add up of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from evalkit.declare.feed import Feed, FieldType
from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import CountMeasure, DistributionMeasure, ParticipationsMeasure, RatioMeasure, SumMeasure
from evalkit.errors import EvalkitError
from evalkit.formula import check, parse
from evalkit.formula.types import Kind
from evalkit.publish.quantities import terms_of
from evalkit.workspace.columns import formula_columns

ROWS = ""
"""Stands for the number of rows, where nothing is added up."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a count is: rows of a feed, those that satisfy all conditions, counted or added up.

    Attributes:
        adds: the formula whose values are added up; empty when rows are counted.
        conditions: the formulas that a row must satisfy.
    """

    feed: str
    adds: str
    conditions: tuple[str, ...]

    def within(self, condition: str) -> Meaning:
        """Return the same count among the rows that satisfy one more condition."""
        return Meaning(self.feed, self.adds, (*self.conditions, condition))


def meanings(indicators: Iterable[Indicator], feeds: Mapping[str, Feed]) -> dict[str, Meaning]:
    """Return the meaning of each name of a count, where the declarations tell it.

    A name that means two things is left out: nothing is then deduced from it.

    Args:
        indicators: those of this publication and of earlier ones.
        feeds: the declared feeds by id.
    """
    found: dict[str, set[Meaning]] = {}
    for indicator in indicators:
        for name, meaning in _of(indicator, feeds):
            found.setdefault(name, set()).add(meaning)
    return {name: next(iter(each)) for name, each in sorted(found.items()) if len(each) == 1}


def _of(indicator: Indicator, feeds: Mapping[str, Feed]) -> Iterator[tuple[str, Meaning]]:
    measure, terms = indicator.measure, terms_of(indicator)
    if not isinstance(measure, CountMeasure | SumMeasure | ParticipationsMeasure | RatioMeasure | DistributionMeasure):
        return
    kept = (_plain(measure.where),) if measure.where else ()
    rows = Meaning(measure.feed, ROWS, kept)
    if isinstance(measure, RatioMeasure):
        if measure.feed in feeds:
            yield from _ratio(measure, terms.numerator, terms.denominator, feeds[measure.feed])
    elif isinstance(measure, DistributionMeasure):
        if measure.weight is None and measure.distinct is None:
            yield terms.numerator, rows
    elif isinstance(measure, CountMeasure) or measure.of is None:
        yield terms.numerator, rows
    else:
        yield terms.numerator, Meaning(measure.feed, _plain(measure.of), kept)
        yield terms.n, rows


def _ratio(measure: RatioMeasure, above: str, below: str, feed: Feed) -> Iterator[tuple[str, Meaning]]:
    """Give the two parts of a ratio; a part that is counted is counted inside the other, when that is counted too."""
    counted = {part: _is_condition(part, feed) for part in (measure.numerator, measure.denominator)}
    rows = Meaning(measure.feed, ROWS, (_plain(measure.where),) if measure.where else ())
    inside = rows.within(_plain(measure.denominator)) if counted[measure.denominator] else rows
    adds = Meaning(rows.feed, _plain(measure.denominator), rows.conditions)
    yield below, inside if counted[measure.denominator] else adds
    if counted[measure.numerator]:
        yield above, inside.within(_plain(measure.numerator))
    else:
        yield above, Meaning(rows.feed, _plain(measure.numerator), rows.conditions)


def _is_condition(formula: str, feed: Feed) -> bool:
    try:
        return check(parse(formula), formula_columns(feed)) is Kind.BOOLEAN
    except EvalkitError:
        return False


def _plain(formula: str) -> str:
    return " ".join(formula.split())


def classes_of(breakdown: str, feed: Feed) -> tuple[tuple[str, ...], str]:
    """Return a breakdown as conditions on listed fields, and what is left of it (bands, words that nobody lists)."""
    conditions, left = [], []
    for part in (each.strip() for each in breakdown.split(";") if each.strip()):
        name, _, word = part.partition("=")
        field = feed.field(name)
        if field is not None and field.type is FieldType.CATEGORY and word in field.values:
            quoted = word.replace("'", "''")
            conditions.append(f"{name} = '{quoted}'")
        else:
            left.append(part)
    return tuple(conditions), " ; ".join(left)
