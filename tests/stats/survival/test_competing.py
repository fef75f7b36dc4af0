"""Several exits: curves that add up, Gray's test and Fine-Gray against slow and plain writings of their definitions."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import ComputationError
from evalkit.stats.survival.aalen_johansen import cumulative_incidence, restricted_time_lost, value_at
from evalkit.stats.survival.cox import cause_specific_cox
from evalkit.stats.survival.fine_gray import fine_gray
from evalkit.stats.survival.group_tests import gray_test, log_rank
from evalkit.stats.survival.kaplan_meier import kaplan_meier, quantile, restricted_mean
from evalkit.stats.survival.life_table import life_table


def months(seed: int, persons: int = 60, slope: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Monthly durations with heavy ties, two exits and censoring; ``slope`` speeds up exit 1 of group 1."""
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 2, persons)
    first = rng.exponential(10 / np.exp(slope * group))
    second, lost = rng.exponential(14, persons), rng.uniform(2, 24, persons)
    ends = np.ceil(np.minimum(np.minimum(first, second), lost))
    causes = np.where(first <= np.minimum(second, lost), 1, np.where(second <= lost, 2, 0))
    return ends, causes, group


def test_shares_and_times_add_up():
    durations, causes, _ = months(1)
    table = life_table(durations, causes, 2)
    first, second = (cumulative_incidence(table, cause) for cause in (1, 2))
    np.testing.assert_allclose(first.share + second.share + kaplan_meier(table).survival, 1.0, atol=1e-14)
    spent = restricted_mean(table, 12.0).value + sum(restricted_time_lost(table, cause, 12.0) for cause in (1, 2))
    assert spent == pytest.approx(12.0, abs=1e-12)


def test_incidence_by_hand():
    # Five persons: exit 1 at month 1; exit 2 at 2; censored at 2; exit 1 at 3; still there at 4.
    table = life_table(np.array([1.0, 2, 2, 3, 4]), np.array([1, 2, 0, 1, 0]), 2)
    found = cumulative_incidence(table, 1)
    np.testing.assert_allclose(found.share, [1 / 5, 1 / 5, 1 / 5 + (4 / 5) * (3 / 4) * (1 / 2), 0.5])
    # One minus Kaplan-Meier, other exits taken as censoring, would say 1 - 4/5 x 1/2 = 0.6.
    alone = life_table(np.array([1.0, 2, 2, 3, 4]), np.array([1, 0, 0, 1, 0]))
    assert 1 - kaplan_meier(alone).survival[-1] == pytest.approx(0.6)
    # At month 1 nothing has happened before: the error is that of a share, p(1 - p) / (n - 1).
    assert found.error[0] ** 2 == pytest.approx(0.2 * 0.8 / 4)


def test_error_of_incidence_is_that_of_the_bootstrap():
    durations, causes, _ = months(3, persons=300)
    found = cumulative_incidence(life_table(durations, causes, 2), 1)
    rng = np.random.default_rng(4)
    drawn = []
    for _ in range(1000):
        chosen = rng.integers(0, 300, 300)
        curve = cumulative_incidence(life_table(durations[chosen], causes[chosen], 2), 1)
        drawn.append(value_at(curve.times, curve.share, 12.0))
    # The standard deviation of 1,000 draws is known to about 2.2 %; three times that.
    assert value_at(found.times, found.error, 12.0) == pytest.approx(np.std(drawn), rel=0.07)


