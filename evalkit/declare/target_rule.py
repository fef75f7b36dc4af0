"""Where a series of values stands against a target, by a rule that is printed with the verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import pairwise

from evalkit.declare.measures import CountMeasure, Measure, ParticipationsMeasure, RatioMeasure, SumMeasure
from evalkit.declare.period import last_day
from evalkit.declare.target import Target

RULE = (
    "Une cible est jugée sur la dernière période entière : une valeur provisoire ne change pas le statut. Elle est "
    "« atteinte » quand cette valeur la respecte (à la tolérance déclarée près, 5 % sinon, quand elle s’énonce "
    "« autour de »). Elle est « en voie » quand elle ne l’est pas encore, que son échéance n’est pas passée et que la "
    "valeur est au moins sur la trajectoire : une ligne droite du point de départ à l’échéance, ou les valeurs de "
    "passage déclarées. Le point de départ est la valeur de départ déclarée, sinon la première valeur entière ; une "
    "cible cumulée part de zéro à la veille de sa première année. Elle est « non atteinte » dans les autres cas où une "
    "valeur existe, et « non mesurable » quand aucune valeur n’existe pour une période entière. Ce classement décrit "
    "une position ; il ne dit pas ce qui l’explique."
)
"""The default rule, in the words that a report prints."""


class Verdict(StrEnum):
    """Where the last whole value stands."""

    REACHED = "atteint"
    ON_TRACK = "en voie"
    NOT_REACHED = "non atteint"
    NOT_MEASURABLE = "non mesurable"


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a whole period.

    Attributes:
        numerator: the sum above the line, when there is one.
        denominator: the sum under the line.
    """

    period: str
    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def end(self) -> dt.date:
        """Return the last day of its period."""
        return last_day(self.period)


