"""Periods as French administrations write them: ``2026``, ``2025-2026``, ``2026-S1``, ``2026-T3``, ``2026-03``."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from functools import lru_cache

import polars as pl

from evalkit.errors import ComputationError, Problem


class Granularity(StrEnum):
    """How long a period is, and where it begins."""

    MONTH = "mois"
    QUARTER = "trimestre"
    HALF_YEAR = "semestre"
    YEAR = "annee"
    SCHOOL_YEAR = "annee_scolaire"


FIRST_SCHOOL_MONTH = 9
"""A school year runs from 1 September to 31 August, and is named by its two years."""

_MONTHS = {
    Granularity.MONTH: 1,
    Granularity.QUARTER: 3,
    Granularity.HALF_YEAR: 6,
    Granularity.YEAR: 12,
    Granularity.SCHOOL_YEAR: 12,
}
_FORMS = {
    Granularity.MONTH: re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$"),
    Granularity.QUARTER: re.compile(r"^(\d{4})-T([1-4])$"),
    Granularity.HALF_YEAR: re.compile(r"^(\d{4})-S([12])$"),
    Granularity.YEAR: re.compile(r"^(\d{4})$"),
    Granularity.SCHOOL_YEAR: re.compile(r"^(\d{4})-(\d{4})$"),
}


@lru_cache(maxsize=4096)
def granularity_of(period: str) -> Granularity | None:
    """Return the granularity that the form of ``period`` shows, or ``None`` when it is no period."""
    found = next((granularity for granularity, form in _FORMS.items() if form.match(period)), None)
    if found is Granularity.SCHOOL_YEAR and int(period[5:]) != int(period[:4]) + 1:
        return None
    return found


def months_in(granularity: Granularity) -> int:
    """Return the number of months of a period."""
    return _MONTHS[granularity]


def is_within(part: Granularity, whole: Granularity) -> bool:
    """Tell whether each period at ``part`` lies in one period at ``whole``.

    Months lie in everything; quarters and half-years do not lie in a school year, nor does it lie in a year.
    """
    if part is whole or part is Granularity.MONTH:
        return True
    return Granularity.SCHOOL_YEAR not in {part, whole} and _MONTHS[part] < _MONTHS[whole]


def period_of_date(day: dt.date, granularity: Granularity) -> str:
    """Return the period that holds ``day``."""
    match granularity:
        case Granularity.YEAR:
            return f"{day.year:04d}"
        case Granularity.SCHOOL_YEAR:
            begins = day.year if day.month >= FIRST_SCHOOL_MONTH else day.year - 1
            return f"{begins:04d}-{begins + 1:04d}"
        case Granularity.HALF_YEAR:
            return f"{day.year:04d}-S{(day.month - 1) // 6 + 1}"
        case Granularity.QUARTER:
            return f"{day.year:04d}-T{(day.month - 1) // 3 + 1}"
        case Granularity.MONTH:
            return f"{day.year:04d}-{day.month:02d}"


@lru_cache(maxsize=4096)
def first_day(period: str) -> dt.date:
    """Return the first day of a period.

    Raises:
        ComputationError: the text is no period (``EVK-M001``).
    """
    granularity = granularity_of(period)
    if granularity is None:
        repair = "Écrivez 2026, 2025-2026 (année scolaire), 2026-S1, 2026-T3 ou 2026-03."
        raise ComputationError(Problem("EVK-M001", "Période illisible.", received=period, repair=repair))
    year = int(period[:4])
    match granularity:
        case Granularity.YEAR:
            return dt.date(year, 1, 1)
        case Granularity.SCHOOL_YEAR:
            return dt.date(year, FIRST_SCHOOL_MONTH, 1)
        case Granularity.MONTH:
            return dt.date(year, int(period[5:]), 1)
        case _:
            return dt.date(year, (int(period[6]) - 1) * _MONTHS[granularity] + 1, 1)


@lru_cache(maxsize=4096)
def last_day(period: str) -> dt.date:
    """Return the last day of a period."""
    start = first_day(period)
    following = start.month - 1 + _MONTHS[granularity_of(period) or Granularity.YEAR]
    return dt.date(start.year + following // 12, following % 12 + 1, 1) - dt.timedelta(days=1)


def year_of(period: str) -> str:
    """Return the year that a period names: ``2026`` for ``2026-T3``, ``2025-2026`` for a school year."""
    return period if granularity_of(period) is Granularity.SCHOOL_YEAR else period[:4]


def season_of(period: str) -> str:
    """Return what follows the year: ``-T3``, ``-S1``, ``-03``; nothing for a year. Equal seasons compare."""
    return period.removeprefix(year_of(period))


@lru_cache(maxsize=4096)
def periods_between(first: str, last: str) -> tuple[str, ...]:
    """Return every period from ``first`` to ``last``, both included, at the granularity of ``first``."""
    granularity, end = granularity_of(first), first_day(last)
    found, period = [], first
    while granularity is not None and first_day(period) <= end:
        found.append(period)
        period = period_of_date(last_day(period) + dt.timedelta(days=1), granularity)
    return tuple(found)


def roll_up(column: pl.Expr, to: Granularity) -> pl.Expr:
    """Return periods written in a text column at a coarser granularity; one that does not lie in one gives null."""
    year = column.str.slice(0, 4)
    if to is Granularity.YEAR:
        return pl.when(column.str.len_bytes() < len("2025-2026")).then(year)
    month = column.str.extract(r"^\d{4}-(\d{2})$", 1).cast(pl.Int32)
    if to is Granularity.MONTH:
        return pl.when(month.is_not_null()).then(column)
    if to is Granularity.SCHOOL_YEAR:
        begins = year.cast(pl.Int32, strict=False) - (month < FIRST_SCHOOL_MONTH).cast(pl.Int32)
        made = pl.concat_str([begins.cast(pl.String), (begins + 1).cast(pl.String)], separator="-")
        return pl.when(column.str.contains(r"^\d{4}-\d{4}$")).then(column).otherwise(made)
    if to is Granularity.HALF_YEAR:
        quarter = column.str.extract(r"^\d{4}-T([1-4])$", 1).cast(pl.Int32)
        month = pl.coalesce(month, 3 * quarter)
    letter = {Granularity.QUARTER: "T", Granularity.HALF_YEAR: "S"}[to]
    rank = ((month - 1) // _MONTHS[to] + 1).cast(pl.String)
    made = pl.concat_str([year, pl.lit(f"-{letter}"), rank])
    return pl.when(column.str.contains(rf"^\d{{4}}-{letter}[1-4]$")).then(column).otherwise(made)
