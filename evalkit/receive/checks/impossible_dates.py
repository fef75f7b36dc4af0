"""Dates that cannot be: in the future, before the window, before the person was born."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import reduce
from operator import and_

import polars as pl

from evalkit.declare.feed import Feed, FieldType
from evalkit.declare.feed_check import BirthSpec, DatesCheck
from evalkit.declare.period import FIRST_SCHOOL_MONTH
from evalkit.receive.checks.planned import PlannedCheck
from evalkit.store.schema import PERIOD

CODE = "EVK-R084"

_Fine = Callable[[pl.Expr], pl.Expr]


def future_checks(feed: Feed, received_on: dt.date) -> Iterator[PlannedCheck]:
    """Yield the check of each date: no day is known before it comes, unless a declared limit says otherwise."""
    watch = feed.watch.future_dates
    if watch is None:
        return
    own = {name for check in feed.checks if isinstance(check, DatesCheck) and check.not_after for name in check.dates}
    for field in feed.fields:
        if field.type is FieldType.DATE and field.name not in own:
            yield PlannedCheck(
                CODE,
                watch.severity,
                f"« {field.name} » : date postérieure à la réception.",
                (field.name,),
                rule=pl.col(field.name) <= received_on,
                expected=f"au plus tard le {received_on:%d/%m/%Y}",
                tolerance=watch.tolerance,
            )


def dates_check(feed: Feed, check: DatesCheck, received_on: dt.date) -> PlannedCheck:
    """Return the check of declared limits on dates; a row without the date, or without the limit, passes."""
    limits = list(_limits(feed, check, received_on))
    rules = [fine(pl.col(name)) for name in check.dates for fine, _ in limits]
    return PlannedCheck(
        CODE,
        check.severity,
        check.message or "Une date est impossible.",
        check.dates,
        rule=reduce(and_, (rule.fill_null(value=True) for rule in rules)),
        expected=", ".join(words for _, words in limits),
        tolerance=check.tolerance,
    )


def _limits(feed: Feed, check: DatesCheck, received_on: dt.date) -> Iterator[tuple[_Fine, str]]:
    if (first := check.not_before) is not None:
        yield (lambda day: day >= first), f"à partir du {first:%d/%m/%Y}"
    last = received_on if check.not_after == "reception" else check.not_after
    if isinstance(last, dt.date):
        yield (lambda day: day <= last), f"au plus tard le {last:%d/%m/%Y}"
    elif last == "period":
        yield (lambda day: day <= _last_day(pl.col(PERIOD))), "au plus tard à la fin de la période de la ligne"
    if check.born is not None:
        birth = _earliest_birth(feed, check.born)
        yield (lambda day: day >= birth), "pas avant la naissance"


def _earliest_birth(feed: Feed, born: BirthSpec) -> pl.Expr:
    """Return the first day on which the person may have been born, so that only what is impossible is told."""
    if born.date is not None:
        return pl.col(born.date)
    if born.year is not None:
        return pl.date(pl.col(born.year).cast(pl.Int32, strict=False), 1, 1)
    on = str(born.on)
    field = feed.field(on)
    is_date = field is not None and field.type is FieldType.DATE
    day = pl.col(on) if is_date else _first_day(pl.col(on))
    # At age a on a day, one was born less than a + 1 years before it.
    years = pl.concat_str(pl.lit("-"), (pl.col(str(born.age)) + 1).cast(pl.String), pl.lit("y"))
    return day.dt.offset_by(years)


def _month_of(period: pl.Expr, quarter_month: int, half_month: int, year_month: int) -> pl.Expr:
    month = period.str.extract(r"^\d{4}-(\d{2})$", 1).cast(pl.Int32)
    quarter = period.str.extract(r"^\d{4}-T([1-4])$", 1).cast(pl.Int32)
    half = period.str.extract(r"^\d{4}-S([12])$", 1).cast(pl.Int32)
    return pl.coalesce(month, 3 * quarter - quarter_month, 6 * half - half_month, pl.lit(year_month))


def _is_school_year(period: pl.Expr) -> pl.Expr:
    return period.str.len_bytes() == len("2025-2026")


def _first_day(period: pl.Expr) -> pl.Expr:
    month = pl.when(_is_school_year(period)).then(FIRST_SCHOOL_MONTH).otherwise(_month_of(period, 2, 5, 1))
    return pl.date(period.str.slice(0, 4).cast(pl.Int32), month, 1)


def _last_day(period: pl.Expr) -> pl.Expr:
    is_school = _is_school_year(period)
    year = period.str.slice(0, 4).cast(pl.Int32) + is_school.cast(pl.Int32)
    month = pl.when(is_school).then(FIRST_SCHOOL_MONTH - 1).otherwise(_month_of(period, 0, 0, 12))
    return pl.date(year, month, 1).dt.month_end()
