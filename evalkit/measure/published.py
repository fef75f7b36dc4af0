"""Values that a producer published: stored as supplied, never recomputed, never added up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from evalkit.declare.indicator import PublishedMeasure
from evalkit.declare.period import roll_up
from evalkit.formula import compile_formula, compile_predicate, parse
from evalkit.measure.frame import Subject
from evalkit.measure.observation import Availability, Observation
from evalkit.measure.sums import Value
from evalkit.store.rows import current_rows
from evalkit.store.store import Store

SECRET = "secret"


def published_observations(subject: Subject, store: Store, as_of: dt.date | None) -> Iterator[Observation]:
    """Return the values that the producer gives for each zone; a derived zone has none of its own."""
    measure = subject.measure
    if not isinstance(measure, PublishedMeasure):
        raise TypeError(subject.indicator.id)
    rows = current_rows(store, subject.contract, subject.feed, as_of)
    if measure.where:
        rows = rows.filter(compile_predicate(parse(measure.where)))
    cause = f"{measure.value}__cause"
    found = rows.select(
        pl.col("zone"),
        roll_up(pl.col("_period"), subject.indicator.period).alias("period"),
        compile_formula(parse(measure.value)).cast(pl.Float64).alias("value"),
        pl.col(cause) if cause in rows.collect_schema() else pl.lit(None, pl.String).alias(cause),
    ).collect()
    by_place = {(row["zone"], row["period"]): row for row in found.iter_rows(named=True)}
    for zone in subject.zones:
        for period in subject.periods:
            yield _published(subject, zone, period, by_place.get((zone, period)), cause)


def _published(subject: Subject, zone: str, period: str, row: Mapping[str, Any] | None, cause: str) -> Observation:
    if zone not in subject.territory.zones:
        why = "une valeur publiée ne s’additionne pas d’une zone à l’autre"
        return subject.absent(zone, period, Availability.NOT_APPLICABLE, why)
    if period not in subject.covered:
        return subject.absent(zone, period)
    if row is None:
        return subject.absent(zone, period, Availability.NOT_PRODUCED, "la zone n’est pas dans la base publiée")
    if row["value"] is None:
        secret = row[cause] == SECRET
        kind = Availability.SECRET_AT_SOURCE if secret else Availability.NOT_PRODUCED
        why = "masqué par le producteur" if secret else f"valeur absente de la base ({row[cause] or 'sans cause dite'})"
        return subject.absent(zone, period, kind, why)
    return subject.observe(zone, period, Value(value=row["value"]))
