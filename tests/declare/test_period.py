"""Periods as French administrations write them."""

import datetime as dt

import polars as pl
import pytest

from evalkit.declare.period import Granularity, first_day, granularity_of, last_day, period_of_date, roll_up
from evalkit.errors import ComputationError


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024", dt.date(2024, 1, 1), dt.date(2024, 12, 31)),
        ("2024-T1", dt.date(2024, 1, 1), dt.date(2024, 3, 31)),
        ("2024-T4", dt.date(2024, 10, 1), dt.date(2024, 12, 31)),
        ("2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("2023-12", dt.date(2023, 12, 1), dt.date(2023, 12, 31)),
    ],
)
def test_first_and_last_days(period, first, last):
    assert (first_day(period), last_day(period)) == (first, last)
    granularity = granularity_of(period)
    assert granularity is not None
    assert period_of_date(first, granularity) == period == period_of_date(last, granularity)


@pytest.mark.parametrize("text", ["2024-T5", "24", "2024-13", "T1 2024", ""])
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
