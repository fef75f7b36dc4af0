"""Indicators come out of rows exactly, with their lineage, or say why they do not."""

import datetime as dt
import random
from decimal import Decimal

import polars as pl
import pytest

from evalkit.measure.run import measure
from evalkit.store.store import Store
from tests.measure.world import CONTRACT, indicator, put, workspace

SHARE = {
    "type": "ratio",
    "feed": "attributions",
    "numerator": "quartile = 1",
    "denominator": "bail IS NOT NULL",
    "population": "baux signés",
}


def homes(count, *, zone, quartile, quarter="2021-T1", start=0, **fields):
    return [
        {
            "numero": f"{zone}-{quartile}-{quarter}-{start + number}",
            "zone": zone,
            "trimestre": quarter,
            "quartile": quartile,
            "bail": dt.date(2021, 2, 1),
            **fields,
        }
        for number in range(count)
    ]


def observed(tmp_path, declared, rows, **fields):
    space = workspace(tmp_path, declared)
    store = Store(space.data)
    if rows:
        put(store, rows, **fields)
    return measure(space, store, CONTRACT)


def one(frame, **where):
    (row,) = frame.filter(**where).to_dicts()
    return row


def test_first_quartile_outside_qpv_is_82_of_681(tmp_path):
    """Grand Chalon, allocation agreement, 2021: 82 allocations, 12.04 % (contract text, line 2183)."""
    rows = homes(82, zone="outside", quartile=1) + homes(599, zone="outside", quartile=3)
    rows += homes(40, zone="aubepins", quartile=1) + homes(7, zone="unknown", quartile=1)
    row = one(observed(tmp_path, indicator(SHARE, zones=["hors-qpv"]), rows), zone="hors-qpv")
    assert (row["numerator"], row["denominator"], row["n"]) == (82, 681, 681)
    assert round(row["value"], 2) == 12.04
    assert row["availability"] == "disponible"
    assert row["low"] is None, "an exhaustive count has no sampling interval"


def test_above_first_quartile_in_qpv_is_231_of_390(tmp_path):
    """Grand Chalon, 2020: 231 allocations in QPV above the first quartile, 59.23 % (line 2201)."""
    declared = indicator({**SHARE, "numerator": "quartile > 1"}, zones=["qpv", "aubepins", "pres"])
    rows = homes(131, zone="pres", quartile=2) + homes(100, zone="aubepins", quartile=4)
    rows += homes(159, zone="pres", quartile=1)
    frame = observed(tmp_path, declared, rows)
    assert round(one(frame, zone="qpv")["value"], 2) == 59.23
    parts = frame.filter(pl.col("zone").is_in(["aubepins", "pres"]))
    assert parts["numerator"].sum() == 231, "a ratio rolls up as sum over sum"
    assert parts["denominator"].sum() == 390


def test_a_numerator_is_counted_inside_its_denominator(tmp_path):
    rows = homes(3, zone="pres", quartile=1) + homes(2, zone="pres", quartile=1, start=10, bail=None)
    row = one(observed(tmp_path, indicator(SHARE, zones=["pres"]), rows))
    assert (row["numerator"], row["denominator"], row["value"]) == (3, 3, 100)


def test_a_zero_denominator_gives_no_value_and_says_so(tmp_path):
    row = one(observed(tmp_path, indicator(SHARE, zones=["pres"]), homes(2, zone="aubepins", quartile=1)))
    assert row["value"] is None
    assert row["availability"] == "non calculable"
    assert "dénominateur" in row["cause"]


def test_nothing_received_is_not_a_zero(tmp_path):
    row = one(observed(tmp_path, indicator({"type": "count", "feed": "attributions"}, zones=["pres"]), []))
    assert row["value"] is None
    assert row["availability"] == "non reçu"
    assert "n’a pas été reçu" in row["cause"]


def test_a_zone_without_rows_in_a_received_period_is_a_true_zero(tmp_path):
    declared = indicator({"type": "count", "feed": "attributions"}, zones=["pres"])
    row = one(observed(tmp_path, declared, homes(2, zone="aubepins", quartile=1)))
    assert (row["value"], row["availability"]) == (0, "disponible")


def test_a_year_with_a_quarter_missing_is_provisional(tmp_path):
    declared = indicator({"type": "count", "feed": "attributions"}, zones=["pres"])
    rows = [
        home for quarter in ("T1", "T2", "T4") for home in homes(5, zone="pres", quartile=1, quarter=f"2024-{quarter}")
    ]
    row = one(observed(tmp_path, declared, rows))
    assert (row["value"], row["qualifier"]) == (15, "provisoire")
    assert "3 livraisons sur 4" in row["cause"]


