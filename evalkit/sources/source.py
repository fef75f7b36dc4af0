"""What the catalogue says of one source of open data. What nobody has checked is null, never guessed."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from evalkit.declare.feed import Break
from evalkit.declare.model import Declaration, Duration, Identifier, Label, Vintage

Year = Annotated[int, Field(ge=1990, le=2100)]


class Origin(Declaration):
    """A register, a survey or a management file that several published tables take their figures from.

    Attributes:
        id: the name used in the catalogue.
        producer: who collects it; the producer of a table that republishes it may be another.
        window: what its figures observe, in words: a day, a year, five years of surveys.
        spacing: the shortest time between two vintages that may be compared.
        spacing_reason: why.
        breaks: dated changes that no comparison crosses.
        missing_years: years that the producer did not make: nothing will ever be received for them.
    """

    id: Identifier
    label: Label
    producer: Label
    window: Label | None = None
    spacing: Duration | None = None
    spacing_reason: Label | None = None
    breaks: tuple[Break, ...] = ()
    missing_years: tuple[Year, ...] = ()


class PartYear(Declaration):
    """The year of the data of one origin in one vintage of a table.

    Attributes:
        year: the year observed; null when nobody has checked it.
        day: the day observed, for a stock.
        same_as: other vintages of the table that hold the very same figures of this origin.
        evidence: how the year or the repetition is known.
    """

    origin: Identifier
    year: Year | None = None
    day: dt.date | None = None
    same_as: tuple[Label, ...] = ()
    evidence: Label | None = None

    @property
    def observed_year(self) -> int | None:
        """Return the year observed, from the day when only the day is given."""
        return self.day.year if self.year is None and self.day is not None else self.year


class SourceVintage(Declaration):
    """One published vintage of a table.

    Attributes:
        label: what the producer calls it; the year in it is not always the year of the data.
        page: number of its page at the producer's.
        released: the day of publication.
        perimeter: generation of the neighbourhoods, when it is not that of the whole source.
        data: what is known of the year of each origin; an origin left out is unknown.
    """

    label: Label
    page: Label | None = None
    released: dt.date | None = None
    perimeter: Vintage | None = None
    data: tuple[PartYear, ...] = ()


class SourcePart(Declaration):
    """The columns of a table that come from one origin.

    Attributes:
        columns: their headings, or the beginning of these followed by ``*``.
    """

    origin: Identifier
    columns: tuple[Label, ...] = ()


class KnownError(Declaration):
    """A cell that the producer or the republisher of a table got wrong.

    Attributes:
        key: the heading of the column that names rows.
        row: the row.
        column: the heading of the wrong cell.
        value: what is written in it; once repaired at the source, nothing is told any more.
        text: what is wrong, in one French sentence.
        evidence: how it is known.
    """

    key: Label
    row: Label
    column: Label
    value: Label
    text: Label
    evidence: Label | None = None


class Source(Declaration):
    """A table that anybody may download.

    Attributes:
        id: the name used in the catalogue; that of the feed, when a feed reads it.
        producer: who publishes it.
        title: title of its page, without the year.
        title_read: somebody has read that title on the page; else it only says what the page is about.
        page: number or identifier of its page, when all vintages share one.
        scale: what one row is.
        next_release: when the next vintage is expected, in words.
        licence: under which it may be used.
        feed: the feed of ``expectations/`` that reads it.
        errors: cells known to be wrong.
        notes: what a reader must know before using it.
    """

    id: Identifier
    producer: Label
    title: Label
    title_read: bool = False
    page: Label | None = None
    scale: Literal["qpv", "iris", "commune", "epci", "zone d’emploi", "établissement scolaire", "contrat"]
    perimeter: Vintage | None = None
    parts: tuple[SourcePart, ...] = ()
    vintages: tuple[SourceVintage, ...] = ()
    next_release: Label | None = None
    licence: Label | None = None
    feed: Identifier | None = None
    errors: tuple[KnownError, ...] = ()
    notes: tuple[Label, ...] = ()

    def vintage(self, label: str) -> SourceVintage | None:
        """Return the vintage of that label."""
        return next((each for each in self.vintages if each.label == label), None)


class CatalogueFile(Declaration):
    """The whole catalogue, as its file holds it."""

    origins: tuple[Origin, ...] = Field(min_length=1)
    sources: tuple[Source, ...] = Field(min_length=1)
