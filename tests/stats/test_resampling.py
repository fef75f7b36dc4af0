"""Bootstrap and permutation against refits of every draw, and against p-values counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.stats.cluster import cr1
from evalkit.stats.inversion import interval_by_inversion
from evalkit.stats.randomisation import all_assignments, drawn_assignments, permute_treated, smallest_attainable_p
from evalkit.stats.two_way import CellGrid, fit_two_way, without_effects
from evalkit.stats.wild import wild_bootstrap, wild_multipliers

from .grids import Case, uneven_case


def t_squared(case: Case, means: np.ndarray, treatment: np.ndarray, effect: float) -> float:
    fit = fit_two_way(CellGrid(means, case.grid.weights, case.grid.rows), treatment)
    return ((fit.coefficient - effect) / cr1(fit).se) ** 2


@pytest.mark.parametrize("effect", [0.0, 0.4, -2.0])
def test_every_sign_vector_equals_its_refit(effect):
    case = uneven_case()
    observed = t_squared(case, case.grid.means, case.treatment, effect)
    fit = case.fit()
    restricted = without_effects(case.grid.means - effect * case.treatment, fit.effects)
    fitted = case.grid.means - restricted
    signs = wild_multipliers(10, 1024, seed=0)
    assert len(np.unique(signs, axis=0)) == 1024
    refits = [t_squared(case, fitted + sign[:, None] * restricted, case.treatment, effect) for sign in signs]
    by_refit = np.mean(np.array(refits) >= observed * (1 - 1e-9))
    assert wild_bootstrap(fit, 1024, seed=0).p_value(effect) == by_refit


@pytest.mark.parametrize("effect", [0.0, 0.4, -2.0])
def test_every_permutation_equals_its_refit(effect):
    case = uneven_case()
    observed = t_squared(case, case.grid.means, case.treatment, effect)
    choices = all_assignments(10, 2)
    assert len(choices) == 45
    refits = [
        t_squared(case, case.grid.means - effect * case.treatment, np.outer(choice, case.post).astype(float), 0.0)
        for choice in choices
    ]
    family = permute_treated(case.fit(), case.post, choices, case.treated)
    assert family.p_value(effect) == np.mean(np.array(refits) >= observed * (1 - 1e-9))


def test_permutation_counted_by_hand():
    """Five equal zones whose changes are 0, 1, 2, 10 and 11; the last two are treated.

    t rises with the gap of means relative to the spread inside both groups. {10, 11} has the largest t of the
    ten pairs: a gap of 9.5 with deviations of 0.5 and 0.8. No other pair leaves both groups so tight: p = 1/10.
    """
    means = np.column_stack([np.zeros(5), [0.0, 1.0, 2.0, 10.0, 11.0]])
    treated = np.array([False, False, False, True, True])
    fit = fit_two_way(CellGrid(means, np.ones((5, 2)), 10), np.outer(treated, [0.0, 1.0]))
    post = np.array([False, True])
    assert permute_treated(fit, post, all_assignments(5, 2), treated).p_value(0.0) == pytest.approx(0.1)
    assert smallest_attainable_p(5, 2) == pytest.approx(0.1)


def test_smallest_attainable_p():
    assert smallest_attainable_p(10, 2) == pytest.approx(1 / 45)  # the ten zones of the reference example: 0.022
    assert smallest_attainable_p(7, 2) == pytest.approx(1 / 21)
    assert smallest_attainable_p(6, 3) == pytest.approx(2 / 20)  # a choice and its complement have the same |t|


def test_interval_holds_what_the_test_does_not_reject():
    case = uneven_case(zones=12, treated=4)
    fit = case.fit()
    for family in (
        wild_bootstrap(fit, 4096, seed=0),
        permute_treated(fit, case.post, all_assignments(12, 4), case.treated),
    ):
        low, high = interval_by_inversion(family, fit.coefficient, cr1(fit).se, 0.95)
        assert low < fit.coefficient < high
        nudge = 1e-6 * (high - low)
        assert family.p_value(low + nudge) > 0.05 >= family.p_value(low - nudge)
        assert family.p_value(high - nudge) > 0.05 >= family.p_value(high + nudge)


def test_a_test_that_cannot_reject_has_no_bounded_interval():
    case = uneven_case(zones=5, treated=2, holes=False)
    family = permute_treated(case.fit(), case.post, all_assignments(5, 2), case.treated)
    assert interval_by_inversion(family, case.fit().coefficient, 1.0, 0.95) == (-np.inf, np.inf)


def test_draws_hold_the_sample_itself_and_follow_the_seed():
    for zones in (15, 30):
        first = wild_multipliers(zones, 999, seed=4)
        assert first.shape == (1000, zones)
        assert (first[0] == 1).all()
        np.testing.assert_array_equal(first, wild_multipliers(zones, 999, seed=4))
        assert (first != wild_multipliers(zones, 999, seed=5)).any()
    assert len(np.unique(wild_multipliers(15, 999, seed=4))) == 6  # Webb's six points, one of which is one
    assert set(np.unique(wild_multipliers(30, 999, seed=4))) == {-1.0, 1.0}


def test_drawn_assignments_keep_the_number_of_treated_zones():
    observed = np.arange(40) < 6
    choices = drawn_assignments(observed, 500, seed=1)
    assert choices.shape == (501, 40)
    assert (choices.sum(axis=1) == 6).all()
    np.testing.assert_array_equal(choices[0], observed)
    assert len(drawn_assignments(np.arange(10) < 2, 500, seed=1)) == 45


def test_webb_points_have_unit_variance():
    # Webb: six points at plus or minus the square roots of 1/2, 1 and 3/2: mean square one.
    drawn = wild_multipliers(15, 20_000, seed=3)[1:]
    assert np.mean(np.unique(drawn) ** 2) == pytest.approx(1.0)
