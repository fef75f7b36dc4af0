"""A whole base of open data as its producer published it: every row, the codes kept, beyond any contract."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from evalkit.declare.contract import Zone, ZoneKind
from evalkit.declare.feed import Feed, FieldType
from evalkit.errors import DeliveryError, Problem
from evalkit.receive.file.reading import read_table
from evalkit.receive.headings import declared_headings, match_headings
from evalkit.receive.normalise import Reader, type_rows
from evalkit.store.schema import LINE, cause_column
from evalkit.territory.zones import Territory

CODE = "code"
"""Column of the code of each row, as the producer writes it."""


@dataclass(frozen=True, slots=True)
class OpenBase:
    """One vintage of a base of open data.

    Attributes:
        feed: the feed that reads it.
        vintage: the label that the producer gives it; the year of its data may be another.
        rows: ``code``, then every field of the feed in its type, with the cause of each missing number.
    """

    feed: Feed
    vintage: str
    rows: pl.DataFrame

    def values(self, column: str) -> pl.DataFrame:
        """Return ``code``, ``value`` and ``cause`` of one field.

        Raises:
            DeliveryError: the base has no such field (``EVK-R022``).
        """
        if column not in self.rows.columns:
            message = f"La base « {self.feed.label} » n’a pas ce champ."
            repair = f"Champs : {', '.join(field.name for field in self.feed.fields)}."
            raise DeliveryError(Problem("EVK-R022", message, received=column, repair=repair))
        return self.rows.select(
            CODE, pl.col(column).cast(pl.Float64).alias("value"), pl.col(cause_column(column)).alias("cause")
        )


def read_open_base(feed: Feed, vintage: str, path: Path, columns: Collection[str] | None = None) -> OpenBase:
    """Read a base of zones as reception reads it, with every row of the country.

    Args:
        feed: a feed whose rows are zones.
        vintage: its label.
        path: the producer's file, compressed or not.
        columns: the fields to read besides the zone; all of them when absent.

    Raises:
        DeliveryError: the file cannot be read, or its columns are not those of the feed.
    """
    try:
        content = path.read_bytes()
    except OSError:
        message = "Fichier introuvable ou illisible."
        raise DeliveryError(
            Problem("EVK-R001", message, received=path.name, repair="Vérifiez le nom du fichier.")
        ) from None
    table = read_table(content, path.name, declared_headings([feed]))
    matching = match_headings(feed, table.headings)
    zone = next((field.name for field in feed.fields if field.type is FieldType.ZONE), None)
    if zone is None or zone not in matching.columns:
        message = f"Le fichier n’est pas une base « {feed.label} » : aucune colonne de zones."
        raise DeliveryError(Problem("EVK-R022", message, received=path.name, repair="Vérifiez le flux et le fichier."))
    if columns is not None:
        feed = feed.model_copy(update={"fields": tuple(each for each in feed.fields if each.name in {zone, *columns})})
    codes = table.cells[matching.columns[zone]].drop_nulls().str.strip_chars().unique().sort()
    typed = type_rows(Reader(feed=feed, territory=territory_of_codes(codes.to_list())), table, matching)
    rows = typed.frame.filter(~typed.unreadable).drop(LINE)
    return OpenBase(feed, vintage, rows.select(pl.col(zone).str.to_uppercase().alias(CODE), pl.exclude(zone)))


def territory_of_codes(codes: list[str]) -> Territory:
    """Return a territory whose zones are codes and nothing else, to read a base of the whole country."""
    zones = [Zone(id=code.lower(), label=code, kind=ZoneKind.NEIGHBOURHOOD) for code in codes if code.isalnum()]
    return Territory({zone.id: zone for zone in zones})
