"""The rows of a feed: appended by delivery, read through the ledger, swept when no ledger line speaks for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from evalkit.declare.feed import Feed
from evalkit.store import delta
from evalkit.store.delivery import Delivery
from evalkit.store.ledger import commit, current_sources, deliveries, read_ledger
from evalkit.store.lock import writing
from evalkit.store.schema import DELIVERY_ID, PERIOD, stored_schema
from evalkit.store.store import Store


@dataclass(frozen=True, slots=True)
class Recorded:
    """A delivery of the ledger, and whether it was there before."""

    delivery: Delivery
    is_repeated: bool


def record(store: Store, delivery: Delivery, rows: pl.DataFrame) -> Recorded:
    """Keep a delivery and its rows: rows first, then the ledger line that makes them exist.

    Safe against a kill at any step (rows without a ledger line are never read, and a second try replaces them) and
    against two processes at once (one writes, the other finds the delivery in the ledger).

    Args:
        store: the store.
        delivery: the verdict; a refused delivery keeps no row.
        rows: the accepted rows, with the columns of :func:`evalkit.store.schema.stored_schema` but the delivery id.

    Returns:
        The delivery of the ledger: the same content received before when there is one, else ``delivery``.
    """
    with writing(store):
        ledger = read_ledger(store)
        known = ledger.find(delivery.id)
        if known is not None:
            return Recorded(known, is_repeated=True)
        if delivery.is_accepted:
            append_rows(store, delivery.contract, delivery.feed, delivery.id, rows)
        return Recorded(commit(store, delivery, ledger), is_repeated=False)


def append_rows(store: Store, contract: str, feed: str, delivery_id: str, frame: pl.DataFrame) -> None:
    """Append the rows of one delivery, in place of those that an interrupted try may have left.

    The caller holds :func:`evalkit.store.lock.writing`.
    """
    path = store.rows(contract, feed)
    if delta.table_exists(path):
        delta.remove_partition(path, DELIVERY_ID, delivery_id)
    delta.append(path, frame.with_columns(pl.lit(delivery_id).alias(DELIVERY_ID)), partition_by=DELIVERY_ID)


def current_rows(store: Store, contract: str, feed: Feed, as_of: dt.date | None = None) -> pl.LazyFrame:
    """Return the rows that count: those of the latest accepted delivery of each producer and period.

    Args:
        store: the store.
        contract: the contract.
        feed: the feed, whose declaration gives the columns.
        as_of: what was known on that day; everything by default.

    Returns:
        A lazy frame with the columns of :func:`evalkit.store.schema.stored_schema`; a column declared after a delivery
        is null in its rows. Without any delivery, a frame without rows.
    """
    schema = stored_schema(feed)
    sources = current_sources(store, contract, feed.feed, as_of)
    path = store.rows(contract, feed.feed)
    if not sources or not delta.table_exists(path):
        return pl.LazyFrame(schema=schema)
    ids = sorted({source.delivery_id for source in sources})
    pairs = pl.LazyFrame(
        {DELIVERY_ID: [s.delivery_id for s in sources], PERIOD: [s.period for s in sources]},
        schema={DELIVERY_ID: pl.String, PERIOD: pl.String},
    )
    rows = delta.scan(path).filter(pl.col(DELIVERY_ID).is_in(ids))
    present = set(rows.collect_schema().names())
    columns = [
        pl.col(name).cast(kind) if name in present else pl.lit(None, dtype=kind).alias(name)
        for name, kind in schema.items()
    ]
    return rows.select(columns).join(pairs, on=[DELIVERY_ID, PERIOD], how="semi")


def rows_of_delivery(store: Store, delivery: Delivery) -> pl.LazyFrame:
    """Return the stored rows of one accepted delivery, whether or not a later one replaced them."""
    return delta.scan(store.rows(delivery.contract, delivery.feed)).filter(pl.col(DELIVERY_ID) == delivery.id)


def sweep_orphans(store: Store) -> tuple[str, ...]:
    """Remove what interrupted receptions left: rows and quarantined rows that no ledger line speaks for.

    Returns:
        The ids of the deliveries that never were, sorted.
    """
    with writing(store):
        known = deliveries(store)
        accepted = [delivery.id for delivery in known if delivery.is_accepted]
        swept: set[str] = set()
        for log in sorted((store.root / "store" / "rows").glob("*/*/_delta_log")):
            swept |= set(delta.keep_partitions(log.parent, DELIVERY_ID, accepted))
        swept |= _sweep_quarantine(store, {delivery.id for delivery in known})
        return tuple(sorted(swept))


def _sweep_quarantine(store: Store, known: set[str]) -> set[str]:
    left = [path for path in sorted(store.quarantine.glob("*.parquet")) if path.stem not in known]
    parts = sorted(store.quarantine.glob(".*.part"))
    for path in [*left, *parts]:
        path.unlink()
    return {path.stem for path in left}
