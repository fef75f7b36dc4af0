"""Check what a contract's indicators, cohorts, comparisons and clauses use of the other declarations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from evalkit.declare.clause import Clause, ClauseStatus
from evalkit.declare.feed import Feed
from evalkit.declare.load import Located
from evalkit.errors import Problem
from evalkit.territory.zones import Territory
from evalkit.workspace.check_cohort import cohort_problems
from evalkit.workspace.check_cohort_sources import due_problems
from evalkit.workspace.check_comparison import comparison_problems, printed_problems
from evalkit.workspace.check_indicator import Surroundings, indicator_problems
from evalkit.workspace.check_purpose import purpose_problems
from evalkit.workspace.load import ContractFiles
from evalkit.workspace.unknown import unless_known


def use_problems(files: ContractFiles, feeds: Mapping[str, Feed], territory: Territory) -> Iterator[Problem]:
    """Return every name of one contract that nothing declares, and every formula that its feed refuses."""
    contract = files.contracts[0].value if files.contracts else None
    objectives = set(contract.objectives) if contract else set()
    partners = {partner.id for partner in contract.partners} if contract else set()
    questions = {question.id for question in contract.questions} if contract else set()
    for located in files.contracts:
        for index, question in enumerate(located.value.questions):
            for name in question.objectives:
                place = located.place("questions", index, "objectives")
                yield from unless_known("Objectif", name, objectives, place)
    surroundings = Surroundings(feeds, territory, files)
    for indicator in files.indicators:
        yield from indicator_problems(indicator, surroundings)
        for index, name in enumerate(indicator.value.also):
            yield from unless_known("Objectif", name, objectives, indicator.place("also", index))
        if indicator.value.question is not None:
            yield from unless_known("Question", indicator.value.question, questions, indicator.place("question"))
        yield from unless_known("Objectif", indicator.value.objective, objectives, indicator.place("objective"))
        if indicator.value.producer is not None:
            yield from unless_known("Partenaire", indicator.value.producer, partners, indicator.place("producer"))
    for clause in files.clauses:
        yield from _clause_problems(clause, feeds, partners)
    for comparison in files.comparisons:
        yield from comparison_problems(comparison, feeds, territory)
        yield from unless_known("Objectif", comparison.value.objective, objectives, comparison.place("objective"))
        if comparison.value.question is not None:
            yield from unless_known("Question", comparison.value.question, questions, comparison.place("question"))
    yield from printed_problems(files.printed, territory, objectives)
    yield from purpose_problems(files)
    for cohort in files.cohorts:
        yield from cohort_problems(cohort, feeds, territory)
        yield from due_problems(cohort, partners)
        if cohort.value.objective is not None:
            yield from unless_known("Objectif", cohort.value.objective, objectives, cohort.place("objective"))


def _clause_problems(located: Located[Clause], feeds: Mapping[str, Feed], partners: Iterable[str]) -> Iterator[Problem]:
    clause = located.value
    yield from unless_known("Flux", clause.feed, feeds, located.place("feed"))
    for index, name in enumerate(clause.producers):
        yield from unless_known("Partenaire", name, partners, located.place("producers", index))
    feed = feeds.get(clause.feed)
    if feed is not None and feed.is_individual:
        yield from _individual_problems(located)


def _individual_problems(located: Located[Clause]) -> Iterator[Problem]:
    """A feed that follows persons is never open, and is signed with its protection and the time rows are kept."""
    clause, repair = located.value, "Ajoutez base légale, responsable, DPO, information des personnes et AIPD."
    if clause.status is ClauseStatus.SIGNED and clause.protection is None:
        message = "Un flux individuel signé doit porter son bloc « protection » (RGPD)."
        yield Problem("EVK-D043", message, located.place("status"), clause.feed, repair)
    if clause.status is ClauseStatus.SIGNED and clause.retention is None:
        message = "Un flux individuel signé doit dire combien de temps ses lignes sont gardées."
        repair = "Ajoutez « retention » (P5Y par exemple) : elle doit couvrir la fenêtre d’entrée et la dernière vague."
        yield Problem("EVK-D053", message, located.place("status"), clause.feed, repair)
    duty = clause.sharing.open_data
    if clause.sharing.access == "open" or (duty is not None and duty.applies):
        message = "Un flux qui suit des personnes ne peut pas être ouvert."
        field = "access" if clause.sharing.access == "open" else "open_data"
        repair = "Les données personnelles sont exclues de l’ouverture : « access: closed », « applies: false »."
        yield Problem("EVK-D052", message, located.place("sharing", field), clause.feed, repair)
