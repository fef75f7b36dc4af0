"""Ferman and Pinto's test: its pieces by hand, and the agreement of its p-value with its interval."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.stats.few_treated import (
    NullDraws,
    change_persons,
    control_shocks,
    ferman_pinto,
    fit_noise,
    zone_changes,
)

from .grids import even_case, uneven_case


def test_loaded_changes_sum_to_the_coefficient():
    case = even_case()
    changes = zone_changes(case.grid, case.fit(), case.post, case.treated, case.grid.weights)
    assert changes.loading @ changes.change == pytest.approx(case.fit().coefficient, rel=1e-10)
    assert changes.loading[case.treated].sum() == pytest.approx(1.0)
    assert changes.loading[~case.treated].sum() == pytest.approx(-1.0)


def test_loadings_sum_to_one_when_sizes_move():
    case = uneven_case()
    changes = zone_changes(case.grid, case.fit(), case.post, case.treated, case.grid.weights)
    assert changes.loading[case.treated].sum() == pytest.approx(1.0)
    assert changes.loading.sum() == pytest.approx(0.0, abs=1e-12)


def test_persons_behind_a_change():
    n = np.array([[10.0, 20.0, 30.0, 30.0], [5.0, 0.0, 0.0, 0.0]])
    post = np.array([False, False, True, True])
    np.testing.assert_allclose(change_persons(n, post), [1 / (1 / 30 + 1 / 60), 0.0])


def test_noise_on_an_exact_line():
    persons = np.array([10.0, 20.0, 50.0, 100.0])
    found = fit_noise(0.3 + 4.0 / persons, persons)
    assert (found.between, found.within) == pytest.approx((0.3, 4.0))


def test_noise_is_never_negative():
    persons = np.array([10.0, 20.0, 50.0, 100.0])
    rising = fit_noise(persons, persons)  # larger zones noisier: the size says nothing
    assert (rising.between, rising.within) == pytest.approx((45.0, 0.0))
    steep = fit_noise(5.0 / persons - 0.01, persons)  # would need a negative part between zones
    assert steep.between == 0.0
    assert steep.within > 0.0
    assert fit_noise(np.array([1.0, 3.0]), np.array([7.0, 7.0])).between == pytest.approx(2.0)


def test_equal_zones_give_back_the_variance_between_them():
    moves = np.array([[1.0], [3.0], [2.0], [6.0]])
    shocks = control_shocks(moves, np.full(4, 0.25), np.full(4, 50.0), np.full(6, 50.0))
    np.testing.assert_allclose(shocks.spread, np.std(moves, ddof=1))
    assert np.mean(shocks.moves**2) == pytest.approx(1.0)


def test_p_and_interval_agree():
    null = NullDraws(np.linspace(-3.0, 3.0, 999), 1.0)
    width = null.half_width(0.95)
    assert null.p_value(width) > 0.05
    assert null.p_value(np.nextafter(width, 9.0)) <= 0.05


def test_smaller_treated_zones_widen_the_interval():
    """The same changes, persons apart: only the treated zones' own size changes."""
    generator = np.random.default_rng(0)
    persons = generator.integers(50, 3000, 40).astype(float)
    change = generator.normal(size=40) / np.sqrt(persons)
    case = even_case(zones=40, treated=2)
    base = zone_changes(case.grid, case.fit(), case.post, case.treated, case.grid.weights)
    widths = []
    for own in (100.0, 1000.0):
        sized = type(base)(change, base.loading, np.where(case.treated, own, persons), case.treated)
        widths.append(ferman_pinto(sized, 1999, seed=1).half_width(0.95))
    assert widths[0] > 2.0 * widths[1]


def test_draws_follow_the_seed():
    case = uneven_case(zones=20)
    changes = zone_changes(case.grid, case.fit(), case.post, case.treated, case.grid.weights)
    first, again, other = (ferman_pinto(changes, 3000, seed=seed).values for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
