"""Four hundred persons by month, heavily tied, two exits: every number is R's (``data/monthly_ties.R``, its answers).

The persons were drawn once: exponential times to each exit and to the end of what is seen, rounded up to months, so
that up to 68 of them leave together; three groups, ages, twenty-five agencies.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from evalkit.stats.arrays import FloatArray
from evalkit.stats.survival.aalen_johansen import cumulative_incidence
from evalkit.stats.survival.cox import cause_specific_cox
from evalkit.stats.survival.fine_gray import fine_gray
from evalkit.stats.survival.group_tests import gray_test, log_rank
from evalkit.stats.survival.kaplan_meier import kaplan_meier, restricted_mean
from evalkit.stats.survival.life_table import life_table
from tests.truths.files import DATA, expected

R = expected("monthly_ties.json")
PERSONS = pl.read_csv(DATA / "monthly_ties.csv")
MONTHS, EXITS = PERSONS["months"].cast(pl.Float64).to_numpy(), PERSONS["exit"].to_numpy()
GROUPS, AGENCIES = PERSONS["group"].to_numpy(), PERSONS["agency"].to_numpy()
ANY_EXIT = (EXITS > 0).astype(np.int64)
COVARIATES = np.column_stack([PERSONS["age"].to_numpy(), GROUPS == 1, GROUPS == 2]).astype(np.float64)


def is_of_r(found: object, name: str) -> None:
    np.testing.assert_allclose(np.asarray(found, dtype=np.float64), R[name], rtol=1e-6)


def at_moments(times: FloatArray, heights: FloatArray) -> FloatArray:
    return heights[np.searchsorted(times, R["moments"], side="right") - 1]


def test_the_persons_are_heavily_tied():
    assert np.bincount(EXITS).tolist() == [49, 235, 116]
    assert np.bincount(MONTHS.astype(int)).max() == 68


def test_kaplan_meier_and_its_restricted_mean():
    table = life_table(MONTHS, ANY_EXIT)
    curve = kaplan_meier(table)
    is_of_r(at_moments(curve.times, curve.survival), "kaplan_meier")
    is_of_r(at_moments(curve.times, curve.error), "kaplan_meier_error")
    is_of_r(at_moments(curve.times, curve.low), "kaplan_meier_low")
    is_of_r(at_moments(curve.times, curve.high), "kaplan_meier_high")
    mean = restricted_mean(table, 24.0)
    is_of_r([mean.value, mean.error], "restricted_mean_24")


@pytest.mark.parametrize("cause", [1, 2])
def test_aalen_johansen_is_cmprsk_cuminc(cause: int):
    curve = cumulative_incidence(life_table(MONTHS, EXITS, 2), cause)
    is_of_r(at_moments(curve.times, curve.share), f"incidence_{cause}")
    is_of_r(at_moments(curve.times, curve.error) ** 2, f"incidence_variance_{cause}")


@pytest.mark.parametrize("rho", [0, 1])
def test_log_rank_and_peto_of_three_groups(rho: int):
    tables = [life_table(MONTHS[each == GROUPS], ANY_EXIT[each == GROUPS]) for each in range(3)]
    is_of_r([log_rank(tables, rho=float(rho)).statistic], f"log_rank_{rho}")


@pytest.mark.parametrize("cause", [1, 2])
def test_gray_of_three_groups_is_cmprsk_cuminc(cause: int):
    tables = [life_table(MONTHS[each == GROUPS], EXITS[each == GROUPS], 2) for each in range(3)]
    found = gray_test(tables, cause)
    is_of_r([found.statistic, found.p, found.df], f"gray_{cause}")


def test_cause_specific_cox_with_both_ties_and_by_agency():
    efron = cause_specific_cox(MONTHS, EXITS, COVARIATES)
    is_of_r(efron.coefficients, "cox")
    is_of_r(efron.errors, "cox_error")
    is_of_r([efron.null_log_likelihood, efron.log_likelihood], "cox_log_likelihood")
    by_agency = cause_specific_cox(MONTHS, EXITS, COVARIATES, clusters=AGENCIES)
    is_of_r(by_agency.errors, "cox_error_by_agency")
    breslow = cause_specific_cox(MONTHS, EXITS, COVARIATES, ties="breslow")
    is_of_r(breslow.coefficients, "cox_breslow")
    is_of_r(breslow.errors, "cox_breslow_error")


def test_fine_gray_is_cmprsk_crr():
    found = fine_gray(MONTHS, EXITS, COVARIATES)
    is_of_r(found.coefficients, "fine_gray")
    is_of_r(found.errors, "fine_gray_error")
