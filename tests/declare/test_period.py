"""Periods as French administrations write them."""

import datetime as dt

import polars as pl
import pytest

from evalkit.declare.period import (
    Granularity,
    first_day,
    granularity_of,
    is_within,
    last_day,
    period_of_date,
    periods_between,
    roll_up,
    season_of,
    year_of,
)
from evalkit.errors import ComputationError


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024", dt.date(2024, 1, 1), dt.date(2024, 12, 31)),
        ("2024-T1", dt.date(2024, 1, 1), dt.date(2024, 3, 31)),
        ("2024-T4", dt.date(2024, 10, 1), dt.date(2024, 12, 31)),
        ("2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("2023-12", dt.date(2023, 12, 1), dt.date(2023, 12, 31)),
        ("2024-S1", dt.date(2024, 1, 1), dt.date(2024, 6, 30)),
        ("2024-S2", dt.date(2024, 7, 1), dt.date(2024, 12, 31)),
        ("2023-2024", dt.date(2023, 9, 1), dt.date(2024, 8, 31)),
    ],
)
def test_first_and_last_days(period, first, last):
    assert (first_day(period), last_day(period)) == (first, last)
    granularity = granularity_of(period)
    assert granularity is not None
    assert period_of_date(first, granularity) == period == period_of_date(last, granularity)


@pytest.mark.parametrize("text", ["2024-T5", "24", "2024-13", "T1 2024", "", "2024-S3", "2023-2025", "2024-2023"])
def test_what_is_no_period_is_refused(text):
    assert granularity_of(text) is None
    with pytest.raises(ComputationError, match="EVK-M001"):
        first_day(text)


def test_rolling_up_never_invents_a_finer_period():
    periods = pl.DataFrame({"p": ["2024-05", "2024-T2", "2024"]})
    rolled = periods.select(
        roll_up(pl.col("p"), Granularity.MONTH).alias("month"),
        roll_up(pl.col("p"), Granularity.QUARTER).alias("quarter"),
        roll_up(pl.col("p"), Granularity.YEAR).alias("year"),
    )
    assert rolled["month"].to_list() == ["2024-05", None, None]
    assert rolled["quarter"].to_list() == ["2024-T2", "2024-T2", None]
    assert rolled["year"].to_list() == ["2024", "2024", "2024"]


def test_half_years_and_school_years_roll_up_from_what_lies_in_them():
    written = ["2024-05", "2024-09", "2024-T3", "2024-S1", "2024", "2023-2024"]
    rolled = pl.DataFrame({"p": written}).select(
        roll_up(pl.col("p"), Granularity.HALF_YEAR).alias("half"),
        roll_up(pl.col("p"), Granularity.SCHOOL_YEAR).alias("school"),
        roll_up(pl.col("p"), Granularity.YEAR).alias("year"),
        roll_up(pl.col("p"), Granularity.QUARTER).alias("quarter"),
    )
    assert rolled["half"].to_list() == ["2024-S1", "2024-S2", "2024-S2", "2024-S1", None, None]
    # A third quarter holds August and September: it lies in no school year.
    assert rolled["school"].to_list() == ["2023-2024", "2024-2025", None, None, None, "2023-2024"]
    assert rolled["year"].to_list() == ["2024"] * 5 + [None]
    assert rolled["quarter"].to_list() == ["2024-T2", "2024-T3", "2024-T3", None, None, None]


@pytest.mark.parametrize("part", Granularity)
@pytest.mark.parametrize("whole", Granularity)
def test_a_granularity_lies_in_another_when_every_one_of_its_periods_does(part, whole):
    """Checked on the calendar itself, day by day at both ends, over a year."""
    days = [dt.date(2023, 9, 1) + dt.timedelta(days=count) for count in range(366)]
    periods = {period_of_date(day, part) for day in days}
    held = all(period_of_date(first_day(each), whole) == period_of_date(last_day(each), whole) for each in periods)
    assert is_within(part, whole) is held


def test_a_period_is_its_year_and_its_season():
    for period, year, season in [("2024", "2024", ""), ("2023-2024", "2023-2024", ""), ("2024-S1", "2024", "-S1")]:
        assert (year_of(period), season_of(period)) == (year, season)


def test_periods_follow_each_other_across_years():
    assert periods_between("2023-S2", "2024-S2") == ("2023-S2", "2024-S1", "2024-S2")
    assert periods_between("2022-2023", "2024-2025") == ("2022-2023", "2023-2024", "2024-2025")
    assert periods_between("2023-11", "2024-01") == ("2023-11", "2023-12", "2024-01")
