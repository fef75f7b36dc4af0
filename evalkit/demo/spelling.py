"""How partners write: headings, words, places, dates and numbers, each file in the dialect of who sends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from evalkit.declare.feed import Feed, FieldSpec, FieldType
from evalkit.demo.places import Naming, Place


@dataclass(frozen=True, slots=True)
class Dialect:
    """The habits of one sender.

    Attributes:
        encoding: of a text file.
        day: format of a date.
        headings: 0 writes the names of the declarations, 1 the first other heading that they list, and so on.
        words: the same for the words of a category.
        zones: how places are named.
        thousands: what stands between thousands.
        separator: between the columns of a text file.
    """

    encoding: str = "utf-8-sig"
    day: str = "%d/%m/%Y"
    headings: int = 0
    words: int = 0
    zones: Naming = "2024"
    thousands: str = ""
    separator: str = ";"


def heading(feed: Feed, column: str, variant: int) -> str:
    """Return the heading of a column in a dialect; a column that is not declared keeps its own."""
    field = feed.field(column)
    if field is None or variant == 0 or not field.headers:
        return column
    return field.headers[(variant - 1) % len(field.headers)]


def words(field: FieldSpec, variant: int) -> dict[str, str]:
    """Return how a dialect writes each word of a category."""
    written = {}
    for value in field.values:
        others = [synonym for synonym, meaning in field.synonyms.items() if meaning == value]
        written[value] = others[(variant - 1) % len(others)] if variant and others else value
    return written


def zone_words(places: Sequence[Place], naming: Naming) -> dict[str, str]:
    """Return how a dialect writes each zone; anything that is not a zone's id is written as it stands."""
    return {place.id: place.names[naming] for place in places}


def as_text(table: pl.DataFrame, feed: Feed, places: Sequence[Place], dialect: Dialect) -> pl.DataFrame:
    """Return a typed table as its sender writes it: text only, null for what is missing."""
    columns = [_text_of(table[name], feed.field(name), places, dialect) for name in table.columns]
    return pl.DataFrame([column.alias(heading(feed, column.name, dialect.headings)) for column in columns])


def spelled(table: pl.DataFrame, feed: Feed, places: Sequence[Place], dialect: Dialect) -> pl.DataFrame:
    """Return a typed table with the zones and the words of a dialect; dates and numbers keep their types."""
    columns = [_spell(table[name], feed.field(name), places, dialect) for name in table.columns]
    return pl.DataFrame([column.alias(heading(feed, column.name, dialect.headings)) for column in columns])


def _spell(column: pl.Series, field: FieldSpec | None, places: Sequence[Place], dialect: Dialect) -> pl.Series:
    if field is None or column.dtype != pl.String:
        return column
    written: Mapping[str, str] = {}
    if field.type is FieldType.ZONE:
        written = zone_words(places, dialect.zones)
    elif field.type is FieldType.CATEGORY:
        written = words(field, dialect.words)
    return column.replace(written) if written else column


def _text_of(column: pl.Series, field: FieldSpec | None, places: Sequence[Place], dialect: Dialect) -> pl.Series:
    if column.dtype == pl.Date:
        text = column.dt.strftime(dialect.day)
    elif column.dtype == pl.Boolean:
        text = pl.Series(column.name, [None if value is None else ("oui" if value else "non") for value in column])
    elif column.dtype.is_float():
        scale = field.scale if field else 1
        text = pl.Series(column.name, [_decimal(value, scale, dialect.thousands) for value in column])
    elif column.dtype.is_integer() and dialect.thousands:
        text = pl.Series(column.name, [_grouped(value, dialect.thousands) for value in column])
    else:
        text = _spell(column, field, places, dialect).cast(pl.String)
    return text.cast(pl.String).replace({"": None})


def _grouped(value: int | None, thousands: str) -> str | None:
    return None if value is None else f"{value:,d}".replace(",", thousands)


def _decimal(value: float | None, scale: int, thousands: str) -> str | None:
    if value is None:
        return None
    whole, _, decimals = f"{value:,.{scale}f}".partition(".")
    return f"{whole.replace(',', thousands)},{decimals}" if decimals else whole.replace(",", thousands)
