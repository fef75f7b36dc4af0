"""What a row says and when, as one number: numbers sort as the rows do in time, so that the largest is the last word.

A number holds, from the heaviest part to the lightest, the month of the row, the day of the exit that it tells (none
comes before any) and the state that it tells.
"""

from __future__ import annotations

import polars as pl

from evalkit.follow.states import KINDS

_DAYS = 2**22
"""What a day is under, counted from the first of year 1: those of ten thousand years."""

_FIRST_DAY = 719_163
"""Days from the first of year 1 to the first of 1970, plus one: no exit is day 0."""


def time_of(month: pl.Expr, exit_date: pl.Expr) -> pl.Expr:
    """Return the place of a row in time: its month, then the day of its exit.

    Args:
        month: counted from year 0.
        exit_date: the day, or null.
    """
    day = (exit_date.to_physical().cast(pl.Int64) + _FIRST_DAY).fill_null(0)
    return month.cast(pl.Int64) * _DAYS + day


def said_at(time: pl.Expr, state: pl.Expr) -> pl.Expr:
    """Return what a row says and when: of two rows of one time, the state nearest to a job comes last.

    Args:
        time: as :func:`time_of` returns it.
        state: the number of the state.
    """
    return time * KINDS + state.cast(pl.Int64)


def month_at(time: pl.Expr) -> pl.Expr:
    """Return the month of a time."""
    return (time // _DAYS).cast(pl.Int32)


def month_said(said: pl.Expr) -> pl.Expr:
    """Return the month of what was said."""
    return month_at(said // KINDS)


def exit_said(said: pl.Expr) -> pl.Expr:
    """Return the day of exit that was said, or null."""
    day = said // KINDS % _DAYS
    return pl.when(day > 0).then((day - _FIRST_DAY).cast(pl.Int32).cast(pl.Date))


def state_said(said: pl.Expr) -> pl.Expr:
    """Return the number of the state that was said."""
    return (said % KINDS).cast(pl.UInt8)