def plain_gray(durations: np.ndarray, causes: np.ndarray, group: np.ndarray) -> float:
    """Gray's statistic for two groups, its variance not developed: loads of each event known at the end only."""
    times = np.unique(durations)
    n = np.array([[np.sum((durations >= t) & (group == g)) for g in (0, 1)] for t in times], float)
    d = np.array(
        [[[np.sum((durations == t) & (group == g) & (causes == c)) for g in (0, 1)] for c in (1, 2)] for t in times],
        float,
    )
    left, gone, pooled, score, drift = np.ones(2), np.zeros(2), 0.0, 0.0, np.zeros(2)
    seen = []
    for risk, (hits, misses) in zip(n, d, strict=True):
        scaled = np.where(risk > 0, risk / np.where(left > 0, left, 1.0), 0.0)
        total, whole = hits.sum(), scaled.sum()
        if total + misses.sum() == 0:
            continue
        after = np.where(risk > 0, left * (1 - (hits + misses) / np.maximum(risk, 1)), left)
        exposed = scaled * (1 - gone)
        score += hits[0] - total * exposed[0] / exposed.sum()
        spread = np.array([scaled[0], 0.0]) - scaled[0] * scaled / whole
        drift = drift + spread * total / (whole * (1 - pooled))
        pooled += total / whole
        for k in (0, 1):
            ratio = (1 - pooled) / after[k] if after[k] > 0 else 0.0
            if total and risk[k]:
                tie = 1 - (total - 1) / (whole * left[k] - 1) if total > 1 else 1.0
                seen.append((k, spread[k], 1 - ratio, drift[k], tie * left[k] * total / (whole * risk[k])))
            if misses[k] and after[k] > 0:
                tie = 1 - (misses[k] - 1) / (risk[k] - 1) if misses[k] > 1 else 1.0
                seen.append((k, 0.0, ratio, drift[k], tie * left[k] ** 2 * misses[k] / risk[k] ** 2))
        gone = gone + np.where(risk > 0, left * hits / np.maximum(risk, 1), 0.0)
        left = after
    variance = sum((own + (drift[k] - then) * load) ** 2 * weight for k, own, load, then, weight in seen)
    return float(score**2 / variance)


@pytest.mark.parametrize("seed", [5, 6, 7])
def test_gray_against_its_definition(seed: int):
    durations, causes, group = months(seed, slope=0.4)
    tables = [life_table(durations[group == g], causes[group == g], 2) for g in (0, 1)]
    assert gray_test(tables, 1).statistic == pytest.approx(plain_gray(durations, causes, group), rel=1e-9)


def test_gray_rejects_at_its_level_under_no_difference():
    rejected = 0
    for seed in range(1000):
        durations, causes, group = months(seed, persons=120)
        tables = [life_table(durations[group == g], causes[group == g], 2) for g in (0, 1)]
        rejected += gray_test(tables, 1).p < 0.05
    # 1,000 draws at 5 %: the binomial 99.9 % interval is 29 to 75.
    assert 29 <= rejected <= 75


def test_gray_of_three_groups_does_not_depend_on_their_order():
    durations, causes, _ = months(8, persons=150)
    group = np.arange(150) % 3
    tables = [life_table(durations[group == g], causes[group == g], 2) for g in range(3)]
    found, turned = gray_test(tables, 1), gray_test(tables[::-1], 1)
    assert found.df == 2
    assert found.statistic == pytest.approx(turned.statistic, rel=1e-9)


def plain_fine_gray(durations: np.ndarray, causes: np.ndarray, x: np.ndarray, beta: float) -> tuple[float, float]:
    """Score at ``beta`` and standard error of one covariate, person by person as Fine and Gray write them."""
    people, hits = range(len(x)), [i for i in range(len(x)) if causes[i] == 1]

    def staying(moment: float) -> float:
        past = np.unique(durations[(durations < moment) & (causes == 0)])
        return float(np.prod([1 - np.sum((durations == s) & (causes == 0)) / np.sum(durations >= s) for s in past]))

    def weight(i: int, moment: float) -> float:
        if durations[i] >= moment:
            return 1.0
        return staying(moment) / staying(durations[i]) if causes[i] == 2 else 0.0

    risk = np.exp(beta * x)
    w = {j: np.array([weight(i, durations[j]) for i in people]) for j in hits}
    s0 = {j: float((w[j] * risk).sum()) for j in hits}
    mean = {j: float((w[j] * risk * x).sum()) / s0[j] for j in hits}
    information = sum(float((w[j] * risk * (x - mean[j]) ** 2).sum()) / s0[j] for j in hits)
    own = np.array(
        [
            (x[i] - mean[i] if i in mean else 0.0) - sum((x[i] - mean[j]) * w[j][i] * risk[i] / s0[j] for j in hits)
            for i in people
        ]
    )

    def pull(moment: float) -> float:
        early = (durations < moment) & (causes == 2)
        return sum(float((((x - mean[j]) * w[j] * risk)[early]).sum()) / s0[j] for j in hits if durations[j] >= moment)

    lost = [u for u in people if causes[u] == 0]
    at_risk = {u: float(np.sum(durations >= durations[u])) for u in lost}
    moved = np.array(
        [
            (pull(durations[i]) / at_risk[i] if causes[i] == 0 else 0.0)
            - sum(pull(durations[u]) / at_risk[u] ** 2 for u in lost if durations[u] <= durations[i])
            for i in people
        ]
    )
    score = sum(x[j] - mean[j] for j in hits)
    return score, float(np.sqrt(((own + moved) ** 2).sum())) / information


