"""Written reviews: expected, received or not; the words stay confidential until they are published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from evalkit.declare.indicator import NarrativeMeasure
from evalkit.declare.period import roll_up
from evalkit.formula import compile_predicate, parse
from evalkit.measure.frame import Subject
from evalkit.measure.observation import Availability, Observation
from evalkit.measure.sums import Value
from evalkit.store.rows import current_rows
from evalkit.store.store import Store

PUBLISHABLE = "publiable"


def narrative_observations(subject: Subject, store: Store, as_of: dt.date | None) -> Iterator[Observation]:
    """Return one observation per zone and period: the review, or that it is still awaited.

    A review whose row does not allow its publication counts as received, without its words.
    """
    measure = subject.measure
    if not isinstance(measure, NarrativeMeasure):
        raise TypeError(subject.indicator.id)
    rows = current_rows(store, subject.contract, subject.feed, as_of)
    if measure.where:
        rows = rows.filter(compile_predicate(parse(measure.where)))
    allowed = (
        pl.col(PUBLISHABLE).fill_null(value=False) if PUBLISHABLE in rows.collect_schema() else pl.lit(value=False)
    )
    found = rows.select(
        "zone",
        roll_up(pl.col("_period"), subject.indicator.period).alias("period"),
        pl.col(measure.text).fill_null("").alias("text"),
        allowed.alias("allowed"),
    ).collect()
    texts: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    for zone, period, text, may_publish in found.sort("zone", "period", "text").iter_rows():
        if text.strip():
            texts.setdefault((zone, period), []).append((text.strip(), may_publish))
    for zone in (each for each in subject.zones if each in subject.territory.zones):
        for period in subject.periods:
            yield _narrative(subject, zone, period, texts.get((zone, period), []))


def _narrative(subject: Subject, zone: str, period: str, texts: list[tuple[str, bool]]) -> Observation:
    if not texts:
        return subject.absent(zone, period, Availability.NOT_RECEIVED, "bilan attendu, non reçu")
    observed = subject.observe(zone, period, Value(value=float(len(texts)), n=len(texts)))
    return replace(observed, text="\n\n".join(text for text, allowed in texts if allowed))
