"""The period of each row: read in a field of the feed, or given once with the delivery."""

from __future__ import annotations

import re

import polars as pl

from evalkit.declare.feed import Feed
from evalkit.declare.period import Granularity, granularity_of, roll_up
from evalkit.receive.findings.counts import counted
from evalkit.receive.findings.finding import at_lines, found, refused
from evalkit.store.delivery import Finding
from evalkit.store.schema import LINE, PERIOD

_IN_NAME = {
    Granularity.YEAR: r"(?<!\d)(20\d{2})(?!\d|[-_]?[TtQq]\d)",
    Granularity.QUARTER: r"(?<!\d)(20\d{2})[-_ ]?[TtQq]([1-4])(?!\d)",
    Granularity.MONTH: r"(?<!\d)(20\d{2})[-_ ](0[1-9]|1[0-2])(?!\d)",
}


def resolve_period(feed: Feed, given: str | None, file_name: str) -> tuple[str | None, tuple[Finding, ...]]:
    """Return the period of a delivery, when one holds for all its rows.

    Args:
        feed: the declaration, which says where the period is.
        given: the period given with the delivery; for a feed whose rows hold it, the one expected.
        file_name: read when the feed has no field for the period and none is given.

    Returns:
        The period, ``None`` when the rows hold it and none is given, and what was noticed.

    Raises:
        RefusedFileError: the period is neither in the rows, nor given, nor written once in the file name, or it does
            not have the granularity of the feed (``EVK-R027``).
    """
    granularity = feed.period.granularity
    if given is not None:
        if granularity_of(given) is not granularity:
            message = f"La période donnée n’est pas de la forme attendue ({granularity.value})."
            raise refused("EVK-R027", message, received=given)
        return given, ()
    if feed.period.field is not None:
        return None, ()
    period = _period_in_name(file_name, granularity)
    if period is None:
        raise refused("EVK-R027", f"Ce flux n’a pas de colonne de période ({granularity.value}) : précisez-la.")
    return period, (found("EVK-R028", f"Période {period}, lue dans le nom du fichier."),)


def add_periods(feed: Feed, frame: pl.DataFrame, period: str | None) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """Add the column ``_period``, null where a row does not say it.

    Args:
        feed: the declaration.
        frame: typed rows.
        period: what :func:`resolve_period` returned.

    Returns:
        The rows with their period, and the rows of another period than the one given.
    """
    if feed.period.field is None:
        return frame.with_columns(pl.lit(period, dtype=pl.String).alias(PERIOD)), ()
    granularity = feed.period.granularity
    text = _as_period(frame, feed.period.field, granularity)
    dated = frame.with_columns(roll_up(text, granularity).alias(PERIOD))
    return dated, _other_periods(dated, period)


def _as_period(frame: pl.DataFrame, field: str, granularity: Granularity) -> pl.Expr:
    """Return the field as a text period; a date becomes its month first."""
    column = pl.col(field)
    if frame.schema[field] == pl.Date:
        return column.dt.strftime("%Y-%m" if granularity is not Granularity.YEAR else "%Y")
    return column


def _other_periods(frame: pl.DataFrame, given: str | None) -> tuple[Finding, ...]:
    if given is None:
        return ()
    others = frame.filter(pl.col(PERIOD) != given)
    if others.is_empty():
        return ()
    message = f"{counted(others.height, 'ligne n’est', 'lignes ne sont')} pas de la période {given}."
    return (found("EVK-R029", message, at_lines("", others[LINE])),)


def _period_in_name(file_name: str, granularity: Granularity) -> str | None:
    """Return the period written in a file name, when exactly one is; anything else is left to the sender."""
    matches = {"-".join(match.groups()) for match in re.finditer(_IN_NAME[granularity], file_name)}
    if granularity is Granularity.QUARTER:
        matches = {match.replace("-", "-T") for match in matches}
    return matches.pop() if len(matches) == 1 else None


def period_counts(frame: pl.DataFrame) -> tuple[tuple[str, int], ...]:
    """Return the number of rows of each period, sorted."""
    counts = frame.drop_nulls(PERIOD).group_by(PERIOD).len().sort(PERIOD)
    return tuple((str(period), int(rows)) for period, rows in counts.iter_rows())
