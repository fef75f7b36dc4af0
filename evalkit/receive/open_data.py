"""Open data at the door: the catalogue says who publishes a base, and what must be known of the vintage received."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from evalkit.declare.feed import Feed
from evalkit.receive.file.table import TextTable
from evalkit.receive.findings.finding import Where, at_lines, found
from evalkit.sources.catalogue import Catalogue
from evalkit.sources.data_year import DataVintage, DataYear, source_of
from evalkit.sources.source import Source
from evalkit.store.delivery import Finding
from evalkit.territory.zones import normalise_name


def vintage_facts(catalogue: Catalogue, feed: Feed, period: str | None) -> Iterator[Finding]:
    """Yield what the reader of a base must know of the vintage received: the year of its data, what it repeats.

    Args:
        catalogue: what is known of open data.
        feed: the feed received.
        period: the vintage; none when the rows hold several periods, and nothing is told then.
    """
    if period is None:
        return
    vintage = source_of(feed.feed, period, catalogue)
    if vintage is None:
        if catalogue.read_by(feed.feed):
            message = f"Le catalogue ne connaît pas le millésime {period} : l’année de ses données n’est pas vérifiée."
            yield found("EVK-R090", message)
        return
    unknown = [data.label for data in vintage.years if data.year is None]
    if unknown:
        message = f"Année des données de la base {vintage.label} non vérifiée : {', '.join(unknown)}."
        yield found("EVK-R090", message)
    yield from (finding for data in vintage.years for finding in _year_facts(vintage, data))


def known_errors(sources: tuple[Source, ...], table: TextTable, columns: Mapping[str, str]) -> Iterator[Finding]:
    """Yield the errors that the catalogue knows in a source, where the file received still holds them.

    Args:
        sources: those that the feed reads.
        table: the file as texts.
        columns: the text column of each normalised heading.
    """
    for error in (each for source in sources for each in source.errors):
        key, wrong = (columns.get(normalise_name(name)) for name in (error.key, error.column))
        if key is None or wrong is None:
            continue
        is_there = (pl.col(key) == error.row) & (pl.col(wrong) == error.value)
        lines = table.lines.filter(table.cells.select(is_there.fill_null(False)).to_series())
        if len(lines):
            yield found("EVK-R092", f"{error.row} : {error.text}", at_lines(error.column, lines), error.value)


def _year_facts(vintage: DataVintage, data: DataYear) -> Iterator[Finding]:
    where = Where(", ".join(data.columns))
    if data.year is not None and str(data.year) != vintage.label[:4]:
        message = f"{data.label} : la base {vintage.label} porte des données de {data.year}."
        yield found("EVK-R090", message, where)
    if data.same_as:
        others = " et ".join(data.same_as)
        message = f"{data.label} : mêmes chiffres que dans la base {others}, aucune évolution n’est à y lire."
        yield found("EVK-R090", message, where)
