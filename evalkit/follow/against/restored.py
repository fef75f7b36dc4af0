"""The gap once those lost are replaced, on each side, by those who resembled them at entry."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.model import months_of
from evalkit.errors import ComputationError
from evalkit.follow.against.balanced import Balanced
from evalkit.follow.entry.persons import Persons
from evalkit.follow.in_time.attrition import loss_variables, shares_without_loss
from evalkit.follow.result.cohort import Contrast
from evalkit.follow.states import VANISHED
from evalkit.stats.arrays import to_digits
from evalkit.stats.laws import student_quantile
from evalkit.stats.survival.loss_weights import WeightedShare


def restored(contrasts: Sequence[Contrast], balanced: Balanced, cohort: Cohort, persons: Persons) -> Sequence[Contrast]:
    """Add to gaps what they are once weights replace those lost; unchanged when nobody is, or when weights cannot.

    Each side is weighted by its own chances of being seen, the comparison by its balancing weights too. The interval
    takes both sides as independent, and the weights as known, which makes it wider on average.

    Args:
        contrasts: the gaps at the waves for which the groups were balanced.
        balanced: both groups at these waves.
        cohort: the protocol.
        persons: for the last day covered.
    """
    # A comparison matched to nobody weighs nothing.
    used = balanced.weights > 0.0
    sides = (balanced.accompanied, balanced.comparison.filter(pl.Series(used)))
    names = [name for name in loss_variables(cohort) if all(side[name].null_count() == 0 for side in sides)]
    if not names or not any((side["exit"] == VANISHED).any() for side in sides):
        return contrasts
    ordered = sorted((contrast.wave for contrast in contrasts), key=months_of)
    try:
        inside, outside = (
            dict(zip(ordered, shares_without_loss(side, names, cohort, persons.last_day, ordered, base), strict=True))
            for side, base in zip(sides, (None, balanced.weights[used]), strict=True)
        )
    except ComputationError:
        return contrasts
    return [_with_restored(each, inside[each.wave], outside[each.wave], balanced) for each in contrasts]


def _with_restored(contrast: Contrast, inside: WeightedShare, outside: WeightedShare, balanced: Balanced) -> Contrast:
    gap, error = inside.share - outside.share, math.hypot(inside.error, outside.error)
    freedom = max(outside.effective_size - 1.0, 1.0)
    if balanced.clusters is not None:
        freedom = min(freedom, len(np.unique(balanced.clusters)) - 1.0)
    half = student_quantile(0.975, freedom) * error
    return replace(
        contrast,
        restored=to_digits(100 * gap),
        restored_low=to_digits(100 * (gap - half)),
        restored_high=to_digits(100 * (gap + half)),
    )
