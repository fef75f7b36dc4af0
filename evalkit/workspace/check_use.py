"""Check what a contract's indicators, cohorts, comparisons and clauses use of the other declarations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from evalkit.declare.clause import Clause, ClauseStatus
from evalkit.declare.cohort import Cohort
from evalkit.declare.comparison import Comparison
from evalkit.declare.feed import Feed, Grain
from evalkit.declare.indicator import (
    DurationMeasure,
    Indicator,
    Measure,
    NarrativeMeasure,
    PublishedMeasure,
    RatioMeasure,
    SumMeasure,
    SurveyMeasure,
)
from evalkit.declare.load import Located
from evalkit.errors import FormulaError, Place, Problem
from evalkit.formula import check, parse
from evalkit.formula.types import Kind
from evalkit.territory.zones import DERIVED_ZONES, Territory
from evalkit.workspace.columns import formula_columns
from evalkit.workspace.load import ContractFiles
from evalkit.workspace.unknown import unknown

_NUMERIC = (Kind.INTEGER, Kind.DECIMAL)


def use_problems(files: ContractFiles, feeds: Mapping[str, Feed], territory: Territory) -> Iterator[Problem]:
    """Return every name of one contract that nothing declares, and every formula that its feed refuses."""
    contract = files.contracts[0].value if files.contracts else None
    objectives = set(contract.objectives) if contract else set()
    partners = {partner.id for partner in contract.partners} if contract else set()
    questions = {question.id for question in contract.questions} if contract else set()
    for located in files.contracts:
        for index, question in enumerate(located.value.questions):
            for name in question.objectives:
                if name not in objectives:
                    yield unknown("Objectif", name, objectives, located.place("questions", index, "objectives"))
    for indicator in files.indicators:
        yield from _indicator_problems(indicator, feeds, territory)
        yield from _named("Objectif", indicator.value.objective, objectives, indicator.place("objective"))
        if indicator.value.producer is not None:
            yield from _named("Partenaire", indicator.value.producer, partners, indicator.place("producer"))
    for clause in files.clauses:
        yield from _clause_problems(clause, feeds, partners)
    for comparison in files.comparisons:
        yield from _comparison_problems(comparison, feeds, territory)
        yield from _named("Objectif", comparison.value.objective, objectives, comparison.place("objective"))
        if comparison.value.question is not None:
            yield from _named("Question", comparison.value.question, questions, comparison.place("question"))
    for cohort in files.cohorts:
        yield from _cohort_problems(cohort, feeds, territory)
        if cohort.value.objective is not None:
            yield from _named("Objectif", cohort.value.objective, objectives, cohort.place("objective"))


def _named(what: str, name: str, known: Iterable[str], place: Place) -> Iterator[Problem]:
    if name not in known:
        yield unknown(what, name, known, place)


def _zone_problems(names: Iterable[str], territory: Territory, place: Place) -> Iterator[Problem]:
    known = {*territory.zones, *DERIVED_ZONES}
    for name in names:
        yield from _named("Zone", name, known, place)


def _indicator_problems(
    located: Located[Indicator], feeds: Mapping[str, Feed], territory: Territory
) -> Iterator[Problem]:
    yield from _zone_problems(located.value.zones, territory, located.place("zones"))
    for index, target in enumerate(located.value.targets):
        if target.zone is not None:
            yield from _zone_problems([target.zone], territory, located.place("targets", index, "zone"))
    measure = located.value.measure
    if measure is None:
        return
    feed = feeds.get(measure.feed)
    if feed is None:
        yield unknown("Flux", measure.feed, feeds, located.place("measure", "feed"))
        return
    names = [field.name for field in feed.fields]
    for name in located.value.by:
        yield from _named("Colonne", name, names, located.place("by"))
    yield from _measure_problems(measure, feed, located, ("measure",))


def _measure_problems(
    measure: Measure,
    feed: Feed,
    located: Located[Indicator] | Located[Comparison],
    path: tuple[str, ...],
) -> Iterator[Problem]:
    if measure.where is not None:
        yield from _formula(measure.where, feed, located.place(*path, "where"), (Kind.BOOLEAN,))
    if isinstance(measure, SumMeasure):
        yield from _formula(measure.of, feed, located.place(*path, "of"), _NUMERIC)
    if isinstance(measure, RatioMeasure):
        for part in ("numerator", "denominator"):
            yield from _formula(getattr(measure, part), feed, located.place(*path, part), (Kind.BOOLEAN, *_NUMERIC))
    if isinstance(measure, DurationMeasure):
        for part in ("start", "end"):
            yield from _formula(getattr(measure, part), feed, located.place(*path, part), (Kind.DATE,))
        if measure.statistic == "share_within" and measure.within is None:
            yield Problem(
                "EVK-D041", "Le délai « within » manque (en jours).", located.place(*path), repair="Ajoutez-le."
            )
    if isinstance(measure, SurveyMeasure):
        yield from _formula(measure.score, feed, located.place(*path, "score"), _NUMERIC)
    if isinstance(measure, PublishedMeasure):
        yield from _formula(measure.value, feed, located.place(*path, "value"), _NUMERIC)
    if isinstance(measure, NarrativeMeasure) and feed.field(measure.text) is None:
        names = [field.name for field in feed.fields]
        yield unknown("Colonne", measure.text, names, located.place(*path, "text"))


def _formula(text: str, feed: Feed, place: Place, allowed: tuple[Kind, ...]) -> Iterator[Problem]:
    try:
        kind = check(parse(text, place), formula_columns(feed))
    except FormulaError as error:
        yield from error.problems
        return
    if kind not in allowed:
        repair = "Une condition est attendue." if allowed == (Kind.BOOLEAN,) else "Un autre type de valeur est attendu."
        yield Problem("EVK-D042", "La formule n’a pas le type attendu ici.", place, text, repair)


def _clause_problems(located: Located[Clause], feeds: Mapping[str, Feed], partners: Iterable[str]) -> Iterator[Problem]:
    clause = located.value
    yield from _named("Flux", clause.feed, feeds, located.place("feed"))
    for name in clause.producers:
        yield from _named("Partenaire", name, partners, located.place("producers"))
    feed = feeds.get(clause.feed)
    if feed and feed.is_individual and clause.status is ClauseStatus.SIGNED and clause.protection is None:
        message = "Un flux individuel signé doit porter son bloc « protection » (RGPD)."
        repair = "Ajoutez base légale, responsable, DPO, information des personnes et AIPD."
        yield Problem("EVK-D043", message, located.place("status"), clause.feed, repair)


def _comparison_problems(
    located: Located[Comparison], feeds: Mapping[str, Feed], territory: Territory
) -> Iterator[Problem]:
    comparison = located.value
    yield from _zone_problems(comparison.treated, territory, located.place("treated"))
    if comparison.controls != "all":
        yield from _zone_problems(comparison.controls, territory, located.place("controls"))
    feed = feeds.get(comparison.outcome.feed)
    if feed is None:
        yield unknown("Flux", comparison.outcome.feed, feeds, located.place("outcome", "feed"))
        return
    yield from _measure_problems(comparison.outcome, feed, located, ("outcome",))


def _cohort_problems(located: Located[Cohort], feeds: Mapping[str, Feed], territory: Territory) -> Iterator[Problem]:
    cohort = located.value
    yield from _zone_problems(cohort.zones, territory, located.place("zones"))
    feed = feeds.get(cohort.feed)
    if feed is None:
        yield unknown("Flux", cohort.feed, feeds, located.place("feed"))
        return
    if feed.grain is not Grain.PERSON or feed.identity is None:
        repair = "Suivez un flux de personnes identifiées (« grain: personne » et bloc « identity »)."
        yield Problem(
            "EVK-D044",
            "Une cohorte suit des personnes : ce flux n’en a pas.",
            located.place("feed"),
            cohort.feed,
            repair,
        )
    yield from _formula(cohort.public, feed, located.place("public"), (Kind.BOOLEAN,))
    yield from _formula(cohort.entry.date, feed, located.place("entry", "date"), (Kind.DATE,))
    names = [field.name for field in feed.fields]
    situation = feed.field(cohort.situation)
    if situation is None:
        yield unknown("Colonne", cohort.situation, names, located.place("situation"))
    for role, word in cohort.exits.items():
        if situation is not None and situation.values and word not in situation.values:
            yield unknown("Colonne", word, situation.values, located.place("exits", role))
    if cohort.against is not None:
        yield from _formula(cohort.against.where, feed, located.place("against", "where"), (Kind.BOOLEAN,))
        for name in cohort.against.balance:
            yield from _named("Colonne", name, names, located.place("against", "balance"))
