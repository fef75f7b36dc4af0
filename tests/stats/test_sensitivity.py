"""Bounds on parted trends: what they give in cases solved by hand, and their coverage by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from evalkit.stats.sensitivity import EventStudy, breakdown, relative_magnitudes, smoothness


def study(gap: list[float], error: float, before: int = 3) -> EventStudy:
    after = len(gap) - before
    time = np.array([*range(-before, 0), *range(1, after + 1)], dtype=float)
    target = np.array([0.0] * before + [1.0 / after] * after)
    return EventStudy(time, np.array(gap), error**2 * np.eye(len(gap)), target)


def test_without_noise_relative_magnitudes_is_the_identified_set():
    """Worst move before: 0.2 (from -0.1 to 0.1). After, the partings at 1 and 2 are 0.2 and 0.4 at most: mean 0.3."""
    low, high = relative_magnitudes(study([0.0, -0.1, 0.1, 1.0, 1.0], 0.0), 1.0, 0.95)
    assert (low, high) == pytest.approx((0.7, 1.3))


def test_without_noise_smoothness_removes_the_straight_drift():
    """Gaps of 0.1 per period before: the same drift after explains all of it."""
    low, high = smoothness(study([-0.3, -0.2, -0.1, 0.1, 0.2], 1e-9), 0.0, 0.95)
    assert (low, high) == pytest.approx((0.0, 0.0), abs=1e-6)


def test_one_bend_by_hand():
    """One period on each side and no noise: the effect is the bend at the reference, known to within M."""
    low, high = smoothness(study([-0.1, 0.5], 1e-9, before=1), 0.05, 0.95)
    assert (low, high) == pytest.approx((0.35, 0.45), abs=1e-6)


def test_intervals_grow_with_the_bound_and_break_down_where_they_meet_zero():
    found = study([0.0, -0.1, 0.1, 1.0, 1.0], 0.05)
    widths = [np.diff(relative_magnitudes(found, bound, 0.95))[0] for bound in (0.0, 0.5, 1.0, 2.0)]
    assert widths == sorted(widths)
    limit = breakdown(lambda bound: relative_magnitudes(found, bound, 0.95))
    assert relative_magnitudes(found, limit, 0.95)[0] == pytest.approx(0.0, abs=1e-6)
    assert breakdown(lambda bound: relative_magnitudes(study([0.0, 0.0, 0.0, 0.01, 0.0], 0.1), bound, 0.95)) == 0.0


@pytest.mark.parametrize("kind", ["relative", "smooth"])
def test_coverage_when_trends_part_as_much_as_allowed(kind):
    """2,000 draws: the interval misses no more often than the upper 99.9 % binomial bound of 5 %."""
    generator = np.random.default_rng(5)
    drift = np.array([0.2, 0.0, 0.2, -0.2, -0.4]) if kind == "relative" else np.array([-0.3, -0.2, -0.1, 0.2, 0.4])
    missed = 0
    for _ in range(2000):
        gap = drift + np.array([0, 0, 0, 1.0, 1.0]) + 0.1 * generator.normal(size=5)
        made = study(gap.tolist(), 0.1)
        low, high = relative_magnitudes(made, 1.0, 0.95) if kind == "relative" else smoothness(made, 0.1, 0.95)
        missed += not low <= 1.0 <= high
    assert missed <= binom.ppf(0.999, 2000, 0.05)
