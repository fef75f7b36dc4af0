"""The period of each row: read in a field of the feed, or given once with the delivery."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from evalkit.declare.feed import Feed, FieldType
from evalkit.declare.period import Granularity, first_day, granularity_of, last_day, roll_up
from evalkit.receive.findings.finding import Where, at_lines, found, refused
from evalkit.store.delivery import Finding
from evalkit.store.schema import LINE, PERIOD
from evalkit.typography import counted

_IN_NAME = {
    Granularity.YEAR: r"(?<!\d)(20\d{2})(?!\d|[-_]?[TtQqSs]\d)",
    Granularity.SCHOOL_YEAR: r"(?<!\d)(20\d{2})[-_ ](20\d{2})(?!\d)",
    Granularity.HALF_YEAR: r"(?<!\d)(20\d{2})[-_ ]?[Ss]([12])(?!\d)",
    Granularity.QUARTER: r"(?<!\d)(20\d{2})[-_ ]?[TtQq]([1-4])(?!\d)",
    Granularity.MONTH: r"(?<!\d)(20\d{2})[-_ ](0[1-9]|1[0-2])(?!\d)",
}

_LETTERS = {Granularity.QUARTER: "T", Granularity.HALF_YEAR: "S"}


def resolve_period(
    feed: Feed, given: str | None, file_name: str, headings: tuple[str, ...] = ()
) -> tuple[str | None, tuple[Finding, ...]]:
    """Return the period of a delivery, when one holds for all its rows.

    Args:
        feed: the declaration, which says where the period is.
        given: the period given with the delivery; for a feed whose rows hold it, the one expected.
        file_name: read when the feed has no field for the period and none is given.
        headings: the titles of the columns of a base that has one column per year; read last.

    Returns:
        The period, ``None`` when the rows hold it and none is given, and what was noticed.

    Raises:
        RefusedFileError: the period is neither in the rows, nor given, nor written in the file name or in the titles of
            columns, or it does not have the granularity of the feed (``EVK-R027``).
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
    if period is not None:
        return period, (found("EVK-R028", f"Période {period}, lue dans le nom du fichier."),)
    years = _years_in_headings(headings) if granularity is Granularity.YEAR else ()
    if not years and _is_geography(feed):
        return str(feed.perimeter), (found("EVK-R028", f"Période {feed.perimeter}, celle des périmètres du flux."),)
    if not years:
        raise refused("EVK-R027", f"Ce flux n’a pas de colonne de période ({granularity.value}) : précisez-la.")
    shown = f" ({', '.join(years)})" if len(years) > 1 else ""
    return years[-1], (found("EVK-R028", f"Période {years[-1]}, la plus récente des titres de colonnes{shown}."),)


def add_periods(feed: Feed, frame: pl.DataFrame, period: str | None) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """Add the column ``_period``, null where a row does not say it.

    Args:
        feed: the declaration.
        frame: typed rows.
        period: what :func:`resolve_period` returned.

    Returns:
        The rows with their period; the rows of another period than the one given, and the breaks of the source.
    """
    if feed.period.field is None:
        dated = frame.with_columns(pl.lit(period, dtype=pl.String).alias(PERIOD))
        return dated, tuple(break_facts(feed, (period,) if period else ()))
    granularity = feed.period.granularity
    text = _as_period(frame, feed, granularity)
    dated = frame.with_columns(roll_up(text, granularity).alias(PERIOD))
    periods = tuple(name for name, _ in period_counts(dated))
    return dated, (*_other_periods(dated, period), *break_facts(feed, periods))


def _as_period(frame: pl.DataFrame, feed: Feed, granularity: Granularity) -> pl.Expr:
    """Return the field as a text period: a date becomes its month first, a year the school year that it begins."""
    name = str(feed.period.field)
    column, field = pl.col(name), feed.field(name)
    if frame.schema[name] == pl.Date:
        return column.dt.strftime("%Y-%m" if granularity is not Granularity.YEAR else "%Y")
    if granularity is Granularity.SCHOOL_YEAR and field is not None and field.type is FieldType.YEAR:
        following = (column.cast(pl.Int32, strict=False) + 1).cast(pl.String)
        return pl.concat_str([column, following], separator="-")
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
    if granularity in _LETTERS:
        matches = {match.replace("-", f"-{_LETTERS[granularity]}") for match in matches}
    read = {match for match in matches if granularity_of(match) is granularity}
    return read.pop() if len(read) == 1 else None


def break_facts(feed: Feed, periods: tuple[str, ...]) -> Iterator[Finding]:
    """Yield the dated breaks of the source that fall within the periods received: no comparison crosses them."""
    for one in feed.breaks:
        if any(first_day(period) <= one.date <= last_day(period) for period in periods):
            message = f"Rupture de la source au {one.date:%d/%m/%Y} : {one.text}"
            yield found("EVK-R091", message, Where(", ".join(one.fields)))


def _is_geography(feed: Feed) -> bool:
    """Tell whether a feed describes perimeters and measures nothing: its vintage is then the whole of its date."""
    measures = {FieldType.INTEGER, FieldType.DECIMAL}
    return feed.perimeter is not None and not any(field.type in measures for field in feed.fields)


def _years_in_headings(headings: tuple[str, ...]) -> tuple[str, ...]:
    """Return the years written in titles of columns (``pop_2018``), sorted; those of other centuries are numbers."""
    return tuple(sorted({year for heading in headings for year in re.findall(r"(?<!\d)(20\d{2})(?!\d)", heading)}))


def period_counts(frame: pl.DataFrame) -> tuple[tuple[str, int], ...]:
    """Return the number of rows of each period, sorted."""
    counts = frame.drop_nulls(PERIOD).group_by(PERIOD).len().sort(PERIOD)
    return tuple((str(period), int(rows)) for period, rows in counts.iter_rows())
