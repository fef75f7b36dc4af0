"""Measures read from rows and not from sums: quantiles, distinct persons, kinds, lists, dated milestones.

Cells hold how many rows have each value, so that any zone made of stored zones is read exactly, in the same scan as
the sums; what comes out cannot be added up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

import polars as pl

from evalkit.cells.request import PERIOD, ROWS
from evalkit.declare.measures import (
    DurationMeasure,
    KindsMeasure,
    ListMeasure,
    MedianMeasure,
    MilestoneMeasure,
    PersonsMeasure,
    QuantileMeasure,
)
from evalkit.french_dates import day_words
from evalkit.measure.frame import Subject
from evalkit.measure.observation import Availability, Observation
from evalkit.measure.plan import ENDED, VALUE
from evalkit.measure.selection import rows_selected
from evalkit.measure.survival import Ended, survival
from evalkit.measure.value import Value


def row_value_observations(subject: Subject, cells: pl.DataFrame) -> Iterator[Observation]:
    """Return one observation per zone and period, then one per declared breakdown.

    Args:
        subject: the indicator and what surrounds it.
        cells: its cells, one row per stored zone, breakdown, period and value, with ``n``.
    """
    for zone in subject.zones:
        mine, kept = rows_selected(subject, cells, zone)
        for breakdown, part in _parts(subject, mine):
            by_period = {str(period): rows for (period,), rows in part.group_by(PERIOD, maintain_order=True)}
            for period in subject.periods:
                problem = kept.problem(period)
                if problem and period in subject.covered:
                    yield subject.absent(zone, period, Availability.NOT_COMPUTABLE, problem, breakdown)
                    continue
                value = read_value(subject, by_period.get(period, part.clear()))
                yield subject.observe(zone, period, value, breakdown)


def _parts(subject: Subject, cells: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    yield "", cells
    for field in subject.breakdowns:
        for (word,), part in cells.drop_nulls(field).sort(field).group_by(field, maintain_order=True):
            yield f"{field}={word}", part


def read_value(subject: Subject, cells: pl.DataFrame) -> Value:
    """Return the value of a measure from the cells of one zone and period."""
    measure = subject.measure
    match measure:
        case PersonsMeasure():
            count = cells[measure.person].drop_nulls().n_unique()
            value = Value(float(count), None, float(count), count)
        case KindsMeasure():
            named = cells.drop_nulls(measure.of)
            value = Value(value=float(named[measure.of].n_unique()), n=_rows(named))
        case ListMeasure():
            value = _names(cells.drop_nulls(measure.of), measure.of)
        case MedianMeasure() | QuantileMeasure():
            value = _quantile_value(cells, measure.order, "aucune ligne n’a cette valeur")
        case MilestoneMeasure():
            value = _milestone(measure, cells)
        case DurationMeasure() if measure.open == "apart":
            value = _quantile_value(cells, measure.order or Decimal("0.5"), "aucun délai terminé")
        case DurationMeasure():
            value = _censored(measure, cells)
        case _:
            raise TypeError(subject.indicator.id)
    return value


def _names(named: pl.DataFrame, column: str) -> Value:
    names = sorted({str(each) for each in named[column]})
    missing = "" if names else "aucun nom"
    return Value(value=float(len(names)), n=_rows(named), text=", ".join(names), missing=missing)


def _rows(cells: pl.DataFrame) -> int:
    return int(cells[ROWS].sum())


def _quantile_value(cells: pl.DataFrame, order: Decimal, missing: str) -> Value:
    counted = cells.drop_nulls(VALUE).group_by(VALUE).agg(pl.col(ROWS).sum()).sort(VALUE)
    number = _rows(counted)
    if not number:
        return Value(n=0, missing=missing)
    return Value(value=quantile(counted[VALUE], counted[ROWS], float(order)), n=number)


def quantile(values: pl.Series, counts: pl.Series, order: float) -> float:
    """Return the quantile of values of which each is held by some rows, interpolated between neighbours.

    Args:
        values: distinct values in increasing order, at least one.
        counts: number of rows that hold each.
        order: between 0 and 1.

    Source: Hyndman and Fan 1996, definition 7.
    """
    passed = counts.cum_sum()
    place = order * (int(passed[-1]) - 1)
    below, above = math.floor(place + 1e-9), math.ceil(place - 1e-9)
    low, high = (float(values[int(passed.search_sorted(rank, side="right"))]) for rank in (below, above))
    return low if below == above else low + (place - below) * (high - low)


def _censored(measure: DurationMeasure, cells: pl.DataFrame) -> Value:
    known = cells.drop_nulls([VALUE, ENDED])
    table = known.group_by(VALUE, ENDED).agg(pl.col(ROWS).sum()).sort(VALUE, ENDED)
    cases = [Ended(int(days), count if ended else 0, 0 if ended else count) for days, ended, count in table.iter_rows()]
    number = sum(each.ends + each.lost for each in cases)
    if not number:
        return Value(n=0, missing="aucun dossier")
    waiting = sum(each.lost for each in cases)
    plural = "s" if waiting > 1 else ""
    remark = f"{waiting} dossier{plural} sans fin, compté{plural} jusqu’au dernier jour reçu" if waiting else ""
    curve = survival(cases)
    if measure.statistic == "share_within":
        return Value(value=100 * (1 - curve.open_after(measure.within or 0)), n=number, remark=remark)
    order = float(measure.order or Decimal("0.5"))
    found = curve.quantile(order)
    if found is None:
        return Value(n=number, missing=f"moins de {100 * order:.0f} % des dossiers ont une fin connue")
    return Value(value=float(found), n=number, remark=remark)


def _milestone(measure: MilestoneMeasure, cells: pl.DataFrame) -> Value:
    dates = cells[measure.date or ""].drop_nulls().to_list()
    rows = _rows(cells)
    if not dates:
        due = f"attendu le {day_words(measure.due)}" if measure.due else ""
        return Value(value=float(rows > 0), n=rows, remark=due)
    first = min(dates)
    late = (first - measure.due).days if measure.due else 0
    delay = f", {late} jour{'s' if late > 1 else ''} après l’échéance" if late > 0 else ""
    return Value(value=1.0, n=rows, remark=f"fait le {day_words(first)}{delay}")
