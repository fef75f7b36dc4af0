"""Those lost: counted on both sides, replaced by those like them when variables tell them, bounded always."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from benchmarks.cohort_world import World, drawn
from evalkit.follow.analyse import analyse
from evalkit.follow.entry.persons import ACCOMPANIED, COMPARISON
from tests.follow.world import protocol

COHORT = protocol(waves=["P6M", "P12M"], against={"where": "accompagnement = 'commun'", "balance": ["age"]})


@pytest.fixture(scope="module")
def lossy():
    world = World(accompanied=3000, compared=3000, loss="seen")
    persons = drawn(np.random.default_rng(8), world)
    return analyse(COHORT, persons), world.rate, persons


def test_those_lost_are_counted_with_bounds_and_a_weighted_rate(lossy):
    result, truth, _ = lossy
    rows = {(row.group, row.wave): row for row in result.attrition}
    assert set(rows) == {(group, wave) for group in (ACCOMPANIED, COMPARISON) for wave in ("P6M", "P12M")}
    row = rows[ACCOMPANIED, "P12M"]
    rate = next(r for r in result.rates if (r.group, r.wave, r.exit) == (ACCOMPANIED, "P12M", "durable"))
    assert row.worst == rate.rate
    assert row.best == pytest.approx(rate.rate + row.share)
    assert row.worst < row.low < row.weighted < row.high < row.best
    assert row.low < truth < row.high
    assert rate.rate < truth - 0.01, "the rate that takes the lost as jobless is wrong"
    assert 0.3 * 3000 < row.effective_size < 3000


def test_an_unequal_loss_is_shown_and_told(lossy):
    """The comparison is older, and the old are lost more often."""
    result, _, _ = lossy
    (at_six, at_twelve) = result.differential
    assert at_six.high < 0
    assert at_twelve.gap == pytest.approx(
        100
        * (
            next(r.rate for r in result.rates if (r.group, r.wave, r.exit) == (ACCOMPANIED, "P12M", "lost"))
            - next(r.rate for r in result.rates if (r.group, r.wave, r.exit) == (COMPARISON, "P12M", "lost"))
        )
    )
    assert any("pas aussi nombreux des deux côtés" in warning for warning in result.warnings)


def test_bounds_of_the_gap_hold_what_any_fate_of_the_lost_would_give(lossy):
    result, _, persons = lossy
    contrast = next(c for c in result.contrasts if c.wave == "P12M")
    assert contrast.worst_low < contrast.worst < contrast.effect < contrast.best < contrast.best_high
    rng = np.random.default_rng(1)
    for share in (0.0, 0.3, 1.0):
        fate = pl.Series(rng.random(persons.frame.height) < share)
        found = persons.frame.with_columns(
            pl.when((pl.col("exit") == "lost") & fate).then(pl.lit("durable")).otherwise("exit").alias("exit")
        )
        other = next(c for c in analyse(COHORT, replace(persons, frame=found)).contrasts if c.wave == "P12M")
        assert contrast.worst - 1e-9 <= other.effect <= contrast.best + 1e-9


def test_without_variables_only_bounds_remain():
    persons = drawn(np.random.default_rng(9), World(loss="seen"))
    result = analyse(protocol(against=None), persons)
    row = result.attrition[0]
    assert (row.weighted, row.low, row.effective_size) == (None, None, None)
    assert row.worst < row.best
    assert any("seules les bornes" in warning for warning in result.warnings)
    named = analyse(protocol(against=None, analysis={"attrition": ["age"]}), persons)
    assert named.attrition[0].weighted is not None


def test_nobody_lost_leaves_bounds_that_meet():
    persons = drawn(np.random.default_rng(10), World())
    result = analyse(COHORT, persons)
    for row in result.attrition:
        assert (row.lost, row.worst) == (0, row.best)
        assert row.weighted == pytest.approx(row.worst, abs=1e-9)
    assert result.differential == ()
    contrast = result.contrasts[0]
    assert contrast.worst == contrast.effect == contrast.best
    assert (contrast.worst_low, contrast.best_high) == (contrast.low, contrast.high)


def test_losses_by_agency_have_wider_doubt_than_persons_alone(lossy):
    """Half of the agencies lose their persons: their number, not that of persons, says how sure the gap is."""
    _, _, persons = lossy
    agency = persons.frame["agence"]
    kept = persons.frame.filter((agency < 7) | (pl.col("exit") != "lost"))
    shared = COHORT.model_copy(update={"analysis": COHORT.analysis.model_copy(update={"shared": "agence"})})
    alone = analyse(COHORT, replace(persons, frame=kept))
    grouped = analyse(shared, replace(persons, frame=kept))
    wide = [(row.high - row.low) for row in (grouped.differential[1], alone.differential[1])]
    assert grouped.differential[1].gap == pytest.approx(alone.differential[1].gap)
    assert wide[0] != wide[1]
    rates = [
        next(r for r in found.rates if (r.group, r.wave, r.exit) == (ACCOMPANIED, "P12M", "lost"))
        for found in (grouped, alone)
    ]
    assert rates[0].rate == rates[1].rate
    assert rates[0].high - rates[0].low > 2 * (rates[1].high - rates[1].low)
