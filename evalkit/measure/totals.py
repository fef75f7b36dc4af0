"""Measures made of sums: cells of zones and periods are added, then divided once."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from evalkit.cells.request import PERIOD
from evalkit.measure.frame import Subject
from evalkit.measure.intervals import with_interval
from evalkit.measure.observation import Observation
from evalkit.measure.sums import value_of
from evalkit.territory.zones import Selection, members


def total_observations(subject: Subject, cells: pl.DataFrame) -> Iterator[Observation]:
    """Return one observation per zone and period of a measure made of sums.

    Args:
        subject: the indicator and what surrounds it.
        cells: its cells, one row per stored zone and period, with ``n`` and its amounts.
    """
    for zone in subject.zones:
        selection = members(subject.territory, zone)
        by_period = {row[PERIOD]: row for row in _added(cells, selection).iter_rows(named=True)}
        for period in subject.periods:
            observed = subject.observe(zone, period, value_of(subject.measure, by_period.get(period, {})))
            yield with_interval(observed, subject.measure)


def _added(cells: pl.DataFrame, selection: Selection) -> pl.DataFrame:
    inside = pl.col("zone").is_in(list(selection.zones))
    kept = cells.filter(inside if selection.sense == "in" else ~inside)
    amounts = [name for name in cells.columns if name not in {"zone", PERIOD}]
    return kept.group_by(PERIOD).agg(pl.col(amounts).sum()).sort(PERIOD)
