"""The order in which measures that read other indicators are computed, and the zones that they read them in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evalkit.declare.derived_measures import REFERENCE, ChangeMeasure, GapMeasure
from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import DerivedMeasure
from evalkit.measure.frame import zones_given
from evalkit.territory.zones import OUTSIDE_QPV, Territory


def reading_order(indicators: Mapping[str, Indicator]) -> tuple[Indicator, ...]:
    """Return the indicators that read others, each after those that it reads.

    Loops are refused when declarations are checked; one that was not would be left out of the order.
    """
    waiting = {each.id: each for each in indicators.values() if isinstance(each.measure, DerivedMeasure)}
    ordered: list[Indicator] = []
    while ready := [each for each in waiting.values() if not set(_reads(each)) & set(waiting)]:
        for each in ready:
            ordered.append(waiting.pop(each.id))
    return tuple(ordered)


def zones_asked(indicators: Mapping[str, Indicator], territory: Territory) -> dict[str, tuple[str, ...]]:
    """Return, for each indicator, the zones that others read it in."""
    asked: dict[str, dict[str, None]] = {}
    for reader in reversed(reading_order(indicators)):
        own = (*zones_given(reader, territory), *asked.get(reader.id, {}))
        for name in _reads(reader):
            asked.setdefault(name, {}).update(dict.fromkeys((*own, *_others(reader))))
    for each in indicators.values():
        for target in each.targets:
            zones = zones_given(each, territory) if target.zone is None else (target.zone,)
            for name in (each.id, *([target.than] if target.than else [])):
                asked.setdefault(name, {}).update(dict.fromkeys(zones))
    return {name: tuple(zones) for name, zones in asked.items()}


def _reads(indicator: Indicator) -> tuple[str, ...]:
    return indicator.measure.reads if isinstance(indicator.measure, DerivedMeasure) else ()


def _others(indicator: Indicator) -> Iterator[str]:
    """Give the zones that an indicator reads beside its own: that of the other side of a gap or of a change."""
    measure = indicator.measure
    zone = measure.zone if isinstance(measure, GapMeasure) else None
    zone = measure.against if isinstance(measure, ChangeMeasure) else zone
    if zone is not None:
        yield OUTSIDE_QPV if zone == REFERENCE else zone
