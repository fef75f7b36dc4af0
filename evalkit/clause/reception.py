"""What was expected of each partner, and what came: received, late, refused, missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from evalkit.clause.schedule import Due, schedule
from evalkit.declare.clause import Clause, ClauseStatus
from evalkit.declare.feed import Feed
from evalkit.store.delivery import Delivery


class ReceptionStatus(StrEnum):
    """What became of a period that a partner owes."""

    RECEIVED = "reçu"
    LATE = "reçu en retard"
    REFUSED = "refusé"
    MISSING = "manquant"


@dataclass(frozen=True, slots=True)
class Reception:
    """One period of one feed from one producer.

    Attributes:
        due_on: the last day of the agreement for this period, when it states one.
        received_on: the day of the first accepted delivery, or of the last refused one.
        days_late: days between both, when late.
    """

    feed: str
    producer: str
    period: str
    status: ReceptionStatus
    due_on: dt.date | None = None
    received_on: dt.date | None = None
    days_late: int | None = None

    @property
    def is_outstanding(self) -> bool:
        """Tell whether the period is still to be sent."""
        return self.status in {ReceptionStatus.REFUSED, ReceptionStatus.MISSING}


def receptions(
    clauses: Iterable[Clause], feeds: Iterable[Feed], deliveries: Iterable[Delivery], as_of: dt.date
) -> list[Reception]:
    """Return what was received and what is missing, for every feed of a contract.

    A clause that states no delay makes nothing late: its periods are missing once they are over, with no day due.

    Args:
        clauses: the clauses DATA, which say who owes what, how often and when.
        feeds: the declared feeds.
        deliveries: what was received.
        as_of: nothing due later is missing.

    Returns:
        One line per feed, producer and period that is due or was received, sorted.
    """
    received = [delivery for delivery in deliveries if delivery.received_on <= as_of]
    due = {
        (clause.feed, producer, each.period): each.agreed
        for feed in feeds
        for clause in clauses
        if clause.feed == feed.feed
        for each in due_by(clause, feed, as_of)
        for producer in clause.producers
    }
    came = {(each.feed, each.producer, period) for each in received for period in each.periods}
    return [_reception(key, due.get(key), received) for key in sorted(came | set(due))]


def due_by(clause: Clause, feed: Feed, as_of: dt.date) -> Iterable[Due]:
    """Give the periods that a clause makes due by a day; a clause that nobody planned makes nothing due."""
    if clause.status is ClauseStatus.ABSENT:
        return ()
    return takewhile(lambda due: due.day <= as_of, schedule(clause, feed))


def _reception(key: tuple[str, str, str], due_on: dt.date | None, deliveries: list[Delivery]) -> Reception:
    feed, producer, period = key
    mine = [each for each in deliveries if each.feed == feed and each.producer == producer and period in each.periods]
    accepted = [each.received_on for each in mine if each.was_accepted]
    if accepted:
        first = min(accepted)
        late = (first - due_on).days if due_on is not None and first > due_on else None
        status = ReceptionStatus.LATE if late else ReceptionStatus.RECEIVED
        return Reception(feed, producer, period, status, due_on, first, late)
    if mine:
        return Reception(feed, producer, period, ReceptionStatus.REFUSED, due_on, max(e.received_on for e in mine))
    return Reception(feed, producer, period, ReceptionStatus.MISSING, due_on)
