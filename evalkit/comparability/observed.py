"""When the data behind a period were really observed: the year of a label is not always the year of its data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from evalkit.declare.feed import Break, Feed
from evalkit.declare.model import Duration
from evalkit.declare.period import first_day, granularity_of, last_day
from evalkit.sources.catalogue import Catalogue, shipped_catalogue
from evalkit.sources.data_year import DataYear, data_vintage
from evalkit.sources.source import Origin, Source, SourceVintage

_POOLED_YEARS = re.compile(r"\bN\s*-\s*(\d+)\s+à\s+N\s*\+\s*(\d+)")


@dataclass(frozen=True, slots=True)
class Observed:
    """What one origin contributes to a figure.

    Attributes:
        origin: id of the origin in the catalogue, or the id of a feed that no open source describes.
        name: its French name.
        label: the period asked for, as the producer writes it.
        year: the year of the data, ``None`` when nobody has checked it.
        first: first day observed; ``None`` when the year is unknown.
        last: last day observed.
        spacing: the shortest time between two comparable vintages.
        spacing_reason: why.
        breaks: dated changes of the origin, in the time of the data.
        missing_years: years that were never produced.
        same_as: labels that hold the very same figures.
    """

    origin: str
    name: str
    label: str
    year: int | None
    first: dt.date | None
    last: dt.date | None
    spacing: Duration | None = None
    spacing_reason: str = ""
    breaks: tuple[Break, ...] = ()
    missing_years: tuple[int, ...] = ()
    same_as: tuple[str, ...] = ()


def observed(
    feed: Feed, columns: frozenset[str], period: str, catalogue: Catalogue | None = None
) -> tuple[Observed, ...]:
    """Return when the data of some columns of a feed were observed, one value per origin, sorted by origin.

    Args:
        feed: the feed.
        columns: the fields read; none for a count of rows.
        period: the label of the period: ``2019``, ``2024-T4``.
        catalogue: the open sources; those of the package by default.

    Returns:
        The origins of the columns. A feed that the catalogue does not describe observes the period that it names.
    """
    known = catalogue if catalogue is not None else shipped_catalogue()
    found = {
        part.origin: _of_origin(known, source, part, period)
        for source in known.read_by(feed.feed)
        for part in _parts(known, source, feed, columns, period)
    }
    return tuple(found[origin] for origin in sorted(found)) or (_of_feed(feed, period),)


def pooled_years(window: str) -> tuple[int, int] | None:
    """Return how many years before and after its label a vintage pools, when its window says « N-2 à N+2 »."""
    match = _POOLED_YEARS.search(window)
    return (int(match[1]), int(match[2])) if match else None


def _parts(
    catalogue: Catalogue, source: Source, feed: Feed, columns: frozenset[str], period: str
) -> Iterator[DataYear]:
    vintage = source.vintage(period) or SourceVintage(label=period)
    years = data_vintage(catalogue, source, vintage).years
    if len(years) == 1 and not years[0].columns:
        yield years[0]
        return
    headings = [heading for name in sorted(columns) for heading in _headings(feed, name)]
    yield from (year for year in years if any(year.holds(heading) for heading in headings))


def _headings(feed: Feed, column: str) -> tuple[str, ...]:
    field = feed.field(column)
    return () if field is None else (field.name, *field.headers)


def _of_origin(catalogue: Catalogue, source: Source, part: DataYear, period: str) -> Observed:
    origin = catalogue.origins[part.origin]
    year = part.year if part.year is not None else _year_of_label(source, origin, period)
    first, last = _days(origin.window or "", part.day, year, period)
    return Observed(
        origin=origin.id,
        name=origin.label,
        label=period,
        year=year,
        first=first,
        last=last,
        spacing=origin.spacing,
        spacing_reason=origin.spacing_reason or "",
        breaks=origin.breaks,
        missing_years=origin.missing_years,
        same_as=part.same_as,
    )


def _year_of_label(source: Source, origin: Origin, period: str) -> int | None:
    """Trust the label only where the catalogue has found no vintage whose data are of another year, or unknown."""
    if granularity_of(period) is None:
        return None
    said = [
        (vintage.label, next((data.observed_year for data in vintage.data if data.origin == origin.id), None))
        for vintage in source.vintages
    ]
    trusted = all(year is not None and label == str(year) for label, year in said if granularity_of(label) is not None)
    return first_day(period).year if trusted else None


def _days(window: str, day: dt.date | None, year: int | None, period: str) -> tuple[dt.date | None, dt.date | None]:
    if day is not None:
        return day, day
    if year is None:
        return None, None
    if (pooled := pooled_years(window)) is not None:
        return dt.date(year - pooled[0], 1, 1), dt.date(year + pooled[1], 12, 31)
    if granularity_of(period) is not None and first_day(period).year == year:
        return first_day(period), last_day(period)
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def _of_feed(feed: Feed, period: str) -> Observed:
    year = first_day(period).year if granularity_of(period) is not None else None
    first, last = _days(feed.window or "", None, year, period)
    return Observed(feed.feed, feed.label, period, year, first, last, spacing=feed.spacing)
