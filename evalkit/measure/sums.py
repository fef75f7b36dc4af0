"""From a declared measure to the sums that it needs, and back from the sums to its value."""

from __future__ import annotations

from collections.abc import Mapping

from evalkit.cells.ratio import DENOMINATOR, NUMERATOR, ratio_amounts
from evalkit.cells.request import ROWS, Amount
from evalkit.declare.measures import (
    CountMeasure,
    DurationMeasure,
    MeanMeasure,
    Measure,
    MilestoneMeasure,
    ParticipationsMeasure,
    RatioMeasure,
    SumMeasure,
    SurveyMeasure,
    YesNoMeasure,
)
from evalkit.formula import parse
from evalkit.measure.frame import Subject
from evalkit.measure.value import Value

OPEN = "open"
SQUARES = "squares"
SQUARED_WEIGHTS = "squared_weights"
WEIGHTED_SQUARES = "weighted_squares"
WEIGHTED_CROSS = "weighted_cross"

SUMMED = (
    CountMeasure
    | SumMeasure
    | ParticipationsMeasure
    | RatioMeasure
    | MeanMeasure
    | DurationMeasure
    | SurveyMeasure
    | MilestoneMeasure
    | YesNoMeasure
)

Sums = Mapping[str, float | int | None]


def is_summed(measure: Measure) -> bool:
    """Tell whether the measure is made of sums, so that zones and periods add up; a median or a date does not."""
    if isinstance(measure, DurationMeasure):
        return measure.statistic in {"mean", "share_within"} and measure.open == "apart"
    if isinstance(measure, MilestoneMeasure):
        return measure.date is None
    return isinstance(measure, SUMMED)


def amounts_of(subject: Subject) -> tuple[Amount, ...]:
    """Return the sums that a summed measure needs, the number of rows apart."""
    measure = subject.measure
    found: tuple[Amount, ...] = ()
    match measure:
        case SumMeasure():
            found = (Amount(NUMERATOR, parse(measure.of), "value"),)
        case ParticipationsMeasure() if measure.of is not None:
            found = (Amount(NUMERATOR, parse(measure.of), "value"),)
        case RatioMeasure():
            found = ratio_amounts(measure, subject.feed, subject.parameters)
        case MeanMeasure():
            found = _mean_amounts(measure.of, measure.weight)
        case SurveyMeasure():
            found = _survey_amounts(measure)
        case DurationMeasure():
            found = _duration_amounts(measure)
        case YesNoMeasure():
            known = parse(f"({measure.of}) OR NOT ({measure.of})")
            found = (Amount(NUMERATOR, parse(measure.of), "true"), Amount(DENOMINATOR, known, "true"))
    return found


def _mean_amounts(of: str, weight: str | None) -> tuple[Amount, ...]:
    """Return the sum of a quantity and the rows that have one; with a weight, both are weighted."""
    if weight is None:
        return (Amount(NUMERATOR, parse(of), "value"), Amount(DENOMINATOR, parse(f"({of}) IS NOT NULL"), "true"))
    kept = f"CASE WHEN ({of}) IS NOT NULL THEN {weight} END"
    return (Amount(NUMERATOR, parse(f"({of}) * ({weight})"), "value"), Amount(DENOMINATOR, parse(kept), "value"))


def _survey_amounts(measure: SurveyMeasure) -> tuple[Amount, ...]:
    """Return the sums of a score and of its square, weighted or not: its mean, and the variance of that mean."""
    score = measure.score
    known = f"({score}) IS NOT NULL"
    if measure.weight is None:
        squares = Amount(SQUARES, parse(f"({score}) * ({score})"), "value")
        return (*_mean_amounts(score, None), squares)
    weight = f"({measure.weight})"
    squared = f"{weight} * {weight}"
    return (
        *_mean_amounts(score, measure.weight),
        Amount(SQUARED_WEIGHTS, parse(f"CASE WHEN {known} THEN {squared} END"), "value"),
        Amount(WEIGHTED_CROSS, parse(f"{squared} * ({score})"), "value"),
        Amount(WEIGHTED_SQUARES, parse(f"{squared} * ({score}) * ({score})"), "value"),
    )


def _duration_amounts(measure: DurationMeasure) -> tuple[Amount, ...]:
    days = f"DAYS_BETWEEN({measure.start}, {measure.end})"
    closed = Amount(DENOMINATOR, parse(f"{days} IS NOT NULL"), "true")
    still_open = Amount(OPEN, parse(f"{measure.start} IS NOT NULL AND {measure.end} IS NULL"), "true")
    if measure.statistic == "share_within":
        return (Amount(NUMERATOR, parse(f"{days} <= {measure.within}"), "true"), closed, still_open)
    return (Amount(NUMERATOR, parse(days), "value"), closed, still_open)


def value_of(measure: Measure, sums: Sums) -> Value:
    """Return the value of a summed measure from the sums of a zone and a period.

    A ratio is sum over sum, never a mean of ratios; a zero denominator gives no value.

    Args:
        measure: the declared measure.
        sums: ``n`` and the amounts of :func:`amounts_of`, already added over zones and periods.
    """
    rows = int(sums.get(ROWS) or 0)
    total, units = float(sums.get(NUMERATOR) or 0), float(sums.get(DENOMINATOR) or 0)
    match measure:
        case CountMeasure():
            value = Value(float(rows), None, float(rows), rows)
        case ParticipationsMeasure() if measure.of is None:
            value = Value(float(rows), None, float(rows), rows)
        case MilestoneMeasure():
            value = Value(value=float(rows > 0), n=rows)
        case SumMeasure() | ParticipationsMeasure():
            value = Value(total, None, total, rows)
        case YesNoMeasure():
            value = _yes_or_no(measure, total, units)
        case _:
            value = _divided(measure, sums, total, units)
    return value


def _divided(measure: Measure, sums: Sums, total: float, units: float) -> Value:
    if units == 0:
        return Value(total, units, None, 0, missing="le dénominateur est nul")
    weighted = isinstance(measure, MeanMeasure | SurveyMeasure) and measure.weight is not None
    counted = int(sums.get(ROWS) or 0) if weighted else int(units)
    return Value(total, units, _factor(measure) * total / units, counted, remark=_open_remark(measure, sums))


def _factor(measure: Measure) -> float:
    if isinstance(measure, RatioMeasure):
        return float(measure.per)
    within = isinstance(measure, DurationMeasure) and measure.statistic == "share_within"
    return 100.0 if within else 1.0


def _yes_or_no(measure: YesNoMeasure, true: float, known: float) -> Value:
    if known == 0:
        return Value(n=0, missing="aucune ligne ne le dit")
    fulfilled = true > 0 if measure.rule == "any" else true == known
    return Value(value=float(fulfilled), n=int(known), remark=f"{true:.0f} sur {known:.0f}")


def _open_remark(measure: Measure, sums: Sums) -> str:
    waiting = int(sums.get(OPEN) or 0)
    if not isinstance(measure, DurationMeasure) or not waiting:
        return ""
    return f"{waiting} encore sans fin, non compté{'s' if waiting > 1 else ''} dans le délai"
