"""Which zones are sums of other zones: the margins of every table by zone."""

from __future__ import annotations

from collections.abc import Iterable

from evalkit.territory.zones import ALL_QPV, OUTSIDE, OUTSIDE_QPV, UNKNOWN, Territory, members


def zone_parts(territory: Territory, zones: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return, for each zone, the elementary places that it adds up.

    Rows stored *outside* every zone are left out: somebody may know that a partner's file holds none, and the
    difference between the whole and *hors QPV* then gives the QPV back.

    Args:
        territory: the zones of the contract.
        zones: the zones that the publication shows, declared or derived.

    Returns:
        The stored zone values of each; a zone that nobody declared stands for itself.
    """
    return {zone: _parts(territory, zone) for zone in sorted(set(zones))}


def _parts(territory: Territory, zone: str) -> tuple[str, ...]:
    if zone not in territory.zones and zone not in {ALL_QPV, OUTSIDE_QPV}:
        return (zone,)
    stored = tuple(place for place in sorted(territory.zones) if place not in {OUTSIDE, UNKNOWN})
    return members(territory, zone).holds(stored)
