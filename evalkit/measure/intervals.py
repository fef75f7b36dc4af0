"""An interval where the nature of the data has one: a sample, and nothing else.

An exhaustive count has no sampling error, and the answers of volunteers have none that anybody knows.
"""

from __future__ import annotations

from dataclasses import replace

from evalkit.declare.feed import Nature
from evalkit.declare.indicator import Measure, RatioMeasure
from evalkit.measure.observation import Observation
from evalkit.stats.intervals import wilson_interval


def with_interval(observation: Observation, measure: Measure) -> Observation:
    """Return the observation with the Wilson interval of a proportion when its source is a sample."""
    counted = isinstance(measure, RatioMeasure) and observation.numerator is not None and observation.denominator
    if observation.nature != Nature.SAMPLE.value or not counted or not isinstance(measure, RatioMeasure):
        return observation
    interval = wilson_interval(int(observation.numerator or 0), int(observation.denominator or 0))
    return replace(observation, low=measure.per * interval.low, high=measure.per * interval.high)
