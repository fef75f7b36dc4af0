"""Those lost are replaced by those like them: the truth comes back when loss depends on what is measured at entry."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from evalkit.stats.survival.aalen_johansen import cumulative_incidence, value_at
from evalkit.stats.survival.life_table import life_table
from evalkit.stats.survival.loss_weights import Followed, weighted_shares

DRAWS = 250
HORIZON = 12.0


def drawn(rng: np.random.Generator, persons: int) -> tuple[Followed, float]:
    """Month after month: a job, another exit, then, at the end of the month, no more news. Covered for 18 months.

    Returns:
        What is seen, and the share who found a job by month 12, seen or not.
    """
    x = rng.integers(0, 3, persons).astype(float)
    job = rng.geometric(0.03 + 0.03 * x)
    other = rng.geometric(0.02, persons)
    lost = rng.geometric(np.array([0.10, 0.04, 0.01])[x.astype(int)])
    first = np.minimum(job, other)
    seen = np.minimum(first, lost)
    causes = np.where(first <= lost, np.where(job <= other, 1, 2), 3)
    followed = Followed(
        np.minimum(seen, 18).astype(float), np.where(seen > 18, 0, causes), 3, np.column_stack([x == 1, x == 2]) * 1.0
    )
    return followed, float(((job <= HORIZON) & (job <= other)).mean())


def unweighted(followed: Followed) -> float:
    table = life_table(followed.durations, np.where(followed.causes == 3, 0, followed.causes), 2)
    return value_at(table.times, cumulative_incidence(table, 1).share, HORIZON)


@pytest.fixture(scope="module")
def truth() -> float:
    return drawn(np.random.default_rng(1), 2_000_000)[1]


def test_a_large_sample_gives_the_truth_back(truth):
    followed, _ = drawn(np.random.default_rng(2), 100_000)
    (found,) = weighted_shares(followed, 1, [HORIZON])
    assert found.share == pytest.approx(truth, abs=0.006)
    assert unweighted(followed) > truth + 0.02, "taking the lost as censored is wrong here"
    assert 0.3 * 100_000 < found.effective_size < 100_000


def test_intervals_hold_the_truth_19_times_in_20(truth):
    rng, held = np.random.default_rng(3), 0
    for _ in range(DRAWS):
        (found,) = weighted_shares(drawn(rng, 300)[0], 1, [HORIZON])
        held += found.low <= truth <= found.high
    least, most = binom.ppf([0.0005, 0.9995], DRAWS, 0.95)
    assert least <= held <= most


def test_nobody_lost_gives_aalen_and_johansen():
    followed, _ = drawn(np.random.default_rng(4), 500)
    kept = Followed(followed.durations, np.where(followed.causes == 3, 0, followed.causes), 3, followed.covariates)
    table = life_table(kept.durations, kept.causes, 2)
    curve = cumulative_incidence(table, 1)
    for found in weighted_shares(kept, 1, [3.0, 6.0, 12.0]):
        assert found.share == pytest.approx(value_at(curve.times, curve.share, found.horizon), abs=1e-12)
        error = value_at(curve.times, curve.error, found.horizon)
        assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.02)
        assert found.truncated == 0


def test_errors_by_cluster_of_one_are_those_of_persons():
    followed, _ = drawn(np.random.default_rng(5), 400)
    (alone,) = weighted_shares(followed, 1, [HORIZON])
    one = Followed(followed.durations, followed.causes, 3, followed.covariates, np.arange(400))
    (grouped,) = weighted_shares(one, 1, [HORIZON])
    assert grouped.share == alone.share
    # Student's law and the factor G / (G - 1) of 400 clusters.
    assert (grouped.high - grouped.low) / (alone.high - alone.low) == pytest.approx(1.004, abs=0.002)
    shared = Followed(followed.durations, followed.causes, 3, followed.covariates, np.arange(400) // 20)
    (wide,) = weighted_shares(shared, 1, [HORIZON])
    assert wide.share == alone.share
