"""Several entries: the effect of each, zones already in and zones that left kept apart, what TWFE would have mixed."""

from __future__ import annotations

import random

import numpy as np
import polars as pl
import pytest

from evalkit.compare.estimate import Estimate, Refusal
from evalkit.compare.result import DidRefusal, InferenceOptions
from evalkit.compare.staggered import StaggeredResult, estimate_staggered
from evalkit.compare.staggered_panel import EntryDesign
from evalkit.stats.two_way import CellGrid, fit_two_way
from tests.compare.world import CONTROLS, LEASES, QUARTERS, comparison, result, territory

YEARS = tuple(str(year) for year in range(2018, 2027))
ENTRIES = {"kept-1": "2015", "kept-2": "2015", "a": "2021", "b": "2021", "c": "2024", "d": "2024"}
NEVER = tuple(f"n{rank:02d}" for rank in range(10))


def cells(growth: float = 3.0, noise: float = 1.0) -> pl.DataFrame:
    """Effects that grow by year of entry: the case where TWFE takes them away from later zones."""
    draw, rows = random.Random(3), []
    for zone in (*ENTRIES, *NEVER):
        level = draw.uniform(100, 200)
        for year in YEARS:
            since = int(year) - int(ENTRIES.get(zone, "9999")) + 1
            value = level + int(year) - 2018 + growth * max(since, 0) + draw.gauss(0, noise)
            rows.append((zone, year, 100.0, 100.0 * value))
    return pl.DataFrame(rows, schema=["zone", "period", "n", "sum_y"], orient="row")


@pytest.fixture(scope="module")
def found() -> StaggeredResult:
    made = estimate_staggered(cells(), EntryDesign(ENTRIES), InferenceOptions(draws=399))
    assert isinstance(made, StaggeredResult)
    return made


def test_each_entry_has_its_effect(found):
    """3 points more per year: means of 3..18 (2021 to 2026) and of 3, 6, 9 (2024 to 2026): 10.5 and 6, 8.25 in all."""
    assert [(each.entry, each.zones) for each in found.cohorts] == [("2021", 2), ("2024", 2)]
    assert [each.effect for each in found.cohorts] == pytest.approx([10.5, 6.0], abs=1.5)
    assert found.effect == pytest.approx(8.25, abs=1.2)
    assert found.low < 8.25 < found.high
    assert found.p <= 0.01
    assert found.before_p > 0.05
    assert found.smallest_p == pytest.approx(1 / 6006)  # 14! / (2! 2! 10!)
    low, high = found.leave_one_out
    assert low <= found.effect <= high
    assert found.other_controls == pytest.approx(8.25, abs=1.2)
    assert found.interaction == pytest.approx(9, abs=2)


def test_zones_in_from_the_start_change_nothing(found):
    """Kept since 2015, whatever they do: neither the effect nor its test moves; the two-way regression does."""
    shaken = cells().with_columns(
        sum_y=pl.when(pl.col("zone").str.starts_with("kept")).then(pl.col("sum_y") * 5).otherwise("sum_y")
    )
    again = estimate_staggered(shaken, EntryDesign(ENTRIES), InferenceOptions(draws=399))
    assert (again.effect, again.p, again.low) == (found.effect, found.p, found.low)
    assert again.two_way.effect != found.two_way.effect
    assert any("déjà entrées" in each and "kept-1, kept-2" in each for each in found.warnings_fr)


def test_the_two_way_regression_is_shown_with_what_it_mixes(found):
    """Its coefficient by brute force; growing effects of zones already in are subtracted from it: it falls short."""
    zones = sorted((*ENTRIES, *NEVER))
    table = cells().sort("zone", "period")
    outcome = (table["sum_y"] / table["n"]).to_numpy().reshape(len(zones), len(YEARS))
    treated = np.array([[year >= ENTRIES.get(zone, "9999") for year in YEARS] for zone in zones], dtype=float)
    expected = fit_two_way(CellGrid(outcome, np.ones_like(outcome), outcome.size), treated).coefficient
    assert found.two_way.effect == pytest.approx(expected, rel=1e-9)
    assert found.two_way.effect < found.effect - 1
    assert found.two_way.clean + found.two_way.forbidden == pytest.approx(1)
    assert 0.1 < found.two_way.forbidden < 0.9
    assert found.two_way.forbidden_effect < found.two_way.effect


