"""A row about a school or an estate takes the zone that a declared table gives, and the receipt says so."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from evalkit.declare.feed import Feed
from evalkit.receive.values.attached import attach_zones
from tests.territory.places import territory

FEED = Feed.model_validate(
    {
        "feed": "brevet",
        "label": "Brevet",
        "grain": "total",
        "nature": "exhaustif",
        "key": ["etablissement", "annee"],
        "period": {"granularity": "annee", "field": "annee"},
        "fields": [
            {"name": "etablissement", "type": "code"},
            {"name": "annee", "type": "year"},
            {"name": "zone", "type": "zone"},
        ],
    }
)


def rows(*given: tuple[str, object, str]) -> pl.DataFrame:
    codes, years, zones = zip(*given, strict=True)
    lines = range(2, 2 + len(given))
    return pl.DataFrame({"_line": lines, "etablissement": codes, "annee": list(years), "zone": zones})


def test_the_table_of_the_period_gives_the_zone():
    frame, (finding,) = attach_zones(
        FEED,
        territory(),
        rows(
            ("0710001A", "2023", "unknown"),  # in force on 31 December 2023: one zone as a whole
            ("0710001A", "2025", "unknown"),  # shared between two zones since
            ("0710002b ", "2025", "unknown"),
            ("0710002B", "2022", "unknown"),  # no table yet
            ("0710002B", "2025", "garde"),  # the partner has said where
        ),
    )
    assert frame["zone"].to_list() == ["sort", "unknown", "secteur-nord", "unknown", "garde"]
    assert (finding.code, finding.count, finding.lines) == ("EVK-R040", 2, (2, 4))


@pytest.mark.parametrize("year", ["2025", dt.date(2025, 6, 30), "2025-T2", "2025-06", None])
def test_a_period_in_any_type_is_understood(year):
    frame, _ = attach_zones(FEED, territory(), rows(("0710002B", year, "unknown")))
    assert frame["zone"].to_list() == ["secteur-nord"]


def test_without_a_period_the_tables_without_an_end_are_read():
    feed = FEED.model_copy(update={"period": FEED.period.model_copy(update={"field": None})})
    frame, _ = attach_zones(feed, territory(), rows(("0710002B", "x", "unknown"), ("0710001A", "x", "unknown")))
    assert frame["zone"].to_list() == ["secteur-nord", "unknown"]


def test_nothing_is_told_when_no_table_speaks():
    frame, findings = attach_zones(FEED, territory(), rows(("0719999Z", "2025", "unknown")))
    assert (frame["zone"].to_list(), findings) == (["unknown"], ())
