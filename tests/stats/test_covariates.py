"""Cells with covariates are the rows: brute force on the rows, and statsmodels' clustered error."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import ComputationError
from evalkit.stats.cluster import cr1, cv3
from evalkit.stats.covariate_draws import permute_with_covariates, wild_with_covariates
from evalkit.stats.covariates import CovariateCells, fit_with_covariates
from evalkit.stats.randomisation import all_assignments
from evalkit.stats.wild import wild_bootstrap, wild_multipliers
from tests.stats.grids import uneven_case

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
    """statsmodels counts the zone effects in its factor: (N-1)/(N-K) is put back to the other columns and the mean."""
    import statsmodels.api as sm

    zones, periods = np.eye(ZONES)[rows["zone"]], np.eye(PERIODS)[rows["period"]][:, 1:]
    design = np.column_stack([rows["d"], rows["woman"], rows["age"], zones, periods])
    fit = sm.WLS(rows["y"], design, weights=rows["w"]).fit(cov_type="cluster", cov_kwds={"groups": rows["zone"]})
    columns = design.shape[1]
    expected = fit.bse[0] * np.sqrt((ROWS - columns) / (ROWS - (columns - ZONES + 1)))
    assert fit_with_covariates(cells_of(rows)).cr1.se == pytest.approx(expected, abs=1e-9)


def test_a_treatment_that_a_covariate_repeats_is_refused(rows):
    with pytest.raises(ComputationError, match="covariables"):
        fit_with_covariates(cells_of({**rows, "age": rows["d"] * 3}))


def plain(rows, names, y, dummies):
    """Treatment, covariates, zone and period dummies by least squares on the rows: scores by zone and coefficient."""
    design = np.column_stack([*(rows[name] for name in names), *dummies])
    root = np.sqrt(rows["w"])
    beta = np.linalg.lstsq(root[:, None] * design, root * y, rcond=None)[0]
    other = np.linalg.lstsq(root[:, None] * design[:, 1:], root * design[:, 0], rcond=None)[0]
    pull = design[:, 0] - design[:, 1:] @ other
    scores = np.bincount(rows["zone"], rows["w"] * pull * (y - design @ beta))
    return beta[0], beta[0] ** 2 * float(rows["w"] @ pull**2) ** 2 / float(scores @ scores)


def both_dummies(rows):
    return np.eye(ZONES)[rows["zone"]], np.eye(PERIODS)[rows["period"]][:, 1:]


def test_wild_draws_are_those_of_the_rows(rows):
    """All the 512 sign vectors, by hand: rows made under the null, then the whole regression again."""
    found = wild_with_covariates(fit_with_covariates(cells_of(rows)), 512, 1)
    dummies = both_dummies(rows)
    design = np.column_stack([rows["woman"], rows["age"], *dummies])
    root = np.sqrt(rows["w"])
    theta = np.linalg.lstsq(root[:, None] * design, root * rows["y"], rcond=None)[0]
    fitted, signs = design @ theta, wild_multipliers(ZONES, 512, 1)
    for rank in (0, 7, 100, 311):
        made = fitted + signs[rank][rows["zone"]] * (rows["y"] - fitted)
        _, expected = plain(rows, ("d", "woman", "age"), made, dummies)
        assert found.numerator[0, rank] ** 2 / found.spread[0, rank] == pytest.approx(expected, rel=1e-8)


def test_permutations_are_those_of_the_rows(rows):
    """Each choice of three zones among nine: the whole regression on the rows with that treatment."""
    treated = np.arange(ZONES) < 3
    choices = all_assignments(ZONES, 3)
    cells = cells_of(rows)
    found = permute_with_covariates(cells, (cells.period >= 2).astype(float), choices, treated)
    dummies, after = both_dummies(rows), rows["period"] >= 2
    assert len(choices) == 84
    for rank in (0, 20, 83):
        other = {**rows, "d": (choices[rank][rows["zone"]] & after).astype(float)}
        _, expected = plain(other, ("d", "woman", "age"), rows["y"], dummies)
        assert found.numerator[0, rank] ** 2 / found.spread[0, rank] == pytest.approx(expected, rel=1e-8)
        _, supposed = plain(other, ("d", "woman", "age"), rows["y"] - 1.5 * rows["d"], dummies)
        top = (found.numerator[0, rank] - 1.5 * found.numerator[1, rank]) ** 2
        q0, q1, q2 = found.spread[:, rank]
        assert top / (q0 - 3 * q1 + 2.25 * q2) == pytest.approx(supposed, rel=1e-8)


def test_without_covariates_everything_is_that_of_the_two_way_fit():
    case = uneven_case(holes=False)
    grid, treatment, fit = case.grid, case.treatment, case.fit()
    zone, period = (each.ravel() for each in np.indices(grid.means.shape))
    none = np.zeros((grid.means.size, 0))
    inside = np.zeros((grid.means.size, 0, 0))
    weight, mean = grid.weights.ravel(), grid.means.ravel()
    cells = CovariateCells(zone, period, weight, grid.rows, mean, treatment.ravel(), none, inside, none)
    found = fit_with_covariates(cells)
    assert found.coefficient == pytest.approx(fit.coefficient, abs=1e-12)
    assert found.cr1.se == pytest.approx(cr1(fit).se, rel=1e-10)
    assert found.cv3.se == pytest.approx(cv3(fit).error.se, rel=1e-10)
    assert found.drift == 0.0
    draws, expected = wild_with_covariates(found, 500, 3), wild_bootstrap(fit, 500, 3)
    assert np.allclose(draws.numerator, expected.numerator, atol=1e-9)
    assert np.allclose(draws.spread, expected.spread, atol=1e-9)


def test_the_drift_and_the_short_error_make_the_long_one(rows):
    """With one covariate the effect is the short one less its pull times the covariate's: the moves add up exactly."""
    one = cells_of(rows, covariates=("age",))
    found = fit_with_covariates(one)
    none = np.zeros((len(one.zone), 0))
    short = fit_with_covariates(
        CovariateCells(
            one.zone, one.period, one.weight, ROWS, one.outcome, one.treatment, none, np.zeros((len(none), 0, 0)), none
        )
    )
    pull = (short.coefficient - found.coefficient) / found.covariates[0]
    moves = []
    for zone in range(ZONES):
        kept = rows["zone"] != zone
        design = np.column_stack([rows["d"], rows["age"], *both_dummies(rows)])[kept]
        root = np.sqrt(rows["w"][kept])
        moves.append(np.linalg.lstsq(root[:, None] * design, root * rows["y"][kept], rcond=None)[0][1])
    expected = abs(pull) * np.sqrt((ZONES - 1) / ZONES * np.sum((np.array(moves) - found.covariates[0]) ** 2))
    assert found.drift == pytest.approx(expected, rel=1e-8)


def test_a_category_of_one_zone_alone_costs_nothing(rows):
    """Without its zone the category is no column: the jackknife by hand leaves it out, and nothing overflows."""
    alone = ((rows["zone"] == 5) & (rows["age"] > np.median(rows["age"]))).astype(float)
    made = {**rows, "woman": alone}
    found = fit_with_covariates(cells_of(made))
    moves = [brute(made, made["zone"] != zone)[0] - found.coefficient for zone in range(ZONES)]
    assert found.cv3.se == pytest.approx(np.sqrt((ZONES - 1) / ZONES * np.sum(np.square(moves))), abs=1e-9)
    assert 0 < found.drift < found.cr1.se