def test_the_order_of_rows_changes_nothing(found):
    again = estimate_staggered(
        cells().sample(fraction=1, shuffle=True, seed=1), EntryDesign(ENTRIES), InferenceOptions(draws=399)
    )
    assert again == found


@pytest.mark.parametrize(
    ("entries", "kept", "code"),
    [
        ({"a": "2015", "b": "2016"}, NEVER, "EVK-C111"),
        ({"a": "2021", "b": "2024"}, (), "EVK-C112"),
        ({"a": "2021"}, NEVER, "EVK-C103"),
        ({"a": "2021", "b": "2024"}, NEVER[:3], "EVK-C105"),
    ],
)
def test_refusals(entries, kept, code):
    made = cells().filter(pl.col("zone").is_in([*entries, *kept]))
    refused = estimate_staggered(made, EntryDesign(entries))
    assert isinstance(refused, DidRefusal)
    assert refused.code == code


# From a declaration to an estimate: two QPV entering in 2023 and in 2024.


def leases(gain: int) -> dict[tuple[str, str], tuple[int, int]]:
    draw = random.Random(4)
    starts = {"aubepins": "2023-T1", "pres": "2024-T1"}
    return {
        (zone, quarter): (LEASES, draw.randint(16, 22) + gain * (quarter >= starts.get(zone, "9")))
        for zone in ("aubepins", "pres", *CONTROLS)
        for quarter in QUARTERS
    }


def declared(**fields):
    return comparison(entries=[{"begins": "2023-01-01", "zones": ["aubepins"]}], **fields)


def test_a_declared_comparison_with_two_entries(tmp_path):
    """18 leases more in sixty: 30 points."""
    estimate = result(tmp_path, leases(18), declared())
    assert isinstance(estimate, Estimate)
    assert estimate.effect == pytest.approx(30, abs=4)
    assert [each.zones for each in estimate.checks.cohorts] == [1, 1]
    text = estimate.summary()
    for words in ("Callaway et Sant’Anna", "Par date d’entrée", "Sun et Abraham", "effets fixes aurait annoncé"):
        assert words in text
    assert estimate.smallest_p == pytest.approx(1 / 182)  # 14 x 13


def test_zones_that_left_are_neither_side_and_it_is_said(tmp_path):
    whole = result(tmp_path / "whole", leases(18), declared())
    estimate = result(tmp_path / "left", leases(18), declared(left=["temoin-00"]))
    assert (whole.n_controls, estimate.n_controls) == (12, 11)
    assert any("sorties de la géographie" in each and "temoin-00" in each for each in estimate.warnings)


def test_one_date_inside_the_series_is_an_ordinary_comparison(tmp_path):
    """Aubépins in since 2015: it is set apart, and one treated zone allows no test."""
    made = comparison(entries=[{"begins": "2015-01-01", "zones": ["aubepins"]}])
    refused = result(tmp_path, leases(18), made)
    assert isinstance(refused, Refusal)
    assert refused.code == "EVK-C103"


def test_nobody_enters_during_the_series(tmp_path):
    made = comparison(entries=[{"begins": "2015-01-01", "zones": ["aubepins", "pres"]}])
    refused = result(tmp_path, leases(18), made)
    assert isinstance(refused, Refusal)
    assert refused.code == "EVK-C111"


def test_control_units_never_hold_a_treated_zone_nor_one_that_left():
    made = declared(left=["temoin-01"])
    assert made.control_units((*territory().controls, "pres")) == tuple(each for each in CONTROLS if each[-2:] != "01")
