"""Follow the declared cohorts of a contract: from monthly rows to rates, balance and contrasts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

import polars as pl

from evalkit.declare.clause import Purpose
from evalkit.declare.cohort import Cohort, Mode
from evalkit.declare.cohort_words import wave_words
from evalkit.declare.feed import Feed
from evalkit.declare.model import months_of
from evalkit.declare.period import last_day
from evalkit.errors import ComputationError
from evalkit.follow.contrast import Balanced, balance_groups, contrast_at, weighted_rates
from evalkit.follow.persons import ACCOMPANIED, COMPARISON, VANISHED, Persons, read_persons
from evalkit.follow.result import Balance, CohortResult, Contrast, FlowStep
from evalkit.follow.returns.run import follow_returns
from evalkit.follow.rotated import before_break, break_sentence, crossed_break
from evalkit.follow.waves import had_exit, observed_until, wave_rates
from evalkit.store.delivery import Delivery
from evalkit.store.ledger import deliveries
from evalkit.store.rotation import key_breaks
from evalkit.store.rows import current_rows
from evalkit.store.store import Store
from evalkit.territory.zones import members
from evalkit.typography import typeset
from evalkit.workspace.columns import month_column
from evalkit.workspace.holes import forbidden_uses
from evalkit.workspace.workspace import Workspace

_PLACE_NOT_PROGRAMME = (
    "Les personnes accompagnées n’ont pas été tirées au sort : l’écart tient compte de ce qui est mesuré à l’entrée, "
    "pas de la motivation ni du choix des conseillers."
)
_PANEL = "Panel : ses membres sont entendus et décrits en mots, rien n’en est calculé."
_BOTH = (
    "Des personnes ont une entrée avec accompagnement et une autre sans : elles comptent une fois, parmi les "
    "accompagnées, à leur première entrée accompagnée."
)


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
        return _refused(cohort, received, f"{why} Et, par retours agrégés : {totals.refusal}")
    return replace(totals, warnings=(typeset(f"Suivi par retours agrégés, faute de lignes de personnes. {why}"),))


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
    rows = current_rows(store, cohort.contract, feed, as_of, Purpose.COHORT)
    placed = cohort.model_copy(update={"zones": tuple(stored)})
    last = covered_until(received)
    crossed = crossed_break(key_breaks(store, cohort.contract, feed.feed, as_of), cohort)
    if crossed is None:
        return _result(cohort, read_persons(rows, identity, month, placed, last), received)
    rows, seen_until = before_break(rows, crossed)
    result = _result(cohort, read_persons(rows, identity, month, placed, min(last, seen_until)), received)
    return replace(result, warnings=(break_sentence(crossed), *result.warnings))


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


def _result(cohort: Cohort, persons: Persons, received: list[Delivery]) -> CohortResult:
    followed = persons.frame.filter(group=ACCOMPANIED)
    compared = persons.frame.filter(group=COMPARISON)
    rates = [*wave_rates(followed, ACCOMPANIED, cohort, persons.last_day)]
    rates += wave_rates(compared, COMPARISON, cohort, persons.last_day)
    described = CohortResult(
        contract=cohort.contract,
        cohort=cohort.cohort,
        definition=cohort.definition,
        flow=_flow(persons, cohort),
        rates=tuple(rates),
        lost=_share_lost(followed, cohort, persons.last_day),
        feed=cohort.feed,
        deliveries=tuple(sorted(each.id for each in received)),
    )
    if followed.height < cohort.minimum:
        # The number itself may be secret: the reason is published, so it only names the minimum.
        reason = f"Moins de {cohort.minimum} personnes accompagnées, le minimum du protocole : décrites, pas comparées."
        return replace(described, refusal=typeset(reason))
    return described if cohort.against is None else _compared(described, cohort, persons)


def _compared(described: CohortResult, cohort: Cohort, persons: Persons) -> CohortResult:
    """Add the balanced group and the gap at each wave where the groups can be compared, or the reason why not."""
    rates = [*described.rates]
    contrasts: list[Contrast] = []
    balance: tuple[Balance, ...] = ()
    warnings: list[str] = []
    for wave in cohort.waves:
        try:
            balanced = balance_groups(persons, cohort, wave)
            rates += weighted_rates(balanced, cohort, wave)
            balance = balance or balanced.table
            warnings += _balance_warnings(balanced, cohort, wave)
            contrasts.append(contrast_at(balanced, cohort, wave))
        except ComputationError as error:
            message = error.problems[0].message
            warnings.append(f"À {wave_words(wave)}, pas de comparaison : {message[0].lower()}{message[1:]}")
    if persons.both:
        warnings.append(_BOTH)
    if contrasts:
        warnings.append(_PLACE_NOT_PROGRAMME)
    return replace(
        described,
        rates=tuple(rates),
        balance=balance,
        contrasts=tuple(contrasts),
        warnings=tuple(typeset(sentence) for sentence in warnings),
    )


def _balance_warnings(balanced: Balanced, cohort: Cohort, wave: str) -> Iterator[str]:
    """Say what balancing cost. No number is told: warnings are published as they are."""
    if balanced.left_out:
        yield (
            f"À {wave_words(wave)}, des personnes à qui manque une variable d’équilibrage, ou à qui nulle personne "
            "accompagnée ne ressemble, sont hors de la comparaison."
        )
    if balanced.effective_size < cohort.minimum:
        yield (
            f"À {wave_words(wave)}, l’équilibrage repose sur l’équivalent de moins de {cohort.minimum} personnes : "
            "l’écart dépend de quelques-unes."
        )


def _share_lost(followed: pl.DataFrame, cohort: Cohort, last: dt.date) -> float | None:
    """Return the share of the accompanied lost before the end of the longest wave, among those seen for all of it."""
    longest = max(cohort.waves, key=months_of)
    seen = followed.filter(observed_until(followed, longest, last))
    return int(had_exit(seen, longest, VANISHED).sum()) / seen.height if seen.height else None


def _flow(persons: Persons, cohort: Cohort) -> tuple[FlowStep, ...]:
    """Count from the file to the analysis: each step is the one before less those removed, with the reason."""
    kept = persons.frame.height
    dated = kept + persons.repeated
    grouped = dated + persons.contradictory
    counts = [
        ("Entrées accompagnées ou de comparaison", grouped, "ni accompagnées ni comparables"),
        ("Entrées datées sans contradiction", dated, "sortie avant l’entrée"),
        ("Personnes, comptées une fois", kept, "autres entrées de la même personne"),
    ]
    if cohort.against is not None:
        counts.append(("dont accompagnées", persons.frame.filter(group=ACCOMPANIED).height, "groupe de comparaison"))
    steps = [FlowStep("Entrées dans la fenêtre, dans les zones du protocole", persons.spells)]
    for label, count, reason in counts:
        removed = steps[-1].persons - count
        steps.append(FlowStep(label, count, removed, reason if removed else ""))
    return tuple(steps)


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
