"""The same numbers from other libraries, where they are right, and from raw rows."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from evalkit.compare.as_linearmodels import as_linearmodels
from evalkit.compare.did_panel import DidDesign, Panel, read_panel
from evalkit.compare.hand_over import comparison_as_linearmodels
from evalkit.compare.run import compare
from evalkit.errors import ComputationError
from evalkit.stats.cluster import cr1, cv3
from evalkit.stats.two_way import TwoWayFit, fit_two_way
from evalkit.store.store import Store
from tests.compare.world import comparison, counts, leases, workspace
from tests.measure.world import CONTRACT, put

from .made_cells import cells, zone_names

DESIGN = DidDesign(zone_names(4), "2023")
TABLE = cells(zones=15, treated=4, effect=0.05)


def fitted() -> tuple[Panel, TwoWayFit]:
    panel = read_panel(TABLE, DESIGN)
    assert isinstance(panel, Panel)
    return panel, fit_two_way(panel.grid(), panel.treatment())


def test_linearmodels_gives_the_same_coefficient_and_error():
    """Its factor is G/(G-1) with these options; ours is fixest's, (N-1)/(N-K) more, K = 1 + periods, N rows."""
    panel, fit = fitted()
    result = as_linearmodels(TABLE, DESIGN)
    assert result.params["effect"] == pytest.approx(fit.coefficient, abs=1e-10)
    rows = panel.n.sum()
    error = result.std_errors["effect"] * np.sqrt((rows - 1) / (rows - 1 - fit.periods))
    assert error == pytest.approx(cr1(fit).se, rel=1e-9)


def test_statsmodels_gives_the_same_jackknife():
    """CV3 of a regression on rows without zone effects left: they are partialled out first."""
    import statsmodels.api as sm

    panel, fit = fitted()
    zones, periods = np.nonzero(panel.n > 0)
    dummies = (periods[:, None] == np.arange(1, fit.periods)[None, :]).astype(float)
    weight = panel.n[zones, periods]
    columns = np.column_stack([panel.treatment()[zones, periods], dummies, panel.grid().means[zones, periods]])
    for zone in range(fit.zones):
        own = zones == zone
        columns[own] -= np.average(columns[own], axis=0, weights=weight[own])
    model = sm.WLS(columns[:, -1], columns[:, :-1], weights=weight)
    errors = model.fit(cov_type="cluster-crv3", cov_kwds={"groups": zones}).bse
    assert errors[0] == pytest.approx(cv3(fit).error.se, rel=1e-9)


def test_raw_rows_give_the_same_by_brute_force():
    """Every person is a row; dummies for zones and periods; scores summed by zone. 1e-10 and 1e-9 as promised."""
    panel, fit = fitted()
    zone, period, y = [], [], []
    for (rank, time), count in np.ndenumerate(panel.n):
        yes = int(panel.sum_y[rank, time])
        zone += [rank] * int(count)
        period += [time] * int(count)
        y += [1.0] * yes + [0.0] * (int(count) - yes)
    places, times, outcome = np.array(zone), np.array(period), np.array(y)
    entry = (panel.treated[places] & panel.post[times]).astype(float)
    dummies = np.column_stack(
        [entry, places[:, None] == np.arange(15)[None, :], times[:, None] == np.arange(1, 6)[None, :]]
    ).astype(float)
    bread = np.linalg.inv(dummies.T @ dummies)
    coefficients = bread @ (dummies.T @ outcome)
    assert coefficients[0] == pytest.approx(fit.coefficient, abs=1e-10)
    residual = outcome - dummies @ coefficients
    scores = np.array([(dummies[places == rank] * residual[places == rank, None]).sum(axis=0) for rank in range(15)])
    rows = len(outcome)
    factor = 15 / 14 * (rows - 1) / (rows - 1 - 6)
    brute = np.sqrt(factor * (bread @ scores.T @ scores @ bread)[0, 0])
    assert cr1(fit).se == pytest.approx(brute, abs=1e-9)


def test_what_cannot_be_compared_is_not_handed_over():
    with pytest.raises(ComputationError, match="EVK-C101"):
        as_linearmodels(TABLE.filter(pl.col("period") >= "2023"), DESIGN)


def test_a_declared_comparison_is_handed_over(tmp_path):
    """linearmodels on the cells of the rows received: the plain coefficient, and CR1 without (N-1)/(N-K)."""
    declared = comparison()
    space = workspace(tmp_path, declared)
    store = Store(space.data)
    put(store, leases(counts(effect=12)), feed=space.feeds["attributions"])
    found = comparison_as_linearmodels(space, store, CONTRACT, declared.id)
    (estimate,) = compare(space, store, CONTRACT)
    assert float(found.params["effect"]) == pytest.approx(estimate.checks.unadjusted, abs=1e-10)
    with pytest.raises(ComputationError, match="n’est pas déclarée"):
        comparison_as_linearmodels(space, store, CONTRACT, "autre")


def test_with_covariates_the_coefficient_is_that_of_the_whole_regression(tmp_path):
    rows = [{**row, "loyer": 300 + 7 * (rank % 13)} for rank, row in enumerate(leases(counts(effect=12)))]
    declared = comparison(covariates=["loyer"], chosen_on="elsewhere")
    space = workspace(tmp_path, declared)
    store = Store(space.data)
    put(store, rows, feed=space.feeds["attributions"])
    (estimate,) = compare(space, store, CONTRACT)
    found = comparison_as_linearmodels(space, store, CONTRACT, declared.id)
    assert float(found.params["effect"]) == pytest.approx(estimate.effect, abs=1e-10)
