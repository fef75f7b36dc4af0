"""From persons to the whole result of a cohort: flow, rates, curves, losses, comparison, before and after."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.model import months_of
from evalkit.follow.against.compared import compared
from evalkit.follow.entry.enter import enter, persons_of
from evalkit.follow.entry.persons import ACCOMPANIED, COMPARISON, Persons
from evalkit.follow.in_time.attrition import attrition_of, attrition_warnings
from evalkit.follow.in_time.curves import curve_tests, curves_of, mean_times, slices
from evalkit.follow.in_time.explain import hazard_ratios
from evalkit.follow.in_time.history import before_after, dip_warning, months_around, past_points
from evalkit.follow.people.findings import person_findings
from evalkit.follow.people.run import OwnFile, people_of, through_time, with_every_exit
from evalkit.follow.people.told import OtherFile
from evalkit.follow.result.cohort import CohortResult, FlowStep
from evalkit.follow.shared import rates_by_cluster
from evalkit.follow.states import VANISHED
from evalkit.follow.waves import had_exit, observed_until, wave_rates
from evalkit.typography import typeset


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of persons by month.

    Attributes:
        table: the rows, lazily.
        identity: column of the pseudonym.
        month: column of the month (``2026-03``).
        others: the other files on the same persons, in the order in which they are believed.
    """

    table: pl.LazyFrame
    identity: str
    month: str
    others: tuple[OtherFile, ...] = ()


def follow_rows(cohort: Cohort, rows: Rows, last_day: dt.date) -> CohortResult:
    """Return the whole result of a cohort followed by rows of persons.

    Args:
        cohort: the protocol; its zones are those that rows hold.
        rows: the rows.
        last_day: last day covered.
    """
    entered = enter(rows.table, rows.identity, rows.month, cohort, last_day)
    own = OwnFile(rows.table, rows.identity, rows.month)
    through = through_time(own, rows.others, entered, cohort, last_day)
    persons = persons_of(with_every_exit(entered, through, last_day), cohort, last_day)
    result = _around_entry(analyse(cohort, persons), cohort, persons, rows)
    people = people_of(through, persons, cohort)
    return replace(result, people=people, findings=tuple(person_findings(entered, persons, people, cohort)))


def analyse(cohort: Cohort, persons: Persons) -> CohortResult:
    """Return everything that persons give, the months before their entry apart.

    Args:
        cohort: the protocol.
        persons: both groups.
    """
    followed = persons.frame.filter(group=ACCOMPANIED)
    counted = wave_rates(followed, ACCOMPANIED, cohort, persons.last_day)
    others = wave_rates(persons.frame.filter(group=COMPARISON), COMPARISON, cohort, persons.last_day)
    described = CohortResult(
        contract=cohort.contract,
        cohort=cohort.cohort,
        definition=cohort.definition,
        flow=_flow(persons, cohort),
        rates=tuple(rates_by_cluster((*counted, *others), persons, cohort)),
        lost=_share_lost(followed, cohort, persons.last_day),
        feed=cohort.feed,
        outcome=cohort.rows.outcome,
    )
    if followed.height < cohort.minimum:
        # The number itself may be secret: the reason is published, so it only names the minimum.
        reason = f"Moins de {cohort.minimum} personnes accompagnées, le minimum du protocole : décrites, pas comparées."
        return replace(described, refusal=typeset(reason))
    whole = _in_time(described, cohort, persons)
    whole = whole if cohort.against is None else compared(whole, cohort, persons)
    losses = attrition_warnings(whole.attrition, whole.differential)
    return replace(whole, warnings=(*whole.warnings, *(typeset(sentence) for sentence in losses)))


def _in_time(described: CohortResult, cohort: Cohort, persons: Persons) -> CohortResult:
    parts = list(slices(persons, cohort))
    ratios, refused = hazard_ratios(persons, cohort)
    return replace(
        described,
        curves=tuple(curve for part in parts for curve in curves_of(part, cohort)),
        means=tuple(mean for part in parts for mean in mean_times(part, cohort)),
        curve_tests=curve_tests(parts, cohort),
        ratios=ratios,
        attrition=tuple(attrition_of(persons, cohort, described.rates)),
        warnings=(*described.warnings, *refused),
    )


def _around_entry(result: CohortResult, cohort: Cohort, persons: Persons, rows: Rows) -> CohortResult:
    """Add what is known of the same persons before and after their entry."""
    history = cohort.analysis.history
    if history is None or result.refusal:
        return result
    around = months_around(rows.table, rows.identity, rows.month, history, persons.known)
    points = tuple(past_points(around, cohort))
    dip = dip_warning(points)
    return replace(
        result,
        past=points,
        before_after=tuple(before_after(around, history, cohort)),
        warnings=(*result.warnings, *((typeset(dip),) if dip else ())),
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
    public = ("Entrées accompagnées ou de comparaison", grouped, "ni accompagnées ni comparables")
    if cohort.against is None:
        public = ("Entrées du public suivi", grouped, "hors de ce public")
    counts = [
        public,
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
