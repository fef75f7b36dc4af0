"""From observations to the values that a target is judged on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from evalkit.declare.indicator import Indicator
from evalkit.declare.period import granularity_of, last_day
from evalkit.declare.target import Baseline, Target
from evalkit.declare.target_rule import Case, Point
from evalkit.measure.known import Known, is_available
from evalkit.measure.observation import Observation, Qualifier
from evalkit.territory.zones import ALL_QPV


def target_zone(indicator: Indicator, target: Target, given: tuple[str, ...]) -> str:
    """Return the zone that a target is read in: its own, else all QPV together, else the first that is given."""
    return target.zone or (ALL_QPV if ALL_QPV in given or not given else given[0])


def case_of(known: Known, indicator: Indicator, target: Target, zone: str, today: dt.date) -> Case:
    """Return what a target is judged on in a zone.

    Args:
        known: the observations.
        indicator: the indicator that has the target.
        target: the target.
        zone: where it is read.
        today: the day of the judgement.
    """
    series = known.series(indicator.id, zone, target.breakdown)
    points = tuple(_point(each) for each in series if _is_whole(each))

    def other(period: str) -> Decimal | None:
        found = known.at(target.than or "", zone, period) or known.at(target.than or "", zone, period, target.breakdown)
        return _decimal(found.value) if found is not None and is_available(found) else None

    baseline = baseline_of(indicator, zone, target.breakdown)
    origin = (last_day(baseline.period), baseline.value) if baseline is not None else None
    return Case(indicator.measure, target, points, today, zone, origin, other)


def each_target(known: Known, indicator: Indicator, target: Target, zone: str) -> tuple[Target, ...]:
    """Return a target as it is; one that every word of a breakdown has, once per word that was observed."""
    if target.each is None:
        return (target,)
    words = {
        breakdown.removeprefix(f"{target.each}=")
        for period in known.periods_of(indicator.id)
        for breakdown in known.breakdowns.get((indicator.id, zone, period), ())
        if breakdown.startswith(f"{target.each}=")
    }
    return tuple(target.model_copy(update={"scope": {target.each: word}, "each": None}) for word in sorted(words))


def baseline_of(indicator: Indicator, zone: str, breakdown: str = "") -> Baseline | None:
    """Return the declared baseline of a zone whose period can be read; one of the zone itself first."""
    mine = [
        each
        for each in indicator.baselines
        if each.zone in {None, zone} and each.breakdown == breakdown and granularity_of(each.period)
    ]
    return max(mine, key=lambda each: (each.zone is not None, each.period), default=None)


def _is_whole(observation: Observation) -> bool:
    return is_available(observation) and observation.qualifier is not Qualifier.PROVISIONAL


def _point(observation: Observation) -> Point:
    above, below = observation.numerator, observation.denominator
    return Point(
        observation.period,
        _decimal(observation.value),
        None if above is None else _decimal(above),
        None if below is None else _decimal(below),
    )


def _decimal(value: float | None) -> Decimal:
    return Decimal(str(round(value or 0.0, 9)))
