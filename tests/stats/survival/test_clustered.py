"""Persons who share an agency: Cox with Efron's ties, curves and tests against plain writings, and their coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from evalkit.errors import ComputationError
from evalkit.stats.survival.aalen_johansen import cumulative_incidence, value_at
from evalkit.stats.survival.clustered import clustered_incidence, clustered_test
from evalkit.stats.survival.cox import cause_specific_cox
from evalkit.stats.survival.life_table import life_table
from tests.stats.survival.test_competing import months

DRAWS = 300


def weighted_efron_score(durations, hit, x, weights, beta):
    """Efron's score of one covariate with case weights, tie by tie and rank by rank (Therneau and Grambsch 2000)."""
    score = 0.0
    for moment in np.unique(durations[hit == 1]):
        tied = (durations == moment) & (hit == 1)
        risk = (durations >= moment) * weights * np.exp(beta * x)
        deaths = int(tied.sum())
        score += float((weights * x)[tied].sum())
        for rank in range(deaths):
            left = risk - tied * risk * rank / deaths
            score -= float(weights[tied].mean()) * float((left * x).sum() / left.sum())
    return score


def test_efron_errors_by_cluster_are_those_of_case_weights():
    """The part of a person in the score is the derivative of the weighted score by the weight of that person."""
    durations, causes, group = months(21, persons=60, slope=0.5)
    x = group + np.random.default_rng(5).normal(size=60)
    clusters = np.arange(60) % 12
    hit = (causes == 1).astype(int)
    plain = cause_specific_cox(durations, causes, x[:, None])
    beta, step = float(plain.coefficients[0]), 1e-6
    parts = np.empty(60)
    for person in range(60):
        up, down = np.ones(60), np.ones(60)
        up[person], down[person] = 1 + step, 1 - step
        scores = [weighted_efron_score(durations, hit, x, weights, beta) for weights in (up, down)]
        parts[person] = (scores[0] - scores[1]) / (2 * step)
    sums = np.bincount(clusters, parts)
    expected = np.sqrt((sums**2).sum()) * plain.covariance[0, 0]
    found = cause_specific_cox(durations, causes, x[:, None], clusters=clusters)
    assert found.errors[0] == pytest.approx(expected, rel=1e-6)
    assert weighted_efron_score(durations, hit, x, np.ones(60), beta) == pytest.approx(0, abs=1e-6)
    assert found.coefficients[0] == plain.coefficients[0]


def test_breslow_errors_by_cluster_are_those_of_statsmodels():
    """For Breslow's ties statsmodels has R's sandwich (measured elsewhere to 1e-6)."""
    from statsmodels.duration.hazard_regression import PHReg

    durations, causes, group = months(22, persons=200, slope=0.5)
    x = np.column_stack([group, np.random.default_rng(6).normal(40, 10, 200)])
    clusters = np.arange(200) % 15
    hit = (causes == 1).astype(int)
    theirs = PHReg(durations, x, status=hit, ties="breslow").fit(groups=clusters)
    ours = cause_specific_cox(durations, causes, x, ties="breslow", clusters=clusters)
    np.testing.assert_allclose(ours.coefficients, theirs.params, atol=1e-7)
    np.testing.assert_allclose(ours.errors, theirs.bse, rtol=1e-6)


def test_efron_coefficients_with_heavy_ties_are_those_of_statsmodels():
    from statsmodels.duration.hazard_regression import PHReg

    durations, causes, group = months(23, persons=2000, slope=0.3)
    x = np.column_stack([group, np.random.default_rng(7).normal(40, 10, 2000)])
    theirs = PHReg(durations, x, status=(causes == 1).astype(int), ties="efron").fit()
    ours = cause_specific_cox(durations, causes, x)
    np.testing.assert_allclose(ours.coefficients, theirs.params, atol=1e-8)
    np.testing.assert_allclose(ours.errors, np.asarray(theirs.bse), rtol=1e-6)


