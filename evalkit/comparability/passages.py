"""The correspondence that was received: the official list, the shares of population, and where they disagree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from evalkit.declare.feed import Feed
from evalkit.store.rows import current_rows
from evalkit.store.store import Store
from evalkit.territory.correspondence import Correspondence, correspondence_of, disagreements, official_links
from evalkit.territory.zones import Territory

OFFICIAL_FEED = "anct-qpv-correspondance"
"""The official list: which neighbourhoods correspond."""

SHARES_FEED = "qpv-passage-population"
"""The shares of population, computed apart."""


@dataclass(frozen=True, slots=True)
class Passages:
    """What is known of the passage from 2015 to 2024.

    Attributes:
        correspondence: the shares, ``None`` when none was received.
        links: pairs (2015, 2024) of the official list, in codes; empty when it was not received.
        disagreements: where the two do not tell the same story, in French.
    """

    correspondence: Correspondence | None
    links: frozenset[tuple[str, str]]
    disagreements: tuple[str, ...]


def read_passages(
    store: Store, contract: str, feeds: Mapping[str, Feed], territory: Territory, as_of: dt.date | None = None
) -> Passages:
    """Return the correspondence that a contract has received.

    Args:
        store: the accepted rows.
        contract: id of the contract.
        feeds: the feeds; those of the correspondence may not be among them.
        territory: the zones, whose perimeters give the codes of the official list.
        as_of: what was known on that day; everything by default.

    Raises:
        ComputationError: the shares of a neighbourhood of 2015 are not a whole (``EVK-M211``).
    """
    codes = {
        zone.id: perimeter.code
        for zone in territory.zones.values()
        for perimeter in zone.perimeters
        if perimeter.vintage == 2024
    }
    links: frozenset[tuple[str, str]] = frozenset()
    if OFFICIAL_FEED in feeds:
        official = current_rows(store, contract, feeds[OFFICIAL_FEED], as_of).collect()
        links = frozenset((origin, codes.get(zone, zone)) for origin, zone in official_links(official))
    if SHARES_FEED not in feeds:
        return Passages(None, links, ())
    rows = current_rows(store, contract, feeds[SHARES_FEED], as_of).collect()
    if rows.is_empty():
        return Passages(None, links, ())
    correspondence = correspondence_of(rows)
    told = disagreements(correspondence, links) if links else ()
    return Passages(correspondence, links, told)
