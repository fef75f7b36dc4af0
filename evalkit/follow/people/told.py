"""What each file says of a person in a month: a file of months, of quarters or of events, read one way."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_sources import Source
from evalkit.declare.feed import FieldType
from evalkit.follow.calendar_months import calendar_month, month_of, person_number
from evalkit.follow.states import OTHER, THERE, from_words, is_exit
from evalkit.territory.zones import UNKNOWN

RECEIVED = "_received"
"""Column of the day on which a row was received, counted in days; only the latest rule reads it."""

NOWHERE, OUTSIDE = 2**13 - 1, 2**13 - 2
"""Stand for a place that is not told, and for one that is not of the protocol: France has fewer zones than that."""


@dataclass(frozen=True, slots=True, eq=False)
class OtherFile:
    """Another file on the same persons.

    Attributes:
        table: its rows, lazily.
        identity: column of the pseudonym.
        source: how it says situations.
        dated: type of its ``month`` column; none for a file of events.
    """

    table: pl.LazyFrame
    identity: str
    source: Source
    dated: FieldType | None = None


def told_by_own(rows: pl.LazyFrame, identity: str, month: str, cohort: Cohort) -> pl.LazyFrame:
    """Return what the file of the cohort says: one line per person and month.

    A word that is no declared exit, with a date of exit, is an exit that the protocol does not name.

    Returns:
        ``id``, ``month``, ``state``, ``day`` (of the exit, or null), ``zone`` (its place among those of the protocol,
        ``OUTSIDE`` or ``NOWHERE``) and the day it was received.
    """
    read = cohort.rows
    state = from_words(read.situation, cohort.exits.items())
    left = (state == THERE) & pl.col(read.exit_date).is_not_null()
    return rows.filter(pl.col(identity).is_not_null()).select(
        person_number(identity).alias("id"),
        calendar_month(pl.col(month)).alias("month"),
        pl.when(left).then(pl.lit(OTHER, pl.UInt8)).otherwise(state).alias("state"),
        pl.col(read.exit_date).alias("day"),
        _zone(cohort),
        _received(rows),
    )


def told_by(other: OtherFile, cohort: Cohort, last_month: int) -> pl.LazyFrame:
    """Return what another file says, with the columns of :func:`told_by_own`.

    Args:
        other: the file.
        cohort: the protocol, for its exits.
        last_month: last month covered: what lasts stops there.
    """
    source = other.source
    rows = other.table.filter(pl.col(other.identity).is_not_null())
    names = rows.collect_schema().names()
    base = rows.select(
        person_number(other.identity).alias("id"),
        *_dates(other),
        from_words(source.situation, (source.exits or cohort.exits).items()).alias("state"),
        _zone(cohort) if "zone" in names else pl.lit(NOWHERE, pl.UInt16).alias("zone"),
        _received(other.table),
    )
    if source.start is not None:
        return _months_of_events(base, last_month)
    if other.dated is FieldType.QUARTER:
        base = _months_of_quarters(base)
    return base.filter(pl.col("month") <= last_month).select(*_COLUMNS)


_COLUMNS = ("id", "month", "state", "day", "zone", RECEIVED)


def _zone(cohort: Cohort) -> pl.Expr:
    told = pl.col("zone")
    inside = told.cast(pl.Enum(cohort.zones), strict=False).to_physical().cast(pl.UInt16).fill_null(OUTSIDE)
    unknown = told.is_null() | (told == UNKNOWN)
    return pl.when(unknown).then(pl.lit(NOWHERE, pl.UInt16)).otherwise(inside).alias("zone")


def _received(rows: pl.LazyFrame) -> pl.Expr:
    known = RECEIVED in rows.collect_schema().names()
    return pl.col(RECEIVED).cast(pl.Int32) if known else pl.lit(0, pl.Int8).alias(RECEIVED)


def _dates(other: OtherFile) -> tuple[pl.Expr, ...]:
    source = other.source
    if source.start is not None:
        end = pl.col(source.end) if source.end is not None else pl.lit(None, pl.Date)
        return pl.col(source.start).alias("day"), end.alias("end")
    text = pl.col(str(source.month))
    if other.dated is FieldType.QUARTER:
        month = 12 * text.str.slice(0, 4).cast(pl.Int32) + 3 * text.str.slice(6, 1).cast(pl.Int32) - 1
    else:
        month = calendar_month(text)
    return month.alias("month"), pl.lit(None, pl.Date).alias("day")


def _months_of_quarters(base: pl.LazyFrame) -> pl.LazyFrame:
    """A quarter tells its last month; who is there without an exit was there for all of it."""
    months = pl.when(is_exit(pl.col("state"))).then(pl.col("month")).otherwise(pl.col("month") - 2)
    return base.with_columns(pl.int_ranges(months, pl.col("month") + 1, dtype=pl.Int32).alias("month")).explode("month")


def _months_of_events(base: pl.LazyFrame, last_month: int) -> pl.LazyFrame:
    """An event tells the month in which it begins, then each month at whose end it lasts."""
    begins = month_of(pl.col("day"))
    ends = (month_of(pl.col("end").dt.offset_by("1d")) - 1).fill_null(last_month).clip(upper_bound=last_month)
    lasting = base.filter(pl.col("day").is_not_null()).with_columns(
        pl.int_ranges(begins, pl.max_horizontal(begins, ends) + 1, dtype=pl.Int32).alias("month")
    )
    return lasting.explode("month").filter(pl.col("month") <= last_month).select(*_COLUMNS)
