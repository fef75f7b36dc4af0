"""The counts behind observations: their names, and the equations that tie them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evalkit.declare.indicator import (
    CountMeasure,
    DurationMeasure,
    Indicator,
    Measure,
    RatioMeasure,
    SumMeasure,
    SurveyMeasure,
)
from evalkit.declare.period import Granularity, granularity_of
from evalkit.publish.secrecy import Key, Link


@dataclass(frozen=True, slots=True)
class Terms:
    """The names of the counts of an indicator, without place nor period.

    The name is the formula, not the indicator: two indicators that count the same thing share it, so that masking one
    masks the other.

    Attributes:
        is_share: the numerator is a part of the denominator, whose complement is a count too.
    """

    numerator: str
    denominator: str
    n: str
    is_share: bool = False


def terms_of(indicator: Indicator) -> Terms:
    """Return the names of the counts of an indicator."""
    measure = indicator.measure
    own = f"indicateur {indicator.id}"
    if measure is None:
        return Terms(own, f"{own} : dénominateur", f"{own} : effectif")
    return measure_terms(measure, own)


def measure_terms(measure: Measure, own: str) -> Terms:
    """Return the names of the counts of a measure; ``own`` names those that it shares with no other."""
    rows = _name(measure.feed, measure.where, "lignes")
    if isinstance(measure, CountMeasure):
        return Terms(rows, f"{own} : dénominateur", rows)
    if isinstance(measure, SumMeasure):
        return Terms(_name(measure.feed, measure.where, measure.of), f"{own} : dénominateur", rows)
    if isinstance(measure, RatioMeasure):
        above = _name(measure.feed, measure.where, measure.numerator)
        below = _name(measure.feed, measure.where, measure.denominator)
        return Terms(above, below, f"{own} : effectif", is_share=True)
    if isinstance(measure, DurationMeasure):
        share = measure.statistic == "share_within"
        return Terms(f"{own} : numérateur", f"{own} : dénominateur", f"{own} : effectif", is_share=share)
    if isinstance(measure, SurveyMeasure):
        return Terms(f"{own} : somme", f"{own} : effectif", f"{own} : effectif")
    return Terms(own, f"{own} : dénominateur", f"{own} : effectif")


def _name(feed: str, where: str | None, formula: str) -> str:
    return " | ".join((feed, " ".join((where or "").split()), " ".join(formula.split())))


@dataclass(frozen=True, slots=True, order=True)
class At:
    """Where and when a count is given.

    The perimeter is no part of it: two contours of a zone hold mostly the same people.
    """

    zone: str
    period: str
    breakdown: str = ""

    def key(self, term: str) -> Key:
        """Return the name of a quantity here."""
        return (term, self.zone, self.period, self.breakdown)

    def rest(self, terms: Terms) -> Key:
        """Return the name of the complement: those of the denominator who are not in the numerator."""
        return self.key(f"{terms.denominator} sauf {terms.numerator}")


def links_between(keys: Iterable[Key], parts: dict[str, tuple[str, ...]]) -> Iterator[Link]:
    """Give the margins of additive counts: zones, breakdowns and periods that add up.

    Args:
        keys: the quantities that the publication names.
        parts: elementary places of each zone, from :func:`evalkit.publish.zone_sums.zone_parts`.

    Yields:
        The links, in a fixed order. A flow is additive over periods; a stock or a number of distinct persons is not,
        and is treated as if it were: too many cells hidden rather than too few.
    """
    ordered = sorted(set(keys))
    yield from _zone_links(ordered, parts)
    yield from _breakdown_links(ordered)
    yield from _period_links(ordered)


def _zone_links(keys: list[Key], parts: dict[str, tuple[str, ...]]) -> Iterator[Link]:
    for term, zone, *rest in keys:
        places = parts.get(zone, (zone,))
        if places and places != (zone,):
            yield Link((term, zone, *rest), tuple((term, _place(place, parts), *rest) for place in places))


def _place(place: str, parts: dict[str, tuple[str, ...]]) -> str:
    """Return the name of an elementary place: itself, unless it also contains others and is shown with them."""
    return place if parts.get(place, (place,)) == (place,) else f"{place} (reste)"


def _breakdown_links(keys: list[Key]) -> Iterator[Link]:
    groups: dict[tuple[Key, str], list[Key]] = {}
    for key in keys:
        term, zone, period, breakdown = key
        if breakdown:
            by = breakdown.split("=", 1)[0]
            groups.setdefault(((term, zone, period, ""), by), []).append(key)
    for (whole, _), broken in sorted(groups.items()):
        yield Link(whole, tuple(broken))


def _period_links(keys: list[Key]) -> Iterator[Link]:
    shown = set(keys)
    wholes = {(term, zone, coarse, *rest) for term, zone, period, *rest in keys for coarse in _coarser(period)}
    for whole in sorted(wholes & shown):
        term, zone, period, *rest = whole
        for finer in _finer(period):
            broken = tuple((term, zone, part, *rest) for part in finer)
            if shown & set(broken):
                yield Link(whole, broken)


def _coarser(period: str) -> tuple[str, ...]:
    granularity = granularity_of(period)
    if granularity is Granularity.MONTH:
        quarter = f"{period[:4]}-T{(int(period[5:]) + 2) // 3}"
        return (quarter, period[:4])
    return (period[:4],) if granularity is Granularity.QUARTER else ()


def _finer(period: str) -> tuple[tuple[str, ...], ...]:
    year = period[:4]
    if granularity_of(period) is Granularity.QUARTER:
        first = 3 * int(period[6]) - 2
        return (tuple(f"{year}-{month:02d}" for month in range(first, first + 3)),)
    quarters = tuple(f"{year}-T{number}" for number in range(1, 5))
    return (quarters, tuple(f"{year}-{month:02d}" for month in range(1, 13)))
