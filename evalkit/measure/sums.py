"""From a declared measure to the sums that it needs, and back from the sums to its value."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.cells.ratio import DENOMINATOR, NUMERATOR, ratio_amounts
from evalkit.cells.request import ROWS, Amount, CellRequest
from evalkit.declare.feed import Feed
from evalkit.declare.indicator import (
    CountMeasure,
    DurationMeasure,
    Indicator,
    Measure,
    MilestoneMeasure,
    RatioMeasure,
    SumMeasure,
    SurveyMeasure,
)
from evalkit.formula import parse

OPEN = "open"

SUMMED = CountMeasure | SumMeasure | RatioMeasure | DurationMeasure | SurveyMeasure | MilestoneMeasure


@dataclass(frozen=True, slots=True)
class Value:
    """A value made of sums, before it is given to a zone and a period.

    Attributes:
        n: units behind it.
        remark: a French remark to print beside it.
        missing: a French reason when there is no value.
    """

    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    n: int | None = None
    remark: str = ""
    missing: str = ""


def is_summed(measure: Measure) -> bool:
    """Tell whether the measure is made of sums, so that zones and periods add up; a median does not."""
    if isinstance(measure, DurationMeasure) and measure.statistic == "median":
        return False
    return isinstance(measure, SUMMED)


def cell_request(contract: str, indicator: Indicator, feed: Feed) -> CellRequest:
    """Return the cells that an indicator needs: zone by period, with its numerator and denominator."""
    measure = indicator.measure
    if not isinstance(measure, SUMMED):
        raise TypeError(f"{indicator.id} is not made of sums")
    where = parse(measure.where) if measure.where else None
    keys = ("zone", *(field for field in indicator.by if field != "zone"))
    return CellRequest(contract, feed, keys, indicator.period, where, _amounts(measure, feed))


def _amounts(measure: SUMMED, feed: Feed) -> tuple[Amount, ...]:
    if isinstance(measure, SumMeasure):
        return (Amount(NUMERATOR, parse(measure.of), "value"),)
    if isinstance(measure, RatioMeasure):
        return ratio_amounts(measure, feed)
    if isinstance(measure, SurveyMeasure):
        score = parse(measure.score)
        return (Amount(NUMERATOR, score, "value"), Amount(DENOMINATOR, parse(f"{measure.score} IS NOT NULL"), "true"))
    if isinstance(measure, DurationMeasure):
        return _duration_amounts(measure)
    return ()


def _duration_amounts(measure: DurationMeasure) -> tuple[Amount, ...]:
    days = f"DAYS_BETWEEN({measure.start}, {measure.end})"
    closed = Amount(DENOMINATOR, parse(f"{days} IS NOT NULL"), "true")
    still_open = Amount(OPEN, parse(f"{measure.start} IS NOT NULL AND {measure.end} IS NULL"), "true")
    if measure.statistic == "share_within":
        return (Amount(NUMERATOR, parse(f"{days} <= {measure.within}"), "true"), closed, still_open)
    return (Amount(NUMERATOR, parse(days), "value"), closed, still_open)


def value_of(measure: Measure, sums: dict[str, float | int | None]) -> Value:
    """Return the value of a summed measure from the sums of a zone and a period.

    A ratio is sum over sum, never a mean of ratios; a zero denominator gives no value.

    Args:
        measure: the declared measure.
        sums: ``n`` and the amounts of :func:`cell_request`, already added over zones and periods.
    """
    rows = int(sums.get(ROWS) or 0)
    numerator, denominator = sums.get(NUMERATOR), sums.get(DENOMINATOR)
    if isinstance(measure, CountMeasure):
        return Value(float(rows), None, float(rows), rows)
    if isinstance(measure, MilestoneMeasure):
        return Value(value=float(rows > 0), n=rows)
    total = float(numerator or 0)
    if isinstance(measure, SumMeasure):
        return Value(total, None, total, rows)
    units = float(denominator or 0)
    if units == 0:
        return Value(total, units, None, 0, missing="le dénominateur est nul")
    factor = 1.0
    if isinstance(measure, RatioMeasure):
        factor = float(measure.per)
    elif isinstance(measure, DurationMeasure) and measure.statistic == "share_within":
        factor = 100.0
    return Value(total, units, factor * total / units, int(units), _open_remark(measure, sums))


def _open_remark(measure: Measure, sums: dict[str, float | int | None]) -> str:
    waiting = int(sums.get(OPEN) or 0)
    if not isinstance(measure, DurationMeasure) or not waiting:
        return ""
    return f"{waiting} encore sans fin, non compté{'s' if waiting > 1 else ''} dans le délai"
