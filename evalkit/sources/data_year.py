"""The year of the data behind the year of a label: ``REVN 2019`` holds incomes of 2015."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from evalkit.declare.model import Duration
from evalkit.sources.catalogue import Catalogue, shipped_catalogue
from evalkit.sources.source import Origin, PartYear, Source, SourcePart, SourceVintage


@dataclass(frozen=True, slots=True)
class DataYear:
    """What one origin contributes to a vintage.

    Attributes:
        origin: id of the origin.
        label: its French name.
        producer: who collects it.
        columns: headings of its columns; ``*`` at the end stands for any ending.
        year: the year observed, ``None`` when nobody has checked it.
        day: the day observed, for a stock.
        same_as: labels of vintages that hold the very same figures.
        window: what is observed, in words.
        spacing: the shortest time between two comparable vintages.
    """

    origin: str
    label: str
    producer: str
    columns: tuple[str, ...]
    year: int | None
    day: dt.date | None
    same_as: tuple[str, ...]
    window: str | None
    spacing: Duration | None

    def holds(self, heading: str) -> bool:
        """Tell whether a column comes from this origin; a part without a list of columns holds none."""
        name = heading.strip().casefold()
        return any(_matches(name, column.casefold()) for column in self.columns)


@dataclass(frozen=True, slots=True)
class DataVintage:
    """One vintage of one source: the year of its label and the years of its data.

    Attributes:
        source: id of the source.
        producer: who publishes it.
        title: title of its page.
        page: number of its page, when known.
        label: what the producer calls the vintage.
        released: the day of publication, when known.
        perimeter: generation of the neighbourhoods.
        years: the years of the data, one per origin.
    """

    source: str
    producer: str
    title: str
    page: str | None
    label: str
    released: dt.date | None
    perimeter: int | None
    years: tuple[DataYear, ...]

    def of_column(self, heading: str) -> DataYear | None:
        """Return what is known of the year of one column, ``None`` when the catalogue does not list the column.

        Args:
            heading: the title of the column in the producer's file, in any case.
        """
        named = [each for each in self.years if each.holds(heading)]
        if named:
            return named[0]
        return self.years[0] if len(self.years) == 1 and not self.years[0].columns else None


def source_of(feed: str, vintage: str, catalogue: Catalogue | None = None) -> DataVintage | None:
    """Return what a vintage of a feed really holds.

    Args:
        feed: a feed of ``expectations/``, or the id of a source.
        vintage: the label of the vintage: the period given with the delivery of an open base.
        catalogue: the one of the package by default.

    Returns:
        The vintage with the year of each of its origins, ``None`` when the catalogue does not know it.
    """
    known = catalogue if catalogue is not None else shipped_catalogue()
    for source in known.read_by(feed):
        found = source.vintage(vintage)
        if found is not None:
            return data_vintage(known, source, found)
    return None


def data_vintage(catalogue: Catalogue, source: Source, vintage: SourceVintage) -> DataVintage:
    """Return one vintage of a source with the year of each of its origins."""
    said = {data.origin: data for data in vintage.data}
    years = tuple(_data_year(catalogue.origins[part.origin], part, said.get(part.origin)) for part in source.parts)
    return DataVintage(
        source.id,
        source.producer,
        source.title,
        vintage.page or source.page,
        vintage.label,
        vintage.released,
        vintage.perimeter or source.perimeter,
        years,
    )


def _data_year(origin: Origin, part: SourcePart, said: PartYear | None) -> DataYear:
    return DataYear(
        origin.id,
        origin.label,
        origin.producer,
        part.columns,
        said.observed_year if said else None,
        said.day if said else None,
        said.same_as if said else (),
        origin.window,
        origin.spacing,
    )


def _matches(name: str, column: str) -> bool:
    return name.startswith(column[:-1]) if column.endswith("*") else name == column
