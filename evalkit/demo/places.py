"""The zones of the demonstration, read from its declarations: populations and names have one source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from evalkit.declare.contract import Zone, ZoneKind

Naming = Literal["2024", "2015", "label", "alias"]
"""How a partner names a zone: its code in force, its code of 2015, its name, or the first other name declared."""

_RESIDENTS_NOT_DECLARED = 1_500
"""For a watched zone whose population no document gives."""

_QPV_RATIO = 0.192
_CONTROL_RATIO = 0.06


@dataclass(frozen=True, slots=True)
class Place:
    """A zone where rows are simulated.

    Attributes:
        id: its id in the declarations.
        residents: residents.
        treated: the programme opens there.
        names: how each naming writes it, for every value of ``Naming``.
    """

    id: str
    residents: int
    treated: bool
    names: Mapping[Naming, str]

    @property
    def job_seekers(self) -> int:
        """Return the number of job seekers aimed at.

        Insee's base of 2021 counts about 1,075 in Prés-Saint-Jean and 475 in Aubépins (categories A, B and C).
        """
        return round(self.residents * (_QPV_RATIO if self.treated else _CONTROL_RATIO))


def simulated_places(zones: Sequence[Zone]) -> tuple[Place, ...]:
    """Return the zones that receive rows, sorted by id: the QPV and every zone declared as a control unit."""
    kept = [zone for zone in zones if zone.kind is ZoneKind.QPV or zone.control]
    return tuple(place_of(zone) for zone in sorted(kept, key=lambda zone: zone.id))


def place_of(zone: Zone) -> Place:
    """Return a declared zone as a place, with the names that partners give it."""
    codes = {perimeter.vintage: perimeter.code for perimeter in zone.perimeters}
    code = codes.get(2024) or zone.code or zone.label
    names: dict[Naming, str] = {
        "2024": code,
        "2015": codes.get(2015, code),
        "label": zone.label,
        "alias": zone.aliases[0] if zone.aliases else zone.label,
    }
    return Place(zone.id, zone.residents or _RESIDENTS_NOT_DECLARED, zone.kind is ZoneKind.QPV, names)
