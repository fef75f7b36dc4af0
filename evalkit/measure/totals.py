"""Measures made of sums: cells of zones and periods are added, then divided once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from evalkit.cells.request import PERIOD
from evalkit.measure.frame import Subject
from evalkit.measure.intervals import with_interval
from evalkit.measure.observation import Observation
from evalkit.measure.sums import value_of
from evalkit.territory.zones import Selection, members


def total_observations(subject: Subject, cells: pl.DataFrame) -> Iterator[Observation]:
    """Return one observation per zone and period of a measure made of sums, then one per declared breakdown.

    Args:
        subject: the indicator and what surrounds it.
        cells: its cells, one row per stored zone, breakdown and period, with ``n`` and its amounts.
    """
    breakdowns = subject.breakdowns
    amounts = [name for name in cells.columns if name not in {"zone", PERIOD, *breakdowns}]
    for zone in subject.zones:
        kept = _inside(cells, members(subject.territory, zone))
        yield from _by_period(subject, zone, "", _added(kept, [PERIOD], amounts))
        for field in breakdowns:
            added = _added(kept.drop_nulls(field), [field, PERIOD], amounts)
            for word in sorted(added[field].unique().to_list()):
                yield from _by_period(subject, zone, f"{field}={word}", added.filter(pl.col(field) == word))


def _by_period(subject: Subject, zone: str, breakdown: str, sums: pl.DataFrame) -> Iterator[Observation]:
    found = {row[PERIOD]: row for row in sums.iter_rows(named=True)}
    for period in subject.periods:
        observed = subject.observe(zone, period, value_of(subject.measure, found.get(period, {})))
        yield with_interval(replace(observed, breakdown=breakdown), subject.measure)


def _inside(cells: pl.DataFrame, selection: Selection) -> pl.DataFrame:
    inside = pl.col("zone").is_in(list(selection.zones))
    return cells.filter(inside if selection.sense == "in" else ~inside)


def _added(cells: pl.DataFrame, keys: list[str], amounts: list[str]) -> pl.DataFrame:
    return cells.group_by(keys).agg(pl.col(amounts).sum()).sort(keys)
