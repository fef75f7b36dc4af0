"""The zones that a table names: in columns when they are few, else the lowest and the highest, each in an annex."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import MilestoneMeasure
from evalkit.declare.period import granularity_of, last_day
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Point, Reader, Series
from evalkit.present.tables import Column
from evalkit.present.words.cells import NONE, value_cell
from evalkit.present.words.dates import short_period
from evalkit.present.words.numbers import tally
from evalkit.territory.zones import ALL_QPV, OUTSIDE_QPV

MOST_ZONES = 3
"""A table names each QPV in a column up to this number; beyond it, the lowest and the highest in one column."""


def named_zones(reader: Reader) -> tuple[str, ...]:
    """Return the QPV that have a column of their own: all of them when they are few, else none."""
    qpv = reader.publication.declared.territory.qpv
    return qpv if len(qpv) <= MOST_ZONES else ()


def table_zones(reader: Reader, indicators: Sequence[Indicator]) -> tuple[str, ...]:
    """Return the zones that a table of indicators names, in columns: all QPV, each when they are few, the others."""
    found = {zone for each in indicators for zone in reader.zones_of(each)}
    others = sorted(found - {ALL_QPV, OUTSIDE_QPV, *reader.publication.declared.territory.qpv})
    wanted = (ALL_QPV, *named_zones(reader), OUTSIDE_QPV, *others[:1])
    return tuple(zone for zone in wanted if zone in found)


def unnamed_zones(reader: Reader, indicators: Sequence[Indicator]) -> tuple[str, ...]:
    """Return the zones of some indicators that :func:`table_zones` leaves out, the QPV first, in their order."""
    found = {zone for each in indicators for zone in reader.zones_of(each)}
    left = found - {*table_zones(reader, indicators), ALL_QPV, OUTSIDE_QPV}
    qpv = reader.publication.declared.territory.qpv
    return (*(zone for zone in qpv if zone in left), *sorted(left - set(qpv)))


def latest_of(series: Sequence[Series]) -> Series:
    """Return the series of the last value among some, the first of them when several have it."""

    def rank(each: Series) -> tuple[bool, dt.date]:
        latest = each.latest
        if latest is None or not granularity_of(latest.period):
            return False, dt.date.min
        return latest.is_free, last_day(latest.period)

    return max(series, key=rank)


def zone_cell(reader: Reader, indicator: Indicator, zone: str, period: str) -> str:
    """Return the value of a zone; of the period asked for when there is one, else with its own period."""
    series = reader.series(indicator, zone)
    same = [point for point in series.points if point.period == period]
    latest = series.latest
    if same or latest is None or not latest.is_free:
        return value_cell(same[-1] if same else latest, indicator, with_unit=False)
    return f"{value_cell(latest, indicator, with_unit=False)} ({short_period(latest.period)})"


def has_range(reader: Reader, indicators: Sequence[Indicator]) -> bool:
    """Tell whether a table of indicators sums the QPV up in one column, because they are too many for one each."""
    qpv = reader.publication.declared.territory.qpv
    return not named_zones(reader) and any(zone in qpv for each in indicators for zone in reader.zones_of(each))


def range_column(width: int = 24) -> Column:
    """Return the column of :func:`range_cell`."""
    return Column(say("results.zones.column_range"), width=width)


def range_cell(reader: Reader, indicator: Indicator, period: str) -> str:
    """Return the lowest and the highest value of the QPV in a period, each with its zone; then those without a value.

    Only published values are ranked: a masked one may lie outside them, and is counted as « secret ».
    """
    zones = [each for each in reader.publication.declared.territory.qpv if each in reader.zones_of(indicator)]
    points = {zone: _in_period(reader, indicator, zone, period) for zone in zones}
    if not points:
        return NONE
    ranked: dict[str, float] = {}
    words: dict[str, list[str]] = {}
    for zone, point in points.items():
        if point is None or point.value is None or isinstance(indicator.measure, MilestoneMeasure):
            words.setdefault(value_cell(point, indicator), []).append(zone)
        else:
            ranked[zone] = point.value
    if not ranked and len(words) == 1:
        return next(iter(words))
    ends = [_end(reader, text, same) for text, same in words.items()]
    return " ; ".join([*_range(reader, indicator, points, ranked), *ends])


def _range(
    reader: Reader, indicator: Indicator, points: Mapping[str, Point | None], ranked: Mapping[str, float]
) -> Iterator[str]:
    if not ranked:
        return
    texts = {zone: value_cell(points[zone], indicator, with_unit=False) for zone in ranked}
    low, high = (texts[pick(ranked, key=lambda zone: ranked[zone])] for pick in (min, max))
    ends = [_end(reader, text, [zone for zone, each in texts.items() if each == text]) for text in (low, high)]
    yield ends[0] if low == high else say("results.zones.range", low=ends[0], high=ends[1])


def _in_period(reader: Reader, indicator: Indicator, zone: str, period: str) -> Point | None:
    points = [point for point in reader.series(indicator, zone).points if point.period == period]
    return points[-1] if points else None


def _end(reader: Reader, text: str, zones: Sequence[str]) -> str:
    """Return a value with the zone that has it, or with how many have it."""
    where = reader.zone(zones[0]) if len(zones) == 1 else tally("results.zones.quarters", len(zones))
    return say("results.zones.end", value=text, where=where)
