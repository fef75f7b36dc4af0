"""Schools, landlords' estates and other places that are no zones, tied to zones by dated tables."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal

import polars as pl

from evalkit.territory.zones import OUTSIDE, UNKNOWN, Territory

ATTACHED_SCHEMA = pl.Schema({"code": pl.String(), "zone": pl.String(), "share": pl.Float64()})


def attached_places(territory: Territory, field: str, day: dt.date) -> pl.DataFrame:
    """Return the zones of the places whose code a field of feeds holds, on a day.

    Args:
        territory: the zones and the tables that tie places to them.
        field: the field that the tables name.
        day: the day of the figures; a table that does not hold on it says nothing.

    Returns:
        A frame of :data:`ATTACHED_SCHEMA`, sorted: one row per place and zone. The shares of a place add up to 1; what
        no zone claims is ``outside``.
    """
    shares: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for table in territory.attachments:
        if table.field == field and table.holds_on(day):
            for place in table.places:
                shares[_written(place.code)][place.zone] += place.share
    rows = [
        (code, zone, float(share))
        for code, zones in sorted(shares.items())
        for zone, share in sorted({**zones, OUTSIDE: 1 - sum(zones.values())}.items())
        if share > 0
    ]
    return pl.DataFrame(rows, schema=ATTACHED_SCHEMA, orient="row")


def attach(rows: pl.LazyFrame, field: str, places: pl.DataFrame) -> pl.LazyFrame:
    """Give rows about places their zones: a row is repeated for each zone of its place, with its share of it.

    Args:
        rows: rows with the column ``field``; a column ``zone`` of theirs is kept where the place is in no table.
        field: the column that holds the code of the place.
        places: from :func:`attached_places`.

    Returns:
        The rows with ``zone`` and ``share``; the shares of a row add up to 1, so weighted sums lose nothing. A place
        that no table knows is of unknown zone.
    """
    had_zone = "zone" in rows.collect_schema().names()
    keyed = rows.with_columns(pl.col(field).str.strip_chars().str.to_uppercase().alias("_code"))
    joined = keyed.join(
        places.lazy().rename({"zone": "_zone"}), left_on="_code", right_on="code", how="left", maintain_order="left"
    )
    known = pl.coalesce(pl.col("_zone"), pl.col("zone")) if had_zone else pl.col("_zone")
    return joined.with_columns(known.fill_null(UNKNOWN).alias("zone"), pl.col("share").fill_null(1.0)).drop(
        "_code", "_zone"
    )


def _written(code: str) -> str:
    return code.strip().upper()


def whole_places(territory: Territory, field: str, day: dt.date) -> dict[str, str]:
    """Return the zone of each place that belongs to one zone as a whole on a day, by its code.

    Args:
        territory: the zones and the tables that tie places to them.
        field: the field that the tables name.
        day: the day of the figures; ``date.max`` for the tables that have no end.
    """
    whole = attached_places(territory, field, day).filter((pl.col("share") == 1) & (pl.col("zone") != OUTSIDE))
    return dict(whole.select("code", "zone").rows())
