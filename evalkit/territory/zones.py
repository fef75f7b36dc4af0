"""The zones of one contract, and the two values of a row that is in none of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from evalkit.declare.contract import AttachmentTable, Zone, ZoneKind

OUTSIDE = "outside"
"""The row is known to be in no declared zone."""

UNKNOWN = "unknown"
"""Nobody can tell where the row is: never counted as outside."""

FRANCE = "france-metropolitaine"
"""The row is the country itself, in a national base: a reference for every contract, declared or not."""

ALL_QPV = "qpv"
"""Derived zone: every QPV of the contract together."""

OUTSIDE_QPV = "hors-qpv"
"""Derived zone: what was received outside every QPV; rows of unknown place belong to neither side."""

EVERYWHERE = "ensemble"
"""Derived zone: every row received, wherever it is."""

DERIVED_ZONES = (ALL_QPV, OUTSIDE_QPV, EVERYWHERE)

_REST = f".{OUTSIDE_QPV}"
"""Ends the id of the derived zone of one commune, EPCI or urban unit without its QPV: ``chalon-sur-saone.hors-qpv``."""


@dataclass(frozen=True, slots=True)
class Territory:
    """The zones of one contract.

    Attributes:
        zones: every declared zone by id, sorted.
        reference: the zone to which gaps are read (the urban unit by default, law of 21 February 2014).
        attachments: tables that tie schools, estates and other places to zones.
    """

    zones: Mapping[str, Zone]
    reference: str | None = None
    attachments: tuple[AttachmentTable, ...] = ()
    _around: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)
    _inner: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Follow containment once: every measure of every zone asks for it."""
        around = {zone_id: self._holders(zone_id) for zone_id in self.zones}
        inner: dict[str, set[str]] = {zone_id: set() for zone_id in self.zones}
        for zone_id, holders in around.items():
            for holder in holders:
                inner[holder].add(zone_id)
        object.__setattr__(self, "_around", around)
        object.__setattr__(self, "_inner", {zone_id: frozenset(found) for zone_id, found in inner.items()})

    @property
    def qpv(self) -> tuple[str, ...]:
        """Return the ids of the QPV in force, sorted."""
        return self.of_kind(ZoneKind.QPV)

    @property
    def controls(self) -> tuple[str, ...]:
        """Return the ids of the zones that may serve as control units, sorted."""
        return tuple(sorted(zone.id for zone in self.zones.values() if zone.control))

    @property
    def rests(self) -> tuple[str, ...]:
        """Return the derived zones that are one declared zone without its QPV, sorted."""
        holders = {outer for zone in self.qpv for outer in self.containing(zone)} - set(self.qpv)
        return tuple(f"{zone}{_REST}" for zone in sorted(holders))

    @property
    def known_zones(self) -> frozenset[str]:
        """Return every zone that a declaration may name: declared ones and derived ones."""
        return frozenset({*self.zones, *DERIVED_ZONES, *self.rests})

    def of_kind(self, kind: ZoneKind) -> tuple[str, ...]:
        """Return the ids of the zones of one kind, sorted."""
        return tuple(sorted(zone.id for zone in self.zones.values() if zone.kind is kind))

    def label(self, zone_id: str) -> str:
        """Return the French name of a declared or derived zone."""
        derived = {
            ALL_QPV: "Ensemble des QPV",
            OUTSIDE_QPV: "Hors QPV",
            EVERYWHERE: "Ensemble du territoire",
            UNKNOWN: "Zone inconnue",
            OUTSIDE: "Ailleurs",
            FRANCE: "France métropolitaine",
        }
        if zone_id in self.zones:
            return self.zones[zone_id].label
        whole = self.zones.get(zone_id.removesuffix(_REST)) if zone_id.endswith(_REST) else None
        return f"{whole.label} hors QPV" if whole is not None else derived.get(zone_id, zone_id)

    def inside(self, *zone_ids: str) -> tuple[str, ...]:
        """Return some zones with every zone that they contain, sorted: sectors of a QPV, schools, estates."""
        return tuple(sorted({*zone_ids, *(inner for each in zone_ids for inner in self._inner.get(each, ()))}))

    def containing(self, zone_id: str) -> frozenset[str]:
        """Return every zone that contains ``zone_id``, directly or not."""
        return self._around.get(zone_id, frozenset())

    def _holders(self, zone_id: str) -> frozenset[str]:
        found: set[str] = set()
        waiting = list(self.zones[zone_id].within)
        while waiting:
            outer = waiting.pop()
            if outer not in found and outer in self.zones:
                found.add(outer)
                waiting.extend(self.zones[outer].within)
        return frozenset(found)


@lru_cache(maxsize=65_536)
def normalise_name(text: str) -> str:
    """Return a name without case, accents, spaces, hyphens or apostrophes, to compare what partners write."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "", plain.lower())


def zone_names(territory: Territory) -> dict[str, str]:
    """Return every normalised code, label, alias and id of a zone, with the id of the zone.

    A place that a table in force ties to one zone as a whole gives its code and its name too. A name that two zones
    share is left out: nothing is guessed.
    """
    owners: dict[str, set[str]] = {}
    for table in territory.attachments:
        for place in table.places if table.until is None else ():
            for name in (place.code, place.label):
                if name:
                    # A part of a place is no zone: the empty id makes its name a shared one.
                    owners.setdefault(normalise_name(name), set()).add(place.zone if place.share == 1 else "")
    for zone in territory.zones.values():
        codes = [perimeter.code for perimeter in zone.perimeters]
        for name in (zone.id, zone.label, zone.code, *zone.aliases, *codes):
            if name:
                owners.setdefault(normalise_name(name), set()).add(zone.id)
    return {name: min(ids) for name, ids in sorted(owners.items()) if len(ids) == 1 and "" not in ids}


def members(territory: Territory, zone_id: str) -> Selection:
    """Return which stored zone values make up a declared or derived zone.

    Raises:
        KeyError: the zone is neither declared nor derived; declarations are checked before.
    """
    if zone_id in territory.zones:
        return Selection("in", territory.inside(zone_id))
    if zone_id == EVERYWHERE:
        return Selection("not in", ())
    in_qpv = territory.inside(*territory.qpv)
    if zone_id == ALL_QPV:
        return Selection("in", in_qpv)
    if zone_id == OUTSIDE_QPV:
        return Selection("not in", (*in_qpv, UNKNOWN))
    whole = zone_id.removesuffix(_REST)
    if whole == zone_id or whole not in territory.zones:
        raise KeyError(zone_id)
    return Selection("in", tuple(each for each in territory.inside(whole) if each not in in_qpv))


@dataclass(frozen=True, slots=True)
class Selection:
    """Stored zone values that are kept, or left out."""

    sense: Literal["in", "not in"]
    zones: tuple[str, ...]

    def holds(self, values: Iterable[str]) -> tuple[str, ...]:
        """Return the values that the selection keeps."""
        return tuple(value for value in values if (value in self.zones) is (self.sense == "in"))
