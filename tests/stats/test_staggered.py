"""Several entry dates: against brute force, and against the derivative that an influence function is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from evalkit.errors import ComputationError
from evalkit.stats.aggregation import aggregate, simultaneous_band
from evalkit.stats.group_time import NEVER, Sample, StaggeredDesign, group_time_effects
from evalkit.stats.staggered_checks import bacon_shares, sun_abraham
from evalkit.stats.two_way import CellGrid, fit_two_way


def panel(units: int = 60, periods: int = 6, seed: int = 4) -> Sample:
    generator = np.random.default_rng(seed)
    entry = generator.choice(np.array([2, 4, NEVER]), units)
    covariates = generator.normal(size=(units, 1)) + 0.3 * (entry == 2)[:, None]
    rank = np.arange(periods)
    outcome = (
        generator.normal(size=(units, 1)) + rank * (0.2 + 0.3 * covariates) + generator.normal(size=(units, periods))
    )
    outcome += (rank >= entry[:, None]) * (1.0 + 0.5 * (rank - np.minimum(entry, 99)[:, None]))
    return Sample(outcome, entry, np.ones(units), covariates)


def sections(seed: int = 8) -> Sample:
    generator = np.random.default_rng(seed)
    rows = 400
    entry = generator.choice(np.array([1, 2, NEVER]), rows)
    period = generator.integers(0, 4, rows)
    covariates = generator.normal(size=(rows, 1)) + 0.3 * (entry == 1)[:, None]
    outcome = covariates[:, 0] * (1 + 0.2 * period) + period + (period >= entry) + generator.normal(size=rows)
    return Sample(outcome, entry, np.ones(rows), covariates, period=period)


def reweighted(sample: Sample, row: int, step: float) -> Sample:
    weight = sample.weight.copy()
    weight[row] += step
    return Sample(sample.outcome, sample.entry, weight, sample.covariates, sample.period, sample.cluster)


@pytest.mark.parametrize("made", [panel, sections])
@pytest.mark.parametrize("method", ["or", "ipw", "dr"])
@pytest.mark.parametrize("controls", ["never", "not_yet"])
def test_influence_is_the_derivative_in_the_weight_of_a_row(made, method, controls):
    """An influence function is the derivative of the estimate when one row weighs more; here by finite difference."""
    sample, design = made(), StaggeredDesign(method, controls)
    found = group_time_effects(sample, design)
    for row in (0, 7, 31):
        up, down = (group_time_effects(reweighted(sample, row, step), design).effect for step in (1e-4, -1e-4))
        slope = (up - down) / 2e-4
        np.testing.assert_allclose(found.influence[row] / len(sample.entry), slope, atol=2e-6)


@pytest.mark.parametrize("by", ["event", "cohort", "period", "all"])
def test_influence_of_averages_counts_the_sizes_of_cohorts(by):
    sample = panel()
    whole = aggregate(group_time_effects(sample), by)
    slopes = []
    for row in range(len(sample.entry)):
        up, down = (aggregate(group_time_effects(reweighted(sample, row, step)), by) for step in (1e-4, -1e-4))
        slopes.append([*((up.effect - down.effect) / 2e-4).tolist(), (up.overall[0] - down.overall[0]) / 2e-4])
    derivative = np.array(slopes)
    np.testing.assert_allclose(derivative[:, :-1].T @ derivative[:, :-1], whole.covariance, atol=1e-5)
    assert np.sqrt((derivative[:, -1] ** 2).sum()) == pytest.approx(whole.overall[1], rel=1e-4)


def test_without_covariates_an_effect_is_a_difference_of_means():
    sample = panel()
    plain = Sample(sample.outcome, sample.entry, sample.weight, np.empty((len(sample.entry), 0)))
    found = group_time_effects(plain, StaggeredDesign("dr", "never"))
    for cohort, period, effect in zip(found.cohort, found.period, found.effect, strict=True):
        change = plain.outcome[:, period] - plain.outcome[:, cohort - 1]
        by_hand = change[plain.entry == cohort].mean() - change[plain.entry == NEVER].mean()
        assert effect == pytest.approx(by_hand, abs=1e-12)
    assert {method: group_time_effects(plain, StaggeredDesign(method)).effect.tolist() for method in ("or", "ipw")}[
        "or"
    ] == pytest.approx(found.effect.tolist(), abs=1e-10)


def test_not_yet_treated_controls_are_untreated_in_both_periods():
    sample = panel()
    plain = Sample(sample.outcome, sample.entry, sample.weight, np.empty((len(sample.entry), 0)))
    found = group_time_effects(plain, StaggeredDesign("or", "not_yet"))
    effect = found.effect[(found.cohort == 2) & (found.period == 3)][0]
    change = plain.outcome[:, 3] - plain.outcome[:, 1]
    assert effect == pytest.approx(change[plain.entry == 2].mean() - change[plain.entry > 3].mean(), abs=1e-12)


def test_zones_treated_from_the_start_are_never_controls():
    sample = panel()
    entry = sample.entry.copy()
    entry[:5] = 0
    outcome = sample.outcome.copy()
    outcome[:5] += 1e6 * np.arange(6)  # would show at once in any effect that used them
    kept = group_time_effects(
        Sample(outcome, entry, sample.weight, sample.covariates), StaggeredDesign("dr", "not_yet")
    )
    assert kept.left_out == 5
    assert np.abs(kept.effect).max() < 10.0
    rest = Sample(sample.outcome[5:], sample.entry[5:], sample.weight[5:], sample.covariates[5:])
    np.testing.assert_allclose(kept.effect, group_time_effects(rest, StaggeredDesign("dr", "not_yet")).effect)


def test_nobody_to_compare_with_is_refused():
    sample = panel()
    everyone = Sample(sample.outcome, np.full(60, 2), sample.weight, sample.covariates)
    with pytest.raises(ComputationError, match="EVK-M309"):
        group_time_effects(everyone)


def test_a_cluster_of_one_unit_each_changes_only_the_factor():
    sample = panel()
    grouped = Sample(sample.outcome, sample.entry, sample.weight, sample.covariates, cluster=np.arange(60))
    alone, together = (aggregate(group_time_effects(each), "event") for each in (sample, grouped))
    np.testing.assert_allclose(together.covariance, alone.covariance * 60 / 59)
    assert together.df == 59


def test_band_is_wider_than_pointwise_and_narrower_than_bonferroni():
    from scipy.stats import t

    found = aggregate(group_time_effects(panel()), "event")
    before = found.at < -1
    width, p = simultaneous_band(found, before, 0.95, seed=1)
    ratio = width / found.se[before]
    assert t.ppf(0.975, found.df) < ratio[0] < t.ppf(1 - 0.025 / before.sum(), found.df) * 1.01
    assert p > 0.05, "no effect exists before the entry"


def test_sun_and_abraham_equal_the_universal_base_on_a_balanced_panel():
    """With never-treated controls and no covariate both are the same differences of means."""
    sample = panel()
    plain = Sample(sample.outcome, sample.entry, sample.weight, np.empty((60, 0)))
    ours = aggregate(group_time_effects(plain, StaggeredDesign("or", "never", "universal")), "event")
    theirs = sun_abraham(plain.outcome, plain.entry, np.ones(plain.outcome.shape))
    np.testing.assert_array_equal(ours.at, theirs.at)
    np.testing.assert_allclose(ours.effect, theirs.effect, atol=1e-9)
    ratio = np.sqrt(np.diag(theirs.covariance)) / ours.se
    assert 0.9 < ratio.min() <= ratio.max() < 1.2


def test_bacon_shares_add_up_to_the_regression():
    sample = panel(seed=12)
    entry = sample.entry.copy()
    entry[:6] = 0
    shares = bacon_shares(sample.outcome, entry)
    treatment = (np.arange(6) >= entry[:, None]).astype(float)
    fit = fit_two_way(CellGrid(sample.outcome, np.ones_like(sample.outcome), sample.outcome.size), treatment)
    assert sum(each.share * each.estimate for each in shares) == pytest.approx(fit.coefficient, abs=1e-12)
    assert sum(each.share for each in shares) == pytest.approx(1.0)
    assert {each.kind for each in shares} == {
        "against_never", "against_always", "earlier_against_later", "later_against_earlier",
    }  # fmt: skip
    assert (
        len({(each.treated, each.control) for each in shares})
        == len(shares)
        == len(list(itertools.permutations((2, 4), 2))) + 4
    )
