"""Time since entry in whole months, as curves and regressions need it: one duration and one cause per person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.follow.calendar_months import by_day, month_of
from evalkit.follow.states import OTHER_EXIT, STILL_THERE
from evalkit.follow.waves import roles_of
from evalkit.stats.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Timed:
    """Persons in time.

    Attributes:
        durations: whole months from the entry to the exit, or to the last month seen, shape (persons,).
        causes: 0 when no exit was seen, else the place of its role in ``roles``, from 1.
        roles: the exits, sorted: those counted, and ``autre``.
    """

    durations: FloatArray
    causes: IntArray
    roles: tuple[str, ...]

    def cause(self, role: str) -> int:
        """Return the number of an exit."""
        return self.roles.index(role) + 1

    def only(self, kept: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Timed:
        """Return some of the persons."""
        return Timed(self.durations[kept], self.causes[kept], self.roles)

    @property
    def kinds(self) -> int:
        """Number of exits that somebody had."""
        return len(np.unique(self.causes[self.causes > 0]))


def timed(persons: pl.DataFrame, cohort: Cohort, last_day: dt.date) -> Timed:
    """Return the time of each person, in whole months.

    An exit in the course of a month since entry is dated at its end, so that a curve at 6 months is the rate at 6
    months. A month that the deliveries do not cover entirely is not counted, its exits neither: those who found a job
    in it would be seen, those who did not would not.

    Args:
        persons: :attr:`evalkit.follow.entry.persons.Persons.frame`.
        cohort: the protocol, for the exits.
        last_day: last day covered.
    """
    roles = (*roles_of(cohort), OTHER_EXIT)
    cause = pl.lit(None, pl.Int64)
    for number, role in enumerate((STILL_THERE, *roles)):
        cause = pl.when(pl.col("exit") == role).then(pl.lit(number, pl.Int64)).otherwise(cause)
    causes = persons.select(cause).to_series().to_numpy()
    entered, exited = _calendar(persons["entry"]), _calendar(persons["exit_date"])
    left = _months_between(entered, exited).fill_null(-1).to_numpy()
    seen = _whole_months(entered, last_day).to_numpy()
    happened = (causes > 0) & (left >= 0) & (left <= seen)
    durations = np.where(happened, left, seen).astype(np.float64)
    return Timed(durations, np.where(happened, causes, 0), roles)


def _calendar(days: pl.Series) -> pl.DataFrame:
    """Return the month of days, their rank in it, and its last day."""
    return by_day(
        days, lambda day: pl.struct(month_of(day).alias("month"), day.dt.day().alias("day"), last=_length(day))
    ).struct.unnest()


def _length(day: pl.Expr) -> pl.Expr:
    return day.dt.month_end().dt.day()


def _months_between(entered: pl.DataFrame, exited: pl.DataFrame) -> pl.Series:
    """Count the months since entry that a day ends or falls in: 0 on the day of the entry."""
    started = pl.min_horizontal(entered["day"], exited["last"])
    return pl.select(exited["month"] - entered["month"] + (exited["day"] > started)).to_series()


def _whole_months(entered: pl.DataFrame, last_day: dt.date) -> pl.Series:
    """Count the months since entry that are over on a day."""
    day = pl.lit(last_day)
    started = pl.min_horizontal(entered["day"], _length(day))
    return pl.select((month_of(day) - entered["month"] - (started > day.dt.day())).clip(0)).to_series()