def test_a_hole_between_two_years_is_an_observation_without_value(tmp_path):
    declared = indicator({"type": "count", "feed": "attributions"}, zones=["pres"])
    rows = homes(1, zone="pres", quartile=1, quarter="2022-T1") + homes(1, zone="pres", quartile=1, quarter="2024-T1")
    frame = observed(tmp_path, declared, rows)
    assert frame["period"].to_list() == ["2022", "2023", "2024"]
    assert one(frame, period="2023")["availability"] == "non reçu"


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("mean", 20.0), ("median", 10.0), ("share_within", 200 / 3)],
)
def test_delays_count_those_that_ended(tmp_path, statistic, expected):
    """Days 5, 10 and 45 by hand: mean 20, median 10, two of three within 15 days; one is still open."""
    start = dt.date(2024, 1, 1)
    ends = [start + dt.timedelta(days=days) for days in (5, 10, 45)] + [None]
    rows = [
        {"numero": str(number), "zone": "pres", "trimestre": "2024-T1", "demande": start, "bail": end}
        for number, end in enumerate(ends)
    ]
    delay = {"type": "duration", "feed": "attributions", "start": "demande", "end": "bail", "statistic": statistic}
    row = one(observed(tmp_path, indicator({**delay, "within": "15"}, zones=["pres"]), rows))
    assert row["value"] == pytest.approx(expected, abs=1e-12)
    assert row["n"] == 3
    if statistic != "median":
        assert "1 encore sans fin" in row["cause"]


def test_breakdowns_add_up_to_the_whole(tmp_path):
    declared = indicator(SHARE, zones=["qpv"], by=["bailleur"])
    rows = homes(3, zone="pres", quartile=1, bailleur="OPAC 71") + homes(5, zone="pres", quartile=2, bailleur="OPAC 71")
    rows += homes(2, zone="aubepins", quartile=1, bailleur="Habellis")
    frame = observed(tmp_path, declared, rows)
    assert one(frame, breakdown="bailleur=OPAC 71")["value"] == pytest.approx(37.5)
    parts = frame.filter(pl.col("breakdown") != "")
    assert parts["denominator"].sum() == one(frame, breakdown="")["denominator"] == 10


def test_sums_of_decimals_are_exact_and_do_not_depend_on_row_order(tmp_path):
    """0.1 added ten thousand times is 1000 exactly; a float sum is not."""
    rows = [
        {"numero": str(number), "zone": "pres", "trimestre": "2024-T1", "loyer": Decimal("0.10")}
        for number in range(10_000)
    ]
    declared = indicator({"type": "sum", "feed": "attributions", "of": "loyer"}, zones=["pres"])
    values = set()
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        values.add(one(observed(tmp_path / str(seed), declared, rows))["value"])
    assert values == {1000.0}


def test_a_later_delivery_replaces_the_period_and_as_of_goes_back(tmp_path):
    space = workspace(tmp_path, indicator({"type": "count", "feed": "attributions"}, zones=["pres"]))
    store = Store(space.data)
    put(store, homes(4, zone="pres", quartile=1), received_on=dt.date(2021, 5, 1))
    put(store, homes(6, zone="pres", quartile=1), delivery_id="d2", received_on=dt.date(2021, 9, 1))
    now, then = measure(space, store, CONTRACT), measure(space, store, CONTRACT, dt.date(2021, 6, 1))
    assert (now["value"].to_list(), now["deliveries"].to_list()) == ([6], [["d2"]])
    assert (then["value"].to_list(), then["deliveries"].to_list()) == ([4], [["d1"]])


def test_two_producers_of_one_feed_add_up(tmp_path):
    space = workspace(tmp_path, indicator({"type": "count", "feed": "attributions"}, zones=["pres"]))
    store = Store(space.data)
    put(store, homes(4, zone="pres", quartile=1), producer="opac71")
    put(store, homes(6, zone="pres", quartile=2), delivery_id="d2", producer="habellis")
    row = one(measure(space, store, CONTRACT))
    assert (row["value"], row["deliveries"]) == (10, ["d1", "d2"])


def test_an_indicator_without_definition_is_said_not_computable(tmp_path):
    space = workspace(
        tmp_path, indicator({"type": "count", "feed": "attributions"}).model_copy(update={"measure": None})
    )
    row = one(measure(space, Store(space.data), CONTRACT))
    assert row["availability"] == "non calculable"
    assert "ce qui est compté" in row["cause"]
