"""Spells: how long a person stays in a state, from the months told, so that everybody is somewhere at every month."""

from __future__ import annotations

import datetime as dt

import polars as pl

from evalkit.follow.calendar_months import month_of
from evalkit.follow.people.states import LOST, THERE


def spells_of(months: pl.DataFrame, people: pl.DataFrame, last_day: dt.date, horizon: int) -> pl.DataFrame:
    """Return the spells of each person, in months since entry, one after the other without a gap.

    An exit lasts until a file tells another state. Being there without an exit is said month by month: in a month that
    no file tells, the person is lost. The month of the entry is that of being there, unless it is told otherwise.

    Args:
        months: ``id``, ``month`` and ``state`` of each month told.
        people: ``id``, ``group``, ``entered`` and ``entry`` of each person.
        last_day: last day covered.
        horizon: longest time since entry that is looked at, in months.

    Returns:
        ``id``, ``group``, ``state``, ``start`` and ``stop`` (the month after the last one): from 0 to ``seen`` + 1,
        ``seen`` being the months since entry that are over.
    """
    seen = people.select(
        "id",
        "group",
        "entered",
        pl.min_horizontal(_over(last_day), pl.lit(horizon, pl.Int32)).alias("seen"),
    ).filter(pl.col("seen") >= 0)
    told = (
        months.select("id", "month", "state")
        .join(seen, on="id")
        .with_columns((pl.col("month") - pl.col("entered")).alias("start"))
        .filter(pl.col("start") <= pl.col("seen"))
        .select("id", "group", "state", "start", "seen")
    )
    begins = seen.with_columns(pl.lit(THERE, pl.UInt8).alias("state"), pl.lit(0, pl.Int32).alias("start"))
    absent = begins.join(told.filter(start=0), on="id", how="anti").select(told.columns)
    ordered = pl.concat([told, absent]).sort("id", "start")
    after = pl.when(pl.col("id").shift(-1) == pl.col("id")).then(pl.col("start").shift(-1))
    known = ordered.with_columns(after.fill_null(pl.col("seen") + 1).alias("stop"))
    fleeting = (pl.col("state") == THERE) & (pl.col("stop") > pl.col("start") + 1)
    silent = known.filter(fleeting).with_columns(
        (pl.col("start") + 1).alias("start"), pl.lit(LOST, pl.UInt8).alias("state")
    )
    shown = known.with_columns(pl.when(fleeting).then(pl.col("start") + 1).otherwise(pl.col("stop")).alias("stop"))
    return _merged(pl.concat([shown, silent]).sort("id", "start"))


def _over(last_day: dt.date) -> pl.Expr:
    """Return the months since entry that are over on a day, that of the entry being month 0."""
    after = last_day + dt.timedelta(days=1)
    return (month_of(pl.lit(after)) - 1 - pl.col("entered")).cast(pl.Int32)


def _merged(spells: pl.DataFrame) -> pl.DataFrame:
    """Join the spells of one state that follow each other."""
    changes = (pl.col("state") != pl.col("state").shift(1)) | (pl.col("id") != pl.col("id").shift(1))
    numbered = spells.with_columns(changes.fill_null(value=True).cum_sum().alias("spell"))
    return (
        numbered.group_by("spell", maintain_order=True)
        .agg(
            pl.col("id", "group", "state").first(),
            pl.col("start").min(),
            pl.col("stop").max(),
            pl.col("seen").first(),
        )
        .drop("spell")
    )
