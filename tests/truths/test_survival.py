"""Survival against R 4.2.2 (survival 3.5-3): curves, medians, tests, regressions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
import pytest

from evalkit.stats.survival.cox import HazardFit, cause_specific_cox
from evalkit.stats.survival.fine_gray import fine_gray
from evalkit.stats.survival.group_tests import log_rank
from evalkit.stats.survival.kaplan_meier import kaplan_meier, quantile
from evalkit.stats.survival.life_table import LifeTable, life_table

from .files import DATA, expected

NUMBERS = expected("survival.json")
COVARIATES = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]


def tables(file: str, time: str, event: pl.Expr, group: str) -> Iterator[LifeTable]:
    rows = pl.read_csv(DATA / file, null_values="", infer_schema_length=None).with_columns(
        event.cast(pl.Int64).alias("event")
    )
    for _, part in rows.sort(group).group_by(group, maintain_order=True):
        yield life_table(part[time].cast(pl.Float64).to_numpy(), part["event"].to_numpy())


def test_kaplan_meier_of_the_leukemia_trial():
    arms = dict(zip(("Rx=0", "Rx=1"), tables("leukemia_6mp_anderson.csv", "t", pl.col("status"), "Rx"), strict=True))
    for row in NUMBERS["leukemia_6mp"]["km"]:
        table = arms[row["strata"]]
        curve = kaplan_meier(table)
        place = int(np.flatnonzero(table.times == row["time"])[0])
        assert table.at_risk[place] == row["n.risk"]
        assert table.all_events[place] == row["n.event"]
        assert curve.survival[place] == pytest.approx(row["surv"], abs=1e-12)
        for name, found in (("se", curve.error), ("lower_loglog", curve.low), ("upper_loglog", curve.high)):
            assert found[place] == pytest.approx(row.get(name, float("nan")), rel=1e-9, nan_ok=True)


def test_log_rank_and_peto_of_the_leukemia_trial():
    arms = list(tables("leukemia_6mp_anderson.csv", "t", pl.col("status"), "Rx"))
    assert log_rank(arms).statistic == pytest.approx(NUMBERS["leukemia_6mp"]["logrank"], rel=1e-9)
    assert log_rank(arms, rho=1.0).statistic == pytest.approx(NUMBERS["leukemia_6mp"]["peto"], rel=1e-9)


def test_medians_and_log_rank_of_lung_and_waltons():
    # R's survfit draws its intervals on the log scale unless told otherwise.
    lung = list(tables("lung.csv", "time", pl.col("status"), "sex"))
    found = [quantile(kaplan_meier(table, scale="log")) for table in lung]
    assert [each.time for each in found] == NUMBERS["lung"]["median"]
    assert [each.low for each in found] == NUMBERS["lung"]["lcl"]
    assert [each.high for each in found] == NUMBERS["lung"]["ucl"]
    assert [table.all_events.sum() for table in lung] == NUMBERS["lung"]["events"]
    assert log_rank(lung).statistic == pytest.approx(NUMBERS["lung"]["logrank"], rel=1e-9)
    waltons = list(tables("waltons_dataset.csv", "T", pl.col("E"), "group"))
    assert [quantile(kaplan_meier(table)).time for table in waltons] == NUMBERS["waltons"]["median"]
    found_test = log_rank(waltons)
    assert found_test.statistic == pytest.approx(NUMBERS["waltons"]["logrank"], rel=1e-9)
    assert found_test.p == pytest.approx(NUMBERS["waltons"]["p"], rel=1e-6)


def rossi() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = pl.read_csv(DATA / "rossi.csv")
    return (
        rows["week"].cast(pl.Float64).to_numpy(),
        rows["arrest"].to_numpy(),
        rows[COVARIATES].to_numpy().astype(float),
    )


def agrees(fit: HazardFit, truth: dict) -> None:
    errors = truth["se"] if isinstance(truth["se"], list) else list(truth["se"].values())
    np.testing.assert_allclose(fit.coefficients, list(truth["coef"].values()), rtol=0, atol=1e-6)
    np.testing.assert_allclose(fit.errors, errors, rtol=0, atol=1e-6)
    assert [fit.null_log_likelihood, fit.log_likelihood] == pytest.approx(truth["loglik"], abs=1e-6)


def test_cox_with_efron_and_breslow_ties():
    agrees(cause_specific_cox(*rossi()), NUMBERS["rossi_cox_efron"])
    agrees(cause_specific_cox(*rossi(), ties="breslow"), NUMBERS["rossi_cox_breslow"])
    rows = pl.read_csv(DATA / "leukemia_6mp_anderson.csv")
    found = cause_specific_cox(
        rows["t"].cast(pl.Float64).to_numpy(), rows["status"].to_numpy(), rows[["Rx"]].to_numpy().astype(float)
    )
    assert found.coefficients[0] == pytest.approx(NUMBERS["leukemia_6mp"]["cox_efron"]["coef"], abs=1e-6)
    assert found.errors[0] == pytest.approx(NUMBERS["leukemia_6mp"]["cox_efron"]["se"], abs=1e-6)


def test_fine_gray_is_cox_with_breslow_ties_when_exits_do_not_compete():
    fit, truth = fine_gray(*rossi()), NUMBERS["rossi_cox_breslow"]
    np.testing.assert_allclose(fit.coefficients, list(truth["coef"].values()), rtol=0, atol=1e-8)
    assert fit.log_likelihood == pytest.approx(truth["loglik"][1], abs=1e-8)
