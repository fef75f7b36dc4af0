"""The counts behind observations: their names, and the equations that tie them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import (
    CountMeasure,
    DistributionMeasure,
    DurationMeasure,
    FlowsMeasure,
    MeanMeasure,
    Measure,
    ParticipationsMeasure,
    RatioMeasure,
    SumMeasure,
    SurveyMeasure,
)
from evalkit.declare.period import (
    Granularity,
    first_day,
    granularity_of,
    is_within,
    last_day,
    period_of_date,
    periods_between,
)
from evalkit.measure.moves import CAME, FROM, LEFT, MOVE, TO
from evalkit.publish.secrecy import Key, Link

_ENDS = {FROM: f"{MOVE}={CAME}", TO: f"{MOVE}={LEFT}"}
"""What the origins and the destinations of moves add up to."""


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
    names = [own, f"{own} : dénominateur", f"{own} : effectif"]
    share = False
    if isinstance(measure, RatioMeasure):
        names[:2] = (_name(measure.feed, measure.where, part) for part in (measure.numerator, measure.denominator))
        share = True
    elif isinstance(measure, CountMeasure):
        names[0] = names[2] = rows
    elif isinstance(measure, DistributionMeasure):
        names[0] = rows if measure.weight is None and measure.distinct is None else own
        names[2] = rows if measure.distinct is None else own
    elif isinstance(measure, SumMeasure | ParticipationsMeasure):
        names[0], names[2] = _name(measure.feed, measure.where, measure.of or "lignes"), rows
    elif isinstance(measure, FlowsMeasure):
        names[0] = names[2] = _name(measure.feed, measure.where, f"de {measure.from_} à {measure.to}")
    elif isinstance(measure, DurationMeasure):
        names[0], share = f"{own} : numérateur", measure.statistic == "share_within"
    elif isinstance(measure, SurveyMeasure | MeanMeasure):
        names[:2] = (f"{own} : somme", names[2])
    return Terms(names[0], names[1], names[2], is_share=share)


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


def links_between(
    keys: Iterable[Key], tables: Iterable[Iterable[Key]], parts: Mapping[str, tuple[str, ...]]
) -> Iterator[Link]:
    """Give the margins of additive counts: zones, breakdowns and periods that add up.

    Args:
        keys: the quantities that are named, wherever they are shown.
        tables: the quantities that one source shows together (this publication, each earlier edition): classes add up
            inside a source, two sources may cut the same field otherwise.
        parts: elementary places of each zone, from :func:`evalkit.publish.zone_sums.zone_parts`.

    Yields:
        The links, in a fixed order. A flow is additive over periods; a stock or a number of distinct persons is not:
        the true numbers then say by how much, and that is what the attacker is given.
    """
    ordered = sorted(set(keys))
    yield from _zone_links(ordered, parts)
    for table in tables:
        yield from _breakdown_links(sorted(set(table)))
    yield from _period_links(ordered)


def _zone_links(keys: list[Key], parts: Mapping[str, tuple[str, ...]]) -> Iterator[Link]:
    for term, zone, *rest in keys:
        places = parts.get(zone, (zone,))
        if places and places != (zone,):
            yield Link((term, zone, *rest), tuple((term, _place(place, parts), *rest) for place in places))


def _place(place: str, parts: Mapping[str, tuple[str, ...]]) -> str:
    """Return the name of an elementary place: itself, unless it also contains others and is shown with them."""
    return place if parts.get(place, (place,)) == (place,) else f"{place} (reste)"


def _breakdown_links(keys: list[Key]) -> Iterator[Link]:
    """Give the sums over the classes of a field; crossed fields (``sexe=F ; age=16-25``) add up over each of them.

    Origins add up to those who came, destinations to those who left, and who left here for there came there from here.
    """
    groups: dict[tuple[Key, str], list[Key]] = {}
    for key in keys:
        term, zone, period, breakdown = key
        classes = [part.strip() for part in breakdown.split(";") if part.strip()]
        for each in classes:
            field, _, name = each.partition("=")
            rest = _ENDS.get(field, " ; ".join(other for other in classes if other != each))
            groups.setdefault(((term, zone, period, rest), field), []).append(key)
            if field == FROM:
                yield Link(key, ((term, name, period, f"{TO}={zone}"),))
    for (whole, _), broken in sorted(groups.items()):
        yield Link(whole, tuple(broken))


def _period_links(keys: list[Key]) -> Iterator[Link]:
    shown = set(keys)
    coarser = {period: _coarser(period) for period in {key[2] for key in keys}}
    wholes = {(term, zone, coarse, *rest) for term, zone, period, *rest in keys for coarse in coarser[period]}
    finer_of = {period: _finer(period) for period in {whole[2] for whole in wholes & shown}}
    for whole in sorted(wholes & shown):
        term, zone, period, *rest = whole
        for finer in finer_of[period]:
            broken = tuple((term, zone, part, *rest) for part in finer)
            if shown & set(broken):
                yield Link(whole, broken)


def _coarser(period: str) -> tuple[str, ...]:
    """Return the longer periods that hold a period: its quarter, its half-year, its year, its school year."""
    own = granularity_of(period)
    if own is None:
        return ()
    longer = [each for each in Granularity if each is not own and is_within(own, each)]
    return tuple(period_of_date(first_day(period), each) for each in longer)


def _finer(period: str) -> tuple[tuple[str, ...], ...]:
    """Return the shorter periods of which a period is made, one tuple per granularity."""
    own = granularity_of(period)
    ends = first_day(period), last_day(period)
    shorter = [each for each in Granularity if each is not own and own is not None and is_within(each, own)]
    return tuple(periods_between(*(period_of_date(day, each) for day in ends)) for each in shorter)
