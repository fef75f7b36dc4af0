"""What the clauses say of the time for which rows may be kept, delivery by delivery."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evalkit.clause.schedule import day_after
from evalkit.declare.clause import Clause
from evalkit.declare.model import Duration
from evalkit.store.delivery import Delivery
from evalkit.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Expired:
    """A delivery whose rows may be kept no longer.

    Attributes:
        retention: the time that the clause allows, from the day of reception.
        until: the last day on which its rows could be kept.
    """

    delivery: Delivery
    retention: Duration
    until: dt.date


@dataclass(frozen=True, slots=True, order=True)
class Unbounded:
    """Rows that follow persons, for which no clause says how long they may be kept."""

    contract: str
    feed: str
    producer: str
    deliveries: int


def expired(workspace: Workspace, deliveries: Iterable[Delivery], day: dt.date) -> tuple[Expired, ...]:
    """Return the deliveries whose time is over on a day, in the order given.

    The time runs from the reception: rows are kept since then. A delivery that a later one replaced has its own.

    Args:
        workspace: the clauses.
        deliveries: those of the ledger, of any contract.
        day: the day on which the question is asked.
    """
    return tuple(each for each in _bounded(workspace, deliveries) if each.until < day)


def _bounded(workspace: Workspace, deliveries: Iterable[Delivery]) -> Iterator[Expired]:
    for delivery in deliveries:
        clause = clause_of(workspace, delivery)
        if delivery.removed_on is None and clause is not None and clause.retention is not None:
            yield Expired(delivery, clause.retention, day_after(delivery.received_on, clause.retention))


def unbounded(workspace: Workspace, deliveries: Iterable[Delivery]) -> tuple[Unbounded, ...]:
    """Return the sources of rows that follow persons and that no clause bounds in time, sorted."""
    counts: dict[tuple[str, str, str], int] = {}
    for delivery in deliveries:
        feed, clause = workspace.feeds.get(delivery.feed), clause_of(workspace, delivery)
        follows_persons = feed is None or feed.is_individual
        if delivery.is_accepted and follows_persons and (clause is None or clause.retention is None):
            source = (delivery.contract, delivery.feed, delivery.producer)
            counts[source] = counts.get(source, 0) + 1
    return tuple(sorted(Unbounded(*source, count) for source, count in counts.items()))


def clause_of(workspace: Workspace, delivery: Delivery) -> Clause | None:
    """Return the clause under which a delivery is kept; none when its contract or its clause has gone."""
    declarations = workspace.contracts.get(delivery.contract)
    clauses = declarations.clauses_of(delivery.feed) if declarations is not None else ()
    return next((clause for clause in clauses if delivery.producer in clause.producers), None)
