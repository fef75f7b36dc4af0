"""Periods as French administrations write them: ``2026``, ``2026-T3``, ``2026-S1``, ``2026-03``."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum

import polars as pl

from evalkit.errors import ComputationError, Problem


class Granularity(StrEnum):
    """How long a period is."""

    MONTH = "mois"
    QUARTER = "trimestre"
    YEAR = "annee"


_FORMS = {
    Granularity.MONTH: re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$"),
    Granularity.QUARTER: re.compile(r"^(\d{4})-T([1-4])$"),
    Granularity.YEAR: re.compile(r"^(\d{4})$"),
}


def granularity_of(period: str) -> Granularity | None:
    """Return the granularity that the form of ``period`` shows, or ``None`` when it is no period."""
    return next((granularity for granularity, form in _FORMS.items() if form.match(period)), None)


def period_of_date(day: dt.date, granularity: Granularity) -> str:
    """Return the period that holds ``day``."""
    if granularity is Granularity.YEAR:
        return f"{day.year:04d}"
    if granularity is Granularity.QUARTER:
        return f"{day.year:04d}-T{(day.month - 1) // 3 + 1}"
    return f"{day.year:04d}-{day.month:02d}"


def first_day(period: str) -> dt.date:
    """Return the first day of a period.

    Raises:
        ComputationError: the text is no period (``EVK-M001``).
    """
    granularity = granularity_of(period)
    if granularity is None:
        repair = "Écrivez 2026, 2026-T3 ou 2026-03."
        raise ComputationError(Problem("EVK-M001", "Période illisible.", received=period, repair=repair))
    year = int(period[:4])
    if granularity is Granularity.YEAR:
        return dt.date(year, 1, 1)
    month = int(period[5:]) if granularity is Granularity.MONTH else 3 * int(period[6]) - 2
    return dt.date(year, month, 1)


def last_day(period: str) -> dt.date:
    """Return the last day of a period."""
    start = first_day(period)
    months = {Granularity.MONTH: 1, Granularity.QUARTER: 3, Granularity.YEAR: 12}[
        granularity_of(period) or Granularity.YEAR
    ]
    following = start.month - 1 + months
    return dt.date(start.year + following // 12, following % 12 + 1, 1) - dt.timedelta(days=1)


def roll_up(column: pl.Expr, to: Granularity) -> pl.Expr:
    """Return periods written in a text column at a coarser granularity; a coarser period than ``to`` gives null."""
    year = column.str.slice(0, 4)
    if to is Granularity.YEAR:
        return year
    month = column.str.extract(r"^\d{4}-(\d{2})$", 1).cast(pl.Int32)
    if to is Granularity.MONTH:
        return pl.when(month.is_not_null()).then(column)
    quarter = pl.concat_str([year, pl.lit("-T"), ((month - 1) // 3 + 1).cast(pl.String)])
    return pl.when(column.str.contains(r"^\d{4}-T[1-4]$")).then(column).otherwise(quarter)
