"""May the values that a measure sets side by side be compared? Asked of the rules of sources and of zones."""

from __future__ import annotations

from collections.abc import Iterable

from evalkit.comparability.judge import judge_change, judge_gap
from evalkit.comparability.side import Side, side_of
from evalkit.comparability.verdict import Judgement
from evalkit.declare.indicator import Indicator
from evalkit.declare.period import granularity_of
from evalkit.formula import columns_of, parse
from evalkit.measure.known import Known

_FORMULAS = ("where", "of", "numerator", "denominator", "weight", "part", "holds")
_COLUMNS = ("value", "score", "start", "end", "date", "from_", "to", "person", "text")


def columns_read(indicator: Indicator) -> frozenset[str]:
    """Return the fields of its feed that an indicator reads; none when it reads other indicators."""
    measure = indicator.measure
    if measure is None or not measure.feed:
        return frozenset()
    texts = [getattr(measure, name, None) for name in _FORMULAS]
    columns = {name for text in texts if text for name in columns_of(parse(text))}
    return frozenset(columns | {name for each in _COLUMNS if (name := getattr(measure, each, None)) is not None})


def change_judgement(known: Known, indicator: str, zone: str, since: str, until: str) -> Judgement:
    """Judge the change of an indicator in a zone between two periods, for every source that it comes from."""
    found = [
        judge_change(before, after, known.territory)
        for leaf in _leaves(known, (indicator,))
        if (before := _side(known, leaf, zone, since)) and (after := _side(known, leaf, zone, until))
    ]
    return _together(found)


def gap_judgement(known: Known, one: tuple[str, str], other: tuple[str, str], period: str) -> Judgement:
    """Judge a gap between two values of a period.

    Args:
        known: the observations.
        one: an indicator and a zone.
        other: an indicator and a zone, perhaps the same indicator.
        period: the period of both.
    """
    pairs = zip(_leaves(known, one[:1]), _leaves(known, other[:1]), strict=False)
    # Two groups or two indicators of one zone have one contour: only their sources and notions are judged.
    territory = known.territory if one[1] != other[1] else None
    found = [
        judge_gap(left, right, territory)
        for first, second in pairs
        if (left := _side(known, first, one[1], period)) and (right := _side(known, second, other[1], period))
    ]
    return _together(found)


def _leaves(known: Known, names: Iterable[str]) -> list[Indicator]:
    return [leaf for name in names for leaf in known.leaves(name)]


def _side(known: Known, leaf: Indicator, zone: str, period: str) -> Side | None:
    feed = known.feeds.get(leaf.measure.feed) if leaf.measure is not None else None
    if feed is None or granularity_of(period) is None:
        return None
    return side_of(feed, columns_read(leaf), period, zone)


def _together(found: Iterable[Judgement]) -> Judgement:
    return Judgement(tuple(dict.fromkeys(verdict for each in found for verdict in each.verdicts)))
