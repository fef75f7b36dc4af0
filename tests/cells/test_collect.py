"""Cells add up to the rows that they come from, exactly, in one scan per feed, and lose none."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.cells.collect import cell_plans, collect_cells
from evalkit.cells.ratio import DENOMINATOR, NUMERATOR, ratio_amounts
from evalkit.cells.request import Amount, CellRequest
from evalkit.declare.feed import Feed
from evalkit.declare.measures import RatioMeasure
from evalkit.declare.period import Granularity
from evalkit.formula import parse
from evalkit.store.store import Store
from evalkit.territory.zones import UNKNOWN
from tests.measure.world import CONTRACT, HOMES, put

ROW = st.fixed_dictionaries(
    {
        "zone": st.sampled_from(["pres", "aubepins", "outside", None]),
        "trimestre": st.sampled_from(["2023-T4", "2024-T1", "2024-T2"]),
        "bailleur": st.sampled_from(["OPAC 71", "Habellis", None]),
        "quartile": st.none() | st.integers(-3, 4),
        "loyer": st.none() | st.decimals("-9999.99", "9999.99", places=2),
    }
)
AMOUNTS = (
    Amount("bas", parse("quartile = 1"), "true"),
    Amount("somme", parse("quartile"), "value"),
    Amount("loyers", parse("loyer"), "value"),
)


def request(*keys: str, granularity: Granularity | None = Granularity.YEAR, where: str = "") -> CellRequest:
    return CellRequest(CONTRACT, HOMES, keys, granularity, parse(where) if where else None, AMOUNTS)


def filled(root: Path, rows: list[dict[str, object]]) -> Store:
    store = Store(root)
    put(store, [{**row, "numero": str(number)} for number, row in enumerate(rows)])
    return store


def by_hand(rows: list[dict[str, object]]) -> dict[tuple[object, ...], list[object]]:
    """The same sums, row by row, in Python: zone, landlord and year, of rows whose quartile is known and not 0."""
    sums: dict[tuple[object, ...], list[object]] = {}
    for row in rows:
        if row["quartile"] in {None, 0}:
            continue
        key = (row["zone"] or UNKNOWN, row["bailleur"], str(row["trimestre"])[:4])
        cell = sums.setdefault(key, [0, 0, 0, Decimal(0)])
        cell[0] += 1
        cell[1] += row["quartile"] == 1
        cell[2] += row["quartile"]
        cell[3] += row["loyer"] or Decimal(0)
    return sums


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=40))
def test_cells_are_the_sums_of_their_rows(rows):
    with TemporaryDirectory() as folder:
        store = filled(Path(folder), rows)
        cells = collect_cells(store, {"r": request("zone", "bailleur", where="quartile <> 0")})["r"]
    found = {tuple(row[:3]): list(row[3:]) for row in cells.iter_rows()}
    assert cells.columns == ["zone", "bailleur", "period", "n", "bas", "somme", "loyers"]
    assert found == by_hand(rows)


def some_rows(count: int = 300) -> list[dict[str, object]]:
    chance = random.Random(5)
    return [
        {
            "zone": chance.choice(["pres", "aubepins", None]),
            "trimestre": chance.choice(["2023-T4", "2024-T1"]),
            "bailleur": chance.choice(["OPAC 71", "Habellis", None]),
            "quartile": chance.randint(1, 4),
            "loyer": Decimal(chance.randint(0, 99_999)).scaleb(-2),
        }
        for _ in range(count)
    ]


def test_no_row_is_lost_whatever_its_keys(tmp_path):
    """Two rows in three have a zone: the others are of unknown zone, never of none."""
    rows = some_rows()
    cells = collect_cells(filled(tmp_path, rows), {"r": request("zone", "bailleur")})["r"]
    assert cells["n"].sum() == len(rows)
    assert cells["zone"].null_count() == 0
    known = Counter(row["zone"] or UNKNOWN for row in rows)
    assert dict(cells.group_by("zone").agg(pl.col("n").sum()).iter_rows()) == known
    assert cells.filter(pl.col("bailleur").is_null())["n"].sum() == sum(row["bailleur"] is None for row in rows)


def test_a_period_finer_than_the_feed_leaves_its_rows_without_one(tmp_path):
    cells = collect_cells(filled(tmp_path, some_rows()), {"r": request("zone", granularity=Granularity.MONTH)})["r"]
    assert cells["period"].null_count() == cells.height
    assert cells["n"].sum() == 300


def test_keys_are_sorted_and_order_of_rows_changes_nothing(tmp_path):
    rows = some_rows()
    frames = []
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        store = filled(tmp_path / str(seed), rows)
        frames.append(collect_cells(store, {"r": request("zone", "bailleur")})["r"])
    assert frames[0].equals(frames[1])
    assert frames[0].equals(frames[2])
    assert frames[0].equals(frames[0].sort("zone", "bailleur", "period", nulls_last=True))


def test_finer_cells_add_up_to_coarser_ones(tmp_path):
    store = filled(tmp_path, some_rows())
    cells = collect_cells(
        store,
        {
            "fine": request("zone", "bailleur", granularity=Granularity.QUARTER),
            "coarse": request("zone"),
            "whole": request(granularity=None),
        },
    )
    sums = pl.col("n", "bas", "somme", "loyers").sum()
    years = cells["fine"].with_columns(period=pl.col("period").str.slice(0, 4)).group_by("zone", "period").agg(sums)
    assert years.sort("zone", "period").equals(cells["coarse"])
    assert cells["coarse"].select(sums).equals(cells["whole"])


def test_requests_on_one_feed_share_one_scan_whatever_they_keep_and_group(tmp_path):
    store = filled(tmp_path, some_rows())
    requests = {str(number): request("zone", where=f"quartile = {number}") for number in (1, 2, 3)}
    requests |= {"by": request("zone", "bailleur", where="loyer > 100"), "all": request(granularity=None)}
    plan = pl.explain_all(cell_plans(store, requests))
    assert plan.count("SCAN") == 1
    together = collect_cells(store, requests)
    assert list(together) == list(requests)
    for name, asked in requests.items():
        assert together[name].equals(collect_cells(store, {name: asked})[name])


def test_a_cell_without_a_kept_row_is_none_but_a_whole_without_keys_is_zero(tmp_path):
    store = filled(tmp_path, some_rows())
    nobody = {"by": request("zone", where="quartile > 9"), "all": request(granularity=None, where="quartile > 9")}
    cells = collect_cells(store, nobody)
    assert cells["by"].is_empty()
    assert cells["all"].rows() == [(0, 0, 0, Decimal(0))]


def test_two_feeds_are_answered_together(tmp_path):
    store = filled(tmp_path, some_rows(10))
    other = Feed.model_validate({**HOMES.model_dump(by_alias=True), "feed": "relogements"})
    put(store, [{"numero": "1", "zone": "pres", "trimestre": "2024-T1"}], feed=other, delivery_id="d2")
    asked = CellRequest(CONTRACT, other, ("zone",), Granularity.YEAR, None)
    cells = collect_cells(store, {"a": request("zone"), "b": asked})
    assert cells["a"]["n"].sum() == 10
    assert cells["b"].rows() == [("pres", "2024", 1)]


def test_nothing_received_is_no_cell(tmp_path):
    cells = collect_cells(Store(tmp_path), {"r": request("zone")})["r"]
    assert cells.is_empty()
    assert cells.columns == ["zone", "period", "n", "bas", "somme", "loyers"]


def test_as_of_reads_what_was_known_that_day(tmp_path):
    store = Store(tmp_path)
    row = {"numero": "1", "zone": "pres", "trimestre": "2024-T1"}
    put(store, [row], received_on=dt.date(2024, 5, 1))
    put(store, [row, {**row, "numero": "2"}], delivery_id="d2", received_on=dt.date(2024, 9, 1))
    counts = [
        collect_cells(store, {"r": request("zone")}, day)["r"]["n"].to_list()
        for day in (dt.date(2024, 4, 30), dt.date(2024, 5, 1), None)
    ]
    assert counts == [[], [1], [2]]


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        ("quartile = 1", "bail IS NOT NULL", ("true", "true", 1, 2)),  # a first quartile without lease is not counted
        ("loyer", "quartile", ("value", "value", Decimal("60.00"), 7)),
        ("loyer", "bail IS NOT NULL", ("value", "true", Decimal("60.00"), 2)),  # a sum stands alone
    ],
)
def test_a_ratio_is_two_amounts(tmp_path, numerator, denominator, expected):
    ratio = RatioMeasure(
        type="ratio", feed="attributions", numerator=numerator, denominator=denominator, population="x"
    )
    above, below = ratio_amounts(ratio, HOMES)
    lease = dt.date(2024, 1, 1)
    rows = [
        {"zone": "pres", "trimestre": "2024-T1", "quartile": quartile, "bail": bail, "loyer": Decimal(rent)}
        for quartile, bail, rent in ((1, lease, 10), (1, None, 20), (2, lease, 30), (3, None, 0))
    ]
    asked = CellRequest(CONTRACT, HOMES, ("zone",), Granularity.YEAR, None, (above, below))
    (cell,) = collect_cells(filled(tmp_path, rows), {"r": asked})["r"].to_dicts()
    assert (above.counts, below.counts, cell[NUMERATOR], cell[DENOMINATOR]) == expected
