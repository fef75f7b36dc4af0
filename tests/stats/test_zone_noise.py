"""The noise of zones by size: Student's law when sizes are equal, agreement of p and interval, starting levels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_ind

from evalkit.stats.few_treated import ZoneChanges
from evalkit.stats.starting_level import Start
from evalkit.stats.zone_noise import zone_noise

TREATED = np.arange(14) < 2


def changes(persons: np.ndarray, seed: int = 0) -> ZoneChanges:
    move = np.random.default_rng(seed).normal(size=14)
    return ZoneChanges(move, np.where(TREATED, 0.5, -1 / 12), persons, TREATED)


def test_equal_zones_give_students_test_with_the_controls_variance():
    """Equal sizes leave one law: t = gap / (s sqrt(1/2 + 1/12)), s from the twelve controls, 11 degrees of freedom."""
    made = changes(np.full(14, 100.0))
    gap = float(made.loading @ made.change)
    found = zone_noise(gap, made)
    by_hand = np.std(made.change[~TREATED], ddof=1) * np.sqrt(1 / 2 + 1 / 12)
    assert (found.se, found.df) == (pytest.approx(by_hand), 11.0)
    assert found.p_value(gap) == pytest.approx(1.0)
    assert ttest_ind(made.change[TREATED], made.change[~TREATED]).df == 12, (
        "the pooled test would borrow their variance"
    )


@pytest.mark.parametrize("seed", range(5))
def test_p_and_interval_agree(seed):
    made = changes(np.random.default_rng(seed).integers(20, 2000, 14).astype(float), seed)
    found = zone_noise(0.7, made)
    low, high = found.interval(0.95)
    assert found.p_value(low) == pytest.approx(0.05, abs=1e-9)
    assert found.p_value(high) == pytest.approx(0.05, abs=1e-9)


def test_smaller_treated_zones_widen_the_interval():
    persons = np.random.default_rng(3).integers(50, 3000, 14).astype(float)
    move = np.random.default_rng(4).normal(size=14) / np.sqrt(persons)
    errors = [
        zone_noise(0.0, ZoneChanges(move, np.where(TREATED, 0.5, -1 / 12), np.where(TREATED, own, persons), TREATED)).se
        for own in (60.0, 2000.0)
    ]
    assert errors[0] > 2.0 * errors[1]


def test_at_equal_level_the_return_to_the_mean_is_taken_away():
    """Changes that are half of the level, with the opposite sign: nothing is left, and the slope is exact."""
    level = np.random.default_rng(6).normal(size=14) - 2.0 * TREATED
    made = ZoneChanges(-0.5 * level, np.where(TREATED, 0.5, -1 / 12), np.full(14, 100.0), TREATED)
    plain = float(made.loading @ made.change)
    assert plain > 0.3
    assert zone_noise(plain, made, Start(level, level, 1.0, 1.0)).effect == pytest.approx(0.0, abs=1e-12)
