"""Measures made of sums: cells of zones and periods are added, then divided once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from evalkit.cells.request import PERIOD, ROWS
from evalkit.measure.frame import Subject
from evalkit.measure.intervals import with_interval
from evalkit.measure.observation import Availability, Observation
from evalkit.measure.selection import Selected, selected
from evalkit.measure.sums import Sums, value_of

_ASKED, _SIGN = "zone_asked", "sign"

_Table = dict[tuple[str, str], dict[str, Sums]]
"""Sums by zone and word of a breakdown, then by period."""


def total_observations(subject: Subject, cells: pl.DataFrame) -> Iterator[Observation]:
    """Return one observation per zone and period of a measure made of sums, then one per declared breakdown.

    Args:
        subject: the indicator and what surrounds it.
        cells: its cells, one row per stored zone, breakdown and period, with ``n`` and its amounts.
    """
    breakdowns = subject.breakdowns
    amounts = tuple(name for name in cells.columns if name not in {"zone", PERIOD, *breakdowns})
    kept = {zone: selected(subject, cells, zone) for zone in subject.zones}
    spread = _spread(cells, kept, amounts)
    whole = _table(spread, None, amounts)
    parts = {field: _table(spread.drop_nulls(field), field, amounts) for field in breakdowns}
    for zone, found in kept.items():
        yield from _by_period(subject, zone, "", found, whole.get((zone, ""), {}))
        for field, table in parts.items():
            for word in (word for place, word in table if place == zone):
                yield from _by_period(subject, zone, f"{field}={word}", found, table[zone, word])


def _spread(cells: pl.DataFrame, kept: Mapping[str, Selected], amounts: tuple[str, ...]) -> pl.DataFrame:
    """Return the cells of every zone asked for; sums taken out are negated, the number of rows behind them is not."""
    added = [(zone, place, 1) for zone, found in kept.items() for place in found.added]
    taken = [(zone, place, -1) for zone, found in kept.items() for place in found.taken]
    wanted = pl.DataFrame([*added, *taken], schema={_ASKED: pl.String, "zone": pl.String, _SIGN: pl.Int8}, orient="row")
    spread = wanted.join(cells, on="zone", how="inner")
    if not taken:
        return spread
    negated = [pl.when(pl.col(_SIGN) < 0).then(-pl.col(name)).otherwise(name).alias(name) for name in amounts]
    return spread.with_columns(each for each, name in zip(negated, amounts, strict=True) if name != ROWS)


def _table(spread: pl.DataFrame, field: str | None, amounts: tuple[str, ...]) -> _Table:
    keys = [_ASKED, *([field] if field is not None else []), PERIOD]
    added = spread.group_by(keys).agg(pl.col(amounts).sum()).sort(keys)
    found: _Table = {}
    for row in added.iter_rows(named=True):
        word = "" if field is None else str(row[field])
        found.setdefault((row[_ASKED], word), {})[row[PERIOD]] = row
    return found


def _by_period(
    subject: Subject, zone: str, breakdown: str, kept: Selected, sums: Mapping[str, Sums]
) -> Iterator[Observation]:
    for period in subject.periods:
        problem = kept.problem(period)
        if problem and period in subject.covered:
            yield subject.absent(zone, period, Availability.NOT_COMPUTABLE, problem, breakdown)
            continue
        here = sums.get(period, {})
        value = with_interval(value_of(subject.measure, here), here, subject)
        yield subject.observe(zone, period, value, breakdown)
