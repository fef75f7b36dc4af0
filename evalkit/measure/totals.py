"""Measures made of sums: cells of zones and periods are added, then divided once."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from evalkit.cells.request import PERIOD
from evalkit.measure.frame import Subject
from evalkit.measure.intervals import with_interval
from evalkit.measure.observation import Availability, Observation
from evalkit.measure.selection import Selected, selected
from evalkit.measure.sums import value_of


def total_observations(subject: Subject, cells: pl.DataFrame) -> Iterator[Observation]:
    """Return one observation per zone and period of a measure made of sums, then one per declared breakdown.

    Args:
        subject: the indicator and what surrounds it.
        cells: its cells, one row per stored zone, breakdown and period, with ``n`` and its amounts.
    """
    breakdowns = subject.breakdowns
    amounts = tuple(name for name in cells.columns if name not in {"zone", PERIOD, *breakdowns})
    for zone in subject.zones:
        kept = selected(subject, cells, zone, amounts)
        yield from _by_period(subject, zone, "", kept, _added(kept.cells, [PERIOD], amounts))
        for field in breakdowns:
            added = _added(kept.cells.drop_nulls(field), [field, PERIOD], amounts)
            for (word,), mine in added.sort(field).group_by(field, maintain_order=True):
                yield from _by_period(subject, zone, f"{field}={word}", kept, mine)


def _by_period(
    subject: Subject, zone: str, breakdown: str, kept: Selected, sums: pl.DataFrame
) -> Iterator[Observation]:
    found = {row[PERIOD]: row for row in sums.iter_rows(named=True)}
    for period in subject.periods:
        problem = kept.problem(period)
        if problem and period in subject.covered:
            yield subject.absent(zone, period, Availability.NOT_COMPUTABLE, problem, breakdown)
            continue
        sums_here = found.get(period, {})
        value = with_interval(value_of(subject.measure, sums_here), sums_here, subject)
        yield subject.observe(zone, period, value, breakdown)


def _added(cells: pl.DataFrame, keys: list[str], amounts: tuple[str, ...]) -> pl.DataFrame:
    return cells.group_by(keys).agg(pl.col(amounts).sum()).sort(keys)
