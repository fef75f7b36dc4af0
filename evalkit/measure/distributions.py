"""Shares of categories: each category is an observation of its own, the whole is 100 %."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from evalkit.cells.request import PERIOD, ROWS
from evalkit.declare.measures import DistributionMeasure
from evalkit.measure.frame import Subject
from evalkit.measure.observation import Availability, Observation
from evalkit.measure.plan import WEIGHT
from evalkit.measure.selection import rows_selected
from evalkit.measure.value import Value

COUNTED = "counted"


def distribution_observations(subject: Subject, cells: pl.DataFrame) -> Iterator[Observation]:
    """Return, per zone and period, the whole (100 %, with its number) then the share of each category.

    Every category that occurs somewhere is given everywhere, as a true zero where it does not occur.

    Args:
        subject: the indicator and what surrounds it.
        cells: its cells, one row per stored zone, category and period.
    """
    measure = subject.measure
    if not isinstance(measure, DistributionMeasure):
        raise TypeError(subject.indicator.id)
    named = cells.drop_nulls(measure.of)
    words = sorted(named[measure.of].unique().to_list())
    for zone in subject.zones:
        mine, kept = rows_selected(subject, named, zone)
        by_period = {str(period): rows for (period,), rows in mine.group_by(PERIOD, maintain_order=True)}
        for period in subject.periods:
            problem = kept.problem(period)
            if problem and period in subject.covered:
                yield subject.absent(zone, period, Availability.NOT_COMPUTABLE, problem)
                continue
            yield from _shares(subject, measure, words, (zone, period, by_period.get(period, named.clear())))


def _shares(
    subject: Subject, measure: DistributionMeasure, words: list[object], here: tuple[str, str, pl.DataFrame]
) -> Iterator[Observation]:
    zone, period, cells = here
    counts = _counts(measure, cells)
    whole = _whole(measure, cells)
    if not whole:
        yield subject.observe(zone, period, Value(n=0, missing="rien à répartir"))
        return
    rows = int(cells[ROWS].sum())
    is_more = sum(counts.values()) > whole
    remark = "les modalités se recoupent : leur somme dépasse 100 %" if is_more else ""
    number = rows if measure.weight else int(whole)
    yield subject.observe(zone, period, Value(whole, None, 100.0, number, remark=remark))
    for word in words:
        count = counts.get(word, 0.0)
        mine = int(cells.filter(pl.col(measure.of) == word)[ROWS].sum()) if measure.weight else int(count)
        value = Value(count, None, 100 * count / whole, mine)
        yield subject.observe(zone, period, value, f"{measure.of}={word}")


def _counts(measure: DistributionMeasure, cells: pl.DataFrame) -> dict[object, float]:
    counted = cells.group_by(measure.of).agg(_count(measure).alias(COUNTED)).sort(measure.of)
    return {word: float(count or 0) for word, count in counted.iter_rows()}


def _whole(measure: DistributionMeasure, cells: pl.DataFrame) -> float:
    return float(cells.select(_count(measure)).item() or 0)


def _count(measure: DistributionMeasure) -> pl.Expr:
    if measure.distinct is not None:
        return pl.col(measure.distinct).drop_nulls().n_unique()
    return pl.col(WEIGHT if measure.weight else ROWS).sum()
