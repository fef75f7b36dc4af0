"""Every target of a contract and where it stands, two that contradict each other both shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import polars as pl

from evalkit.declare.indicator import Indicator
from evalkit.declare.target import Target
from evalkit.declare.target_rule import RULE, Case, judge
from evalkit.measure.frame import zones_given
from evalkit.measure.known import Known
from evalkit.measure.target_gaps import words
from evalkit.measure.target_points import case_of, each_target, target_zone

STANDING_SCHEMA = pl.Schema(
    {
        "contract": pl.String(),
        "indicator": pl.String(),
        "version": pl.Int64(),
        "zone": pl.String(),
        "breakdown": pl.String(),
        "target": pl.String(),
        "from": pl.Int64(),
        "until": pl.Int64(),
        "count": pl.String(),
        "over": pl.Int64(),
        "status": pl.String(),
        "period": pl.String(),
        "value": pl.Float64(),
        "aim": pl.Float64(),
        "gap": pl.Float64(),
        "shortfall": pl.Float64(),
        "expected": pl.Float64(),
        "start": pl.Float64(),
        "reason": pl.String(),
        "contradicts": pl.List(pl.String()),
        "rule": pl.String(),
    }
)


def standing_frame(known: Known, today: dt.date) -> pl.DataFrame:
    """Return one row per declared target: status, value, aim, gap, units missing, trajectory, contradictions, rule.

    Args:
        known: the observations and the declarations.
        today: the day of the judgement.
    """
    rows = [row for indicator in known.indicators.values() for row in _rows(known, indicator, today)]
    return pl.DataFrame(rows, schema=STANDING_SCHEMA)


def contradictions(indicator: Indicator, target: Target) -> tuple[Target, ...]:
    """Return the other targets of an indicator that cannot be meant together with this one.

    They speak of the same zone, scope, years and way of counting, and give another value in the same sense, or a
    floor above a ceiling. Two values in the same sense can both be respected: they are said to contradict each other
    all the same, for the document states two different aims.
    """
    return tuple(each for each in indicator.targets if each is not target and _contradict(each, target))


def _contradict(one: Target, other: Target) -> bool:
    same = _where(one) == _where(other)
    together = (one.until or 9999) >= (other.from_ or 0) and (other.until or 9999) >= (one.from_ or 0)
    if not same or not together or one.until != other.until:
        return False
    if one.sense == other.sense:
        return one.value != other.value
    floor = one if one.sense == "at_least" else other
    ceiling = other if floor is one else one
    return floor.sense == "at_least" and ceiling.sense == "at_most" and floor.value > ceiling.value


def _where(target: Target) -> tuple[object, ...]:
    return target.zone, target.scope, target.each, target.count, target.over, target.than


def _rows(known: Known, indicator: Indicator, today: dt.date) -> Iterator[dict[str, Any]]:
    given = zones_given(indicator, known.territory)
    for declared in indicator.targets:
        zone = target_zone(indicator, declared, given)
        for target in each_target(known, indicator, declared, zone):
            yield _row(known, indicator, declared, case_of(known, indicator, target, zone, today))


def _row(known: Known, indicator: Indicator, declared: Target, case: Case) -> dict[str, Any]:
    target, judged = case.target, judge(case)
    return {
        "contract": known.contract,
        "indicator": indicator.id,
        "version": indicator.version,
        "zone": case.zone,
        "breakdown": target.breakdown,
        "target": words(target),
        "from": target.from_,
        "until": target.until,
        "count": target.count,
        "over": target.over,
        "status": judged.verdict.value,
        "period": judged.point.period if judged.point else "",
        "value": _number(judged.point.value if judged.point else None),
        "aim": _number(judged.aim),
        "gap": _number(judged.gap),
        "shortfall": _number(judged.shortfall),
        "expected": _number(judged.expected),
        "start": _number(case.origin[1] if case.origin else None),
        "reason": judged.reason,
        "contradicts": [words(each) for each in contradictions(indicator, declared)],
        "rule": RULE,
    }


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
