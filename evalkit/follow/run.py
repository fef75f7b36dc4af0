"""Follow the declared cohorts of a contract: from monthly rows to rates, balance and contrasts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from evalkit.declare.cohort import Cohort
from evalkit.declare.feed import Feed
from evalkit.declare.model import months_of
from evalkit.declare.period import last_day
from evalkit.errors import ComputationError
from evalkit.follow.contrast import Balanced, balance_groups, contrast_at, weighted_rates
from evalkit.follow.persons import ACCOMPANIED, COMPARISON, VANISHED, Persons, read_persons
from evalkit.follow.result import CohortResult, Contrast, FlowStep, WaveRate
from evalkit.follow.waves import had_exit, observed_until, wave_rates
from evalkit.store.delivery import Delivery
from evalkit.store.ledger import deliveries
from evalkit.store.rows import current_rows
from evalkit.store.store import Store
from evalkit.typography import typeset
from evalkit.workspace.holes import forbidden_uses
from evalkit.workspace.workspace import Workspace

WEIGHTED = "comparaison pondérée"
_PLACE_NOT_PROGRAMME = (
    "Les personnes accompagnées n’ont pas été tirées au sort : l’écart tient compte de ce qui est mesuré à l’entrée, "
    "pas de la motivation ni du choix des conseillers."
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
    feed = workspace.feeds[cohort.feed]
    received = [each for each in deliveries(store, cohort.contract, feed.feed, as_of) if each.is_accepted]
    uses = forbidden_uses(workspace, workspace.contract(cohort.contract))
    blocked = [use.reason for use in uses if use.subject == cohort.cohort]
    if blocked:
        return _refused(cohort, received, f"Suivi non permis : {'; '.join(blocked)}.")
    if not received:
        return _refused(
            cohort, received, f"Le flux « {feed.label} » n’a pas été reçu : la cohorte ne peut pas être suivie."
        )
    covered = max(last_day(period) for delivery in received for period in delivery.periods)
    persons = read_persons(
        current_rows(store, cohort.contract, feed, as_of), _identity(feed), _month(feed), cohort, covered
    )
    return _result(cohort, persons, received)


def _identity(feed: Feed) -> str:
    if feed.identity is None:
        raise TypeError(f"{feed.feed} follows nobody")
    return feed.identity.field


def _month(feed: Feed) -> str:
    return feed.period.field or feed.key[-1]


def _result(cohort: Cohort, persons: Persons, received: list[Delivery]) -> CohortResult:
    followed = persons.frame.filter(group=ACCOMPANIED)
    compared = persons.frame.filter(group=COMPARISON)
    rates = [*wave_rates(followed, ACCOMPANIED, cohort, persons.last_day)]
    rates += wave_rates(compared, COMPARISON, cohort, persons.last_day)
    warnings = []
    if followed.height < cohort.minimum:
        refusal = (
            f"{followed.height} personnes accompagnées, moins que le minimum de {cohort.minimum} du protocole : "
            "décrites, jamais comparées."
        )
        return _assembled(cohort, persons, received, rates=tuple(rates), refusal=typeset(refusal))
    contrasts: list[Contrast] = []
    tables: Balanced | None = None
    for wave in cohort.waves if cohort.against is not None else ():
        try:
            balanced = balance_groups(persons, cohort, wave)
        except ComputationError as error:
            warnings.append(f"À {wave_label(wave)}, pas de comparaison : {error.problems[0].message}")
            continue
        tables = tables or balanced
        contrasts.append(contrast_at(balanced, cohort, wave))
        rates += _weighted(balanced, wave, cohort)
    if contrasts:
        warnings.append(_PLACE_NOT_PROGRAMME)
    return _assembled(
        cohort,
        persons,
        received,
        rates=tuple(rates),
        balance=tables.table if tables else (),
        contrasts=tuple(contrasts),
        warnings=tuple(typeset(sentence) for sentence in warnings),
    )


def _weighted(balanced: Balanced, wave: str, cohort: Cohort) -> Iterator[WaveRate]:
    """Give the balanced group's rates; its interval is that of the contrast, so only the bounds are given here."""
    lost = had_exit(balanced.comparison, wave, VANISHED)
    share_lost = float(balanced.weights @ lost.to_numpy().astype(float))
    for role, rate in weighted_rates(balanced, wave, tuple(sorted(cohort.exits))):
        best = rate if role == VANISHED else min(1.0, rate + share_lost)
        yield WaveRate(
            group=WEIGHTED,
            wave=wave,
            exit=role,
            at_risk=balanced.comparison.height,
            count=None,
            rate=rate,
            low=rate,
            high=rate,
            worst=rate,
            best=best,
        )


def wave_label(wave: str) -> str:
    """Return a wave in French (``6 mois``)."""
    return f"{round(months_of(wave))} mois"


def _assembled(cohort: Cohort, persons: Persons, received: list[Delivery], **parts: object) -> CohortResult:
    longest = max(cohort.waves, key=months_of)
    followed = persons.frame.filter(group=ACCOMPANIED)
    seen = followed.filter(observed_until(followed, longest, persons.last_day))
    lost = float(had_exit(seen, longest, VANISHED).mean() or 0.0) if seen.height else None  # type: ignore[arg-type]
    return CohortResult(
        contract=cohort.contract,
        cohort=cohort.cohort,
        definition=cohort.definition,
        flow=_flow(persons),
        lost=lost,
        feed=cohort.feed,
        deliveries=tuple(sorted(each.id for each in received)),
        **parts,  # type: ignore[arg-type]
    )


def _flow(persons: Persons) -> tuple[FlowStep, ...]:
    """Count persons from the file to the analysis: each step says how many leave the count and why."""
    followed = persons.frame.filter(group=ACCOMPANIED).height
    kept = persons.frame.height
    return (
        FlowStep("Entrées dans la fenêtre, dans les zones du protocole", persons.spells),
        FlowStep(
            "Entrées accompagnées ou de comparaison, datées sans contradiction",
            kept + persons.repeated,
            persons.spells - kept - persons.repeated,
            "ni accompagnées ni comparables, ou sortie avant l’entrée",
        ),
        FlowStep("Personnes, comptées une fois", kept, persons.repeated, "entrées suivantes de la même personne"),
        FlowStep("dont accompagnées", followed, kept - followed, "groupe de comparaison"),
    )


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
