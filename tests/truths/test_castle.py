"""Castle-doctrine laws, 50 states, 2000-2010: R fixest 0.12.2, clubSandwich 0.5.8, lm without each state."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from evalkit.stats.cluster import cr1, cr2, cv3, effective_clusters
from evalkit.stats.group_time import NEVER
from evalkit.stats.staggered_checks import bacon_shares
from evalkit.stats.two_way import CellGrid, TwoWayFit, fit_two_way

from .files import DATA, expected

NUMBERS = expected("castle.json")


def fit(weights: str | None) -> TwoWayFit:
    frame = pl.read_csv(DATA / "castle.csv").sort("sid", "year")
    shape = frame["sid"].n_unique(), frame["year"].n_unique()
    table = {name: frame[name].to_numpy().astype(float).reshape(shape) for name in frame.columns}
    grid = CellGrid(table["l_homicide"], np.ones(shape) if weights is None else table[weights], frame.height)
    return fit_two_way(grid, table["post"])


@pytest.mark.parametrize(("weights", "name"), [(None, "castle_twfe"), ("popwt", "castle_twfe_popwt")])
def test_coefficient_and_cr1_are_those_of_fixest(weights, name):
    found = fit(weights)
    assert found.coefficient == pytest.approx(NUMBERS[name]["coef"], rel=1e-6)
    assert cr1(found).se == pytest.approx(NUMBERS[name]["se"], rel=1e-6)
    assert cr1(found).df == 49


@pytest.mark.parametrize(("weights", "name"), [(None, "castle_CR0"), ("popwt", "castle_popwt_CR0")])
def test_scores_give_cr0(weights, name):
    found = fit(weights)
    cr0 = np.sqrt((found.scores**2).sum()) / found.information
    assert cr0 == pytest.approx(NUMBERS[name]["se"], rel=1e-6)


@pytest.mark.parametrize(("weights", "name"), [(None, "castle_jack"), ("popwt", "castle_popwt_jack")])
def test_cv3_is_the_jackknife_of_r(weights, name):
    found = cv3(fit(weights))
    assert found.error.se == pytest.approx(NUMBERS[name]["se_CV3"], rel=1e-6)
    around_their_mean = np.sqrt(49 / 50 * ((found.coefficients - found.coefficients.mean()) ** 2).sum())
    assert around_their_mean == pytest.approx(NUMBERS[name]["se_CV3J"], rel=1e-6)


def test_range_without_each_state():
    coefficients = cv3(fit(None)).coefficients
    assert coefficients.min() == pytest.approx(NUMBERS["castle_jack"]["min"], rel=1e-6)
    assert coefficients.max() == pytest.approx(NUMBERS["castle_jack"]["max"], rel=1e-6)


@pytest.mark.parametrize(("weights", "name"), [(None, "castle_CR2"), ("popwt", "castle_popwt_CR2")])
def test_cr2_and_satterthwaite_are_those_of_club_sandwich(weights, name):
    found = cr2(fit(weights), "cells")
    assert found.se == pytest.approx(NUMBERS[name]["se"], rel=1e-6)
    assert found.df == pytest.approx(NUMBERS[name]["df"], rel=1e-6)


def test_population_weights_leave_fewer_effective_clusters():
    assert effective_clusters(fit("popwt")) < 0.6 * effective_clusters(fit(None)) < 50


def test_goodman_bacon_shares_are_those_of_bacondecomp():
    frame = pl.read_csv(DATA / "castle.csv").sort("sid", "year")
    post, outcome = (frame[name].to_numpy().astype(float).reshape(50, 11) for name in ("post", "l_homicide"))
    entry = np.where(post.any(axis=1), post.argmax(axis=1), NEVER)
    found = {(each.treated, each.control): each for each in bacon_shares(outcome, entry)}
    table = NUMBERS["castle_bacon"]["table"]
    assert len(found) == len(table) == 25
    for row in table:
        control = row.get("untreated")
        ours = found[row["treated"] - 2000, NEVER if control is None or control > 3000 else control - 2000]
        assert ours.estimate == pytest.approx(row["estimate"], abs=1e-9)
        assert ours.share == pytest.approx(row["weight"], abs=1e-9)
