"""Where an indicator stands against its target, by a rule that the report prints."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from evalkit.declare.indicator import Indicator
from evalkit.declare.period import granularity_of, last_day
from evalkit.declare.target import Target
from evalkit.declare.target_rule import Case, Verdict, judge, shortfall
from evalkit.declare.target_rule import Point as Counted
from evalkit.declare.target_rule import is_reached as respects
from evalkit.present.messages.catalogue import noun, say
from evalkit.present.reading import PROVISIONAL, Point, Reader, Series
from evalkit.territory.zones import ALL_QPV


class TargetStatus(StrEnum):
    """Where the last known value stands."""

    REACHED = "reached"
    ON_TRACK = "on_track"
    NOT_REACHED = "not_reached"
    NOT_MEASURABLE = "not_measurable"

    def words(self, count: int = 1) -> str:
        """Return how a report says it, of one target or of several."""
        return noun(f"results.targets.{self.value}", count)


_STATUSES = {
    Verdict.REACHED: TargetStatus.REACHED,
    Verdict.ON_TRACK: TargetStatus.ON_TRACK,
    Verdict.NOT_REACHED: TargetStatus.NOT_REACHED,
    Verdict.NOT_MEASURABLE: TargetStatus.NOT_MEASURABLE,
}


def rule() -> str:
    """Return how a status is given, in the words that the report prints."""
    return say("results.targets.rule")


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
    series = reader.series(indicator, zone, target.breakdown)
    point, unfinished = series.latest, series.provisional
    reason = say("results.targets.each_apart", each=target.each) if target.each else ""
    reason = reason or _unmeasurable(point, target)
    if reason or point is None:
        return Standing(
            indicator, target, zone, TargetStatus.NOT_MEASURABLE, point, reason=reason, provisional=unfinished
        )
    if not _is_plain(target):
        return _judged(reader, series, target, unfinished)
    gap = _decimal(point.value or 0.0) - target.value
    status = _status(reader, series, point, target)
    missing = None if status is TargetStatus.REACHED else units_missing(indicator, target, point)
    return Standing(indicator, target, zone, status, point, gap, missing, provisional=unfinished)


def _is_plain(target: Target) -> bool:
    """Tell whether a target is one value for each year, on a straight line."""
    return target.count == "annual" and target.over == 1 and target.than is None and not target.steps


def _judged(reader: Reader, series: Series, target: Target, unfinished: Point | None) -> Standing:
    """Return where a series stands against a target that adds years up, smooths them, has steps or reads another."""
    indicator, whole = series.indicator, series.whole
    origin = _start(reader, series, whole[-1]) if whole else None
    points = tuple(_counted(each) for each in whole)
    others = {each.id: each for each in reader.publication.declared.indicators}

    def other(period: str) -> Decimal | None:
        read = others.get(target.than or "")
        found = reader.series(read, series.zone).whole if read is not None else ()
        return next((_decimal(each.value or 0.0) for each in found if each.period == period), None)

    judged = judge(Case(indicator.measure, target, points, reader.publication.as_of, series.zone, origin, other))
    status = _STATUSES[judged.verdict]
    if judged.point is None or status is TargetStatus.NOT_MEASURABLE:
        return Standing(indicator, target, series.zone, status, None, reason=judged.reason, provisional=unfinished)
    shown = replace(whole[-1], period=judged.point.period, value=float(judged.point.value))
    return Standing(
        indicator, target, series.zone, status, shown, judged.gap, judged.shortfall, judged.reason, unfinished
    )


def _counted(point: Point) -> Counted:
    above, below = point.numerator, point.denominator
    return Counted(
        point.period,
        _decimal(point.value or 0.0),
        None if above is None else _decimal(above),
        None if below is None else _decimal(below),
    )


def _unmeasurable(point: Point | None, target: Target) -> str:
    """Return why a point cannot be judged against a target; empty when it can."""
    if point is None or point.value is None:
        return (point.cause if point is not None else "") or say("results.targets.no_value")
    if point.qualifier == PROVISIONAL:
        return say("results.targets.no_whole_period")
    if target.from_ is not None and _end(point.period).year < target.from_:
        return say("results.targets.too_early", period=point.period)
    return ""


def is_reached(value: Decimal, target: Target) -> bool:
    """Tell whether a value respects a target."""
    return respects(value, target.value, target)


def units_missing(indicator: Indicator, target: Target, point: Point) -> int | None:
    """Return how many units are missing to reach a floor, or are in excess of a ceiling, as the measure says it."""
    return shortfall(indicator.measure, target, _counted(point), target.value)


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
