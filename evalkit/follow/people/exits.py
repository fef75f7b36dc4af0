"""The exit of each person when several files tell it: the first one after the entry, and the day it is told for."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from evalkit.follow.calendar_months import first_day, last_day_of_month, month_of
from evalkit.follow.people.cells import NO_DAY, Months, first_month, last_month
from evalkit.follow.people.states import LOST, NOTHING, STATES, THERE
from evalkit.follow.persons import STILL_THERE, VANISHED


def with_exits(first: pl.DataFrame, months: Months, last_day: dt.date) -> pl.DataFrame:
    """Return the persons with the first exit that any file tells of them.

    Somebody of whom no file says anything more, before the last month covered, is lost at the end of the last month
    told; somebody whom a file says to be lost, in the first month of that silence, whatever it repeats after. An exit
    without a day is dated at the end of its month.

    Args:
        first: one line per person, in the order of the months, with ``person``, ``entry``, ``exit`` and ``exit_date``.
        months: the months of the persons.
        last_day: last day covered.
    """
    read = pl.concat([first.drop("exit", "exit_date"), _ends(months)], how="horizontal")
    names = dict(enumerate(STATES))
    gone = (pl.col("last_told") < 12 * last_day.year + last_day.month - 1) | (pl.col("last_state") == LOST)
    kind = (
        pl.when(pl.col("left").is_not_null())
        .then(pl.col("left").replace_strict(names, return_dtype=pl.String))
        .when(gone)
        .then(pl.lit(VANISHED))
        .otherwise(pl.lit(STILL_THERE))
    )
    day = _in_its_month(pl.col("left_on"), pl.col("left_in"))
    silence = _in_its_month(pl.col("lost_on"), pl.coalesce("lost_in", "last_told"))
    dated = pl.when(pl.col("left").is_not_null()).then(day).when(gone).then(silence)
    # A day told before the entry, in the month of the entry, is that of another stay: the exit is of the entry's day.
    late = pl.max_horizontal(dated, pl.col("entry"))
    named = read.with_columns(kind.alias("exit"), pl.when(dated.is_not_null()).then(late).alias("exit_date"))
    return named.select(*first.columns)


def _in_its_month(day: pl.Expr, month: pl.Expr) -> pl.Expr:
    return pl.when(month_of(day) == month).then(day).otherwise(last_day_of_month(month))


def _ends(months: Months) -> pl.DataFrame:
    """Return, for each person, the first exit, the last month told, and the first month of the silence that lasts."""
    states = months.states
    told = states != NOTHING
    last, left = last_month(told), first_month(told & (states > THERE))
    news = last_month(told & (states != LOST))
    since = np.arange(months.width, dtype=np.int16)
    lost = first_month((states == LOST) & (since > news.astype(np.int16)[:, None]))
    persons = np.arange(months.persons)
    ends = pl.DataFrame(
        {
            "last_told": last,
            "last_state": states[persons, last],
            "left": states[persons, left],
            "left_in": left,
            "left_on": np.where(left < 0, NO_DAY, months.days[persons, left]),
            "lost_in": lost,
            "lost_on": np.where(lost < 0, NO_DAY, months.days[persons, lost]),
        }
    )
    happened = pl.col("last_told", "left_in", "lost_in")
    dated = pl.col("left_on", "lost_on")
    epoch = (first_day(months.first) - dt.date(1970, 1, 1)).days
    return ends.with_columns(
        pl.when(pl.col("left_in") >= 0).then("left").alias("left"),
        pl.when(happened >= 0).then(happened + months.first).cast(pl.Int32),
        pl.when(dated != NO_DAY).then((dated + epoch).cast(pl.Date)),
    )
