"""People through time pass through secrecy: few persons are never told, neither by themselves nor by subtraction."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from evalkit.follow.result.cohort import CohortResult, FlowStep, WaveRate
from evalkit.follow.result.people import Ending, Moves, Occupation, People, Retention, Told, Transition
from evalkit.publish.book import Book
from evalkit.publish.followed import cohort_plan
from evalkit.publish.policy import Policy, Rule
from evalkit.publish.protect import protect
from evalkit.publish.publish import check_audit, publish
from evalkit.publish.secrecy import join
from evalkit.publish.through_time import KEPT, MOVE, PASSAGE, STATE, path_plan, path_table, paths_of
from tests.publish.fixture.results import confidential

POLICY = Policy({"parcours": Rule(5, "persons", "convention", rows_are_units=True)})


def result(durable: int, standing: int, *, moved: int = 30, lost: int = 40) -> CohortResult:
    """200 accompanied: ``durable`` exits by 6 months, ``standing`` in a job at the end of the sixth month."""
    states = {"durable": standing, "en cours": 200 - standing - lost, "lost": lost}
    people = People(
        told=(
            Told(feed="parcours", linked=200, persons=200, months=2000),
            Told(feed="contrats", linked=90, persons=200, months=400),
        ),
        contradictions=None,
        moves=Moves(told=180, left=moved, back=20, between=25),
        endings=tuple(Ending(state=name, persons=count) for name, count in states.items()),
        occupation=tuple(
            Occupation(group="accompagnés", month=month, state=name, at_risk=200, count=count)
            for month in (5, 6)
            for name, count in states.items()
        ),
        transitions=(
            Transition(month=0, before="en cours", after="durable", at_risk=900, count=standing),
            Transition(month=0, before="en cours", after="en cours", at_risk=900, count=900 - standing),
        ),
        retention=(Retention(group="accompagnés", wave="P6M", at_risk=50, told=40, count=30, worst=0.6, best=0.8),),
    )
    rate = WaveRate(
        group="accompagnés", wave="P6M", exit="durable", at_risk=200, count=durable, rate=durable / 200,
        low=0.0, high=1.0, worst=0.0, best=1.0,
    )  # fmt: skip
    return CohortResult(
        contract="essai", cohort="essai.a", definition="", flow=(FlowStep("Personnes", 200),), rates=(rate,),
        feed="parcours", people=people,
    )  # fmt: skip


def shown(found: CohortResult) -> tuple[pl.DataFrame, frozenset]:
    book = Book()
    plan = join([cohort_plan(found, POLICY, book), path_plan(found, POLICY, book)])
    protection = protect(replace(plan, links=(*plan.links, *book.near), values=book.values))
    assert check_audit(protection.plan, protection.hidden).holds
    return path_table((found,), protection.hidden, POLICY), protection.hidden


def test_large_counts_are_shown_at_the_waves_of_the_rates():
    table, hidden = shown(result(60, 60))
    assert not hidden
    states = table.filter(kind=STATE)
    assert set(states["wave"]) == {"P6M"}, "the fifth month is no wave"
    assert dict(states.select("after", "count").iter_rows()) == {"durable": 60, "en cours": 100, "lost": 40}
    assert table.filter(kind=KEPT, after="maintenus")["rate"].item() == 0.75
    passages = table.filter(kind=PASSAGE)
    assert passages["count"].null_count() == passages.height, "months of persons are no persons"
    assert passages.filter(after="durable")["rate"].item() == 0.07, "60 of 900, in whole per cent"


@pytest.mark.parametrize("fields", [{"moved": 3}, {"lost": 2}])
def test_few_persons_are_masked(fields):
    table, _ = shown(result(60, 60, **fields))
    small = table.filter(pl.col("after") == ("sorties" if "moved" in fields else "lost"))
    assert small["count"].null_count() == small.height
    assert set(small["confidentiality"]) == {"secret"}
    if "moved" in fields:
        assert table.filter(kind=MOVE, after="retours")["count"].item() == 20


def test_a_state_and_its_rate_do_not_tell_the_few_between_them():
    """60 exits by 6 months, 62 in a job at the end of the sixth month: two persons, whom the two counts would tell."""
    found = result(60, 62)
    table, hidden = shown(found)
    assert table.filter(kind=STATE, after="durable")["count"].item() is None
    assert not any(key[0] == "cohorte rate" for key in hidden), "the rate is what readers come for"


def test_one_file_tells_rates_and_no_state():
    found = result(60, 62)
    alone = replace(found, people=replace(found.people, told=found.people.told[:1]))
    assert STATE not in {path.kind for path in paths_of(alone)}


def test_distances_do_not_tell_the_few_between_them():
    """50 had the outcome three months ago, 48 six months ago: two persons between the two."""
    found = result(60, 60)
    kept = (*found.people.retention, replace(found.people.retention[0], wave="P12M", at_risk=48, told=38, count=28))
    table, _ = shown(replace(found, people=replace(found.people, retention=kept)))
    assert table.filter(kind=KEPT, after="revus")["of"].null_count() >= 1


@pytest.mark.parametrize(("outcome", "shown_at"), [("durable", ["P12M", "P6M"]), ("", ["P6M"])])
def test_a_gap_is_hidden_with_the_rates_of_its_outcome_and_not_with_others(outcome, shown_at):
    """At 12 months the three persons in training are few: the gap of lasting jobs does not tell them."""
    given = confidential()
    told = replace(given.cohorts[0], outcome=outcome)
    rows = publish(replace(given, cohorts=(told,))).tables
    assert rows.rates.filter(wave="P12M", exit="positive", group="accompagnés")["rate"].item() is None
    free = rows.contrasts.filter(pl.col("effect").is_not_null())
    assert sorted(free["wave"]) == shown_at


def test_without_a_threshold_nothing_is_shown():
    found = result(60, 60)
    plan = path_plan(found, Policy({}), Book())
    assert plan.hidden == {cell.id for cell in plan.cells}
    assert len(plan.cells) == len([path for path in paths_of(found) if path.kind != PASSAGE])
