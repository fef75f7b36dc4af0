"""The minimum detectable effect: from the past only, and true to its promise."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from evalkit.compare.choose import choose_test
from evalkit.compare.did_panel import DidDesign, Panel, read_panel
from evalkit.compare.power import minimum_detectable_effect
from evalkit.compare.result import InferenceOptions, TestChoice
from evalkit.stats.laws import normal_quantile

from .made_cells import cells, zone_names

QUICK = InferenceOptions(draws=1999)


def detectable(table: pl.DataFrame, treated: int):
    panel = read_panel(table, DidDesign(zone_names(treated), "2023"))
    assert isinstance(panel, Panel)
    sizes = panel.n.sum(axis=1)
    choice = choose_test(sizes[panel.treated].tolist(), sizes[~panel.treated].tolist())
    assert isinstance(choice, TestChoice)
    return minimum_detectable_effect(panel, choice, QUICK)


@pytest.mark.parametrize("treated", [2, 8])
def test_what_follows_the_entry_is_not_read(treated):
    table = cells(treated=treated)
    noise = pl.when(pl.col("period") >= "2023").then(pl.col("n") - pl.col("sum_y")).otherwise(pl.col("sum_y"))
    assert detectable(table, treated) == detectable(table.with_columns(sum_y=noise), treated)


@pytest.mark.parametrize("treated", [2, 8])
def test_the_past_of_the_treated_zones_is_not_read(treated):
    table = cells(treated=treated)
    other = pl.when(pl.col("zone").is_in(zone_names(treated))).then(0).otherwise(pl.col("sum_y"))
    assert detectable(table, treated) == detectable(table.with_columns(sum_y=other), treated)


def test_more_treated_zones_detect_less_large_effects():
    values = [detectable(cells(treated=treated), treated).value for treated in (2, 4, 8, 16)]
    assert values == sorted(values, reverse=True)


def test_sampling_floor_by_hand():
    """Ten equal zones of 100 persons, half of them with the outcome: variance 0.25 x 100/99, change 2 x that / 100."""
    rows = [(name, period, 100, 50, 50) for name in zone_names(10) for period in ("2022", "2023")]
    table = pl.DataFrame(rows, schema=["zone", "period", "n", "sum_y", "sum_y2"], orient="row")
    found = detectable(table, 2)
    assert found.basis == "sampling_only"
    se = np.sqrt(2 * (0.25 * 100 / 99) / 100 * (1 / 2 + 1 / 8))
    assert found.value == pytest.approx((normal_quantile(0.975) + normal_quantile(0.8)) * se, rel=1e-9)
