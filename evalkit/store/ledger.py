"""The ledger of deliveries: one append to it is the only commit of the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from evalkit.store import delta
from evalkit.store.delivery import Delivery
from evalkit.store.event import Event, EventKind
from evalkit.store.ledger_line import (
    EVENT,
    LEDGER_SCHEMA,
    SEQUENCE,
    delivery_of,
    event_of,
    line_of,
    line_of_event,
)
from evalkit.store.store import Store

_FILES = 32
"""Files of one line each that the ledger may have before they are merged, so that reading it stays fast."""


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """Which delivery speaks for one period of one producer."""

    period: str
    producer: str
    delivery_id: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger as it stood when it was read.

    Attributes:
        lines: one line per delivery or event, with the columns of :data:`evalkit.store.ledger_line.LEDGER_SCHEMA`.
    """

    lines: pl.DataFrame

    def find(self, delivery_id: str) -> Delivery | None:
        """Return a delivery by its id."""
        known = self.lines.filter(pl.col("id") == delivery_id, pl.col(EVENT).is_null())
        return self._delivery(known.row(0, named=True)) if known.height else None

    def deliveries(self, *wanted: pl.Expr) -> tuple[Delivery, ...]:
        """Return every delivery, the oldest first, or those whose lines are wanted."""
        lines = self.lines.lazy().filter(pl.col(EVENT).is_null(), *wanted).sort("received_on", SEQUENCE).collect()
        removed = self._removed()
        return tuple(
            replace(delivery_of(line), removed_on=removed.get(line["id"])) for line in lines.iter_rows(named=True)
        )

    def events(self, *kinds: EventKind) -> tuple[Event, ...]:
        """Return the events of some kinds, in the order in which they were recorded."""
        of_kind = pl.col(EVENT).is_in([kind.value for kind in kinds])
        lines = self.lines.lazy().filter(of_kind).sort(SEQUENCE).collect()
        return tuple(event_of(line) for line in lines.iter_rows(named=True))

    def _delivery(self, line: dict[str, Any]) -> Delivery:
        return replace(delivery_of(line), removed_on=self._removed().get(line["id"]))

    def _removed(self) -> dict[str, dt.date]:
        return {event.subject: event.day for event in self.events(EventKind.REMOVAL)}

    @property
    def next_sequence(self) -> int:
        """The number of the next line."""
        latest = self.lines.get_column(SEQUENCE).max() if self.lines.height else 0
        return int(str(latest)) + 1


def read_ledger(store: Store) -> Ledger:
    """Read the ledger; an absent one has no line."""
    if not delta.table_exists(store.ledger):
        return Ledger(pl.DataFrame(schema=LEDGER_SCHEMA))
    return Ledger(_lines(store.ledger, delta.version_mark(store.ledger)))


@lru_cache(maxsize=4)
def _lines(path: Path, version: tuple[str, int]) -> pl.DataFrame:
    """Read the lines of one version of the ledger once: a reception looks at it several times."""
    lines = delta.scan(path).collect()
    # A ledger begun by an earlier version lacks the columns that came later.
    later = [pl.lit(None, kind).alias(name) for name, kind in LEDGER_SCHEMA.items() if name not in lines.columns]
    return lines.with_columns(later).select(LEDGER_SCHEMA.names())


def commit(store: Store, delivery: Delivery, ledger: Ledger | None = None) -> Delivery:
    """Append a delivery to the ledger: from then on, and not before, its rows are read.

    The caller holds :func:`evalkit.store.lock.writing`. A delivery that the ledger knows is not appended again.

    Args:
        store: the store.
        delivery: the delivery to append.
        ledger: the ledger, when the caller read it under the same lock.

    Returns:
        The delivery of the ledger: the known one when there is one, else ``delivery``.
    """
    ledger = ledger or read_ledger(store)
    known = ledger.find(delivery.id)
    if known is not None:
        return known
    delta.append(store.ledger, line_of(delivery, ledger.next_sequence))
    delta.compact(store.ledger, _FILES)
    return delivery


def commit_events(store: Store, events: Iterable[Event], ledger: Ledger | None = None) -> None:
    """Append events to the ledger in one commit; the caller holds :func:`evalkit.store.lock.writing`."""
    first = (ledger or read_ledger(store)).next_sequence
    lines = [line_of_event(event, first + number) for number, event in enumerate(events)]
    if lines:
        delta.append(store.ledger, pl.concat(lines))
        delta.compact(store.ledger, _FILES)


def find_delivery(store: Store, delivery_id: str) -> Delivery | None:
    """Return a delivery of the ledger by its id."""
    return read_ledger(store).find(delivery_id)


def deliveries(
    store: Store, contract: str | None = None, feed: str | None = None, as_of: dt.date | None = None
) -> tuple[Delivery, ...]:
    """Return the deliveries of the ledger, the oldest first.

    Args:
        store: the store.
        contract: only those of a contract.
        feed: only those of a feed.
        as_of: only those received on that day or before.
    """
    wanted = {"contract": contract, "feed": feed}
    conditions = [pl.col(name) == value for name, value in wanted.items() if value is not None]
    if as_of is not None:
        conditions.append(pl.col("received_on") <= as_of)
    return read_ledger(store).deliveries(*conditions)


def current_sources(store: Store, contract: str, feed: str, as_of: dt.date | None = None) -> tuple[Source, ...]:
    """Return, for each period and producer, the latest accepted delivery: it replaces the earlier ones whole.

    One whose rows were removed speaks no more, and no earlier one speaks in its place: removed is not zero.

    Returns:
        The sources, sorted by period then producer. Their delivery ids are the lineage of whatever is computed.
    """
    latest: dict[tuple[str, str], Delivery] = {}
    for delivery in deliveries(store, contract, feed, as_of):
        if delivery.was_accepted:
            latest |= {(period, delivery.producer): delivery for period in delivery.periods}
    standing = {pair: delivery for pair, delivery in latest.items() if delivery.is_accepted}
    return tuple(sorted(Source(period, producer, each.id) for (period, producer), each in standing.items()))
