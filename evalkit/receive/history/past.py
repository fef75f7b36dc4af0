"""What was received before a delivery, as it was known on the day of reception."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from evalkit.declare.clause import Clause
from evalkit.declare.feed import Feed
from evalkit.receive.history.pseudonyms import Hiding, hiding_of
from evalkit.receive.order import Case
from evalkit.receive.privacy.key import IdentityKey
from evalkit.store import delta
from evalkit.store.delivery import Delivery
from evalkit.store.ledger import current_sources, deliveries
from evalkit.store.rows import current_rows, rows_of_delivery
from evalkit.store.schema import DELIVERY_ID, PERIOD
from evalkit.store.store import Store

PRODUCER = "_producer"


@dataclass(frozen=True, slots=True)
class Past:
    """What a reception may look back on.

    Attributes:
        store: where earlier deliveries are kept.
        contract: the contract of the delivery.
        producer: who sends it.
        received_on: what was received later is not looked at.
        previous: the latest accepted delivery of this producer, none when this one is its first.
        feeds: the feeds of the workspace.
        open_feeds: those whose figures anybody may read; those of the others are never told to another partner.
        hiding: how the persons of the delivery are named in the store; none for a feed that follows nobody.
    """

    store: Store
    contract: str
    producer: str
    received_on: dt.date
    previous: Delivery | None
    feeds: Mapping[str, Feed]
    open_feeds: frozenset[str] = frozenset()
    hiding: Hiding | None = None

    def previous_rows(self, feed: Feed) -> pl.DataFrame | None:
        """Return the rows of the previous delivery; none when there is none, or when they are kept no longer."""
        if self.previous is None:
            return None
        rows = rows_of_delivery(self.store, self.previous).collect()
        return rows if rows.height else None

    def rows_of(self, feed: str) -> pl.DataFrame | None:
        """Return the current rows of another feed; none when it is not declared or was never received."""
        if feed not in self.feeds:
            return None
        rows = current_rows(self.store, self.contract, self.feeds[feed], self.received_on).collect()
        return rows if rows.height else None

    def other_rows(self, feed: Feed, periods: tuple[str, ...], *, of_other_periods: bool) -> pl.LazyFrame | None:
        """Return the current rows of a feed, as stored, that a delivery covering ``periods`` will not replace.

        Those of other producers for the same periods; with ``of_other_periods``, those of every other period too. The
        column ``_producer`` says who sent them.
        """
        path = self.store.rows(self.contract, feed.feed)
        sources = current_sources(self.store, self.contract, feed.feed, self.received_on)
        others = [
            each
            for each in sources
            if (each.period not in periods and of_other_periods)
            or (each.period in periods and each.producer != self.producer)
        ]
        if not others or not delta.table_exists(path):
            return None
        pairs = pl.LazyFrame(
            {
                DELIVERY_ID: [each.delivery_id for each in others],
                PERIOD: [each.period for each in others],
                PRODUCER: [each.producer for each in others],
            }
        )
        ids = sorted({each.delivery_id for each in others})
        return delta.scan(path).filter(pl.col(DELIVERY_ID).is_in(ids)).join(pairs, on=[DELIVERY_ID, PERIOD])


@dataclass(frozen=True, slots=True)
class Declared:
    """What a delivery is looked at beside: the feeds of the workspace, the clauses of the contract."""

    feeds: Mapping[str, Feed]
    clauses: tuple[Clause, ...]


def look_back(store: Store, case: Case, declared: Declared, key: IdentityKey | None) -> Past:
    """Return what a delivery may be compared with.

    Args:
        store: where earlier deliveries are kept.
        case: the delivery about to be judged.
        declared: the feeds of the workspace and the clauses of the contract.
        key: the identity key, for a feed that follows persons.
    """
    known = deliveries(store, case.contract, case.feed.feed, case.received_on)
    earlier = [each for each in known if each.is_accepted and each.producer == case.terms.producer]
    return Past(
        store,
        case.contract,
        case.terms.producer,
        case.received_on,
        earlier[-1] if earlier else None,
        declared.feeds,
        frozenset(clause.feed for clause in declared.clauses if clause.sharing.access == "open"),
        hiding_of(case, key),
    )
