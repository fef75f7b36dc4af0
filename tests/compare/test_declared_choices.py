"""What a declaration may choose: its test, its unit of clustering; and what is shown in proportion whatever it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from evalkit.compare.did_panel import DidDesign, read_panel
from evalkit.compare.doubt import in_proportion
from evalkit.compare.estimate import Estimate, Refusal
from evalkit.compare.result import InferenceOptions
from tests.compare.world import CONTROLS, comparison, counts, result


def test_a_named_test_decides_and_the_default_is_said(tmp_path):
    default = result(tmp_path / "default", counts(effect=12))
    named = result(tmp_path / "named", counts(effect=12), comparison(test="permutation"))
    assert isinstance(named, Estimate)
    assert "permutation" in named.test
    assert "Par défaut" in named.test_reason
    assert default.effect == pytest.approx(named.effect)
    assert named.p == pytest.approx(named.smallest_p), "twenty points: no other pair of zones moves as far"


def test_a_named_test_does_not_make_one_zone_enough(tmp_path):
    found = result(tmp_path, counts(effect=12), comparison(treated=["pres"], test="cv3"))
    assert isinstance(found, Refusal)
    assert found.code == "EVK-C103"


def test_zones_of_a_cluster_count_as_one_unit(tmp_path):
    """Twelve controls, of which three are one city: ten units, whose sums are those of their zones."""
    cluster = {"id": "ville", "zones": list(CONTROLS[:3])}
    found = result(tmp_path, counts(effect=12), comparison(clusters=[cluster]))
    whole = result(tmp_path / "whole", counts(effect=12))
    assert (found.n_treated, found.n_controls) == (2, 10)
    assert found.checks.unadjusted == pytest.approx(whole.checks.unadjusted, abs=1e-9), "as many leases everywhere"
    assert found.smallest_p == pytest.approx(1 / 66)  # 12 units, 2 treated


def test_treated_zones_of_one_cluster_are_one_treated_unit(tmp_path):
    cluster = {"id": "ville", "zones": ["aubepins", "pres"]}
    found = result(tmp_path, counts(effect=12), comparison(clusters=[cluster]))
    assert isinstance(found, Refusal)
    assert found.code == "EVK-C103"


def panel_of(before: float, here: tuple[float, float], there: tuple[float, float]):
    draw = np.random.default_rng(2)
    rows = []
    for zone in range(12):
        start, end = here if zone < 2 else there
        for period in range(4):
            mean = (start if period < 2 else end) * (1 + before * draw.normal())
            rows.append((f"z{zone:02d}", period, 100.0, 100.0 * mean))
    cells = pl.DataFrame(rows, schema=["zone", "period", "n", "sum_y"], orient="row")
    return read_panel(cells, DidDesign(("z00", "z01"), 2))


def test_a_sign_that_depends_on_the_scale():
    """50 to 60 against 10 to 15: +5 points, but 1.2 / 1.5 - 1 = -20 % in proportion."""
    panel = panel_of(0.001, (50.0, 60.0), (10.0, 15.0))
    found = in_proportion(panel, "zone_noise", InferenceOptions())
    assert found.effect == pytest.approx(-20, abs=0.2)
    assert found.high < 0


def test_a_cell_without_any_event_has_no_logarithm():
    panel = panel_of(0.001, (50.0, 60.0), (10.0, 15.0))
    empty = panel.sum_y.copy()
    empty[0, 0] = 0.0
    assert in_proportion(replace(panel, sum_y=empty), "zone_noise", InferenceOptions()) is None
