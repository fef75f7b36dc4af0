"""Where an indicator stands against its target, by a rule that the report prints."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

from evalkit.declare.indicator import CountMeasure, Indicator, RatioMeasure, SumMeasure, Target
from evalkit.declare.period import granularity_of, last_day
from evalkit.present.reading import PROVISIONAL, Point, Reader, Series
from evalkit.territory.zones import ALL_QPV

AROUND = Decimal("0.05")
"""A value is *around* its target within 5 % of it."""

RULE = (
    "Une cible est jugée sur la dernière période entière : une valeur provisoire (p), dont une partie de la période "
    "manque encore, est montrée à côté et ne change pas le statut. La cible est « atteinte » quand cette valeur la "
    "respecte (à 5 % près quand elle s’énonce « autour de »). Elle est « en voie » quand elle ne l’est pas encore, que "
    "son échéance n’est pas passée et que la part du chemin parcourue depuis le point de départ est au moins égale à "
    "la part du temps écoulé (trajectoire en ligne droite jusqu’à la fin de l’année d’échéance). Le point de départ "
    "est la valeur de départ déclarée, sinon la première valeur comparable. Elle est « non atteinte » dans les autres "
    "cas où une valeur existe, et « non mesurable » quand aucune valeur publiable n’existe pour une période entière. "
    "Ce classement décrit une position ; il ne dit pas ce qui l’explique."
)
"""The rule, in the words that the report prints."""


class TargetStatus(StrEnum):
    """Where the last known value stands."""

    REACHED = "atteinte"
    ON_TRACK = "en voie"
    NOT_REACHED = "non atteinte"
    NOT_MEASURABLE = "non mesurable"


@dataclass(frozen=True, slots=True)
class Standing:
    """An indicator against one of its targets.

    Attributes:
        zone: the zone that the target is read in.
        point: the value of the last whole period; ``None`` when there is none.
        gap: value minus target, in the unit of the indicator (points for a percentage).
        missing: units missing to reach it (or in excess, for a ceiling), when they can be counted.
        reason: why it cannot be measured.
        provisional: the value of the unfinished period that follows, shown and not judged.
    """

    indicator: Indicator
    target: Target
    zone: str
    status: TargetStatus
    point: Point | None = None
    gap: Decimal | None = None
    missing: int | None = None
    reason: str = ""
    provisional: Point | None = None


def standings(reader: Reader) -> Iterator[Standing]:
    """Give every target of the publication, in the order of objectives and indicators."""
    for _, objective in reader.objectives:
        for indicator in reader.indicators_of(objective.id):
            for target in indicator.targets:
                yield standing(reader, indicator, target)


def standing(reader: Reader, indicator: Indicator, target: Target) -> Standing:
    """Return where an indicator stands against a target.

    Args:
        reader: the publication.
        indicator: a declared indicator.
        target: one of its targets; without a zone it is read for all QPV together, else for the first zone given.
    """
    zones = reader.zones_of(indicator)
    zone = target.zone or (ALL_QPV if ALL_QPV in zones or not zones else zones[0])
    series = reader.series(indicator, zone)
    point, unfinished = series.latest, series.provisional
    reason = _unmeasurable(point, target)
    if reason or point is None:
        return Standing(
            indicator, target, zone, TargetStatus.NOT_MEASURABLE, point, reason=reason, provisional=unfinished
        )
    gap = _decimal(point.value or 0.0) - target.value
    status = _status(reader, series, point, target)
    missing = None if status is TargetStatus.REACHED else units_missing(indicator, target, point)
    return Standing(indicator, target, zone, status, point, gap, missing, provisional=unfinished)


def _unmeasurable(point: Point | None, target: Target) -> str:
    """Return why a point cannot be judged against a target; empty when it can."""
    if point is None or point.value is None:
        return "aucune valeur publiable" if point is None else (point.cause or "aucune valeur publiable")
    if point.qualifier == PROVISIONAL:
        return "aucune période entière n’est encore connue"
    if target.from_ is not None and _end(point.period).year < target.from_:
        return f"la dernière valeur connue ({point.period}) précède la période de la cible"
    return ""


def is_reached(value: Decimal, target: Target) -> bool:
    """Tell whether a value respects a target."""
    if target.sense == "at_least":
        return value >= target.value
    if target.sense == "at_most":
        return value <= target.value
    return abs(value - target.value) <= AROUND * abs(target.value)


def units_missing(indicator: Indicator, target: Target, point: Point) -> int | None:
    """Return how many units are missing to reach a floor, or are in excess of a ceiling.

    For a ratio the denominator is held: ``ceil(target x denominator / per) - numerator``.
    """
    measure = indicator.measure
    if target.sense == "around" or point.numerator is None:
        return None
    count = _decimal(point.numerator)
    if isinstance(measure, RatioMeasure) and point.denominator is not None:
        aim = target.value * _decimal(point.denominator) / measure.per
    elif isinstance(measure, CountMeasure | SumMeasure):
        aim = target.value
    else:
        return None
    if target.sense == "at_least":
        return int(aim.to_integral_value(ROUND_CEILING) - count)
    return int(count - aim.to_integral_value(ROUND_FLOOR))


def _status(reader: Reader, series: Series, point: Point, target: Target) -> TargetStatus:
    value = _decimal(point.value or 0.0)
    if is_reached(value, target):
        return TargetStatus.REACHED
    if target.until is None or reader.publication.as_of > dt.date(target.until, 12, 31):
        return TargetStatus.NOT_REACHED
    start = _start(reader, series, point)
    if start is None:
        return TargetStatus.NOT_REACHED
    began, origin = start
    due, now = dt.date(target.until, 12, 31), _end(point.period)
    path = target.value - origin
    if not path or due <= began or now <= began:
        return TargetStatus.NOT_REACHED
    travelled = (value - origin) / path
    elapsed = Decimal((now - began).days) / Decimal((due - began).days)
    return TargetStatus.ON_TRACK if travelled >= elapsed else TargetStatus.NOT_REACHED


def _start(reader: Reader, series: Series, point: Point) -> tuple[dt.date, Decimal] | None:
    """Return the day and the value of the starting point: the declared baseline, else the first comparable value."""
    for baseline in series.indicator.baselines:
        if baseline.zone in {None, series.zone} and granularity_of(baseline.period):
            return last_day(baseline.period), baseline.value
    change = reader.change(series)
    if change is None or change.until is not point or change.since.value is None:
        return None
    return _end(change.since.period), _decimal(change.since.value)


def _end(period: str) -> dt.date:
    return last_day(period) if granularity_of(period) else dt.date.min


def _decimal(value: float) -> Decimal:
    return Decimal(str(round(value, 9)))
