"""Measures that read other indicators: gaps, quotients, composites. What is missing on one side is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evalkit.declare.derived_measures import (
    REFERENCE,
    RESIDENTS,
    ChangeMeasure,
    CompositeMeasure,
    GapMeasure,
    QuotientMeasure,
)
from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import DerivedMeasure
from evalkit.measure.changes import change_observation
from evalkit.measure.combined import Here, Side, combined, lacking
from evalkit.measure.frame import zones_given
from evalkit.measure.judged import gap_judgement
from evalkit.measure.known import Known, is_available
from evalkit.measure.observation import Availability, Observation
from evalkit.measure.residents import residents_of
from evalkit.measure.target_gaps import target_gaps
from evalkit.measure.value import Value
from evalkit.territory.zones import OUTSIDE_QPV


def derived_observations(known: Known, indicator: Indicator, asked: tuple[str, ...] = ()) -> Iterator[Observation]:
    """Return the observations of an indicator that reads others, which are known already.

    Args:
        known: the observations computed so far.
        indicator: the indicator.
        asked: zones that others read it in, beside its own.
    """
    measure = indicator.measure
    if not isinstance(measure, DerivedMeasure):
        raise TypeError(indicator.id)
    base = measure.reads[0]
    periods = known.periods_of(base) or ("",)
    for zone in dict.fromkeys((*zones_given(indicator, known.territory), *asked)):
        for period in periods:
            for breakdown in _breakdowns(known, indicator, base, zone, period):
                here = Here(known, indicator, zone, period, breakdown)
                if isinstance(measure, GapMeasure) and measure.target:
                    yield from target_gaps(here, known.indicators[measure.of])
                else:
                    yield _observation(here, measure)


def _breakdowns(known: Known, indicator: Indicator, base: str, zone: str, period: str) -> tuple[str, ...]:
    """Return the whole, then the breakdowns of the base that the indicator asks for too."""
    fields = indicator.breakdowns
    given = known.breakdowns.get((base, zone, period), set()) if fields else set()
    return ("", *sorted(each for each in given if each.split("=", 1)[0] in fields))


def _observation(here: Here, measure: GapMeasure | ChangeMeasure | QuotientMeasure | CompositeMeasure) -> Observation:
    match measure:
        case GapMeasure():
            return _gap(here, measure)
        case ChangeMeasure():
            return change_observation(here, measure)
        case QuotientMeasure():
            return _quotient(here, measure)
    return _composite(here, measure)


@dataclass(frozen=True, slots=True)
class _Sides:
    """What is subtracted from what: an indicator, a zone and a breakdown on each side."""

    of: Side
    minus: Side


def _gap_sides(here: Here, measure: GapMeasure) -> _Sides:
    zone, breakdown = here.zone, here.breakdown
    if measure.groups is not None:
        field = measure.groups.field
        plus, minus = f"{field}={measure.groups.plus}", f"{field}={measure.groups.minus}"
        return _Sides(Side(measure.of, zone, plus), Side(measure.of, zone, minus))
    if measure.indicator is not None:
        return _Sides(Side(measure.of, zone, breakdown), Side(measure.indicator, zone, breakdown))
    other = OUTSIDE_QPV if measure.zone in {None, REFERENCE} else str(measure.zone)
    return _Sides(Side(measure.of, zone, breakdown), Side(measure.of, other, breakdown))


def _gap(here: Here, measure: GapMeasure) -> Observation:
    sides = _gap_sides(here, measure)
    found = here.read(sides.of, sides.minus)
    if not all(is_available(each) for each in found):
        return lacking(here, (sides.of, sides.minus), found)
    judgement = gap_judgement(
        here.known, (sides.of.indicator, sides.of.zone), (sides.minus.indicator, sides.minus.zone), here.period
    )
    if judgement.refusal is not None:
        return here.missing(found, judgement.refusal.sentence)
    one, other = (each.value or 0.0 for each in found if each is not None)
    remark = " ; ".join(judgement.warnings)
    if measure.express == "ratio":
        if other == 0:
            return here.missing(found, "la référence est nulle : le rapport n’existe pas")
        return combined(here, Value(value=one / other, remark=remark), found)
    return combined(here, Value(value=one - other, remark=remark), found)


def _quotient(here: Here, measure: QuotientMeasure) -> Observation:
    above = Side(measure.of, here.zone, here.breakdown)
    if measure.over == RESIDENTS:
        (found,) = here.read(above)
        if not is_available(found):
            return lacking(here, (above,), (found,))
        residents = residents_of(here.known.territory, here.zone)
        if residents is None:
            return here.missing((found,), "la population de la zone n’est pas déclarée")
        value = measure.per * ((found.value if found else None) or 0.0) / residents.number
        return combined(here, Value(value=value, remark=residents.remark), (found,))
    sides = (above, Side(measure.over, here.zone))
    both = here.read(*sides)
    if not all(is_available(each) for each in both):
        return lacking(here, sides, both)
    one, other = (each.value or 0.0 for each in both if each is not None)
    if other == 0:
        return here.missing(both, "le dénominateur est nul")
    return combined(here, Value(value=measure.per * one / other), both)


def _composite(here: Here, measure: CompositeMeasure) -> Observation:
    sides = tuple(Side(each.of, here.zone, here.breakdown) for each in measure.components)
    found = here.read(*sides)
    if measure.method == "battery":
        return here.absent(Availability.NOT_APPLICABLE, "une batterie n’a pas de valeur : lire ses indicateurs", found)
    if not all(is_available(each) for each in found):
        return lacking(here, sides, found)
    return combined(here, Value(value=_weighted(measure, found)), found)


def _weighted(measure: CompositeMeasure, found: Sequence[Observation | None]) -> float:
    weights = [float(each.weight) for each in measure.components]
    values = [each.value or 0.0 for each in found if each is not None]
    total = sum(weight * value for weight, value in zip(weights, values, strict=True))
    return total / sum(weights) if measure.method == "weighted_mean" else total
