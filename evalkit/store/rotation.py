"""Where pseudonyms change along a feed because the identity key was rotated: nobody can be followed across."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from evalkit.store.ledger import current_sources, deliveries
from evalkit.store.store import Store


@dataclass(frozen=True, slots=True, order=True)
class KeyBreak:
    """A period from which persons have other pseudonyms than before.

    Attributes:
        period: the first period under another key.
        received_on: the day its delivery was received, which decided the key.
    """

    period: str
    received_on: dt.date


def key_breaks(store: Store, contract: str, feed: str, as_of: dt.date | None = None) -> tuple[KeyBreak, ...]:
    """Return the breaks of a feed, the earliest first; none when every current row is under one key.

    Earlier periods that the partner sends again after a rotation are hashed with the new key, and the break goes.
    """
    known = {delivery.id: delivery for delivery in deliveries(store, contract, feed, as_of)}
    standing: dict[str, list[tuple[str, str]]] = {}
    for source in current_sources(store, contract, feed, as_of):
        standing.setdefault(source.producer, []).append((source.period, source.delivery_id))
    found = {
        KeyBreak(period, known[after].received_on)
        for periods in standing.values()
        for (_, before), (period, after) in pairwise(sorted(periods))
        if known[before].key != known[after].key
    }
    return tuple(sorted(found))
