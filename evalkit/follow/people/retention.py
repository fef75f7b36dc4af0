"""Who keeps the outcome: some time after it, those of whom a file still says something, and those of whom none does."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator, Sequence

import polars as pl

from evalkit.declare.model import Duration, months_of
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
    covered = 12 * last_day.year + last_day.month - 1
    if last_day.day < monthrange(last_day.year, last_day.month)[1]:
        covered -= 1
    distances = {int(months_of(wave)): wave for wave in sorted(waves, key=months_of) if not wave.endswith("D")}
    news = months.filter(pl.col("state") != LOST).select("id", "month", "state").join(had, on="id")
    later = news.with_columns((pl.col("month") - pl.col("since")).alias("after"))
    told = later.filter(pl.col("after").is_in(list(distances)), pl.col("month") <= covered)
    for after, wave in distances.items():
        for group in sorted(had["group"].unique()):
            at_risk = had.filter(pl.col("group") == group, pl.col("since") + after <= covered).height
            mine = told.filter(group=group, after=after)
            kept = mine.filter(state=outcome).height
            if at_risk:
                yield Retention(
                    group=group,
                    wave=wave,
                    at_risk=at_risk,
                    told=mine.height,
                    count=kept,
                    worst=kept / at_risk,
                    best=(kept + at_risk - mine.height) / at_risk,
                )
