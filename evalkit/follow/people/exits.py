"""The exit of each person when several files tell it: the first one after the entry, and the day it is told for."""

from __future__ import annotations

import datetime as dt

import polars as pl

from evalkit.follow.calendar_months import last_day_of_month, month_of
from evalkit.follow.people.resolve import Resolved
from evalkit.follow.people.states import LOST, STATES, is_exit
from evalkit.follow.persons import STILL_THERE, VANISHED


def with_exits(first: pl.DataFrame, people: pl.DataFrame, resolved: Resolved, last_day: dt.date) -> pl.DataFrame:
    """Return the persons with the first exit that any file tells of them.

    Somebody of whom no file says anything more, before the last month covered, is lost at the end of the last month
    told; somebody whom a file says to be lost, in the first month of that silence, whatever it repeats after. An exit
    without a day is dated at the end of its month.

    Args:
        first: one line per person, with ``person``, ``entry``, ``exit`` and ``exit_date``.
        people: ``person`` and ``id``.
        resolved: the months of the persons.
        last_day: last day covered.
    """
    months = resolved.months
    left = months.filter(is_exit(pl.col("state"))).sort("id", "month").unique("id", keep="first", maintain_order=True)
    exits = left.select("id", pl.col("state").alias("left"), pl.col("month").alias("left_in"), "day")
    silent = _silent(months)
    told = people.select("person", "id").join(silent, on="id", how="left").join(exits, on="id", how="left")
    read = first.drop("exit", "exit_date").join(told, on="person", how="left", maintain_order="left")
    names = dict(enumerate(STATES))
    last_month = 12 * last_day.year + last_day.month - 1
    gone = (pl.col("last_told") < last_month) | (pl.col("last_state") == LOST)
    kind = (
        pl.when(pl.col("left").is_not_null())
        .then(pl.col("left").replace_strict(names, return_dtype=pl.String))
        .when(gone)
        .then(pl.lit(VANISHED))
        .otherwise(pl.lit(STILL_THERE))
    )
    in_month = month_of(pl.col("day")) == pl.col("left_in")
    day = pl.when(in_month).then(pl.col("day")).otherwise(last_day_of_month(pl.col("left_in")))
    since = pl.coalesce("lost_in", "last_told")
    silence = pl.when(month_of(pl.col("lost_on")) == since).then(pl.col("lost_on")).otherwise(last_day_of_month(since))
    dated = pl.when(pl.col("left").is_not_null()).then(day).when(gone).then(silence)
    # A day told before the entry, in the month of the entry, is that of another stay: the exit is of the entry's day.
    late = pl.max_horizontal(dated, pl.col("entry"))
    named = read.with_columns(kind.alias("exit"), pl.when(dated.is_not_null()).then(late).alias("exit_date"))
    return named.drop("id", "last_told", "last_state", "lost_in", "lost_on", "left", "left_in", "day")


def _silent(months: pl.DataFrame) -> pl.DataFrame:
    """Return, for each person, the last month told, its state, and the first month of the silence that lasts."""
    told = months.group_by("id").agg(pl.col("month").max().alias("last_told"), _last_state().alias("last_state"))
    news = months.filter(pl.col("state") != LOST).group_by("id").agg(pl.col("month").max().alias("news"))
    lost = months.filter(pl.col("state") == LOST).join(news, on="id", how="left")
    after = lost.filter(pl.col("news").is_null() | (pl.col("month") > pl.col("news")))
    first = after.sort("id", "month").unique("id", keep="first", maintain_order=True)
    return told.join(first.select("id", lost_in="month", lost_on="day"), on="id", how="left")


def _last_state() -> pl.Expr:
    return pl.col("state").sort_by("month").last()
