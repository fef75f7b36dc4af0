"""Indicators of several contracts side by side: the same measure everywhere, its values, and why they may not compare.

Feeds are declared once for every contract, so two indicators measure the same thing when their measures are equal,
whatever their labels. Measures that read the same column of the same feed with another filter are near, not equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import CountMeasure, Measure, NarrativeMeasure, SumMeasure
from evalkit.present.reading import Point
from evalkit.present.regional.members import Member, Region
from evalkit.territory.zones import ALL_QPV

_QUANTITIES = CountMeasure | SumMeasure
"""Measures that grow with the size of a neighbourhood."""
MOST_NEAR_READS = 6
"""Beyond this many indicators, a column holds many things (a theme, a name of indicator) and nothing is near."""
_NOT_OF_THE_MEASURE = {"where", "population", "labels"}


@dataclass(frozen=True, slots=True)
class Read:
    """One indicator of one contract, as it can be read.

    Attributes:
        zone: the zone that stands for the contract: all QPV, else the first one.
        point: the last value that may be compared, or the last line; ``None`` without an edition.
    """

    member: Member
    indicator: Indicator
    zone: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """One measure that several contracts declare.

    Attributes:
        objection: key of the reason why the values may not be compared; empty when they may.
    """

    reads: tuple[Read, ...]
    objection: str

    @property
    def contracts(self) -> tuple[str, ...]:
        """Return the contracts that declare it."""
        return tuple(dict.fromkeys(each.member.id for each in self.reads))


def shared_measures(region: Region) -> tuple[Shared, ...]:
    """Return the measures that two contracts or more declare with the same definition, the most shared first."""
    found: dict[str, list[Read]] = {}
    for read in _reads(region):
        found.setdefault(_definition(read.indicator), []).append(read)
    shared = [Shared(tuple(reads), objection(reads)) for reads in found.values() if _contracts(reads) > 1]
    return tuple(
        sorted(shared, key=lambda each: (bool(each.objection), -len(each.contracts), each.reads[0].indicator.label))
    )


def near_measures(region: Region) -> tuple[Shared, ...]:
    """Return the measures that two contracts or more read in the same column of the same feed with other filters."""
    found: dict[str, list[Read]] = {}
    for read in _reads(region):
        found.setdefault(_column(read.indicator), []).append(read)
    groups = [
        Shared(tuple(reads), "regional.shared.other_filter")
        for reads in found.values()
        if _contracts(reads) > 1 and len(reads) <= MOST_NEAR_READS and _no_shared_definition(reads)
    ]
    return tuple(sorted(groups, key=lambda each: (-len(each.contracts), each.reads[0].indicator.label)))


def objection(reads: list[Read]) -> str:
    """Return the key of the first reason why values of one measure may not be compared; empty when they may."""
    valued = [each for each in reads if each.point is not None and each.point.is_free]
    measure = reads[0].indicator.measure
    if _contracts(valued) < 2:
        published = {each.member.id for each in reads if each.member.reader is not None}
        return "regional.shared.one_value" if len(published) > 1 else "regional.shared.one_edition"
    if len({each.point.period for each in valued if each.point}) > 1:
        return "regional.shared.other_periods"
    if len({each.point.perimeter for each in valued if each.point}) > 1:
        return "regional.shared.other_perimeters"
    if len({each.zone == ALL_QPV for each in valued}) > 1:
        return "regional.shared.other_zones"
    return "regional.shared.is_quantity" if isinstance(measure, _QUANTITIES) else ""


def _reads(region: Region) -> Iterator[Read]:
    for member in region.contracts:
        for indicator in member.indicators:
            # A text is read, it is not measured.
            if indicator.measure is not None and not isinstance(indicator.measure, NarrativeMeasure):
                yield _read(member, indicator)


def _read(member: Member, indicator: Indicator) -> Read:
    reader = member.reader
    zones = reader.zones_of(indicator) if reader is not None else ()
    if reader is None or not zones:
        return Read(member, indicator)
    zone = ALL_QPV if ALL_QPV in zones else zones[0]
    return Read(member, indicator, zone, reader.series(indicator, zone).latest)


def _contracts(reads: list[Read]) -> int:
    return len({each.member.id for each in reads})


def _no_shared_definition(reads: list[Read]) -> bool:
    """Tell whether no two contracts of a group declare the same measure: those that do are compared already."""
    seen: dict[str, str] = {}
    return all(seen.setdefault(_definition(each.indicator), each.member.id) == each.member.id for each in reads)


def _definition(indicator: Indicator) -> str:
    return f"{_measure(indicator).model_dump_json()}|{indicator.period}"


def _column(indicator: Indicator) -> str:
    return (
        _measure(indicator)
        .model_copy(update=dict.fromkeys(_NOT_OF_THE_MEASURE))
        .model_dump_json(exclude=_NOT_OF_THE_MEASURE)
    )


def _measure(indicator: Indicator) -> Measure:
    if indicator.measure is None:
        raise ValueError(indicator.id)
    return indicator.measure
