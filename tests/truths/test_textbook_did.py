"""Two groups, two periods: what the tables of textbooks print, as the descriptive effect beside a refusal."""

from __future__ import annotations

import polars as pl
import pytest

from evalkit.compare.did import estimate_did
from evalkit.compare.did_panel import DidDesign
from evalkit.compare.result import DidRefusal

from .files import DATA, expected


def two_by_two(file: str, group: str, after: str, outcome: str) -> DidRefusal:
    rows = pl.read_csv(DATA / file)
    cells = rows.group_by(pl.col(group).cast(pl.String).alias("zone"), pl.col(after).alias("period")).agg(
        pl.len().alias("n"), pl.col(outcome).sum().alias("sum_y")
    )
    found = estimate_did(cells, DidDesign(treated=("1",), post_from=1))
    assert isinstance(found, DidRefusal)
    assert found.code == "EVK-C102"
    assert found.effect is not None
    return found


def test_incinerator_and_house_prices():
    # Wooldridge, table 13.2, column 1: -11,863.90; R lm for the other digits.
    numbers = expected("panel_textbook.json")
    found = two_by_two("kielmc.csv", "nearinc", "y81", "rprice")
    assert found.effect == pytest.approx(numbers["kielmc_1"]["y81nrinc"], rel=1e-6)
    assert found.effect == pytest.approx(numbers["published"]["kielmc Wooldridge table 13.2 y81nrinc"][0][0], abs=0.05)
    found = two_by_two("kielmc.csv", "nearinc", "y81", "lrprice")
    assert found.effect == pytest.approx(numbers["kielmc_log1"]["y81nrinc"], abs=1e-6)


def test_benefits_and_length_of_injury_leave():
    # Wooldridge, equation 13.12: 0.191.
    numbers = expected("panel_textbook.json")
    found = two_by_two("injury_ky.csv", "highearn", "afchnge", "ldurat")
    assert found.effect == pytest.approx(numbers["injury_ky"]["coef"]["afhigh"], rel=1e-6)
    assert found.effect == pytest.approx(0.191, abs=0.0005)


def test_minimum_wage_in_new_jersey():
    # Card and Krueger 1994, table 3: means and numbers of restaurants before and after.
    numbers = expected("card_krueger_1994.json")["recomputed"]
    cells = pl.DataFrame(
        [
            {"zone": state, "period": int(wave), "n": numbers[f"{code}_f{wave}"][2], "sum_y": mean * count}
            for code, state in (("0", "Pennsylvania"), ("1", "New Jersey"))
            for wave in "12"
            for mean, _, count in [numbers[f"{code}_f{wave}"]]
        ]
    )
    found = estimate_did(cells, DidDesign(treated=("New Jersey",), post_from=2))
    assert isinstance(found, DidRefusal)
    assert found.effect == pytest.approx(numbers["did_all"], rel=1e-9)
    assert found.effect == pytest.approx(2.76, abs=0.01)
