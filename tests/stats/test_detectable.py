"""The smallest gap that a comparison could see."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import ComputationError
from evalkit.stats.detectable import detectable_gap
from evalkit.stats.laws import student_quantile


def test_a_gap_of_that_size_is_seen_four_times_in_five():
    # Two shares drawn 2,000 times, 100 persons each, at 50 % and at 50 % plus the gap, under a t test.
    gap = detectable_gap(100, 100, 0.5)
    rng = np.random.default_rng(1)
    first, second = rng.binomial(100, 0.5 + gap, 2000) / 100, rng.binomial(100, 0.5, 2000) / 100
    error = np.sqrt((first * (1 - first) + second * (1 - second)) / 99)
    seen = np.abs(first - second) / error > student_quantile(0.975, 198)
    # The error shrinks away from 50 %, so power is a little above 80 %; 99.9 % of 2,000 draws lie within 3 points.
    assert 0.77 <= seen.mean() <= 0.86


def test_known_values():
    # Normal approximation: (1.96 + 0.8416) sqrt(2 x 0.25 / 400) = 9.906 points; Student adds 0.02.
    assert 100 * detectable_gap(400, 400, 0.5) == pytest.approx(9.92, abs=0.01)
    with pytest.raises(ComputationError, match="EVK-M415"):
        detectable_gap(1, 50, 0.5)
