"""The one public verb: an estimate with its doubt, the same whatever the machine and the order of lines."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from evalkit.compare.did import estimate_did
from evalkit.compare.did_panel import DidDesign
from evalkit.compare.result import DidRefusal, DidResult, InferenceOptions

from .made_cells import cells, zone_names

QUICK = InferenceOptions(draws=999)


def estimate(table: pl.DataFrame, treated: int, **design) -> DidResult:
    found = estimate_did(table, DidDesign(zone_names(treated), "2023", **design), options=QUICK)
    assert isinstance(found, DidResult)
    return found


def test_two_treated_zones():
    found = estimate(cells(effect=0.10), 2)
    assert found.test == "zone_noise"
    assert (found.n_treated, found.n_controls, found.df) == (2, 38, 37.0)
    assert found.low < 0.10 < found.high
    assert found.p < 0.05
    assert found.smallest_attainable_p == pytest.approx(1 / math.comb(40, 2))
    assert found.leave_one_out[0] < found.effect < found.leave_one_out[1]
    assert found.naive.name == "cr1_normal"
    assert found.naive.high - found.naive.low < found.high - found.low
    assert {other.name for other in found.others} == {"zone_noise_level", "ferman_pinto", "permutation", "cr2", "cv3"}
    assert found.mde is not None
    assert found.mde.basis == "pre_periods"


def test_many_treated_zones():
    found = estimate(cells(treated=8, effect=0.10), 8)
    assert found.test == "wild_bootstrap"
    assert found.p == pytest.approx(1 / 1000)
    cv3 = next(other for other in found.others if other.name == "cv3")
    assert (found.se, found.df) == (cv3.se, 39.0)
    assert found.low < 0.10 < found.high


def test_interval_and_p_value_agree():
    for treated, seed in ((2, 1), (2, 7), (8, 2), (8, 9)):
        for effect in (0.0, 0.02, 0.05):
            found = estimate(cells(treated=treated, effect=effect, seed=seed), treated)
            for outcome in (found, *found.others):
                assert (outcome.p <= 0.05) == (outcome.low > 0.0 or outcome.high < 0.0)


def test_an_added_constant_effect_moves_everything_by_itself():
    table = cells()
    entered = pl.col("zone").is_in(zone_names(2)) & (pl.col("period") >= "2023")
    raised = table.with_columns(sum_y=pl.col("sum_y") + pl.when(entered).then(3 * pl.col("n")).otherwise(0))
    before, after = estimate(table, 2), estimate(raised, 2)
    assert after.effect - before.effect == pytest.approx(3.0, abs=1e-9)
    assert after.low - before.low == pytest.approx(3.0, abs=1e-9)
    assert after.pretrend.p == before.pretrend.p
    assert after.mde == before.mde


def test_order_of_lines_and_names_of_controls_do_not_count():
    table = cells(effect=0.04)
    assert estimate(table, 2) == estimate(table.sample(fraction=1.0, shuffle=True, seed=8), 2)
    assert estimate(table, 2) == estimate(table.reverse(), 2)


def test_number_of_threads_and_hash_seed_leave_the_digits():
    program = (
        "from tests.compare.made_cells import cells, zone_names\n"
        "from evalkit.compare.did import estimate_did\n"
        "from evalkit.compare.did_panel import DidDesign\n"
        "for treated in (2, 8):\n"
        "    print(estimate_did(cells(80, treated, effect=0.03), DidDesign(zone_names(treated), '2023')))\n"
    )
    root = Path(__file__).parents[2]
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "POLARS_MAX_THREADS": threads, "PYTHONHASHSEED": seed},
            cwd=root,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for threads, seed in (("1", "0"), ("2", "77"))
    }
    assert len(seen) == 1
    assert "DidResult" in seen.pop()


def test_average_zone_and_average_resident_are_two_targets():
    table = cells(effect=0.10)
    assert estimate(table, 2).effect != estimate(table, 2, weights="zone").effect
    by_zone = table.with_columns(rate=pl.col("sum_y") / pl.col("n"), after=pl.col("period") >= "2023")
    mean = by_zone.group_by(pl.col("zone").is_in(zone_names(2)).alias("treated"), "after").agg(pl.col("rate").mean())
    rate = {(row["treated"], row["after"]): row["rate"] for row in mean.iter_rows(named=True)}
    by_hand = rate[True, True] - rate[True, False] - rate[False, True] + rate[False, False]
    assert estimate(table, 2, weights="zone").effect == pytest.approx(by_hand, abs=1e-10)


def test_one_treated_zone_is_described_and_not_tested():
    found = estimate_did(cells(treated=1, effect=0.2), DidDesign(zone_names(1), "2023"), options=QUICK)
    assert isinstance(found, DidRefusal)
    assert found.code == "EVK-C103"
    assert found.effect == pytest.approx(0.2, abs=0.1)


def test_few_controls_are_compared_to_their_noise_with_few_degrees_of_freedom():
    found = estimate(cells(zones=9, treated=5, effect=0.2), 5)
    assert found.test == "zone_noise"
    assert found.df == 3.0
    permuted = next(other for other in found.others if other.name == "permutation")
    assert permuted.p >= found.smallest_attainable_p == pytest.approx(1 / 126)


def test_zones_chosen_elsewhere_are_not_adjusted_and_zones_chosen_low_are():
    table = cells(zones=30, effect=0.0)
    before = table.filter(pl.col("period") < "2023").group_by("zone").agg(pl.col("sum_y").sum() / pl.col("n").sum())
    low = tuple(before.sort("sum_y")["zone"].head(2).to_list())
    found = {
        kind: estimate_did(table, DidDesign(low, "2023", chosen_on=kind), options=QUICK)
        for kind in ("outcome", "elsewhere")
    }
    assert isinstance(found["outcome"], DidResult)
    assert isinstance(found["elsewhere"], DidResult)
    assert (found["outcome"].test, found["elsewhere"].test) == ("zone_noise_level", "zone_noise")
    assert found["elsewhere"].effect == found["elsewhere"].unadjusted == found["outcome"].unadjusted
    # The lowest go up by themselves: at equal level the apparent effect is smaller.
    assert found["outcome"].effect < found["outcome"].unadjusted
    assert found["outcome"].start_gap < -1.5


def test_one_period_before_is_said():
    table = cells(zones=20, effect=0.1).filter(pl.col("period") >= "2022")
    found = estimate(table, 2)
    assert found.pretrend.state == "untestable"
    assert found.mde is not None
    assert found.mde.basis == "sampling_only"
    assert any("Une seule période" in text for text in found.warnings_fr)
    assert estimate(table.drop("sum_y2"), 2).mde is None


def test_french_sentences_are_typeset():
    found = estimate(cells(effect=0.10), 2)
    texts = (found.test_reason_fr, found.pretrend.sentence_fr, *found.warnings_fr)
    assert all(" :" not in text and " %" not in text and "'" not in text for text in texts)


def test_no_noise_at_all_does_not_break():
    table = cells(zones=12).with_columns(n=pl.lit(100), sum_y=pl.lit(30), sum_y2=pl.lit(30))
    found = estimate(table, 2)
    assert found.effect == pytest.approx(0.0, abs=1e-12)
    assert np.isfinite(found.p)
