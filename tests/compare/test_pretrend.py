"""The verdict on the periods before: event study by hand, drift found, and what a silent test is worth."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from evalkit.compare.did import estimate_did
from evalkit.compare.did_panel import DidDesign
from evalkit.compare.pretrend import judge_pretrend
from evalkit.compare.result import DidResult, InferenceOptions, PretrendVerdict
from evalkit.stats.two_way import fit_two_way

from .made_cells import cells, random_panel, zone_names

QUICK = InferenceOptions(draws=999)


def verdict(table: pl.DataFrame, treated: int = 2, weights: str = "resident") -> PretrendVerdict:
    found = estimate_did(table, DidDesign(zone_names(treated), "2023", weights=weights), options=QUICK)
    assert isinstance(found, DidResult)
    return found.pretrend


def test_event_study_of_even_weights_is_a_difference_of_means():
    table = cells()
    found = verdict(table, weights="zone")
    rates = table.with_columns(rate=pl.col("sum_y") / pl.col("n"), treated=pl.col("zone").is_in(zone_names(2)))
    mean = {
        (row["treated"], row["period"]): row["rate"]
        for row in rates.group_by("treated", "period").agg(pl.col("rate").mean()).iter_rows(named=True)
    }
    for point in found.points:
        by_hand = mean[True, point.period] - mean[True, "2022"] - mean[False, point.period] + mean[False, "2022"]
        assert point.value == pytest.approx(by_hand, abs=1e-10)
        assert point.low < point.value < point.high
        assert point.after == (point.period >= "2023")
    assert [point.period for point in found.points] == ["2019", "2020", "2021", "2023", "2024"]


def test_a_strong_drift_is_found():
    found = verdict(cells(drift=0.08, periods=6))
    assert found.state == "rejected"
    assert found.p is not None
    assert found.p <= 0.05
    assert "différaient déjà" in found.sentence_fr


def test_a_silent_test_says_what_it_could_not_see():
    found = verdict(cells())
    assert found.state == "not_rejected"
    assert found.slope_50 is not None
    assert found.slope_80 is not None
    assert 0 < found.slope_50 < found.slope_80
    assert "n’est pas prouvée" in found.sentence_fr
    # Even weights, four periods before and two after: a drift adds 4.5 - 1.5 = 3 times itself to the effect.
    even = verdict(cells(), weights="zone")
    assert even.slope_80 is not None
    assert even.bias_80 == pytest.approx(3.0 * even.slope_80)


def test_verdict_and_band_agree():
    for drift in (0.0, 0.02, 0.04, 0.08):
        for seed in range(6):
            found = verdict(cells(zones=20, drift=drift, seed=seed))
            outside = any((point.low > 0 or point.high < 0) for point in found.points if not point.after)
            assert (found.state == "rejected") == outside


@pytest.mark.slow
def test_true_parallel_paths_are_seldom_rejected():
    """A thousand panels, two treated zones of twenty: rejections stay below the 99.9 % bound of a size of 8 %."""
    from scipy.stats import binom

    generator = np.random.default_rng(20)
    rejected = 0
    for _ in range(1000):
        panel = random_panel(generator, 20, 2)
        fit = fit_two_way(panel.grid(), panel.treatment())
        rejected += judge_pretrend(panel, fit, InferenceOptions(draws=199)).state == "rejected"
    assert binom.ppf(0.001, 1000, 0.01) <= rejected <= binom.ppf(0.999, 1000, 0.08)


def test_too_few_complete_controls():
    table = cells(zones=12).filter((pl.col("zone") < "zone-006") | (pl.col("period") != "2020"))
    found = verdict(table)
    assert found.state == "untestable"
    assert found.p is None
    assert found.points == ()


def test_drift_of_the_whole_territory_is_no_difference():
    table = cells()
    rising = table.with_columns(sum_y=pl.col("sum_y") + pl.col("n") * (pl.col("period").cast(pl.Int64) - 2019))
    for first, second in zip(verdict(table).points, verdict(rising).points, strict=True):
        np.testing.assert_allclose((second.value, second.low), (first.value, first.low), atol=1e-9)
