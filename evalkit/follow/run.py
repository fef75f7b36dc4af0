"""Follow the declared cohorts of a contract: from monthly rows to rates, balance and contrasts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from evalkit.declare.cohort import Cohort, Mode
from evalkit.declare.feed import Feed
from evalkit.declare.period import last_day
from evalkit.follow.analyse import Rows, follow_rows
from evalkit.follow.people.sources import Reader, other_files
from evalkit.follow.result.cohort import CohortResult
from evalkit.follow.returns.run import follow_returns
from evalkit.follow.rotated import before_break, break_sentence, crossed_break
from evalkit.store.delivery import Delivery
from evalkit.store.ledger import deliveries
from evalkit.store.rotation import key_breaks
from evalkit.store.store import Store
from evalkit.territory.zones import members
from evalkit.typography import typeset
from evalkit.workspace.columns import month_column
from evalkit.workspace.holes import forbidden_uses
from evalkit.workspace.workspace import Workspace

_PANEL = "Panel : ses membres sont entendus et décrits en mots, rien n’en est calculé."


def follow(workspace: Workspace, store: Store, contract: str, as_of: dt.date | None = None) -> tuple[CohortResult, ...]:
    """Return the result of each declared cohort of a contract, in the order of their ids.

    Args:
        workspace: the declarations.
        store: the accepted rows.
        contract: id of the contract.
        as_of: only what was received by that day; everything when absent.
    """
    declared = sorted(workspace.contract(contract).cohorts, key=lambda each: each.cohort)
    return tuple(_follow(workspace, store, cohort, as_of) for cohort in declared)


def _follow(workspace: Workspace, store: Store, cohort: Cohort, as_of: dt.date | None) -> CohortResult:
    if cohort.mode is Mode.PANEL:
        return _refused(cohort, _received(store, cohort, cohort.feed, as_of), _PANEL)
    if cohort.mode is Mode.RETURNS:
        return _by_returns(workspace, store, cohort, as_of)
    received = _received(store, cohort, cohort.feed, as_of)
    why = _why_not(workspace, cohort, cohort.feed, received)
    if not why:
        return _by_rows(workspace, store, cohort, as_of)
    if cohort.returned is None:
        return _refused(cohort, received, why)
    totals = _by_returns(workspace, store, cohort, as_of)
    if totals.returns is None:
        return _refused(cohort, received, f"{why} Par retours agrégés non plus : {_continued(totals.refusal)}")
    return replace(totals, warnings=(typeset(f"Suivi par retours agrégés, faute de lignes de personnes. {why}"),))


def _continued(sentence: str) -> str:
    return f"{sentence[:1].lower()}{sentence[1:]}"


def _received(store: Store, cohort: Cohort, feed: str, as_of: dt.date | None) -> list[Delivery]:
    return [each for each in deliveries(store, cohort.contract, feed, as_of) if each.is_accepted]


def _why_not(workspace: Workspace, cohort: Cohort, feed: str, received: list[Delivery]) -> str:
    """Return why a feed cannot be read for a cohort; nothing when it can."""
    uses = forbidden_uses(workspace, workspace.contract(cohort.contract))
    blocked = [use.reason for use in uses if use.subject == cohort.cohort and use.feed == feed]
    if blocked:
        return f"Suivi non permis : {' ; '.join(blocked)}."
    label = workspace.feeds[feed].label
    return "" if received else f"Le flux « {label} » n’a pas été reçu : la cohorte ne peut pas être suivie."


def _by_returns(workspace: Workspace, store: Store, cohort: Cohort, as_of: dt.date | None) -> CohortResult:
    feed = str(cohort.returned.feed) if cohort.returned else cohort.feed
    received = _received(store, cohort, feed, as_of)
    why = _why_not(workspace, cohort, feed, received)
    found = why or follow_returns(workspace, store, cohort, received, as_of)
    if isinstance(found, str):
        return replace(_refused(cohort, received, found), feed=feed)
    return replace(_refused(cohort, received, ""), feed=feed, returns=found)


def _by_rows(workspace: Workspace, store: Store, cohort: Cohort, as_of: dt.date | None) -> CohortResult:
    feed, territory = workspace.feeds[cohort.feed], workspace.contract(cohort.contract).territory
    received = _received(store, cohort, cohort.feed, as_of)
    identity, month = _person_columns(feed)
    stored = sorted({inner for zone in cohort.zones for inner in members(territory, zone).zones})
    reader = Reader(workspace, store, cohort, as_of)
    others, told, behind = other_files(
        reader,
        lambda name: _received(store, cohort, name, as_of),
        lambda name, came: _why_not(workspace, cohort, name, came),
    )
    rows = reader.rows(feed, received)
    placed = cohort.model_copy(update={"zones": tuple(stored)})
    last = covered_until(received)
    crossed = crossed_break(key_breaks(store, cohort.contract, feed.feed, as_of), cohort)
    if crossed is not None:
        rows, seen_until = before_break(rows, crossed)
        last, told = min(last, seen_until), (break_sentence(crossed), *told)
    result = follow_rows(placed, Rows(rows, identity, month, others), last)
    ids = sorted({each.id for each in (*received, *behind)})
    warnings = (*(typeset(sentence) for sentence in told), *result.warnings)
    # The secrecy of joined files is the strictest of theirs.
    read = " + ".join((cohort.feed, *(other.source.feed for other in others)))
    return replace(result, feed=read, deliveries=tuple(ids), warnings=warnings)


def covered_until(received: Iterable[Delivery]) -> dt.date:
    """Return the last day for which every producer has delivered: after it, who is not seen has not vanished."""
    latest: dict[str, dt.date] = {}
    for delivery in received:
        for period in delivery.periods:
            latest[delivery.producer] = max(last_day(period), latest.get(delivery.producer, dt.date.min))
    return min(latest.values())


def _person_columns(feed: Feed) -> tuple[str, str]:
    month = month_column(feed)
    if feed.identity is None or month is None:
        raise TypeError(f"{feed.feed} follows nobody by month; declarations are checked before")
    return feed.identity.field, month


def _refused(cohort: Cohort, received: list[Delivery], reason: str) -> CohortResult:
    return CohortResult(
        contract=cohort.contract,
        cohort=cohort.cohort,
        definition=cohort.definition,
        flow=(),
        refusal=typeset(reason),
        feed=cohort.feed,
        deliveries=tuple(sorted(each.id for each in received)),
    )
