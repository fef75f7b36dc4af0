"""Cells with covariates are the rows: brute force on the rows, and statsmodels' clustered error."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import ComputationError
from evalkit.stats.covariates import CovariateCells, fit_with_covariates

ZONES, PERIODS, ROWS = 9, 4, 1500


@pytest.fixture(scope="module")
def rows() -> dict[str, np.ndarray]:
    """Repeated cross-sections with weights, a category, and an age whose law differs by zone."""
    draw = np.random.default_rng(12)
    zone, period = draw.integers(0, ZONES, ROWS), draw.integers(0, PERIODS, ROWS)
    age = draw.normal(40, 10, ROWS) + zone
    woman = draw.integers(0, 2, ROWS).astype(float)
    treated = ((zone < 3) & (period >= 2)).astype(float)
    outcome = 2 * treated + 0.1 * age - woman + draw.normal(size=ZONES)[zone] + draw.normal(size=ROWS)
    weight = draw.uniform(0.5, 2, ROWS)
    return {"zone": zone, "period": period, "age": age, "woman": woman, "d": treated, "y": outcome, "w": weight}


def cells_of(rows: dict[str, np.ndarray], *, covariates: tuple[str, ...] = ("woman", "age")) -> CovariateCells:
    """Zone by period by category; the age adds its mean and its cross-products."""
    keys = np.column_stack([rows["zone"], rows["period"], rows["woman"]]).astype(int)
    names, rank = np.unique(keys, axis=0, return_inverse=True)
    weight = np.bincount(rank, rows["w"])
    x = np.column_stack([rows[name] for name in covariates])
    mean_x = np.column_stack([np.bincount(rank, rows["w"] * column) / weight for column in x.T])
    mean_y = np.bincount(rank, rows["w"] * rows["y"]) / weight
    off, gap = x - mean_x[rank], rows["y"] - mean_y[rank]
    inside = np.zeros((len(names), len(covariates), len(covariates)))
    inside_outcome = np.zeros((len(names), len(covariates)))
    np.add.at(inside, rank, rows["w"][:, None, None] * off[:, :, None] * off[:, None, :])
    np.add.at(inside_outcome, rank, (rows["w"] * gap)[:, None] * off)
    treatment = ((names[:, 0] < 3) & (names[:, 1] >= 2)).astype(float)
    return CovariateCells(names[:, 0], names[:, 1], weight, ROWS, mean_y, treatment, mean_x, inside, inside_outcome)


def brute(rows: dict[str, np.ndarray], kept: np.ndarray) -> np.ndarray:
    zones, periods = np.eye(ZONES)[rows["zone"]], np.eye(PERIODS)[rows["period"]][:, 1:]
    design = np.column_stack([rows["d"], rows["woman"], rows["age"], zones, periods])[kept]
    root = np.sqrt(rows["w"][kept])
    return np.linalg.lstsq(root[:, None] * design, root * rows["y"][kept], rcond=None)[0]


def test_coefficients_are_those_of_the_rows(rows):
    found = fit_with_covariates(cells_of(rows))
    expected = brute(rows, np.ones(ROWS, dtype=bool))
    assert found.coefficient == pytest.approx(expected[0], abs=1e-10)
    assert np.allclose(found.covariates, expected[1:3], atol=1e-10)


def test_the_jackknife_is_that_of_the_rows(rows):
    found = fit_with_covariates(cells_of(rows))
    moves = [brute(rows, rows["zone"] != zone)[0] - found.coefficient for zone in range(ZONES)]
    assert found.cv3.se == pytest.approx(np.sqrt((ZONES - 1) / ZONES * np.sum(np.square(moves))), abs=1e-9)


def test_the_clustered_error_is_that_of_statsmodels(rows):
    """statsmodels counts the zone effects in its factor: (N-1)/(N-K) is put back to the columns not nested."""
    import statsmodels.api as sm

    zones, periods = np.eye(ZONES)[rows["zone"]], np.eye(PERIODS)[rows["period"]][:, 1:]
    design = np.column_stack([rows["d"], rows["woman"], rows["age"], zones, periods])
    fit = sm.WLS(rows["y"], design, weights=rows["w"]).fit(cov_type="cluster", cov_kwds={"groups": rows["zone"]})
    columns = design.shape[1]
    expected = fit.bse[0] * np.sqrt((ROWS - columns) / (ROWS - (columns - ZONES)))
    assert fit_with_covariates(cells_of(rows)).cr1.se == pytest.approx(expected, abs=1e-9)


def test_a_treatment_that_a_covariate_repeats_is_refused(rows):
    with pytest.raises(ComputationError, match="covariables"):
        fit_with_covariates(cells_of({**rows, "age": rows["d"] * 3}))
