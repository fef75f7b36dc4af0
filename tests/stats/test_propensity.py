"""Propensity and attrition weights: R's numbers, and planted truths."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from evalkit.errors import ComputationError
from evalkit.stats.propensity import attrition_weights, logit_probabilities, propensity_weights
from tests.truths.files import DATA, expected


def test_weights_of_the_training_programme_are_those_of_r():
    truth = expected("matching_nsw_cps.json")
    rows = pl.read_csv(DATA / "nsw_cps.csv.gz", infer_schema_length=None)
    names = ["age", "age2", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75", "u74", "u75"]
    rows = rows.with_columns(
        age2=pl.col("age") ** 2,
        u74=(pl.col("re74") == 0).cast(pl.Int64),
        u75=(pl.col("re75") == 0).cast(pl.Int64),
    )
    followed, controls = rows.filter(pl.col("treat") == 1), rows.filter(pl.col("treat") == 0)
    found = propensity_weights(
        followed[names].to_numpy().astype(float), controls[names].to_numpy().astype(float), highest=1.0
    )
    effect = followed["re78"].mean() - found.weights @ controls["re78"].to_numpy()
    assert effect == pytest.approx(truth["ipw_att"], rel=1e-6)
    assert found.effective_size == pytest.approx(truth["ipw_ess"], rel=1e-6)


def test_one_binary_covariate_has_a_closed_form():
    traits = np.array([[1.0]] * 4 + [[0.0]] * 4)
    inside = np.array([True, True, True, False, True, False, False, False])
    np.testing.assert_allclose(logit_probabilities(traits, inside), [0.75] * 4 + [0.25] * 4, atol=1e-9)


def test_groups_that_do_not_overlap_are_refused():
    with pytest.raises(ComputationError, match="EVK-M417"):
        propensity_weights(np.array([[3.0], [4.0]]), np.array([[1.0], [2.0]]))


def lost_by(what: str, seed: int, persons: int = 2000) -> tuple[float, float, float, float]:
    """Draw a cohort of which 50 % have the outcome; return naive and weighted rates, and the bounds."""
    rng = np.random.default_rng(seed)
    age = rng.normal(0, 1, persons)
    outcome = rng.random(persons) < 1 / (1 + np.exp(-age))
    drives = age if what == "age" else 2.0 * outcome - 1.0
    seen = rng.random(persons) < 1 / (1 + np.exp(-(0.5 + drives)))
    weights = attrition_weights(age[:, None], seen).weights
    known = outcome & seen
    weighted = float(np.average(outcome[seen], weights=weights))
    return float(outcome[seen].mean()), weighted, known.mean(), (known | ~seen).mean()


def test_weights_repair_a_loss_that_is_measured_and_not_one_that_is_not():
    measured = np.array([lost_by("age", seed) for seed in range(300)])
    # The truth is 50 %. The mean of 300 draws has an error of about 0.1 point: truncation leaves less than one point.
    assert measured[:, 0].mean() > 0.56
    assert measured[:, 1].mean() == pytest.approx(0.5, abs=0.01)
    hidden = np.array([lost_by("outcome", seed) for seed in range(300)])
    assert hidden[:, 1].mean() > 0.6
    assert ((hidden[:, 2] < 0.5) & (hidden[:, 3] > 0.5)).all()


def test_nobody_lost_changes_nothing():
    found = attrition_weights(np.array([[1.0], [2.0], [3.0]]), np.array([True, True, True]))
    np.testing.assert_array_equal(found.weights, [1.0, 1.0, 1.0])
    assert (found.effective_size, found.truncated) == (3.0, 0)
    with pytest.raises(ComputationError, match="EVK-M417"):
        attrition_weights(np.array([[1.0], [2.0]]), np.array([False, False]))


def test_weighted_means_of_those_seen_are_those_of_all():
    rng = np.random.default_rng(3)
    covariates = rng.normal(0, 1, (4000, 2))
    seen = rng.random(4000) < 1 / (1 + np.exp(-(1.0 + 0.6 * covariates[:, 0])))
    found = attrition_weights(covariates, seen)
    gap = abs(covariates[seen].mean(axis=0) - covariates.mean(axis=0)).max()
    assert found.imbalance < 0.03 < gap
    assert found.truncated > 0
    assert found.effective_size < seen.sum()