@dataclass(frozen=True, slots=True)
class Case:
    """What a target is judged on.

    Attributes:
        points: the values of whole periods, in the order of time.
        origin: the declared starting point: its last day and its value.
        other: the value of the indicator to which the target is relative, by period.
        today: the day of the judgement.
        zone: where it is read.
    """

    measure: Measure | None
    target: Target
    points: Sequence[Point]
    today: dt.date
    zone: str = ""
    origin: tuple[dt.date, Decimal] | None = None
    other: Callable[[str], Decimal | None] = lambda _period: None


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on a target, and the numbers that it rests on.

    Attributes:
        aim: the value to reach, that of the other indicator for a relative target.
        point: the value judged: of one period, smoothed over several, or added up.
        gap: value minus aim.
        shortfall: units missing to reach a floor, or in excess of a ceiling.
        expected: the value of the trajectory at the end of the period judged.
        reason: why it cannot be measured, or what decided.
    """

    verdict: Verdict
    aim: Decimal | None = None
    point: Point | None = None
    gap: Decimal | None = None
    shortfall: int | None = None
    expected: Decimal | None = None
    reason: str = ""


def judge(case: Case) -> Judged:
    """Return where a series stands against a target (:data:`RULE`)."""
    point, reason = _judged_point(case)
    if point is None:
        return Judged(Verdict.NOT_MEASURABLE, reason=reason)
    aim = aim_of(case, point.period)
    if aim is None:
        return Judged(
            Verdict.NOT_MEASURABLE, point=point, reason="l’indicateur auquel elle se rapporte n’est pas connu"
        )
    gap, target = point.value - aim, case.target
    if is_reached(point.value, aim, target) and not _may_still_exceed(case, point):
        return Judged(Verdict.REACHED, aim, point, gap, reason=reason)
    missing = shortfall(case.measure, target, point, aim)
    verdict, expected, why = _on_the_way(case, aim, point)
    return Judged(verdict, aim, point, gap, missing, expected, " ; ".join(each for each in (reason, why) if each))


def _on_the_way(case: Case, aim: Decimal, point: Point) -> tuple[Verdict, Decimal | None, str]:
    """Return the verdict on a target that is not reached, the value of its trajectory, and what decided."""
    target = case.target
    if target.until is None:
        return Verdict.NOT_REACHED, None, "la cible vaut dès maintenant"
    if case.today > dt.date(target.until, 12, 31):
        return Verdict.NOT_REACHED, None, "l’échéance est passée"
    expected = expected_value(case, aim, point)
    if expected is None:
        return Verdict.NOT_REACHED, None, "aucun point de départ connu"
    if is_reached(point.value, expected, target):
        return Verdict.ON_TRACK, expected, "au moins sur la trajectoire"
    return Verdict.NOT_REACHED, expected, "en retard sur la trajectoire"


def aim_of(case: Case, period: str) -> Decimal | None:
    """Return the value to reach in a period: that of another indicator plus the margin, when it is relative."""
    if case.target.than is None:
        return case.target.value
    other = case.other(period)
    return None if other is None else other * case.target.times + case.target.value


def is_reached(value: Decimal, aim: Decimal, target: Target) -> bool:
    """Tell whether a value respects a target whose aim is known."""
    if target.sense == "at_least":
        return value >= aim
    if target.sense == "at_most":
        return value <= aim
    return abs(value - aim) <= target.tolerance * abs(aim) / 100


def _may_still_exceed(case: Case, point: Point) -> bool:
    """A ceiling on a sum of years is respected only when the last year has passed."""
    target = case.target
    ceiling = target.count == "cumulated" and target.sense != "at_least"
    return ceiling and target.until is not None and point.end.year < target.until


def shortfall(measure: Measure | None, target: Target, point: Point, aim: Decimal) -> int | None:
    """Return how many units are missing to reach a floor, or are in excess of a ceiling.

    For a ratio the denominator is held: ``aim x denominator / per - numerator``, to the nearest unit as agreements
    print it (82 of 681 against 25 %: 88.25, hence 88), and never under one while the target is not respected.
    """
    if target.sense == "around" or point.numerator is None:
        return None
    if isinstance(measure, RatioMeasure) and point.denominator is not None:
        wanted = aim * point.denominator / measure.per
    elif isinstance(measure, CountMeasure | SumMeasure | ParticipationsMeasure):
        wanted = aim
    else:
        return None
    missing = wanted - point.numerator if target.sense == "at_least" else point.numerator - wanted
    return max(1, int(missing.to_integral_value(ROUND_HALF_UP))) if missing > 0 else 0


def expected_value(case: Case, aim: Decimal, point: Point) -> Decimal | None:
    """Return the value of the trajectory at the end of a period; ``None`` without a starting point.

    Args:
        case: the target and its series.
        aim: the value at the end of the last year.
        point: the value judged, whose period says how far the way has gone.
    """
    target = case.target
    if target.until is None:
        return None
    origin = _origin(case, point)
    passages = [(dt.date(step.year, 12, 31), step.value) for step in sorted(target.steps, key=lambda each: each.year)]
    way = [*([origin] if origin else []), *passages, (dt.date(target.until, 12, 31), aim)]
    if len(way) < 2 or point.end <= way[0][0]:
        return None
    for (began, low), (due, high) in pairwise(way):
        if point.end <= due:
            return low + (high - low) * Decimal((point.end - began).days) / Decimal((due - began).days)
    return aim


def _origin(case: Case, point: Point) -> tuple[dt.date, Decimal] | None:
    if case.target.count == "cumulated" and case.target.from_ is not None:
        return dt.date(case.target.from_ - 1, 12, 31), Decimal(0)
    if case.origin is not None:
        return case.origin
    first = case.points[0] if case.points else None
    return (first.end, first.value) if first is not None and first.end < point.end else None


def _judged_point(case: Case) -> tuple[Point | None, str]:
    """Return the value that the target is judged on, or why there is none."""
    target = case.target
    valid = [each for each in case.points if target.from_ is None or each.end.year >= target.from_]
    if not case.points:
        return None, "aucune période entière n’est encore connue"
    if not valid:
        return None, f"la dernière valeur connue ({case.points[-1].period}) précède la période de la cible"
    if target.count == "cumulated":
        inside = [each for each in valid if target.until is None or each.end.year <= target.until]
        return _added(inside), f"cumul de {len(inside)} période{'s' if len(inside) > 1 else ''}"
    if target.over > 1:
        return _smoothed(case, valid)
    return valid[-1], ""


def _smoothed(case: Case, valid: Sequence[Point]) -> tuple[Point | None, str]:
    years = sorted({each.end.year for each in valid})[-case.target.over :]
    if len(years) < case.target.over or years[-1] - years[0] != case.target.over - 1:
        return None, f"{len(years)} année{'s' if len(years) > 1 else ''} sur les {case.target.over} à lisser"
    whole = _added([each for each in valid if each.end.year in years])
    reason = f"lissé sur {years[0]}-{years[-1]}"
    if isinstance(case.measure, RatioMeasure) and whole.denominator:
        value = (whole.numerator or Decimal(0)) * case.measure.per / whole.denominator
        return Point(whole.period, value, whole.numerator, whole.denominator), reason
    count = len([each for each in valid if each.end.year in years])
    return Point(whole.period, whole.value / count), reason


def _added(points: Sequence[Point]) -> Point:
    numerators = [each.numerator for each in points if each.numerator is not None]
    denominators = [each.denominator for each in points if each.denominator is not None]
    return Point(
        points[-1].period,
        sum((each.value for each in points), Decimal(0)),
        sum(numerators, Decimal(0)) if len(numerators) == len(points) else None,
        sum(denominators, Decimal(0)) if len(denominators) == len(points) else None,
    )
