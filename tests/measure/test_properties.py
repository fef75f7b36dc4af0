"""What holds of every measure: parts make totals, ratios are sums over sums, order changes nothing."""

import os
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.measure.run import measure
from evalkit.measure.survival import Ended, survival
from evalkit.measure.whole_counts import possible_counts
from evalkit.store.store import Store
from tests.measure.world import CONTRACT, indicator, put, workspace

ROOT = Path(__file__).resolve().parents[2]

ROW = st.fixed_dictionaries(
    {
        "zone": st.sampled_from(["pres", "aubepins", "outside", None]),
        "trimestre": st.sampled_from([f"{year}-T{quarter}" for year in (2023, 2024) for quarter in (1, 2, 3, 4)]),
        "bailleur": st.sampled_from(["OPAC 71", "Habellis"]),
        "quartile": st.none() | st.integers(1, 4),
        "loyer": st.none() | st.decimals("-9999.99", "9999.99", places=2),
    }
)
SHARE = {
    "type": "ratio",
    "feed": "attributions",
    "numerator": "quartile = 1",
    "denominator": "quartile IS NOT NULL",
    "population": "attributions",
}
ZONES = {"zones": ["pres", "aubepins", "qpv", "hors-qpv", "ensemble"], "by": ["bailleur"]}
ASKED = (
    indicator({"type": "count", "feed": "attributions"}, id="nombre", **ZONES),
    indicator({"type": "sum", "feed": "attributions", "of": "loyer"}, id="somme", **ZONES),
    indicator(SHARE, id="part", **ZONES),
    indicator({"type": "mean", "feed": "attributions", "of": "loyer"}, id="moyenne", **ZONES),
    indicator({"type": "median", "feed": "attributions", "of": "loyer"}, id="mediane", zones=["qpv", "hors-qpv"]),
    indicator({"type": "distribution", "feed": "attributions", "of": "bailleur"}, id="repartition", zones=["qpv"]),
    indicator({"type": "gap", "of": "part", "zone": "reference"}, id="ecart", zones=["qpv"]),
)


def observed(rows):
    with TemporaryDirectory() as folder:
        space = workspace(Path(folder), *ASKED)
        put(Store(space.data), [{**row, "numero": str(number)} for number, row in enumerate(rows)])
        return measure(space, Store(space.data), CONTRACT)


@settings(max_examples=12, deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=40))
def test_parts_make_totals_and_ratios_roll_up_as_sums(rows):
    frame = observed(rows).filter(pl.col("availability") != "non reçu")
    for name in ("nombre", "somme", "part", "moyenne"):
        mine = frame.filter(indicator=name)
        for period in mine["period"].unique():
            here = mine.filter(period=period)
            sums = {
                (row["zone"], row["breakdown"]): (row["numerator"] or 0, row["denominator"] or 0)
                for row in here.to_dicts()
            }
            whole = sums["qpv", ""]
            for side in (0, 1):
                by_zone = sums["pres", ""][side] + sums["aubepins", ""][side]
                by_word = sum(pair[side] for (zone, word), pair in sums.items() if zone == "qpv" and word)
                assert whole[side] == pytest.approx(by_zone, abs=1e-6)
                assert whole[side] == pytest.approx(by_word, abs=1e-6)
        for row in mine.filter(pl.col("value").is_not_null()).to_dicts():
            if row["denominator"]:
                per = 100 if name == "part" else 1
                assert row["value"] == pytest.approx(per * row["numerator"] / row["denominator"], abs=1e-9)


@settings(max_examples=12, deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=40))
def test_shares_of_a_distribution_make_100_percent(rows):
    mine = observed(rows).filter(pl.col("indicator") == "repartition", pl.col("value").is_not_null())
    for (period,), here in mine.group_by("period"):
        parts = here.filter(pl.col("breakdown") != "")
        assert parts["value"].sum() == pytest.approx(100, abs=1e-9), period
        assert parts["numerator"].sum() == here.filter(breakdown="")["numerator"].item()


@settings(max_examples=8, deadline=None)
@given(rows=st.lists(ROW, min_size=2, max_size=40), seed=st.integers(0, 9))
def test_the_order_of_rows_changes_no_digit(rows, seed):
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    assert observed(rows).equals(observed(shuffled))


@settings(max_examples=12, deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=40))
def test_a_gap_is_the_difference_of_its_two_parts(rows):
    frame = observed(rows)
    values = {
        (row["indicator"], row["zone"], row["period"]): row["value"] for row in frame.filter(breakdown="").to_dicts()
    }
    for row in frame.filter(indicator="ecart").to_dicts():
        one, other = (
            (values["part", zone, row["period"]] for zone in ("qpv", "hors-qpv")) if row["period"] else (None, None)
        )
        if one is None or other is None:
            assert row["value"] is None
            assert row["cause"]
        else:
            assert row["value"] == pytest.approx(one - other, abs=1e-9)


@given(base=st.integers(1, 200), count=st.integers(0, 200))
def test_a_percentage_of_a_whole_number_is_always_possible(base, count):
    count = min(count, base)
    percentage = Decimal(round(100 * Decimal(count) / base, 1))
    assert count in possible_counts(percentage, base)


@given(days=st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_without_an_open_case_survival_is_the_plain_share(days):
    curve = survival([Ended(day, days.count(day), 0) for day in sorted(set(days))])
    for limit in (0, 10, 25, 50):
        assert 1 - curve.open_after(limit) == pytest.approx(sum(day <= limit for day in days) / len(days))


_SCRIPT = """
import hashlib, json, random, sys, tempfile
from decimal import Decimal
from pathlib import Path
from tests.measure.test_properties import observed
chance = random.Random(3)
rows = [
    {
        "zone": chance.choice(["pres", "aubepins", "outside", None]),
        "trimestre": f"2024-T{chance.randint(1, 4)}",
        "bailleur": chance.choice(["OPAC 71", "Habellis"]),
        "quartile": chance.randint(1, 4),
        "loyer": Decimal(chance.randint(-99999, 99999)).scaleb(-2),
    }
    for _ in range(2000)
]
print(hashlib.sha256(observed(rows).write_json().encode()).hexdigest())
"""


def test_threads_and_hash_seed_change_no_digit():
    """Two processes, one thread and four, two hash seeds: the same bytes."""
    found = set()
    for threads, seed in (("1", "1"), ("4", "2")):
        environment = {**os.environ, "POLARS_MAX_THREADS": threads, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", _SCRIPT], capture_output=True, text=True, env=environment, cwd=ROOT, check=True
        )
        found.add(done.stdout.strip())
    assert len(found) == 1
    assert len(found.pop()) == 64


def test_the_impossible_percentages_of_the_regional_reading():
    """Occitanie, 40 contracts: 34, 11, 19, 21, 16 and 56 % are no k of 40; 92.5, 95, 45, 10 and 15 % are."""
    assert all(possible_counts(Decimal(each), 40) == () for each in (34, 11, 19, 21, 16, 56))
    assert [possible_counts(Decimal(each), 40) for each in ("92.5", "95", "45")] == [(37,), (38,), (18,)]
    assert possible_counts(Decimal(92), 40) == (37,), "92 and 92,5 are the same 37 contracts (lines 462 and 1783)"
