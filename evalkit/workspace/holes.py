"""What the declarations leave out, and what a missing clause forbids: legal, visible, never guessed."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

from evalkit.declare.clause import Clause, ClauseStatus, Purpose
from evalkit.declare.indicator import Indicator, Kind
from evalkit.declare.measures import DerivedMeasure, DurationMeasure, RatioMeasure
from evalkit.declare.model import months_of
from evalkit.declare.period import first_day, last_day
from evalkit.sources.catalogue import shipped_catalogue
from evalkit.workspace.open_terms import open_clauses
from evalkit.workspace.workspace import ContractDeclarations, Workspace

_WITH_POPULATION = RatioMeasure | DerivedMeasure
"""Measures that name their population, or take it from the indicators that they read."""


@dataclass(frozen=True, slots=True, order=True)
class Hole:
    """Something that the document does not say.

    Attributes:
        subject: id of the indicator, feed, cohort or objective.
        label: its French name.
        missing: what is missing, in French.
        question: the sentence to send to the partners.
    """

    subject: str
    label: str
    missing: str
    question: str


@dataclass(frozen=True, slots=True, order=True)
class Forbidden:
    """A use that the clause DATA does not allow today."""

    feed: str
    subject: str
    reason: str


def holes_of(declarations: ContractDeclarations) -> tuple[Hole, ...]:
    """Return every hole of a contract, sorted by subject."""
    found = [hole for indicator in declarations.indicators for hole in _indicator_holes(indicator)]
    served = {name for indicator in declarations.indicators for name in (indicator.objective, *indicator.also)}
    for objective in declarations.contract.objectives.values():
        if objective.id not in served:
            question = "Quel indicateur suit cet objectif ?"
            found.append(Hole(objective.id, objective.label, "aucun indicateur déclaré", question))
    return tuple(sorted(found))


def _indicator_holes(indicator: Indicator) -> Iterator[Hole]:
    measure = indicator.measure

    def hole(missing: str, question: str) -> Hole:
        return Hole(indicator.id, indicator.label, missing, question)

    if measure is None:
        yield hole("définition", "Que compte-t-on exactement, et dans quel fichier ?")
    if indicator.kind in {Kind.RESULT, Kind.IMPACT, Kind.OUTPUT} and measure is not None:
        if not indicator.baselines:
            yield hole("valeur de départ", "Quelle était la valeur avant le contrat, de quelle source ?")
        if not indicator.targets:
            asked = f"« {indicator.aims[0].text} » : quelle" if indicator.aims else "Quelle"
            yield hole("cible", f"{asked} valeur est visée, et pour quelle année ?")
        if indicator.population is None and not isinstance(measure, _WITH_POPULATION):
            yield hole("population de référence", "À quelle population rapporter ce nombre ?")
    if isinstance(measure, DurationMeasure) and "statistic" in indicator.evidence.inferred:
        yield hole("statistique du délai", "Moyenne, médiane ou part traitée dans un délai ?")
    if indicator.frequency is None:
        yield hole("fréquence", "À quel rythme cet indicateur est-il attendu ?")
    if indicator.producer is None:
        yield hole("producteur", "Qui détient cette donnée et s’engage à la transmettre ?")


def forbidden_uses(workspace: Workspace, declarations: ContractDeclarations) -> tuple[Forbidden, ...]:
    """Return what the clauses of a contract do not allow, sorted: each use with every reason that forbids it.

    A clause must be signed (open data need none), write the purpose, and keep rows for as long as the use reads them.
    Rows that follow persons also need the protection block, an impact assessment that is done, and a purpose in words:
    where the clause names none, none is allowed (GDPR, articles 5, 1, b and 35).

    Args:
        workspace: the feeds, which say whether rows follow persons.
        declarations: the indicators, cohorts, comparisons and clauses of one contract.
    """
    found: list[Forbidden] = []
    for purpose, feed, subject, horizon in _uses(declarations):
        found += [
            Forbidden(feed, subject, reason) for reason in _reasons(workspace, declarations, purpose, feed, horizon)
        ]
    return tuple(sorted(set(found)))


def _uses(declarations: ContractDeclarations) -> Iterator[tuple[Purpose, str, str, int]]:
    """Give each use of a feed: purpose, feed, subject and the months for which rows must be kept.

    What is added up as it comes (indicators, comparisons without an end) keeps no row back: its horizon is 0.
    """
    for indicator in declarations.indicators:
        if indicator.measure is not None and indicator.measure.feed:
            yield Purpose.INDICATOR, indicator.measure.feed, indicator.id, 0
    for comparison in declarations.comparisons:
        horizon = 0
        if comparison.from_ is not None and comparison.until is not None:
            horizon = _months(first_day(comparison.from_), last_day(comparison.until))
        yield Purpose.COMPARISON, comparison.outcome.feed, comparison.id, horizon
    for cohort in declarations.cohorts:
        longest = math.ceil(max(months_of(wave) for wave in cohort.waves))
        for feed in cohort.feeds:
            yield Purpose.COHORT, feed, cohort.cohort, _months(*cohort.entry.window) + longest


def _months(start: dt.date, end: dt.date) -> int:
    """Return the months from a day to another, both included, a month begun being a month."""
    after = end + dt.timedelta(days=1)
    whole = 12 * (after.year - start.year) + after.month - start.month
    return whole + (1 if after.day > start.day else 0)


def terms_of(workspace: Workspace, declarations: ContractDeclarations, feed: str) -> tuple[Clause, ...]:
    """Return the clauses of a contract on a feed; for an open base without a clause, the terms of its producer."""
    written = declarations.clauses_of(feed)
    if written or feed not in workspace.feeds:
        return tuple(written)
    return open_clauses(shipped_catalogue(), workspace.feeds[feed])


def _reasons(
    workspace: Workspace, declarations: ContractDeclarations, purpose: Purpose, feed: str, horizon: int
) -> Iterator[str]:
    clauses = terms_of(workspace, declarations, feed)
    individual = feed in workspace.feeds and workspace.feeds[feed].is_individual
    if not clauses:
        yield "aucune clause DATA ne porte sur ce flux"
    for clause in clauses:
        yield from _clause_reasons(clause, purpose, individual, horizon)


def _clause_reasons(clause: Clause, purpose: Purpose, individual: bool, horizon: int) -> Iterator[str]:
    if clause.status is not ClauseStatus.SIGNED and clause.sharing.access != "open":
        status = {"absent": "absente", "planned": "prévue, non signée"}[clause.status.value]
        consequence = "flux individuel non recevable" if individual else "rien n’oblige à le transmettre"
        yield f"clause DATA {status} : {consequence}"
        return
    if individual and not clause.sharing.purposes:
        yield "la clause n’écrit aucune finalité"
    elif clause.sharing.purposes and purpose not in clause.sharing.purposes:
        yield f"la clause n’autorise pas la finalité « {purpose.value} »"
    if individual and clause.protection is None:
        yield "le bloc de protection des données (RGPD) manque"
    elif clause.protection is not None and clause.protection.aipd.status != "done" and individual:
        yield "l’analyse d’impact (AIPD) n’est pas faite"
    if clause.retention is not None and months_of(clause.retention) < horizon:
        yield f"conservation trop courte ({clause.retention}) pour un suivi de {horizon} mois"
