"""What an effect is confronted with: other dates, other controls, neighbours, a margin, and who answers."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import t

from evalkit.compare.composition import composition
from evalkit.compare.did_panel import DidDesign, Panel, read_panel
from evalkit.compare.doubt import equivalence_p, matched_on_past, placebo_dates, spillover
from evalkit.compare.result import InferenceOptions, TestOutcome

from .made_cells import cells, zone_names

QUICK = InferenceOptions(draws=399)


def panel(table: pl.DataFrame, treated: int = 2) -> Panel:
    found = read_panel(table, DidDesign(zone_names(treated), "2023"))
    assert isinstance(found, Panel)
    return found


def test_placebo_dates_read_only_the_past():
    """Six periods from 2019, four before: the only date with two periods before it and two after is 2021."""
    table = cells()
    later = pl.when(pl.col("period") >= "2023").then(pl.col("n")).otherwise(pl.col("sum_y"))
    quiet, struck = panel(table), panel(table.with_columns(sum_y=later))
    assert [each.period for each in placebo_dates(quiet, QUICK)] == ["2021"]
    assert placebo_dates(quiet, QUICK) == placebo_dates(struck, QUICK)
    drifting = placebo_dates(panel(cells(drift=0.05)), QUICK)[0].outcome
    assert drifting.effect == pytest.approx(0.1, abs=0.04), "0.05 per period between the means of 2 and 2 periods"
    assert drifting.p < 0.05


def test_matching_keeps_the_nearest_past():
    table = cells(zones=40)
    low = pl.col("zone").is_in(["zone-000", "zone-001", "zone-010", "zone-011", "zone-012", "zone-013", "zone-014"])
    lowered = table.with_columns(sum_y=pl.when(low).then(pl.col("sum_y") // 3).otherwise(pl.col("sum_y")))
    found = matched_on_past(panel(lowered), QUICK, per_treated=2)
    assert found is not None
    assert set(found.controls) == {"zone-010", "zone-011", "zone-012", "zone-013", "zone-014"}
    assert matched_on_past(panel(cells(zones=7)), QUICK) is None


def test_neighbours_are_shown_apart():
    table = cells(zones=30, effect=0.2)
    around = pl.col("zone").is_in(["zone-002", "zone-003"]) & (pl.col("period") >= "2023")
    spilled = table.with_columns(sum_y=pl.col("sum_y") + pl.when(around).then(0.1 * pl.col("n")).otherwise(0))
    found = spillover(panel(spilled), ["zone-002", "zone-003"], QUICK)
    assert found is not None
    direct, ring = found
    assert direct.effect == pytest.approx(0.2, abs=0.05)
    assert ring.effect == pytest.approx(0.1, abs=0.05)
    assert spillover(panel(cells(zones=6)), ["zone-002"], QUICK) is None


def test_equivalence_is_two_one_sided_tests():
    outcome = TestOutcome(name="zone_noise", p=0.5, low=-1, high=1, se=0.4, df=12, effect=0.3)
    by_hand = max(t.sf((0.3 + 1.5) / 0.4, 12), t.cdf((0.3 - 1.5) / 0.4, 12))
    assert equivalence_p(outcome, 1.5) == pytest.approx(by_hand, rel=1e-9)
    assert equivalence_p(TestOutcome(name="permutation", p=0.5, low=-1, high=1), 1.0) is None


def test_composition_by_hand():
    table = pl.DataFrame(
        {
            "zone": ["a", "a", "b", "b"],
            "period": ["2023"] * 4,
            "sexe": ["F", "H", "F", "H"],
            "n": [60, 40, 50, 50],
        }
    )
    found = composition(table, ["a"], "sexe").row(0, named=True)
    assert (found["category"], found["treated"], found["controls"]) == ("F", 0.6, 0.5)
    assert found["difference"] == pytest.approx(0.1 / np.sqrt((0.24 + 0.25) / 2))
