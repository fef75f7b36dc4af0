"""Curves by month agree with rates at each wave; groups are tested only when declared and large enough."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from benchmarks.cohort_world import LAST_DAY, World, drawn
from evalkit.follow.analyse import analyse
from evalkit.follow.entry.persons import ACCOMPANIED, COMPARISON
from evalkit.follow.in_time.timed import timed
from evalkit.follow.result.cohort import CohortResult
from evalkit.follow.result.timed import STILL_WITHOUT, Curve
from evalkit.follow.states import STILL_THERE
from tests.follow.world import day, protocol

COHORT = protocol(
    zones=["pres", "aubepins"],
    waves=["P6M", "P12M"],
    analysis={"curves": ["sexe"], "explain": {"variables": ["sexe", "age"]}},
)


def curve_of(result: CohortResult, exit_: str, group: str = ACCOMPANIED, word: str = "") -> Curve:
    return next(c for c in result.curves if (c.exit, c.group, c.word) == (exit_, group, word))


@pytest.fixture(scope="module")
def result() -> CohortResult:
    persons = drawn(np.random.default_rng(3), World(loss="seen", effect=0.03))
    return analyse(COHORT, persons)


@pytest.mark.parametrize(
    ("entry", "left", "months"),
    [
        ("2025-01-15", "2025-01-15", 0),
        ("2025-01-15", "2025-01-16", 1),
        ("2025-01-15", "2025-02-15", 1),
        ("2025-01-15", "2025-02-16", 2),
        ("2025-01-31", "2025-02-28", 1),
        ("2025-01-31", "2025-03-01", 2),
        ("2025-12-31", "2026-01-31", 1),
    ],
)
def test_months_run_from_entry_to_the_same_day(entry, left, months):
    frame = pl.DataFrame({"entry": [day(entry)], "exit_date": [day(left)], "exit": ["durable"]})
    assert timed(frame, COHORT, dt.date(2027, 1, 1)).durations.tolist() == [months]


@pytest.mark.parametrize(("last", "months"), [("2025-06-14", 4), ("2025-06-15", 5), ("2025-06-30", 5)])
def test_a_month_that_is_not_covered_entirely_is_not_counted(last, months):
    frame = pl.DataFrame(
        {"entry": [day("2025-01-15")] * 2, "exit_date": [None, day("2025-06-20")], "exit": [STILL_THERE, "durable"]},
        schema_overrides={"exit_date": pl.Date},
    )
    found = timed(frame, COHORT, day(last))
    assert found.durations.tolist() == [months, months]
    assert found.causes.tolist() == [0, 0], "an exit in a month that is not over is not seen yet"


def test_a_curve_at_a_wave_is_the_rate_at_that_wave(result):
    """Everybody is seen for 24 months: nobody is censored before, and the incidence is a plain share."""
    rates = {(rate.group, rate.wave, rate.exit): rate for rate in result.rates if rate.count is not None}
    for exit_ in ("durable", "transition", "lost"):
        for group in (ACCOMPANIED, COMPARISON):
            points = curve_of(result, exit_, group).points
            for wave, month in (("P6M", 6), ("P12M", 12)):
                rate = rates[group, wave, exit_]
                assert points[month].share == pytest.approx(rate.rate, abs=1e-11)
                assert points[month].exits == rate.count


def test_shares_never_pass_one_and_persons_are_conserved(result):
    exits = {c.exit: c for c in result.curves if (c.group, c.word) == (ACCOMPANIED, "")}
    assert set(exits) == {"durable", "transition", "lost"}
    for month in range(13):
        left = sum(curve.points[month].share for curve in exits.values())
        assert 0 <= left < 1
        assert exits["lost"].points[month].at_risk == 300 - sum(
            c.points[month - 1].exits if month else 0 for c in exits.values()
        )
    assert {curve.estimator for curve in result.curves} == {"Aalen-Johansen"}


def test_intervals_hold_the_share_and_words_add_up(result):
    whole = curve_of(result, "durable")
    words = [curve_of(result, "durable", word=word) for word in ("F", "H")]
    assert sum(curve.persons for curve in words) == whole.persons == 300
    for month in range(1, 13):
        point = whole.points[month]
        assert point.low < point.share < point.high
        assert sum(curve.points[month].exits for curve in words) == point.exits


def test_mean_times_add_up_to_the_horizon(result):
    mine = {mean.exit: mean for mean in result.means if (mean.group, mean.word) == (ACCOMPANIED, "")}
    assert set(mine) == {STILL_WITHOUT, "durable"}
    spent = sum(
        sum(curve_of(result, exit_).points[month].share for month in range(12)) for exit_ in ("transition", "lost")
    )
    assert mine[STILL_WITHOUT].months + mine["durable"].months + spent == pytest.approx(12, abs=1e-9)
    assert mine[STILL_WITHOUT].low < mine[STILL_WITHOUT].months < mine[STILL_WITHOUT].high


def test_one_exit_is_kaplan_and_meier_and_log_rank():
    persons = drawn(np.random.default_rng(4), World())
    alone = persons.frame.with_columns(
        pl.when(pl.col("exit") == "transition").then(pl.lit(STILL_THERE)).otherwise("exit").alias("exit"),
        pl.when(pl.col("exit") == "transition").then(None).otherwise("exit_date").alias("exit_date"),
    )
    found = analyse(COHORT, replace(persons, frame=alone))
    assert curve_of(found, "durable").estimator == "Kaplan-Meier"
    assert [test.test for test in found.curve_tests] == ["log-rank"]


def test_several_exits_are_tested_by_gray_and_by_clusters_when_declared(result):
    assert [(test.variable, test.test, test.df) for test in result.curve_tests] == [("sexe", "Gray", 1)]
    assert result.curve_tests[0].p == result.curve_tests[0].p_adjusted
    persons = drawn(np.random.default_rng(3), World(loss="seen", effect=0.03))
    shared = COHORT.model_copy(update={"analysis": COHORT.analysis.model_copy(update={"shared": "agence"})})
    found = analyse(shared, persons)
    assert found.curve_tests[0].test == "score de Fine-Gray par grappes"
    assert found.means[0].low is None, "the interval of independent persons would be too narrow"
    point, alone = curve_of(found, "durable").points[12], curve_of(result, "durable").points[12]
    assert point.share == alone.share
    assert (point.low, point.high) != (alone.low, alone.high)


def test_a_planted_pace_is_found_by_both_regressions():
    """The young find jobs more than twice as fast: 6 % a month against 2.5 %, a ratio of 2.4 at a month's scale."""
    persons = drawn(np.random.default_rng(5), World(accompanied=4000, compared=100))
    ratios = {(each.model, each.variable): each for each in analyse(COHORT, persons).ratios}
    assert set(ratios) == {(m, v) for m in ("cox", "fine_gray") for v in ("sexe = H", "age")}
    cox, women = ratios["cox", "age"], ratios["cox", "sexe = H"]
    # log(0.06 / 0.025) = 0.875 over 23 years of age; ties pull it a little towards the discrete odds.
    assert -23 * np.log(cox.ratio) == pytest.approx(0.875, abs=0.12)
    assert cox.p < 1e-6
    assert women.low < 1 < women.high
    assert np.log(ratios["fine_gray", "age"].ratio) == pytest.approx(np.log(cox.ratio), rel=0.15)


def test_too_few_persons_have_no_curve():
    persons = drawn(np.random.default_rng(6), World(accompanied=29, compared=80))
    found = analyse(COHORT, persons)
    assert found.refusal
    assert (found.curves, found.curve_tests, found.ratios, found.attrition) == ((), (), (), ())
    persons = drawn(np.random.default_rng(6), World(accompanied=50, compared=80))
    small = analyse(COHORT, persons)
    assert {curve.word for curve in small.curves} == {""}, "fewer than 30 women, fewer than 30 men"
    assert small.curve_tests == ()
    assert persons.last_day == LAST_DAY
