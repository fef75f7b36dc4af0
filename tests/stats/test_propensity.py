"""Propensity weights: R's numbers, and what has a closed form."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from evalkit.errors import ComputationError
from evalkit.stats.balancing import effective_sample_size
from evalkit.stats.propensity import logit_scores, odds_weights
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
    sides = [side[names].to_numpy().astype(float) for side in (followed, controls)]
    inside = np.arange(rows.height) < followed.height
    weights = odds_weights(logit_scores(np.vstack(sides), inside)[~inside], highest=1.0)
    effect = followed["re78"].mean() - weights @ controls["re78"].to_numpy()
    assert effect == pytest.approx(truth["ipw_att"], rel=1e-6)
    assert effective_sample_size(weights) == pytest.approx(truth["ipw_ess"], rel=1e-6)


def test_one_binary_covariate_has_a_closed_form():
    traits = np.array([[1.0]] * 4 + [[0.0]] * 4)
    inside = np.array([True, True, True, False, True, False, False, False])
    np.testing.assert_allclose(logit_scores(traits, inside), [np.log(3.0)] * 4 + [-np.log(3.0)] * 4, atol=1e-9)


def test_groups_that_do_not_overlap_are_refused():
    with pytest.raises(ComputationError, match="EVK-M417"):
        logit_scores(np.array([[3.0], [4.0], [1.0], [2.0]]), np.array([True, True, False, False]))


def test_weights_are_cut_at_a_quantile_and_sum_to_one():
    scores = np.log(np.array([1.0, 2.0, 3.0, 94.0]))
    np.testing.assert_allclose(odds_weights(scores, highest=1.0), [0.01, 0.02, 0.03, 0.94])
    # The quantile 2/3 of 1, 2, 3 and 94 is 3.
    np.testing.assert_allclose(odds_weights(scores, highest=2 / 3), np.array([1.0, 2.0, 3.0, 3.0]) / 9.0)
