"""An interval where the nature of the data has one: a sample, and nothing else.

An exhaustive count has no sampling error, and the answers of volunteers have none that anybody knows. A proportion has
Wilson's interval, or Clopper and Pearson's under :data:`FEW` answers; a rate of events among others than themselves,
the gamma one; a mean score, that of its survey design (linearised variance of a weighted mean).
"""

from __future__ import annotations

import math
from dataclasses import replace

from evalkit.declare.feed import Nature
from evalkit.declare.measures import RatioMeasure, SurveyMeasure
from evalkit.measure.frame import Subject
from evalkit.measure.sums import SQUARED_WEIGHTS, SQUARES, WEIGHTED_CROSS, WEIGHTED_SQUARES, Sums
from evalkit.measure.value import Value
from evalkit.stats.intervals import Interval, clopper_pearson_interval, poisson_interval, wilson_interval
from evalkit.stats.laws import normal_quantile

FEW = 40
"""Under so many answers, the exact interval is preferred to Wilson's (Brown, Cai and DasGupta 2001)."""


def with_interval(value: Value, sums: Sums, subject: Subject) -> Value:
    """Return the value with its 95 % interval when its source is a sample.

    Args:
        value: the value of a summed measure.
        sums: the sums that it comes from.
        subject: the indicator, whose feed says its nature.
    """
    measure = subject.measure
    if subject.feed.nature is not Nature.SAMPLE or value.value is None or value.missing:
        return value
    interval = None
    if isinstance(measure, RatioMeasure):
        interval = _ratio_interval(measure, value)
    elif isinstance(measure, SurveyMeasure):
        interval = _survey_interval(measure, value, sums)
    return value if interval is None else replace(value, low=interval.low, high=interval.high)


def _ratio_interval(measure: RatioMeasure, value: Value) -> Interval | None:
    above, below = value.numerator or 0.0, value.denominator or 0.0
    if not (above.is_integer() and below.is_integer()) or below < 1 or above < 0:
        return None
    if measure.per in {1, 100} and above <= below:
        exact = below < FEW
        found = clopper_pearson_interval(int(above), int(below)) if exact else wilson_interval(above, below)
    else:
        found = poisson_interval(int(above), below)
    return Interval(measure.per * found.low, measure.per * found.high)


def _survey_interval(measure: SurveyMeasure, value: Value, sums: Sums) -> Interval | None:
    answers, weights = value.n or 0, value.denominator or 0.0
    if answers < 2 or weights <= 0 or value.value is None:
        return None
    mean = value.value
    if measure.weight is None:
        spread = max(0.0, float(sums.get(SQUARES) or 0) - answers * mean**2)
        variance = spread / (answers - 1) / answers
    else:
        residual = (
            float(sums.get(WEIGHTED_SQUARES) or 0)
            - 2 * mean * float(sums.get(WEIGHTED_CROSS) or 0)
            + mean**2 * float(sums.get(SQUARED_WEIGHTS) or 0)
        )
        variance = max(0.0, residual) * answers / (answers - 1) / weights**2
    half = normal_quantile(0.975) * math.sqrt(variance)
    low, high = measure.scale
    return Interval(max(float(low), mean - half), min(float(high), mean + half))
