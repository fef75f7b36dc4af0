"""Who keeps the outcome: some time after it, those of whom a file still says something, and those of whom none does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import polars as pl

from evalkit.declare.model import Duration, months_of
from evalkit.follow.calendar_months import month_of
from evalkit.follow.people.result import Retention
from evalkit.follow.people.states import LOST


def retention(
    months: pl.DataFrame, people: pl.DataFrame, outcome: int, waves: Sequence[Duration], last_day: dt.date
) -> Iterator[Retention]:
    """Give, for each group and wave, those who had the outcome and those who still have it.

    Only what a file tells for the very month counts: an exit that nobody looks at again is not kept, it is unknown.

    Args:
        months: ``id``, ``month`` and ``state`` of each month told.
        people: ``id`` and ``group`` of each person.
        outcome: number of the state that is followed.
        waves: times since the outcome; those in days are left out.
        last_day: last day covered.
    """
    had = months.filter(state=outcome).group_by("id").agg(pl.col("month").min().alias("since"))
    had = had.join(people.select("id", "group"), on="id")
    covered = month_of(pl.lit(last_day + dt.timedelta(days=1))) - 1
    for wave in sorted((wave for wave in waves if not wave.endswith("D")), key=months_of):
        later = had.with_columns((pl.col("since") + int(months_of(wave))).cast(pl.Int32).alias("month"))
        seen = later.filter(pl.col("month") <= covered)
        news = months.filter(pl.col("state") != LOST).select("id", "month", "state")
        told = seen.join(news, on=["id", "month"], how="left")
        for group in sorted(told["group"].unique()):
            mine = told.filter(group=group)
            known = mine.drop_nulls("state").height
            kept = mine.filter(state=outcome).height
            yield Retention(
                group=group,
                wave=wave,
                at_risk=mine.height,
                told=known,
                count=kept,
                worst=kept / mine.height,
                best=(kept + mine.height - known) / mine.height,
            )
