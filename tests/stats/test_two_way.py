"""The fit on cells against packages that see the same cells, or the rows behind them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from evalkit.errors import ComputationError
from evalkit.stats.cluster import cr1, cr2, cv3, effective_clusters
from evalkit.stats.two_way import CellGrid, fit_two_way, within_zone

from .grids import Case, even_case, uneven_case


def long_table(case: Case) -> pl.DataFrame:
    zones, periods = case.grid.means.shape
    zone, period = np.meshgrid(np.arange(zones), np.arange(periods), indexing="ij")
    table = {"zone": zone, "period": period, "y": case.grid.means, "d": case.treatment, "w": case.grid.weights}
    return pl.DataFrame({name: values.ravel() for name, values in table.items()}).filter(pl.col("w") > 0)


def test_coefficient_and_error_of_linearmodels_on_cells():
    from linearmodels.panel import PanelOLS

    case = uneven_case()
    table = long_table(case).to_pandas().set_index(["zone", "period"])
    model = PanelOLS(table["y"], table[["d"]], entity_effects=True, time_effects=True, weights=table["w"])
    other = model.fit(
        cov_type="clustered", cluster_entity=True, auto_df=False, count_effects=False, group_debias=True, debiased=False
    )
    fit = case.fit()
    assert fit.coefficient == pytest.approx(other.params["d"], rel=1e-10)
    # Their factor is G/(G-1) x (cells-1)/cells; ours counts the rows and the period effects, as fixest does.
    rows, periods, cells = case.grid.rows, case.grid.means.shape[1], len(table)
    factor = (rows - 1) / (rows - 1 - periods) * cells / (cells - 1)
    assert cr1(fit).se == pytest.approx(other.std_errors["d"] * np.sqrt(factor), rel=1e-10)


def test_coefficient_and_error_of_pyfixest_on_cells():
    import pyfixest

    case = uneven_case()
    fit = fit_two_way(CellGrid(case.grid.means, case.grid.weights, len(long_table(case))), case.treatment)
    other = pyfixest.feols(
        "y ~ d | zone + period", data=long_table(case).to_pandas(), weights="w", vcov={"CRV1": "zone"}
    )
    assert fit.coefficient == pytest.approx(other.coef()["d"], rel=1e-6)
    assert cr1(fit).se == pytest.approx(other.se()["d"], rel=1e-6)


def test_jackknife_of_statsmodels_once_zone_effects_are_out():
    import statsmodels.api as sm

    case = uneven_case()
    fit, weights = case.fit(), case.grid.weights
    seen = weights > 0
    dummies = [within_zone(np.broadcast_to(row, weights.shape), fit.effects) for row in np.eye(weights.shape[1])[1:]]
    columns = [within_zone(case.treatment, fit.effects), *dummies]
    groups = np.repeat(np.arange(len(weights))[:, None], weights.shape[1], axis=1)
    design = np.column_stack([column[seen] for column in columns])
    model = sm.WLS(within_zone(case.grid.means, fit.effects)[seen], design, weights=weights[seen])
    other = model.fit(cov_type="cluster-crv3", cov_kwds={"groups": groups[seen]})
    assert fit.coefficient == pytest.approx(other.params[0], rel=1e-10)
    assert cv3(fit).error.se == pytest.approx(other.bse[0], rel=1e-10)


def test_cells_say_what_the_rows_say():
    """One line per person, dummies for zones and periods, CR0 by statsmodels: the cells give the same scores."""
    import statsmodels.api as sm

    case = uneven_case()
    generator = np.random.default_rng(2)
    counts = case.grid.weights.astype(int)
    zone, period = (np.repeat(index.ravel(), counts.ravel()) for index in np.indices(counts.shape))
    y = generator.integers(0, 2, len(zone)).astype(float)
    sums = np.zeros(counts.shape)
    np.add.at(sums, (zone, period), y)
    fit = fit_two_way(CellGrid(sums / np.maximum(counts, 1), case.grid.weights, len(y)), case.treatment)
    dummies = [(zone == g) * 1.0 for g in range(counts.shape[0])] + [(period == t) * 1.0 for t in range(1, 5)]
    other = sm.OLS(y, np.column_stack([case.treatment[zone, period], *dummies])).fit(
        cov_type="cluster", cov_kwds={"groups": zone, "use_correction": False}
    )
    assert fit.coefficient == pytest.approx(other.params[0], rel=1e-9)
    assert np.sqrt((fit.scores**2).sum()) / fit.information == pytest.approx(other.bse[0], rel=1e-9)


def test_even_weights_reduce_to_a_difference_of_changes():
    case = even_case()
    change = case.grid.means[:, case.post].mean(axis=1) - case.grid.means[:, ~case.post].mean(axis=1)
    size = case.grid.weights[:, 0]
    by_hand = np.average(change[case.treated], weights=size[case.treated]) - np.average(
        change[~case.treated], weights=size[~case.treated]
    )
    assert case.fit().coefficient == pytest.approx(by_hand, rel=1e-12)


def test_jackknife_refits_without_each_zone():
    case = uneven_case()
    left_out = cv3(case.fit()).coefficients
    for zone in range(len(left_out)):
        others = np.arange(len(left_out)) != zone
        refit = fit_two_way(CellGrid(case.grid.means[others], case.grid.weights[others], 1), case.treatment[others])
        assert left_out[zone] == pytest.approx(refit.coefficient, rel=1e-10)


def test_a_single_treated_zone_cannot_be_left_out():
    jackknife = cv3(uneven_case(treated=1).fit())
    assert np.isnan(jackknife.coefficients).sum() == 1
    assert np.isnan(jackknife.error.se)


def test_cr2_of_equal_zones_is_the_welch_error():
    """Equal weights and a common entry: a comparison of two means of changes, whose CR2 is Welch's variance."""
    generator = np.random.default_rng(8)
    treated = np.arange(11) < 4
    means = generator.normal(size=(11, 2))
    fit = fit_two_way(CellGrid(means, np.ones((11, 2)), 22), np.outer(treated, [0.0, 1.0]))
    change = means[:, 1] - means[:, 0]
    welch = np.sqrt(change[treated].var(ddof=1) / 4 + change[~treated].var(ddof=1) / 7)
    assert cr2(fit, "cells").se == pytest.approx(welch, rel=1e-10)
    assert cr2(fit, "rows").se == pytest.approx(welch, rel=1e-10)
    # Degrees of freedom of Welch and Satterthwaite with equal variances in both groups.
    df = (1 / 4 + 1 / 7) ** 2 / (1 / 4**2 / 3 + 1 / 7**2 / 6)
    assert cr2(fit, "cells").df == pytest.approx(df, rel=1e-10)


def test_effective_clusters_of_equal_halves_is_their_number():
    treated = np.arange(10) < 5
    fit = fit_two_way(CellGrid(np.zeros((10, 2)), np.ones((10, 2)), 20), np.outer(treated, [0.0, 1.0]))
    assert effective_clusters(fit) == pytest.approx(10.0)
    lone = np.arange(10) < 1
    fit = fit_two_way(CellGrid(np.zeros((10, 2)), np.ones((10, 2)), 20), np.outer(lone, [0.0, 1.0]))
    # Leverages 0.9 for the treated zone and 0.1 / 9 for each other.
    assert effective_clusters(fit) == pytest.approx(1 / (0.9**2 + 9 * (0.1 / 9) ** 2))


def test_a_treatment_of_everyone_is_refused():
    case = even_case()
    with pytest.raises(ComputationError, match="EVK-M301"):
        fit_two_way(case.grid, np.outer(np.ones(12), case.post))
