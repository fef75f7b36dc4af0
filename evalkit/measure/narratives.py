"""Written reviews: expected, received or not; the words stay confidential until they are published."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from evalkit.cells.request import PERIOD, ROWS
from evalkit.declare.measures import NarrativeMeasure
from evalkit.measure.frame import Subject
from evalkit.measure.observation import Availability, Observation
from evalkit.measure.plan import PUBLISHABLE
from evalkit.measure.value import Value


def narrative_observations(subject: Subject, cells: pl.DataFrame) -> Iterator[Observation]:
    """Return one observation per zone and period: the review, or that it is still awaited.

    A review whose row does not allow its publication counts as received, without its words.

    Args:
        subject: the indicator and what surrounds it.
        cells: its texts, by zone and period, with the leave to publish them where the feed gives one.
    """
    measure = subject.measure
    if not isinstance(measure, NarrativeMeasure):
        raise TypeError(subject.indicator.id)
    texts: dict[tuple[str, str], list[tuple[str, bool, int]]] = {}
    for row in cells.sort("zone", PERIOD, measure.text, nulls_last=True).iter_rows(named=True):
        text = (row[measure.text] or "").strip()
        if text:
            written = (text, bool(row.get(PUBLISHABLE)), int(row[ROWS]))
            texts.setdefault((row["zone"], row[PERIOD]), []).append(written)
    for zone in (each for each in subject.zones if each in subject.territory.zones):
        for period in subject.periods:
            yield _narrative(subject, zone, period, texts.get((zone, period), []))


def _narrative(subject: Subject, zone: str, period: str, texts: list[tuple[str, bool, int]]) -> Observation:
    if not texts:
        return subject.absent(zone, period, Availability.NOT_RECEIVED, "bilan attendu, non reçu")
    received = sum(count for _, _, count in texts)
    words = "\n\n".join(text for text, allowed, _ in texts if allowed)
    return subject.observe(zone, period, Value(value=float(received), n=received, text=words))
