"""From cells to a panel: what is refused, what is left out, and what is said of it."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from evalkit.compare.did_panel import DidDesign, Panel, read_panel
from evalkit.compare.result import DidRefusal
from evalkit.errors import ComputationError

from .made_cells import cells

DESIGN = DidDesign(("zone-000", "zone-001"), "2023")


@pytest.mark.parametrize(
    ("gone", "named"),
    [
        (pl.col("zone").is_in(DESIGN.treated) & (pl.col("period") < "2023"), "zones suivies, avant l’entrée"),
        (pl.col("zone").is_in(DESIGN.treated) & (pl.col("period") >= "2023"), "zones suivies, après l’entrée"),
        (~pl.col("zone").is_in(DESIGN.treated) & (pl.col("period") < "2023"), "zones de comparaison, avant l’entrée"),
        (~pl.col("zone").is_in(DESIGN.treated) & (pl.col("period") >= "2023"), "zones de comparaison, après l’entrée"),
    ],
)
def test_the_empty_cell_of_the_two_by_two_table_is_named(gone, named):
    found = read_panel(cells(zones=12).filter(~gone), DESIGN)
    assert isinstance(found, DidRefusal)
    assert found.code == "EVK-C101"
    assert found.missing == (named,)
    assert named in found.reason_fr


def test_no_period_before_names_both_sides():
    found = read_panel(cells(zones=12), DidDesign(DESIGN.treated, "2019"))
    assert isinstance(found, DidRefusal)
    assert found.missing == ("zones suivies, avant l’entrée", "zones de comparaison, avant l’entrée")


def test_zones_and_periods_are_sorted_and_zero_cells_do_not_exist():
    table = cells(zones=12).with_columns(
        n=pl.when((pl.col("zone") == "zone-005") & (pl.col("period") == "2020")).then(0).otherwise(pl.col("n"))
    )
    found = read_panel(table.sample(fraction=1.0, shuffle=True, seed=1), DESIGN)
    assert isinstance(found, Panel)
    assert found.zones == tuple(sorted(found.zones))
    assert found.periods == ("2019", "2020", "2021", "2022", "2023", "2024")
    assert found.n[5, 1] == 0
    assert found.post.tolist() == [False] * 4 + [True] * 2
    assert found.grid().rows == table["n"].sum()


def test_what_is_left_out_is_said():
    table = cells(zones=12).filter(
        ~((pl.col("zone") == "zone-001") & (pl.col("period") >= "2023"))
        & ~((pl.col("zone") == "zone-007") & (pl.col("period") < "2023"))
        & ~((pl.col("zone") > "zone-001") & (pl.col("period") == "2020"))
    )
    found = read_panel(table, DidDesign(("zone-000", "zone-001", "inconnue"), "2023"))
    assert isinstance(found, Panel)
    assert "2020" not in found.periods
    assert {"zone-001", "zone-007"}.isdisjoint(found.zones)
    said = " ".join(found.warnings_fr)
    assert all(word in said for word in ("inconnue", "2020", "zone-001", "zone-007"))
    assert "(1)\N{NO-BREAK SPACE}: zone-001." in said


def test_average_zone_gives_every_cell_the_same_weight():
    found = read_panel(cells(zones=12), DidDesign(DESIGN.treated, "2023", weights="zone"))
    assert isinstance(found, Panel)
    assert set(found.grid().weights.ravel()) == {1.0}
    assert found.grid().rows == 72


def test_periods_may_be_dates_or_integers():
    table = cells(zones=12)
    as_integers = table.with_columns(pl.col("period").cast(pl.Int64))
    as_dates = as_integers.with_columns(pl.date(pl.col("period"), 1, 1).alias("period"))
    for other, entry in ((as_integers, 2023), (as_dates, dt.date(2023, 1, 1))):
        found = read_panel(other, DidDesign(DESIGN.treated, entry))
        assert isinstance(found, Panel)
        assert found.post.tolist() == [False] * 4 + [True] * 2


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (cells(zones=12).drop("n"), "EVK-M302"),
        (cells(zones=12).with_columns(sum_y=pl.lit(None, dtype=pl.Int64)), "EVK-M303"),
        (cells(zones=12).with_columns(n=-pl.col("n")), "EVK-M303"),
        (cells(zones=12).with_columns(sum_y=pl.lit(float("nan"))), "EVK-M303"),
        (pl.concat([cells(zones=12), cells(zones=12)]), "EVK-M304"),
        (cells(zones=12).with_columns(pl.col("period").cast(pl.Int64)), "EVK-M305"),
    ],
)
def test_what_is_not_a_table_of_cells_is_an_error(table, code):
    with pytest.raises(ComputationError, match=code):
        read_panel(table, DESIGN)
