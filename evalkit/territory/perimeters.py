"""What happened to each zone between two generations of the priority geography: kept, moved, entering, leaving."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from evalkit.declare.contract import Perimeter, Zone, ZoneKind
from evalkit.territory.zones import Territory


class Movement(StrEnum):
    """What a zone did when a generation of perimeters began, in the words that are printed."""

    KEPT = "inchangé"
    MOVED = "contour modifié"
    ENTERING = "entrant"
    LEAVING = "sortant"


@dataclass(frozen=True, slots=True, order=True)
class ZoneChange:
    """One zone and one dated change of its perimeter.

    Attributes:
        zone: id of the zone.
        movement: what it did.
        day: first day of the new state.
        before: code of the earlier perimeter, empty when there was none.
        after: code of the later one, empty when there is none.
    """

    zone: str
    movement: Movement
    day: dt.date
    before: str
    after: str


def perimeter_on(zone: Zone, day: dt.date) -> Perimeter | None:
    """Return the perimeter of a zone that is in force on a day, ``None`` when it has none."""
    return next((each for each in _in_order(zone) if each.holds_on(day)), None)


def vintage_on(zone: Zone | None, day: dt.date) -> int:
    """Return the generation of contours that figures of a zone follow on a day.

    A zone without a perimeter of its own (a commune, « hors QPV ») follows the generation in force in metropolitan
    France; before 2015 there was none, and the first one is given.

    Args:
        zone: the zone, ``None`` for a derived one.
        day: the last day of the period.
    """
    held = perimeter_on(zone, day) if zone is not None else None
    if held is not None:
        return held.vintage
    return 2024 if day >= _second_generation() else 2015


@cache
def _second_generation() -> dt.date:
    """Return the day when the generation of 2024 begins in metropolitan France."""
    return Perimeter(vintage=2024, code="QN").begins


def qpv_on(territory: Territory, day: dt.date) -> tuple[str, ...]:
    """Return the ids of the zones that are QPV on a day, sorted.

    A zone that has left the list is one up to the last day of its perimeter; a zone of kind ``qpv`` whose perimeters
    are not declared is one on any day.
    """
    return tuple(sorted(zone.id for zone in territory.zones.values() if _is_qpv_on(zone, day)))


def zone_changes(territory: Territory) -> tuple[ZoneChange, ...]:
    """Return every dated change of the QPV of a territory, by zone then by day; the first perimeter is no change."""
    return tuple(sorted(change for zone in territory.zones.values() for change in _changes(zone)))


def change_of(territory: Territory, zone_id: str) -> ZoneChange | None:
    """Return the last change of a zone, ``None`` when its perimeters tell none."""
    found = list(_changes(territory.zones[zone_id]))
    return found[-1] if found else None


def stable_qpv(territory: Territory) -> tuple[str, ...]:
    """Return the QPV in force whose contour is that of 2015, sorted: those that a before and an after may compare.

    A QPV whose perimeters are not declared, or that has no contour of 2015, is not known to be stable.
    """
    kept = {change.zone for change in zone_changes(territory) if change.movement is Movement.KEPT}
    return tuple(zone for zone in territory.qpv if zone in kept)


def _changes(zone: Zone) -> Iterator[ZoneChange]:
    """Read a zone's perimeters in order. A zone with one perimeter entered with it or left at its end."""
    if zone.kind not in {ZoneKind.QPV, ZoneKind.LEAVING}:
        return
    before: Perimeter | None = None
    for each in _in_order(zone):
        if each.change == "left":
            day = each.begins if before is not None else _day_after(each)
            if day is not None:
                yield ZoneChange(zone.id, Movement.LEAVING, day, (before or each).code, "")
        elif before is not None:
            movement = Movement.MOVED if each.change == "moved" else Movement.KEPT
            yield ZoneChange(zone.id, movement, each.begins, before.code, each.code)
        elif each.change == "new":
            yield ZoneChange(zone.id, Movement.ENTERING, each.begins, "", each.code)
        before = each


def _day_after(perimeter: Perimeter) -> dt.date | None:
    return perimeter.ends + dt.timedelta(days=1) if perimeter.ends is not None else None


def _in_order(zone: Zone) -> list[Perimeter]:
    return sorted(zone.perimeters, key=lambda each: each.begins)


def _is_qpv_on(zone: Zone, day: dt.date) -> bool:
    if zone.kind not in {ZoneKind.QPV, ZoneKind.LEAVING}:
        return False
    if not zone.perimeters:
        return zone.kind is ZoneKind.QPV
    held = perimeter_on(zone, day)
    # A perimeter that says « left » in its own vintage held up to the end of the one before.
    return held is not None and not (held.change == "left" and len(zone.perimeters) > 1)
