"""Rows that name a school or an estate, and no zone: the declared tables give the zone of the place."""

from __future__ import annotations

import datetime as dt
from itertools import product

import polars as pl

from evalkit.declare.feed import Feed, FieldType
from evalkit.declare.period import granularity_of, last_day
from evalkit.receive.findings.finding import at_lines, found
from evalkit.store.delivery import Finding
from evalkit.store.schema import LINE
from evalkit.territory.attachments import whole_places
from evalkit.territory.zones import UNKNOWN, Territory
from evalkit.typography import counted


def attach_zones(feed: Feed, territory: Territory, frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """Give their zone to the rows of unknown place whose school or estate belongs to one zone as a whole.

    The table that holds on the last day of the row's period is read; without a period of its own, a row is read by the
    tables that have no end. A place shared between zones stays of unknown zone: a row has one zone.

    Args:
        feed: the declaration.
        territory: the zones and the tables.
        frame: typed rows, with their line.

    Returns:
        The rows, and one finding per field that gave zones.
    """
    zones = [field.name for field in feed.fields if field.type is FieldType.ZONE]
    tables = {table.field for table in territory.attachments}
    places = [field.name for field in feed.fields if field.name in tables and field.type is FieldType.CODE]
    findings: list[Finding] = []
    for zone, name in product(zones[:1], places):
        known = _zones_of(feed, territory, frame, name)
        given = (frame[zone] == UNKNOWN) & known.is_not_null()
        if given.any():
            frame = frame.with_columns(pl.when(given).then(known).otherwise(pl.col(zone)).alias(zone))
            number = counted(int(given.sum()), "valeur", "valeurs")
            message = f"« {zone} » : {number}, zone du lieu donnée par la table de « {name} »."
            findings.append(found("EVK-R040", message, at_lines(zone, frame[LINE].filter(given))))
    return frame, tuple(findings)


def _zones_of(feed: Feed, territory: Territory, frame: pl.DataFrame, name: str) -> pl.Series:
    """Return the zone that the tables give to each row, null where they give none."""
    period = feed.period.field if feed.period.field in frame.columns else None
    periods = frame[period].cast(pl.String) if period is not None else pl.repeat("", frame.height, eager=True)
    rows = pl.DataFrame({"code": frame[name].str.strip_chars().str.to_uppercase(), "period": periods})
    tables = [
        (code, text, zone)
        for text in rows["period"].unique().sort()
        for code, zone in whole_places(territory, name, _day(text)).items()
    ]
    known = pl.DataFrame(tables, schema={"code": pl.String, "period": pl.String, "zone": pl.String}, orient="row")
    return rows.join(known, on=["code", "period"], how="left", nulls_equal=True, maintain_order="left")["zone"]


def _day(text: str | None) -> dt.date:
    """Return the last day of a period as it is stored, a date included; no period stands for the tables without end."""
    if text is None or not text:
        return dt.date.max
    if granularity_of(text) is not None:
        return last_day(text)
    return dt.date.fromisoformat(text)
