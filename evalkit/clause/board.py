"""The state of every clause of a contract, as it would be pinned on the wall."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from evalkit.clause.completeness import Completeness, completeness
from evalkit.clause.reception import Reception, ReceptionStatus, due_by, receptions
from evalkit.clause.schedule import Due, schedule
from evalkit.clause.uses import Use, uses_of
from evalkit.clause.words import ENGAGEMENT_WORDS, STATUS_WORDS
from evalkit.declare.clause import Amendment, Clause, ClauseStatus, Engagement
from evalkit.declare.feed import Feed
from evalkit.store.delivery import Delivery
from evalkit.workspace.workspace import ContractDeclarations


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A period that is still to be sent.

    Attributes:
        period: the period of the data.
        due_on: the last day of the agreement, when it states one.
        days_late: days since then.
        refused_on: the day of the last delivery, when one came and was refused.
    """

    period: str
    due_on: dt.date | None
    days_late: int | None
    refused_on: dt.date | None


@dataclass(frozen=True, slots=True)
class BoardLine:
    """What one producer owes for one feed, and what it sent.

    Attributes:
        producer: id of the producer; empty when the contract has no clause for the feed.
        pillars: what the clause states and leaves out.
        is_open: open data are fetched, nobody sends them.
        delivered: the receptions that were accepted, by period.
        outstanding: what is due on the day of the board and did not come, the earliest first.
        next_due: the next sending, when the clause makes one due.
        uses: what reads the feed.
        engagement: the trial or the interruption of the commitment, when one is declared.
    """

    feed: str
    label: str
    producer: str
    producer_label: str
    status: ClauseStatus
    fictitious: bool
    is_open: bool
    amendment: Amendment | None
    pillars: tuple[Completeness, ...]
    delivered: tuple[Reception, ...]
    outstanding: tuple[Outstanding, ...]
    next_due: Due | None
    uses: tuple[Use, ...] = ()
    engagement: Engagement | None = None

    @property
    def last_received(self) -> Reception | None:
        """Return the accepted period that came last, the latest one when several came that day."""
        return max(self.delivered, key=lambda each: (each.received_on or dt.date.min, each.period), default=None)

    @property
    def days_late(self) -> int | None:
        """Return the days of the longest delay that still runs."""
        return max((each.days_late for each in self.outstanding if each.days_late is not None), default=None)

    @property
    def is_late(self) -> bool:
        """Tell whether the producer has something to send at once: the clause is signed and its date has passed."""
        return self.status is ClauseStatus.SIGNED and not self.is_open and (self.days_late or 0) > 0

    @property
    def state(self) -> str:
        """Return where the commitment stands: a declared trial or interruption first, then what the ledger shows."""
        if self.engagement is not None and self.engagement.state != "running":
            return ENGAGEMENT_WORDS[self.engagement.state]
        if self.is_late:
            return "en retard"
        if self.delivered and not self.outstanding:
            return "livré"
        return STATUS_WORDS[self.status]

    @property
    def delayed(self) -> tuple[Reception, ...]:
        """Return what came after its date."""
        return tuple(each for each in self.delivered if each.status is ReceptionStatus.LATE)


def clause_board(
    declarations: ContractDeclarations, feeds: Mapping[str, Feed], deliveries: Iterable[Delivery], as_of: dt.date
) -> tuple[BoardLine, ...]:
    """Return the state of every clause on one day.

    Args:
        declarations: the contract, its clauses, and what reads them.
        feeds: the declared feeds.
        deliveries: the ledger of the contract; what came after ``as_of`` is not seen.
        as_of: the day of the board.

    Returns:
        One line per clause and producer, and one per feed that is read without a clause, sorted by feed and producer.
    """
    seen = receptions(declarations.clauses, feeds.values(), deliveries, as_of)
    partners = {partner.id: partner.label for partner in declarations.contract.partners}
    lines = []
    for clause in declarations.clauses:
        uses = uses_of(declarations, clause.feed)
        for producer in clause.producers:
            pillars = completeness(clause, feeds[clause.feed], [use.id for use in uses])
            line = _line(clause, feeds[clause.feed], producer, seen, as_of)
            named = partners.get(producer, producer)
            lines.append(replace(line, producer_label=named, pillars=pillars, uses=uses))
    covered = {clause.feed for clause in declarations.clauses}
    lines += [
        _bare_line(feeds[name], uses_of(declarations, name))
        for name in declarations.feeds_read
        if name not in covered and name in feeds
    ]
    return tuple(sorted(lines, key=lambda line: (line.feed, line.producer_label)))


def _line(clause: Clause, feed: Feed, producer: str, seen: list[Reception], as_of: dt.date) -> BoardLine:
    mine = [each for each in seen if (each.feed, each.producer) == (clause.feed, producer)]
    delivered = tuple(each for each in mine if not each.is_outstanding)
    owed = {each.period for each in due_by(clause, feed, as_of)}
    return BoardLine(
        feed=feed.feed,
        label=feed.label,
        producer=producer,
        producer_label=producer,
        status=clause.status,
        fictitious=clause.fictitious,
        is_open=clause.sharing.access == "open",
        amendment=clause.amendment,
        pillars=(),
        delivered=delivered,
        outstanding=tuple(_outstanding(mine, owed, as_of)),
        next_due=_next_due(clause, feed, {each.period for each in delivered}, as_of),
        engagement=clause.engagement,
    )


def _bare_line(feed: Feed, uses: tuple[Use, ...]) -> BoardLine:
    pillars = completeness(None, feed, [use.id for use in uses])
    return BoardLine(
        feed.feed, feed.label, "", "", ClauseStatus.ABSENT, False, False, None, pillars, (), (), None, uses
    )


def _outstanding(mine: Iterable[Reception], owed: set[str], as_of: dt.date) -> Iterator[Outstanding]:
    """Give what is due and did not come; a refused file that nobody owed stays out."""
    for each in mine:
        if each.is_outstanding and each.period in owed:
            late = (as_of - each.due_on).days if each.due_on is not None else None
            yield Outstanding(each.period, each.due_on, late, each.received_on)


def _next_due(clause: Clause, feed: Feed, received: set[str], as_of: dt.date) -> Due | None:
    """Return the first sending after a day that has not come in advance."""
    if clause.status is ClauseStatus.ABSENT:
        return None
    return next((due for due in schedule(clause, feed) if due.day > as_of and due.period not in received), None)
