"""What was expected of each partner, and what came: received, late, refused, missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from evalkit.declare.clause import Clause, ClauseStatus
from evalkit.declare.feed import Feed
from evalkit.declare.period import Granularity, first_day, last_day, period_of_date
from evalkit.store.delivery import Delivery

_FREQUENCY_MONTHS = {"mois": 1, "trimestre": 3, "semestre": 6, "annee": 12, "deux ans": 24}
_PERIOD_MONTHS = {Granularity.MONTH: 1, Granularity.QUARTER: 3, Granularity.YEAR: 12}


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


def receptions(
    clauses: Iterable[Clause], feeds: Iterable[Feed], deliveries: Iterable[Delivery], as_of: dt.date
) -> list[Reception]:
    """Return what was received and what is missing, for every feed of a contract.

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
        (clause.feed, producer, period): day
        for feed in feeds
        for clause in clauses
        if clause.feed == feed.feed and clause.status is not ClauseStatus.ABSENT
        for period, day in _due(clause, feed, as_of)
        for producer in clause.producers
    }
    came = {(each.feed, each.producer, period) for each in received for period in each.periods}
    return [_reception(key, due.get(key), received) for key in sorted(came | set(due))]


def _due(clause: Clause, feed: Feed, as_of: dt.date) -> Iterator[tuple[str, dt.date]]:
    """Give the periods that a clause makes due by a date, with their last day of delivery.

    The past that is handed over when a clause begins was never due.
    """
    terms = clause.production
    if terms.from_ is None or terms.frequency is None:
        return
    granularity = feed.period.granularity
    step = _PERIOD_MONTHS[granularity]
    every = max(_FREQUENCY_MONTHS[terms.frequency], step)
    begins = max(terms.from_, clause.amendment.date) if clause.amendment else terms.from_
    period = period_of_date(begins, granularity)
    last = min(as_of, terms.until or as_of)
    while first_day(period) <= last:
        end = _cycle_end(terms.from_, period, every)
        day = _later(end, terms.due)
        wanted = every <= 12 or (int(period[:4]) - terms.from_.year) % (every // 12) == 0
        if wanted and day <= as_of:
            yield period, day
        period = period_of_date(last_day(period) + dt.timedelta(days=1), granularity)


def _cycle_end(start: dt.date, period: str, every: int) -> dt.date:
    """Return the last day of the sending to which a period belongs; sendings follow the calendar year."""
    if every >= 12:
        return dt.date(int(period[:4]), 12, 31)
    month = -(-last_day(period).month // every) * every
    return last_day(f"{period[:4]}-{month:02d}")


def _later(day: dt.date, due: str | None) -> dt.date:
    """Return the day plus a declared duration (P30D, P2M, P1Y)."""
    if due is None:
        return day
    count, unit = int(due[1:-1]), due[-1]
    if unit == "D":
        return day + dt.timedelta(days=count)
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "Y" else 1)
    month_end = last_day(f"{months // 12}-{months % 12 + 1:02d}")
    return min(month_end, dt.date(month_end.year, month_end.month, min(day.day, month_end.day)))


def _reception(key: tuple[str, str, str], due_on: dt.date | None, deliveries: list[Delivery]) -> Reception:
    feed, producer, period = key
    mine = [each for each in deliveries if each.feed == feed and each.producer == producer and period in each.periods]
    accepted = [each.received_on for each in mine if each.is_accepted]
    if accepted:
        first = min(accepted)
        late = (first - due_on).days if due_on is not None and first > due_on else None
        status = ReceptionStatus.LATE if late else ReceptionStatus.RECEIVED
        return Reception(feed, producer, period, status, due_on, first, late)
    if mine:
        return Reception(feed, producer, period, ReceptionStatus.REFUSED, due_on, max(e.received_on for e in mine))
    return Reception(feed, producer, period, ReceptionStatus.MISSING, due_on)
