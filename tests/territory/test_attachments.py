"""Schools and estates are tied to zones by dated tables, and nothing is lost or counted twice."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.territory.attachments import attach, attached_places
from evalkit.territory.zones import normalise_name, zone_names
from tests.territory.places import territory

STEADY = settings(deadline=None, derandomize=True)
DAY = dt.date(2025, 6, 1)


def test_the_table_of_the_day_is_read():
    places = attached_places(territory(), "etablissement", DAY)
    assert places.rows() == [
        ("0710001A", "bouge", 0.3),
        ("0710001A", "garde", 0.6),
        ("0710001A", "outside", 0.1),
        ("0710002B", "secteur-nord", 1.0),
    ]
    assert attached_places(territory(), "etablissement", dt.date(2024, 8, 31)).rows() == [("0710001A", "sort", 1.0)]
    assert attached_places(territory(), "etablissement", dt.date(2023, 8, 31)).is_empty()
    assert attached_places(territory(), "autre", DAY).is_empty()


def test_rows_of_places_take_their_zones():
    rows = pl.LazyFrame({"etablissement": [" 0710001a", "0710002B", "0719999Z"], "eleves": [100, 50, 7]})
    given_zones = attach(rows, "etablissement", attached_places(territory(), "etablissement", DAY)).collect()
    counted = given_zones.group_by("zone").agg((pl.col("eleves") * pl.col("share")).sum().alias("eleves")).sort("zone")
    assert counted.rows() == [
        ("bouge", pytest.approx(30.0)),
        ("garde", pytest.approx(60.0)),
        ("outside", pytest.approx(10.0)),
        ("secteur-nord", 50.0),
        ("unknown", 7.0),
    ]


def test_a_zone_that_the_partner_gives_stays_where_the_table_says_nothing():
    rows = pl.LazyFrame({"residence": ["R-12", "R-13"], "zone": ["unknown", "bouge"]})
    done = attach(rows, "residence", attached_places(territory(), "residence", DAY)).collect()
    assert done.select("zone", "share").rows() == [("garde", 1.0), ("bouge", 1.0)]


def test_a_whole_place_in_force_is_a_name_of_its_zone():
    names = zone_names(territory())
    assert names[normalise_name("Les Tilleuls")] == "garde"
    assert names[normalise_name("R12")] == "garde"
    assert names[normalise_name("0710002B")] == "secteur-nord"
    # shared between two zones, or of a table that no longer holds
    assert normalise_name("Collège des Deux") not in names
    assert normalise_name("Collège Ancien") not in names


CODES = st.sampled_from(["0710001A", "0710002B", "0719999Z", ""])


@STEADY
@given(st.lists(st.tuples(CODES, st.integers(0, 1000)), max_size=30))
def test_weighted_sums_lose_nothing(rows):
    frame = pl.LazyFrame(rows, schema={"etablissement": pl.String, "eleves": pl.Int64}, orient="row")
    done = attach(frame, "etablissement", attached_places(territory(), "etablissement", DAY)).collect()
    total = float((done["eleves"] * done["share"]).sum()) if done.height else 0.0
    assert total == pytest.approx(sum(number for _, number in rows))
