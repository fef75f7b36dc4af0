"""The dated days of a contract's clauses, in the order in which they come: sendings, meetings, proofs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from evalkit.clause.schedule import agreed_day, day_after, schedule
from evalkit.declare.clause import Clause, ClauseStatus, Deadline
from evalkit.declare.feed import Feed
from evalkit.declare.period import first_day

_AHEAD = "P1Y"


@dataclass(frozen=True, slots=True, order=True)
class DatedDay:
    """One day on which something is owed.

    Attributes:
        day: the day.
        feed: id of the feed.
        period: the period of the data, or the year that a meeting examines.
        what: what is owed, in French; the sending itself when the agreement does not name it.
        producers: the producers who owe it, sorted.
        sends: rows of the feed are owed, which the ledger sees; the ledger sees nothing of the other days.
        status: the status of the clause.
    """

    day: dt.date
    feed: str
    period: str
    what: str
    producers: tuple[str, ...]
    sends: bool
    status: ClauseStatus


def dated_days(
    clauses: Iterable[Clause], feeds: Mapping[str, Feed], as_of: dt.date, ahead: str = _AHEAD
) -> tuple[DatedDay, ...]:
    """Return what the clauses write for the days after one day, the earliest first.

    Args:
        clauses: the clauses of a contract; those that nobody planned owe nothing.
        feeds: the declared feeds.
        as_of: the day of the reading, left out.
        ahead: how far to look, a declared duration.
    """
    last = day_after(as_of, ahead)
    found: dict[DatedDay, None] = {}
    for clause in clauses:
        if clause.status is not ClauseStatus.ABSENT and clause.feed in feeds:
            for each in _of_clause(clause, feeds[clause.feed], last):
                if as_of < each.day:
                    found[each] = None
    return tuple(sorted(found))


def _of_clause(clause: Clause, feed: Feed, last: dt.date) -> Iterator[DatedDay]:
    producers = tuple(sorted(clause.producers))
    others = [each for each in clause.production.deadlines if not each.sends]
    years: set[int] = set()
    for due in schedule(clause, feed):
        if first_day(due.period) > last:
            return
        if due.agreed is not None and due.agreed <= last:
            what = _sending_words(clause, due.closes, due.agreed)
            yield DatedDay(due.agreed, feed.feed, due.period, what, producers, True, clause.status)
        if due.closes.year not in years:
            years.add(due.closes.year)
            yield from _meetings(clause, others, due.closes.year, last)


def _meetings(clause: Clause, deadlines: Iterable[Deadline], year: int, last: dt.date) -> Iterator[DatedDay]:
    for each in deadlines:
        day = each.date_for(year)
        if day <= last:
            yield DatedDay(
                day, clause.feed, str(year), each.what, tuple(sorted(clause.producers)), False, clause.status
            )


def _sending_words(clause: Clause, closes: dt.date, agreed: dt.date) -> str:
    named = [
        each.what
        for each in clause.production.deadlines
        if each.sends and agreed in {each.date_for(closes.year), each.date_for(closes.year - 1)}
    ]
    return named[0] if named and agreed == agreed_day(clause.production, closes) else "envoi des données"
