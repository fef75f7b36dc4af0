"""Medians: they are read from rows, never from sums, and cannot be rolled up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import polars as pl

from evalkit.declare.indicator import DurationMeasure
from evalkit.declare.period import roll_up
from evalkit.formula import compile_formula, compile_predicate, parse
from evalkit.measure.frame import Subject
from evalkit.measure.observation import Observation
from evalkit.measure.sums import Value
from evalkit.store.rows import current_rows
from evalkit.store.store import Store
from evalkit.territory.zones import members


def median_observations(subject: Subject, store: Store, as_of: dt.date | None) -> Iterator[Observation]:
    """Return the median number of days per zone and period, each computed from its own rows."""
    measure = subject.measure
    if not isinstance(measure, DurationMeasure):
        raise TypeError(subject.indicator.id)
    rows = current_rows(store, subject.contract, subject.feed, as_of)
    if measure.where:
        rows = rows.filter(compile_predicate(parse(measure.where)))
    days = compile_formula(parse(f"DAYS_BETWEEN({measure.start}, {measure.end})"))
    period = roll_up(pl.col("_period"), subject.indicator.period).alias("period")
    closed = rows.select("zone", period, days.alias("days")).drop_nulls("days").collect()
    for zone in subject.zones:
        selection = members(subject.territory, zone)
        inside = pl.col("zone").is_in(list(selection.zones))
        kept = closed.filter(inside if selection.sense == "in" else ~inside)
        found = kept.group_by("period").agg(pl.col("days").median().alias("median"), pl.len().alias("n"))
        by_period = {each: (middle, count) for each, middle, count in found.iter_rows()}
        for period_name in subject.periods:
            middle, count = by_period.get(period_name, (None, 0))
            missing = "" if count else "aucun délai terminé"
            yield subject.observe(zone, period_name, Value(value=middle, n=count, missing=missing))
