"""The rows of a feed: appended by delivery, read through the ledger, swept when no ledger line speaks for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from evalkit.declare.clause import Purpose
from evalkit.declare.feed import Feed
from evalkit.store import delta
from evalkit.store.delivery import Delivery
from evalkit.store.ledger import Ledger, commit, current_sources, read_ledger
from evalkit.store.quarantine import write_quarantine
from evalkit.store.schema import (
    DELIVERY_ID,
    PERIOD,
    PRESENT,
    pseudonym_column,
    pseudonym_columns,
    stored_schema,
)
from evalkit.store.store import Store
from evalkit.store.tidy import transaction


@dataclass(frozen=True, slots=True)
class Recorded:
    """A delivery of the ledger, and whether it was there before."""

    delivery: Delivery
    is_repeated: bool


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is about to be kept of a delivery.

    Attributes:
        delivery: the verdict; a refused delivery keeps no row.
        rows: the accepted rows, as the disk holds them but for the delivery id.
        refused: the refused rows with their reasons; none when nothing may be kept of them.
    """

    delivery: Delivery
    rows: pl.DataFrame
    refused: pl.DataFrame | None = None


Screen = Callable[[Ledger, Parcel], Parcel]
"""What the ledger, read at the very moment of writing, takes out of a parcel: persons who object, for instance."""


def record(
    store: Store,
    delivery: Delivery,
    rows: pl.DataFrame,
    refused: pl.DataFrame | None = None,
    screen: Screen | None = None,
) -> Recorded:
    """Keep a delivery and its rows: rows first, then the ledger line that makes them exist.

    Safe against a kill at any step (rows without a ledger line are never read, and a second try replaces them) and
    against two processes at once (one writes, the other finds the delivery in the ledger).

    Args:
        store: the store.
        delivery: the verdict; a refused delivery keeps no row.
        rows: the accepted rows, with the columns of :func:`evalkit.store.schema.stored_schema` but the delivery id, and
            one column of pseudonyms per purpose in the place of the identity field.
        refused: the refused rows, for the quarantine.
        screen: what must still be taken out, given the ledger.

    Returns:
        The delivery of the ledger: the same content received before when there is one, else ``delivery``.
    """
    with transaction(store):
        ledger = read_ledger(store)
        known = ledger.find(delivery.id)
        if known is not None:
            return Recorded(known, is_repeated=True)
        parcel = Parcel(delivery, rows, refused)
        kept = screen(ledger, parcel) if screen is not None else parcel
        if kept.refused is not None and kept.refused.height:
            write_quarantine(store, delivery.id, kept.refused)
        if kept.delivery.is_accepted:
            append_rows(store, delivery.contract, delivery.feed, delivery.id, kept.rows)
        return Recorded(commit(store, kept.delivery, ledger), is_repeated=False)


def append_rows(store: Store, contract: str, feed: str, delivery_id: str, frame: pl.DataFrame) -> None:
    """Append the rows of one delivery, in place of those that an interrupted try may have left.

    The caller holds :func:`evalkit.store.lock.writing`.
    """
    path = store.rows(contract, feed)
    if delta.table_exists(path):
        delta.remove_partition(path, DELIVERY_ID, delivery_id)
    marked = frame.with_columns(pl.lit(delivery_id).alias(DELIVERY_ID))
    delta.append(path, marked, partition_by=DELIVERY_ID, indexed=PERIOD)


def current_rows(
    store: Store, contract: str, feed: Feed, as_of: dt.date | None = None, purpose: Purpose | None = None
) -> pl.LazyFrame:
    """Return the rows that count: those of the latest accepted delivery of each producer and period.

    Args:
        store: the store.
        contract: the contract.
        feed: the feed, whose declaration gives the columns.
        as_of: what was known on that day; everything by default.
        purpose: what the rows are read for, which says under which pseudonym persons are seen. One that the clause did
            not allow at the time sees none; a reader who needs no person, and states no purpose, only sees whether
            there is one (:data:`evalkit.store.schema.PRESENT`).

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
    rows = _with_identity(rows, feed, purpose)
    present = set(rows.collect_schema().names())
    columns = [
        pl.col(name).cast(kind) if name in present else pl.lit(None, dtype=kind).alias(name)
        for name, kind in schema.items()
    ]
    return rows.select(columns).join(pairs, on=[DELIVERY_ID, PERIOD], how="semi")


def rows_of_delivery(store: Store, delivery: Delivery) -> pl.LazyFrame:
    """Return the stored rows of one accepted delivery, whether or not a later one replaced them."""
    return delta.scan(store.rows(delivery.contract, delivery.feed)).filter(pl.col(DELIVERY_ID) == delivery.id)


def _with_identity(rows: pl.LazyFrame, feed: Feed, purpose: Purpose | None) -> pl.LazyFrame:
    """Show the identity field of rows as one purpose sees it."""
    if feed.identity is None:
        return rows
    stored = rows.collect_schema().names()
    names = pseudonym_columns(feed) if purpose is None else (pseudonym_column(feed.identity.field, purpose),)
    held = [pl.col(name) for name in names if name in stored]
    shown = pl.coalesce(held) if held else pl.lit(None, pl.String)
    if purpose is None:
        shown = pl.when(shown.is_not_null()).then(pl.lit(PRESENT))
    return rows.with_columns(shown.alias(feed.identity.field))
