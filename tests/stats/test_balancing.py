"""Balancing weights on cases small enough to solve by hand."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import ComputationError
from evalkit.stats.balancing import (
    Sample,
    effective_sample_size,
    entropy_balance,
    standardized_differences,
    variance_ratios,
)


def test_one_binary_covariate_has_a_closed_form():
    # Two controls of four have the trait; a target of 3/4 gives them 3/8 each and 1/8 to the others.
    found = entropy_balance(np.array([[1.0], [1.0], [0.0], [0.0]]), np.array([0.75]))
    np.testing.assert_allclose(found.weights, [3 / 8, 3 / 8, 1 / 8, 1 / 8], atol=1e-9)
    assert found.effective_size == pytest.approx(1 / (2 * (9 + 1) / 64))


def test_balanced_groups_keep_their_base_weights():
    base = np.array([1.0, 2.0, 2.0, 1.0])
    controls = np.array([[0.0], [1.0], [2.0], [3.0]])
    np.testing.assert_allclose(entropy_balance(controls, np.array([1.5]), base).weights, base / 6, atol=1e-9)


def test_a_target_outside_the_group_is_refused():
    with pytest.raises(ComputationError, match="EVK-M307"):
        entropy_balance(np.array([[0.0], [1.0]]), np.array([1.5]))


def test_redundant_covariates_do_not_break_the_solution():
    one = np.array([[0.0], [1.0], [2.0], [5.0]])
    twice = np.hstack([one, 2 * one + 1])
    alone = entropy_balance(one, np.array([1.0])).weights
    np.testing.assert_allclose(entropy_balance(twice, np.array([1.0, 3.0])).weights, alone, atol=1e-8)


def test_effective_size_by_hand():
    assert effective_sample_size(np.array([1.0, 1.0, 1.0])) == pytest.approx(3.0)
    assert effective_sample_size(np.array([2.0, 1.0, 1.0])) == pytest.approx(16 / 6)


def sample(persons):
    return Sample.of(persons, np.arange(len(persons)))


def test_standardized_differences_by_hand():
    followed = np.array([[1.0, 4.0], [3.0, 4.0]])
    controls = np.array([[1.0, 4.0], [2.0, 4.0]])
    # Means 2 and 1.5, deviation of (1, 3) = sqrt 2; the second covariate does not vary.
    found = standardized_differences(sample(followed), sample(controls))
    np.testing.assert_allclose(found, [0.5 / np.sqrt(2), 0.0])
    assert standardized_differences(sample(followed), sample(controls + 1))[1] == -np.inf


def test_persons_alike_in_one_row_are_the_same_sample():
    rng = np.random.default_rng(20_261_122)
    rows, places, weights = rng.normal(size=(5, 2)), rng.integers(0, 5, 60), rng.random(60)
    persons = rows[places]
    alike = Sample.of(rows, places)
    np.testing.assert_allclose(alike.mean, persons.mean(axis=0))
    np.testing.assert_allclose(alike.variance, persons.var(axis=0, ddof=1))
    np.testing.assert_allclose(alike.variance, sample(persons).variance)
    shares = weights / weights.sum()
    weighted = Sample.of(rows, places, shares)
    centred = persons - shares @ persons
    np.testing.assert_allclose(weighted.mean, shares @ persons)
    np.testing.assert_allclose(weighted.variance, (shares @ centred**2) / (1 - (shares**2).sum()))


def test_variance_ratios_by_hand():
    # Variances 2 and 0.5; the second covariate does not vary among the controls.
    followed, controls = (np.array(each) for each in ([[1.0, 1.0], [3.0, 2.0]], [[1.0, 4.0], [2.0, 4.0]]))
    np.testing.assert_allclose(variance_ratios(sample(followed), sample(controls)), [4.0, np.nan])