@pytest.mark.parametrize("seed", [9, 10])
def test_fine_gray_against_its_definition(seed: int):
    durations, causes, group = months(seed, persons=50, slope=0.5)
    found = fine_gray(durations, causes, group[:, None].astype(float))
    score, error = plain_fine_gray(durations, causes, group.astype(float), float(found.coefficients[0]))
    assert score == pytest.approx(0.0, abs=1e-6)
    assert found.errors[0] == pytest.approx(error, rel=1e-9)


def test_fine_gray_does_not_depend_on_the_order_of_persons():
    durations, causes, group = months(11, persons=200, slope=0.5)
    covariates = np.column_stack([group, np.random.default_rng(1).normal(40, 10, 200)])
    found = fine_gray(durations, causes, covariates)
    order = np.random.default_rng(2).permutation(200)
    turned = fine_gray(durations[order], causes[order], covariates[order])
    np.testing.assert_allclose(found.coefficients, turned.coefficients, rtol=1e-9)
    np.testing.assert_allclose(found.covariance, turned.covariance, rtol=1e-9)
    alone = fine_gray(durations, causes, covariates, clusters=np.arange(200))
    np.testing.assert_allclose(found.covariance, alone.covariance, rtol=1e-12)


def test_median_of_a_flat_curve_is_its_middle():
    # Four persons leave at 1, 2, 3 and 4: half are gone from 2 until 3; R's survfit prints 2.5.
    table = life_table(np.array([1.0, 2, 3, 4]), np.array([1, 1, 1, 1]))
    assert quantile(kaplan_meier(table)).time == 2.5
    assert quantile(kaplan_meier(life_table(np.array([1.0, 2, 3]), np.array([0, 0, 1]))), 0.9).time == 3.0


def test_restricted_mean_is_the_area():
    # 1 until month 1, 3/4 until 2, 1/2 until 2.5: 1 + 0.75 + 0.25. Without censoring it is a mean of min(T, 2.5).
    table = life_table(np.array([1.0, 2, 3, 4]), np.array([1, 1, 1, 1]))
    found = restricted_mean(table, 2.5)
    assert found.value == pytest.approx(2.0)
    assert found.error == pytest.approx(np.std(np.minimum([1, 2, 3, 4], 2.5)) / 2)


def test_what_cannot_be_computed_says_why():
    with pytest.raises(ComputationError, match="EVK-M410"):
        life_table(np.array([3.0, -1.0]), np.array([0, 1]))
    nobody = life_table(np.array([1.0, 2.0]), np.array([0, 0]))
    with pytest.raises(ComputationError, match="EVK-M411"):
        log_rank([nobody, nobody])
    covariates = np.array([[0.0], [1.0]])
    with pytest.raises(ComputationError, match="EVK-M412"):
        cause_specific_cox(np.array([1.0, 2.0]), np.array([2, 0]), covariates)
    with pytest.raises(ComputationError, match="EVK-M414"):
        cause_specific_cox(np.array([1.0, 2.0]), np.array([1, 0]), -covariates)
