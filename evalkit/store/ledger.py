"""The ledger of deliveries: one append to it is the only commit of the store."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from evalkit.store import delta
from evalkit.store.delivery import Delivery
from evalkit.store.ledger_line import LEDGER_SCHEMA, SEQUENCE, delivery_of, line_of
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
        lines: one line per delivery, with the columns of :data:`evalkit.store.ledger_line.LEDGER_SCHEMA`.
    """

    lines: pl.DataFrame

    def find(self, delivery_id: str) -> Delivery | None:
        """Return a delivery by its id."""
        known = self.lines.filter(pl.col("id") == delivery_id)
        return delivery_of(known.row(0, named=True)) if known.height else None

    @property
    def next_sequence(self) -> int:
        """The number of the next line."""
        latest = self.lines.get_column(SEQUENCE).max() if self.lines.height else 0
        return int(str(latest)) + 1


def read_ledger(store: Store) -> Ledger:
    """Read the ledger; an absent one has no line."""
    if not delta.table_exists(store.ledger):
        return Ledger(pl.DataFrame(schema=LEDGER_SCHEMA))
    return Ledger(delta.scan(store.ledger).select(LEDGER_SCHEMA.names()).collect())


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
    kept = read_ledger(store).lines
    if contract is not None:
        kept = kept.filter(pl.col("contract") == contract)
    if feed is not None:
        kept = kept.filter(pl.col("feed") == feed)
    if as_of is not None:
        kept = kept.filter(pl.col("received_on") <= as_of)
    return tuple(delivery_of(line) for line in kept.sort("received_on", SEQUENCE).iter_rows(named=True))


def current_sources(store: Store, contract: str, feed: str, as_of: dt.date | None = None) -> tuple[Source, ...]:
    """Return, for each period and producer, the latest accepted delivery: it replaces the earlier ones whole.

    Returns:
        The sources, sorted by period then producer. Their delivery ids are the lineage of whatever is computed.
    """
    latest: dict[tuple[str, str], str] = {}
    for delivery in deliveries(store, contract, feed, as_of):
        if delivery.is_accepted:
            latest |= {(period, delivery.producer): delivery.id for period in delivery.periods}
    return tuple(sorted(Source(period, producer, id_) for (period, producer), id_ in latest.items()))
