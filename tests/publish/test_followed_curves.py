"""A curve is published at merged months, and nothing of it gives back a few persons, whatever else is shown."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks.cohort_world import World, drawn
from evalkit.declare.clause import Clause
from evalkit.follow.analyse import analyse
from evalkit.follow.result.cohort import CohortResult
from evalkit.follow.result.doubts import BeforeAfter, PastPoint
from evalkit.publish.attack import attack
from evalkit.publish.confidential import Confidential
from evalkit.publish.edition import read_edition, write_edition
from evalkit.publish.followed_curves import shown_curves, shown_months
from evalkit.publish.followed_schemas import FOLLOWED_SCHEMAS
from evalkit.publish.policy import policy_of
from evalkit.publish.protect import protect
from evalkit.publish.publication import Publication
from evalkit.publish.publish import publish
from evalkit.publish.whole import whole_plan
from tests.follow.world import protocol

from .fixture.declared import CLAUSES, FEEDS
from .fixture.results import confidential

THRESHOLD = 5
COHORT = protocol(
    feed="parcours",
    waves=["P6M", "P12M"],
    against={"where": "accompagnement = 'commun'", "balance": ["age"]},
    analysis={
        "curves": ["sexe"],
        "explain": {"variables": ["sexe"]},
        "subgroups": {"primary": ["sexe"]},
    },
)


def result(seed: int, accompanied: int = 300, compared: int = 400) -> CohortResult:
    world = World(accompanied=accompanied, compared=compared, loss="seen", effect=0.02)
    found = analyse(COHORT, drawn(np.random.default_rng(seed), world))
    past = tuple(
        PastPoint(group="accompagnés", month=m, persons=90, count=c, rate=c / 90) for m, c in ((-1, 3), (6, 40))
    )
    change = BeforeAfter(
        group="accompagnés",
        before=-6,
        after=6,
        persons=90,
        rate_before=20 / 90,
        rate_after=40 / 90,
        gained=23,
        lost=3,
        change=22.2,
        low=10.0,
        high=34.0,
        p=0.001,
        test="McNemar",
    )
    return replace(found, past=past, before_after=(change, replace(change, lost=6, gained=26, group="comparaison")))


def source(*results: CohortResult, clauses: tuple[Clause, ...] = CLAUSES) -> Confidential:
    base = confidential()
    declared = replace(base.declarations, clauses=clauses, cohorts=(COHORT,))
    return Confidential(
        declarations=declared, feeds=FEEDS, observations=base.observations.clear(), as_of=base.as_of, cohorts=results
    )


@pytest.fixture(scope="module")
def publication() -> Publication:
    return publish(source(result(1)))


def test_without_a_threshold_nothing_of_a_cohort_is_published():
    clauses = tuple(clause for clause in CLAUSES if clause.feed != "parcours")
    tables = dict(publish(source(result(1), clauses=clauses)).tables.named())
    for name in FOLLOWED_SCHEMAS:
        assert tables[name].height > 0, name
        if name != "subgroups":
            assert set(tables[name]["confidentiality"]) == {"secret"}, name
    assert (
        tables["curves"].select("exits", "persons", "share", "low", "high").null_count().row(0)
        == (tables["curves"].height,) * 5
    )
    assert tables["subgroups"]["effect"].null_count() == tables["subgroups"].height
    assert tables["overlap"]["persons"].null_count() == tables["overlap"].height


def test_months_are_merged_until_every_step_counts_enough():
    found = result(1)
    rule = policy_of(CLAUSES, FEEDS).rule("parcours")
    months = shown_months(found, rule)
    assert {6, 12} <= set(months)
    assert len(months) < 12
    for curve in (each for each in shown_curves(found) if not each.variable and each.exit == "durable"):
        counts = [curve.points[month].exits for month in months]
        assert all(after - before >= THRESHOLD for before, after in pairwise(counts))


def test_no_published_step_is_a_few_persons(publication: Publication):
    """As a reader does: subtract each shown point from the next one, from the persons, and the words from the whole."""
    curves = publication.tables.curves.filter(pl.col("exits").is_not_null())
    assert curves.filter(pl.col("word") == "")["share"].len() > 8
    for _, line in curves.sort("month").group_by("group", "variable", "word", "exit"):
        counts = line["exits"].to_list()
        steps = [after - before for before, after in pairwise(counts)]
        assert not any(0 < step < THRESHOLD for step in [*counts, *steps])
        assert not any(0 < line["persons"][0] - count < THRESHOLD for count in counts)
    words = curves.filter(pl.col("variable") == "sexe").group_by("month").agg(pl.col("exits").sum(), pl.len())
    whole = curves.filter(variable="", group="accompagnés", exit="durable").select("month", total="exits")
    for row in words.filter(pl.col("len") == 2).join(whole, on="month").iter_rows(named=True):
        assert row["exits"] == row["total"]


@pytest.mark.parametrize("seed", range(5))
def test_masks_hold_against_the_attack_on_drawn_cohorts(seed: int):
    """Small cohorts, in which most steps are a few persons."""
    given = source(result(seed, accompanied=60 + 5 * seed, compared=60))
    plan = whole_plan(given, policy_of(given.declarations.clauses, given.feeds))
    assert any(cell.id[0] == "cohorte courbe" for cell in plan.cells)
    assert not attack(plan, plan.hidden).holds, "the masks have something to protect"
    protection = protect(plan)
    assert attack(protection.plan, protection.hidden).holds


def test_shares_have_no_more_digits_than_a_reader_needs(publication: Publication):
    shares = publication.tables.curves["share"].drop_nulls()
    assert ((shares * 1000).round(9) == (shares * 1000).round(0)).all()


def test_means_and_tests_fall_with_the_curves_they_sum_up(publication: Publication):
    curves = publication.tables.curves
    closed = set(curves.filter(confidentiality="secret").select("group", "variable", "word").iter_rows())
    for row in publication.tables.means.iter_rows(named=True):
        masked = (row["group"], row["variable"], row["word"]) in closed
        assert (row["months"] is None) == masked
    for row in publication.tables.group_tests.filter(about="courbes").iter_rows(named=True):
        assert (row["p"] is None) == any(variable == row["variable"] for _, variable, _ in closed)


def test_the_same_persons_are_not_told_when_a_few_changed(publication: Publication):
    rows = {row["group"]: row for row in publication.tables.before_after.iter_rows(named=True)}
    assert rows["accompagnés"]["confidentiality"] == "secret", "three persons left the state"
    assert rows["accompagnés"]["change"] is rows["accompagnés"]["p"] is rows["accompagnés"]["persons"] is None
    assert rows["comparaison"]["change"] == 22.2
    past = {row["month"]: row["rate"] for row in publication.tables.past.iter_rows(named=True)}
    assert past == {-1: None, 6: 0.444}


def test_bounds_of_a_gap_fall_with_those_of_its_rates():
    """A comparison group in which two persons are lost: their number would give the bounds back."""
    found = result(3)
    few = tuple(
        replace(rate, count=2, rate=2 / rate.at_risk) if (rate.group, rate.exit) == ("comparaison", "lost") else rate
        for rate in found.rates
    )
    contrasts = publish(source(replace(found, rates=few))).tables.contrasts
    assert contrasts["worst"].null_count() == contrasts.height


def test_an_edition_gives_its_curves_back_and_an_older_one_opens_without(publication: Publication, tmp_path: Path):
    folder = write_edition(publication, tmp_path)
    assert read_edition(folder).tables.curves.equals(publication.tables.curves)
    for name in FOLLOWED_SCHEMAS:
        (folder / f"{name}.parquet").unlink()
    assert read_edition(folder).tables.curves.is_empty()


def test_two_editions_together_tell_no_few_persons():
    """The second edition holds two more persons; what both show must not tell which exits are theirs."""
    first = publish(source(result(1)))
    persons = drawn(np.random.default_rng(1), World(300, 400, loss="seen", effect=0.02))
    more = replace(persons, frame=pl.concat([persons.frame, persons.frame.filter(group="accompagnés").head(2)]))
    given = replace(source(analyse(COHORT, more)), earlier=(first,))
    plan = whole_plan(given, policy_of(given.declarations.clauses, given.feeds))
    protection = protect(plan)
    assert attack(protection.plan, protection.hidden).holds
    assert any("par le mois" in part for key in plan.public for part in key)
