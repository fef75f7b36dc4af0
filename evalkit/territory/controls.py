"""Which zones may serve as control units, and what weakens each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evalkit.declare.contract import Zone, ZoneKind
from evalkit.territory.zones import Territory

_FRAGILE = "peut recevoir une part des 2,5 % du programme 147 ouverts aux quartiers fragiles"
_LIGHTLY_TREATED = {
    ZoneKind.LEAVING: "quartier sorti de la géographie prioritaire : traité avant, il peut encore recevoir des crédits",
    ZoneKind.WATCHED: f"secteur de vigilance : il {_FRAGILE}",
    ZoneKind.POCKET: f"poche de pauvreté : elle {_FRAGILE}",
}
_AGGREGATES = frozenset(
    {
        ZoneKind.COMMUNE,
        ZoneKind.EPCI,
        ZoneKind.URBAN_UNIT,
        ZoneKind.EMPLOYMENT_AREA,
        ZoneKind.DEPARTMENT,
        ZoneKind.REGION,
        ZoneKind.COUNTRY,
    }
)


@dataclass(frozen=True, slots=True)
class ControlUnit:
    """A zone that is declared as a control unit.

    Attributes:
        zone: its id.
        remarks: French reasons to read it with care; none for a plain control.
        is_usable: a test may use it; a zone that holds a compared one, or lies in it, may not.
    """

    zone: str
    remarks: tuple[str, ...]
    is_usable: bool


def control_units(territory: Territory, treated: tuple[str, ...]) -> tuple[ControlUnit, ...]:
    """Return the declared control units of a comparison, sorted, with what weakens each.

    Args:
        territory: the zones; those with ``control`` are candidates.
        treated: ids of the zones compared.
    """
    return tuple(_unit(territory, territory.zones[each], treated) for each in territory.controls if each not in treated)


def _unit(territory: Territory, zone: Zone, treated: tuple[str, ...]) -> ControlUnit:
    blocking = tuple(_blocking(territory, zone.id, treated))
    remarks = (*blocking, *_reservations(zone))
    return ControlUnit(zone.id, remarks, not blocking)


def _blocking(territory: Territory, control: str, treated: tuple[str, ...]) -> Iterator[str]:
    held = [each for each in treated if control in territory.containing(each)]
    around = sorted(territory.containing(control) & set(treated))
    if held:
        yield f"contient « {', '.join(territory.label(each) for each in held)} »"
    if around:
        yield f"est dans « {', '.join(territory.label(each) for each in around)} »"


def _reservations(zone: Zone) -> Iterator[str]:
    if zone.kind in _LIGHTLY_TREATED:
        yield _LIGHTLY_TREATED[zone.kind]
    if zone.kind in _AGGREGATES:
        yield "grand ensemble : un seul témoin, qui sert à décrire et non à tester"
    if zone.kind is ZoneKind.QPV:
        yield "quartier prioritaire lui aussi : il ne montre que ce qui est propre au programme comparé"