def test_clusters_of_one_person_without_censoring_give_the_error_of_a_share():
    durations, causes = np.array([1.0, 2, 2, 3, 4, 5]), np.array([1, 2, 1, 1, 2, 1])
    found = clustered_incidence(durations, causes, 1, np.arange(6))
    for moment, share in ((1.0, 1 / 6), (2.0, 2 / 6), (3.0, 3 / 6)):
        place = int(np.searchsorted(found.times, moment))
        assert found.share[place] == pytest.approx(share)
        assert found.error[place] ** 2 == pytest.approx(share * (1 - share) / 5)


def test_error_of_a_cluster_is_its_pull_when_its_weight_moves():
    """The jackknife of a cluster, infinitesimal: the derivative of the share by the weight of its persons."""
    durations, causes, _ = months(24, persons=90)
    clusters = np.arange(90) % 9
    found = clustered_incidence(durations, causes, 1, clusters)

    def share(weights: np.ndarray, horizon: float) -> float:
        left, total = 1.0, 0.0
        for moment in np.unique(durations[durations <= horizon]):
            exposed = weights[durations >= moment].sum()
            here = durations == moment
            total += left * weights[here & (causes == 1)].sum() / exposed
            left *= 1 - weights[here & (causes > 0)].sum() / exposed
        return total

    pulls = []
    for cluster in range(9):
        up, down = np.ones(90), np.ones(90)
        up[clusters == cluster], down[clusters == cluster] = 1 + 1e-6, 1 - 1e-6
        pulls.append((share(up, 12.0) - share(down, 12.0)) / 2e-6)
    expected = np.sqrt(np.sum(np.square(pulls)) * 9 / 8)
    assert value_at(found.times, found.error, 12.0) == pytest.approx(expected, rel=1e-6)


def shared(rng: np.random.Generator, agencies: int = 20, size: int = 25):
    """Persons of the same agency find jobs at the same pace; the paces of the agencies differ a lot."""
    clusters = np.repeat(np.arange(agencies), size)
    pace = rng.gamma(2, 0.5, agencies)[clusters]
    job, other = rng.exponential(12 / pace), rng.exponential(20, len(pace))
    end = rng.uniform(6, 24, len(pace))
    durations = np.ceil(np.minimum.reduce([job, other, end]))
    return durations, np.where(job <= np.minimum(other, end), 1, np.where(other <= end, 2, 0)), clusters


@pytest.fixture(scope="module")
def coverage():
    rng = np.random.default_rng(20_261_121)
    many = shared(rng, 20_000)
    table = life_table(many[0], many[1], 2)
    truth = value_at(table.times, cumulative_incidence(table, 1).share, 12.0)
    held = {"by agency": 0, "as if alone": 0, "rejected": 0}
    for _ in range(DRAWS):
        durations, causes, clusters = shared(rng)
        alone = cumulative_incidence(life_table(durations, causes, 2), 1)
        for name, found in (
            ("by agency", clustered_incidence(durations, causes, 1, clusters)),
            ("as if alone", alone),
        ):
            place = int(np.searchsorted(found.times, 12.0))
            held[name] += bool(found.low[place] <= truth <= found.high[place])
        held["rejected"] += clustered_test(durations, causes, clusters % 2, clusters).p < 0.05
    return held


def test_intervals_by_agency_hold_and_the_others_do_not(coverage):
    least, most = binom.ppf([0.0005, 0.9995], DRAWS, 0.95)
    assert least <= coverage["by agency"] <= most
    assert coverage["as if alone"] < 0.8 * DRAWS


def test_group_test_by_agency_rejects_at_its_level(coverage):
    """Groups are whole agencies: a test that takes persons as independent would reject far too often."""
    least, most = binom.ppf([0.0005, 0.9995], DRAWS, 0.05)
    assert least <= coverage["rejected"] <= most


def test_too_few_agencies_are_refused():
    durations, causes, group = months(1)
    with pytest.raises(ComputationError, match="EVK-M418"):
        clustered_incidence(durations, causes, 1, np.zeros(len(durations), dtype=int))
    with pytest.raises(ComputationError, match="EVK-M418"):
        clustered_test(durations, causes, group, np.arange(len(durations)) % 2)
