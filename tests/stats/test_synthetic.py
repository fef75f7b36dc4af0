"""Synthetic controls: against a general optimiser, against a weighted regression, and by rank."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from evalkit.errors import ComputationError
from evalkit.stats.synthetic import placebo_rank, synthetic
from evalkit.stats.two_way import CellGrid, fit_two_way

POST = np.arange(10) >= 7


def panel(zones: int = 15, effect: float = 0.0, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    factors = generator.normal(size=(zones, 2)) @ generator.normal(size=(2, 10)).cumsum(axis=1)
    outcome = factors + 0.1 * generator.normal(size=(zones, 10))
    treated = np.arange(zones) < 1
    outcome[treated] = 0.5 * outcome[3] + 0.5 * outcome[4] + 0.1 * generator.normal(size=10)
    return outcome + effect * np.outer(treated, POST), treated


def test_weights_are_those_of_a_general_optimiser():
    outcome, treated = panel()
    found = synthetic(outcome, treated, POST, "sc")
    donors, own = outcome[~treated][:, ~POST], outcome[0, ~POST]

    def distance(weights):
        return ((own - weights @ donors) ** 2).sum()

    start = np.full(14, 1 / 14)
    best = minimize(
        distance,
        start,
        bounds=[(0, 1)] * 14,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 2000},
    )
    assert found.unit_weights.sum() == pytest.approx(1.0)
    assert found.unit_weights.min() >= 0.0
    assert distance(found.unit_weights) <= best.fun * (1 + 1e-6)
    assert found.fit_before**2 * 7 == pytest.approx(best.fun, rel=1e-4)


def test_synthetic_difference_in_differences_is_a_weighted_two_way_regression():
    outcome, treated = panel(effect=1.0)
    found = synthetic(outcome, treated, POST, "sdid")
    units = np.concatenate([[1.0], found.unit_weights])
    times = np.concatenate([found.time_weights, np.full(3, 1 / 3)])
    fit = fit_two_way(CellGrid(outcome, np.outer(units, times), outcome.size), np.outer(treated, POST).astype(float))
    assert found.effect == pytest.approx(fit.coefficient, abs=1e-9)


@pytest.mark.parametrize("kind", ["sc", "sdid"])
def test_an_effect_ranks_first_and_none_does_not(kind):
    outcome, treated = panel(effect=3.0)
    found = placebo_rank(outcome, treated, POST, kind)
    assert found.p == found.smallest_p == pytest.approx(1 / 15)
    assert found.found.effect == pytest.approx(3.0, abs=0.5)
    assert placebo_rank(*panel(), POST, kind).p > 1 / 15


def test_order_of_zones_does_not_count():
    outcome, treated = panel(effect=1.0)
    turned = np.random.default_rng(0).permutation(15)
    one, two = (
        synthetic(*each, POST, "sdid").effect for each in ((outcome, treated), (outcome[turned], treated[turned]))
    )
    assert one == pytest.approx(two, abs=1e-9)


def test_too_short_a_past_and_too_few_controls_are_refused():
    outcome, treated = panel()
    with pytest.raises(ComputationError, match="EVK-C107"):
        synthetic(outcome, treated, np.arange(10) >= 3, "sc")
    with pytest.raises(ComputationError, match="EVK-C108"):
        synthetic(outcome[:5], treated[:5], POST, "sc")
