"""The exit of each person when several files tell it: the first one after the entry, and the day it is told for."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from evalkit.follow.calendar_months import day_number, first_day, last_day_of_month, month_of
from evalkit.follow.people.believed import Months
from evalkit.follow.people.cells import NO_DAY, States, first_month, last_month
from evalkit.follow.states import LOST, NOTHING, STILL_THERE, THERE, to_words
from evalkit.stats.arrays import IntArray


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
    read = pl.concat([first.drop("exit", "exit_date"), _ends(months, last_day)], how="horizontal")
    month, day = pl.col("_month"), pl.col("_day")
    dated = pl.when(month_of(day) == month).then(day).otherwise(last_day_of_month(month))
    # A day told before the entry, in the month of the entry, is that of another stay: the exit is of the entry's day.
    late = pl.max_horizontal(dated, pl.col("entry"))
    named = read.with_columns(pl.when(pl.col("exit") != STILL_THERE).then(late).alias("exit_date"))
    return named.select(*first.columns)


def _ends(months: Months, last_day: dt.date) -> pl.DataFrame:
    """Return, for each person, ``exit``, the month in which it is told (``_month``) and its day (``_day``), if any."""
    parts = [_last_left_lost(months.states[mine]) for mine in months.grid.blocks()]
    last, left, lost = (np.concatenate(each) for each in zip(*parts, strict=True))
    states, first = months.states, months.grid.first
    persons = np.arange(months.grid.persons)
    covered = 12 * last_day.year + last_day.month - 1 - first
    gone = (last < covered) | (states[persons, last] == LOST)
    kind = np.where(left >= 0, states[persons, left], np.where(gone, LOST, THERE)).astype(np.uint8)
    ended = np.where(left >= 0, left, lost)
    epoch = day_number(first_day(first))
    ends = pl.DataFrame({"exit": kind, "_month": np.where(ended >= 0, ended, last), "_day": months.days(ended)})
    return ends.select(
        to_words(pl.col("exit")),
        (pl.col("_month") + first).cast(pl.Int32),
        pl.when(pl.col("_day") != NO_DAY).then((pl.col("_day").cast(pl.Int32) + epoch).cast(pl.Date)),
    )


def _last_left_lost(states: States) -> tuple[IntArray, IntArray, IntArray]:
    """Return the last month told of some persons, that of the first exit, and the first one of a silence that lasts."""
    told = states != NOTHING
    news = last_month(told & (states != LOST)).astype(np.int16)
    since = np.arange(states.shape[1], dtype=np.int16)
    silent = (states == LOST) & (since > news[:, None])
    return last_month(told), first_month(told & (states > THERE)), first_month(silent)
