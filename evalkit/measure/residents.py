"""The declared population of a zone, derived zones included."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.declare.contract import Population
from evalkit.measure.selection import whole_of
from evalkit.territory.zones import ALL_QPV, EVERYWHERE, OUTSIDE_QPV, Territory


@dataclass(frozen=True, slots=True)
class Residents:
    """A number of residents, and what to know of it."""

    number: int
    remark: str


def residents_of(territory: Territory, zone: str) -> Residents | None:
    """Return the residents of a zone, of the latest year that is declared; ``None`` when a part is not declared.

    *Hors QPV* is its reference without the QPV that it contains.

    Args:
        territory: the zones, with their populations.
        zone: a declared or derived zone.
    """
    if zone in territory.zones:
        return _sum(territory, (zone,), ())
    if zone == ALL_QPV:
        return _sum(territory, territory.qpv, ())
    whole = territory.reference if zone in {OUTSIDE_QPV, EVERYWHERE} else whole_of(territory, zone)
    if whole is None:
        return None
    inside = tuple(each for each in territory.qpv if whole in territory.containing(each))
    return _sum(territory, (whole,), () if zone == EVERYWHERE else inside)


def _sum(territory: Territory, added: tuple[str, ...], taken: tuple[str, ...]) -> Residents | None:
    latest = {zone: _latest(territory, zone) for zone in (*added, *taken)}
    if not latest or any(each is None for each in latest.values()):
        return None
    known = {zone: each for zone, each in latest.items() if each is not None}
    number = sum(known[zone].residents for zone in added) - sum(known[zone].residents for zone in taken)
    years = sorted({each.year for each in known.values()})
    return Residents(number, f"population {' et '.join(map(str, years))}") if number > 0 else None


def _latest(territory: Territory, zone: str) -> Population | None:
    return max(territory.zones[zone].populations, key=lambda each: each.year, default=None)
