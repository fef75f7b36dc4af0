"""The vintage of the contours behind a value, what a moved contour forbids, and totals of nested zones."""

from __future__ import annotations

import pytest

from evalkit.measure.run import given_frame, measured
from evalkit.store.store import Store
from tests.measure.world import CONTRACT, feed_of, indicator, put, territory_of, workspace

YEARS = ("2022", "2023", "2024", "2025")
PLACES = territory_of(
    {"id": "ville", "label": "Ville", "kind": "commune"},
    {
        "id": "pres",
        "label": "Prés-Saint-Jean",
        "kind": "qpv",
        "within": ["ville"],
        "perimeters": [
            {"vintage": "2015", "code": "QP071003"},
            {"vintage": "2024", "code": "QN07102I", "change": "same"},
        ],
    },
    {
        "id": "aubepins",
        "label": "Aubépins",
        "kind": "qpv",
        "within": ["ville"],
        "perimeters": [
            {"vintage": "2015", "code": "QP071001"},
            {"vintage": "2024", "code": "QN07101I", "change": "moved"},
        ],
    },
    reference="ville",
)  # fmt: skip


def rows(**amounts: int) -> list[dict[str, object]]:
    return [
        {"ligne": f"{zone}-{year}", "zone": zone, "annee": year, "rsa": amount}
        for zone, amount in amounts.items()
        for year in YEARS
    ]


def values(tmp_path, *asked, feed, counted):
    space = workspace(tmp_path, *asked, feed=feed, territory=PLACES)
    store = Store(space.data)
    put(store, counted, feed=feed)
    return given_frame(measured(space, store, CONTRACT))


def level(**fields: object):
    return indicator({"type": "sum", "feed": "caf", "of": "rsa"}, id="niveau", **fields)


def test_a_value_follows_the_contour_in_force_at_the_end_of_its_period(tmp_path):
    """The priority geography of decree 2023-1314 begins on 1 January 2024; that of 2014-1750 on 1 January 2015."""
    feed = feed_of("caf", "ligne:code", "zone:zone", "rsa:integer")
    found = values(tmp_path, level(), feed=feed, counted=rows(pres=10, aubepins=10))
    vintages = {(row["zone"], row["period"]): row["perimeter"] for row in found.iter_rows(named=True)}
    for zone in ("pres", "aubepins", "qpv"):
        assert [vintages[zone, year] for year in YEARS] == [2015, 2015, 2024, 2024]


def test_a_source_that_keeps_one_vintage_says_it_for_every_period(tmp_path):
    feed = feed_of("caf", "ligne:code", "zone:zone", "rsa:integer", perimeter="2024")
    found = values(tmp_path, level(), feed=feed, counted=rows(pres=10, aubepins=10))
    assert set(found["perimeter"]) == {2024}


@pytest.mark.parametrize(("zone", "is_refused"), [("pres", False), ("aubepins", True)])
def test_a_change_crosses_two_vintages_only_where_the_contour_is_the_same(tmp_path, zone, is_refused):
    feed = feed_of("caf", "ligne:code", "zone:zone", "rsa:integer")
    change = indicator({"type": "change", "of": "niveau", "since": "2022"}, id="evolution", zones=[zone])
    found = values(tmp_path, level(), change, feed=feed, counted=rows(pres=10, aubepins=10))
    row = found.filter(indicator="evolution", period="2025").row(0, named=True)
    assert (row["value"] is None) is is_refused
    assert ("n’ont pas le même contour" in row["cause"]) is is_refused


@pytest.mark.parametrize(
    ("accepted", "is_refused"),
    [({"accept_break": "série corrigée"}, True), ({"accept_perimeter": "aucun habitant dans la part ajoutée"}, False)],
)
def test_a_break_that_is_accepted_does_not_accept_a_moved_contour(tmp_path, accepted, is_refused):
    feed = feed_of("caf", "ligne:code", "zone:zone", "rsa:integer")
    change = {"type": "change", "of": "niveau", "since": "2022", **accepted}
    asked = indicator(change, id="evolution", zones=["aubepins"])
    found = values(tmp_path, level(), asked, feed=feed, counted=rows(pres=10, aubepins=10))
    row = found.filter(indicator="evolution", period="2025").row(0, named=True)
    assert (row["value"] is None) is is_refused


@pytest.mark.parametrize("zone", ["hors-qpv", "ensemble"])
def test_totals_of_zones_that_contain_each_other_are_not_added_up(tmp_path, zone):
    """A commune of 100 households of which 30 in its QPV: neither 130 nor 100 can be told from the rows alone."""
    feed = feed_of("caf", "ligne:code", "zone:zone", "rsa:integer", grain="total")
    found = values(tmp_path, level(zones=[zone]), feed=feed, counted=rows(ville=100, pres=10, aubepins=20))
    assert found["value"].null_count() == found.height == len(YEARS)
    assert all("compterait deux fois" in cause for cause in found["cause"])


def test_the_rest_of_a_base_of_zones_is_its_reference_without_its_qpv(tmp_path):
    feed = feed_of("caf", "ligne:code", "zone:zone", "rsa:integer", grain="zone")
    found = values(tmp_path, level(zones=["hors-qpv"]), feed=feed, counted=rows(ville=100, pres=10, aubepins=20))
    assert found["value"].to_list() == [70.0] * len(YEARS)


def test_totals_of_separate_zones_are_added_up(tmp_path):
    """An association that works in two places gives two totals: the rest is what lies in no QPV."""
    feed = feed_of("caf", "ligne:code", "zone:zone", "rsa:integer", grain="total")
    found = values(tmp_path, level(zones=["hors-qpv"]), feed=feed, counted=rows(outside=7, pres=10))
    assert found["value"].to_list() == [7.0] * len(YEARS)


def test_a_school_year_gathers_the_months_from_september_to_august(tmp_path):
    """One follow-up each month from 2022-09 to 2023-10: a whole school year of 12, then the two first months."""
    months = [*(f"2022-{month:02d}" for month in range(9, 13)), *(f"2023-{month:02d}" for month in range(1, 11))]
    feed = feed_of(
        "pre", "ligne:code", "zone:zone", {"name": "mois", "type": "month", "required": "true"},
        period={"granularity": "mois", "field": "mois"},
    )  # fmt: skip
    asked = [
        indicator({"type": "count", "feed": "pre"}, id=period, zones=["pres"], period=period)
        for period in ("annee_scolaire", "semestre")
    ]
    counted = [{"ligne": month, "zone": "pres", "mois": month, "annee": month[:4]} for month in months]
    found = values(tmp_path, *asked, feed=feed, counted=counted)
    kept = {
        (row["indicator"], row["period"]): (row["value"], row["qualifier"], row["cause"])
        for row in found.iter_rows(named=True)
    }
    assert kept == {
        ("annee_scolaire", "2022-2023"): (12.0, "exact", ""),
        ("annee_scolaire", "2023-2024"): (2.0, "provisoire", "2 livraisons sur 12"),
        ("semestre", "2022-S2"): (4.0, "provisoire", "4 livraisons sur 6"),
        ("semestre", "2023-S1"): (6.0, "exact", ""),
        ("semestre", "2023-S2"): (4.0, "provisoire", "4 livraisons sur 6"),
    }
