"""Training programme (NSW) against the survey (CPS): R MatchIt 4.5.1 and the dual solved to 1e-14."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from evalkit.stats.balancing import Sample, effective_sample_size, entropy_balance, standardized_differences

from .files import DATA, expected

NUMBERS = expected("matching_nsw_cps.json")


def sides() -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = pl.read_csv(DATA / "nsw_cps.csv.gz", infer_schema_length=None)
    rows = rows.with_columns(u74=(pl.col("re74") == 0).cast(pl.Int64), u75=(pl.col("re75") == 0).cast(pl.Int64))
    return rows.filter(pl.col("treat") == 1), rows.filter(pl.col("treat") == 0)


def test_naive_gap_is_the_published_one():
    followed, controls = sides()
    assert followed["re78"].mean() - controls["re78"].mean() == pytest.approx(NUMBERS["nsw_cps"]["coef"], rel=1e-6)


def test_entropy_balancing():
    truth = NUMBERS["entropy_balancing_first_moments"]
    followed, controls = sides()
    names = truth["covariates"]
    found = entropy_balance(
        controls.select(names).to_numpy().astype(float), followed.select(names).to_numpy().astype(float).mean(axis=0)
    )
    effect = followed["re78"].mean() - found.weights @ controls["re78"].to_numpy()
    assert effect == pytest.approx(truth["att"], rel=1e-6)
    assert found.effective_size == pytest.approx(truth["ess"], rel=1e-6)
    assert found.weights.max() == pytest.approx(truth["max_weight"], rel=1e-6)
    assert found.weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert found.imbalance < 1e-9
    assert effective_sample_size(found.weights) == found.effective_size


def test_standardized_differences_before_balancing():
    followed, controls = sides()
    names = list(NUMBERS["smd_raw"])
    samples = (
        Sample.of(side.select(names).to_numpy().astype(float), np.arange(side.height)) for side in (followed, controls)
    )
    found = standardized_differences(*samples)
    np.testing.assert_allclose(found, list(NUMBERS["smd_raw"].values()), rtol=1e-6)
