"""A declared comparison at equal covariates is the regression on the rows that were received."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from evalkit.compare.estimate import Estimate, Refusal
from evalkit.compare.names import TEST_NAMES
from evalkit.compare.run import compare
from evalkit.store.store import Store
from evalkit.typography import typeset
from evalkit.workspace.check_comparison import comparison_problems
from tests.compare.world import CONTROLS, QUARTERS, TREATED, comparison, declared, feed, territory, workspace
from tests.measure.world import CONTRACT, put

ZONES = (*TREATED, *CONTROLS)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    """Leases whose rent and landlord change on both sides, and count for what is compared."""
    draw = np.random.default_rng(31)
    found: list[dict[str, object]] = []
    for place, zone in enumerate(ZONES):
        for time, quarter in enumerate(QUARTERS):
            for number in range(int(draw.integers(12, 24))):
                social = draw.random() < 0.3 + 0.04 * place * (time > 5)
                rent = Decimal(int(draw.integers(30_000, 60_000) + 900 * time)) / 100
                chance = 0.2 + 0.2 * social + 0.0004 * float(rent) + 0.15 * (place < 2 and time >= 8)
                found.append(
                    {
                        "numero": f"{zone}-{quarter}-{number}",
                        "zone": zone,
                        "trimestre": quarter,
                        "bailleur": "OPAC 71" if social else "Habellis",
                        "loyer": rent,
                        "quartile": 1 if draw.random() < chance else 3,
                    }
                )
    return found


def estimate(root, rows, **fields) -> Estimate | Refusal:
    space = workspace(root, comparison(**fields))
    store = Store(space.data)
    put(store, rows, feed=space.feeds["attributions"])
    (found,) = compare(space, store, CONTRACT)
    return found


def design(rows, names):
    """Treatment, then the covariates named, zone and quarter dummies."""
    zone = np.array([ZONES.index(each["zone"]) for each in rows])
    time = np.array([QUARTERS.index(each["trimestre"]) for each in rows])
    columns = {
        "bailleur": np.array([each["bailleur"] == "OPAC 71" for each in rows]),
        "loyer": np.array([float(each["loyer"]) for each in rows]),
    }
    dummies = np.eye(len(ZONES))[zone], np.eye(len(QUARTERS))[time][:, 1:]
    made = np.column_stack([(zone < 2) & (time >= 8), *(columns[name] for name in names), *dummies])
    return made.astype(float), zone


def least_squares(x, y, weight):
    root = np.sqrt(weight)
    return np.linalg.lstsq(root[:, None] * x, root * y, rcond=None)[0]


def outcome_of(rows):
    return np.array([100.0 * (each["quartile"] == 1) for each in rows])


def named(found, test):
    return next(each for each in found.checks.tests if each.name == test)


@pytest.mark.parametrize("names", [("bailleur",), ("loyer",), ("bailleur", "loyer")])
def test_the_effect_and_its_jackknife_are_those_of_the_rows(tmp_path, rows, names):
    found = estimate(tmp_path, rows, covariates=list(names), chosen_on="elsewhere")
    x, zone = design(rows, names)
    y, one = outcome_of(rows), np.ones(len(rows))
    expected = least_squares(x, y, one)[0]
    assert found.effect == pytest.approx(expected, abs=1e-10)
    moves = [least_squares(x[zone != g], y[zone != g], one[zone != g])[0] - expected for g in range(len(ZONES))]
    error = np.sqrt((len(ZONES) - 1) / len(ZONES) * np.sum(np.square(moves)))
    assert named(found, "cv3").se == pytest.approx(error, abs=1e-9)
    assert named(found, "cv3").df == len(ZONES) - 1
    low, high = found.leave_one_out
    assert (low, high) == pytest.approx((expected + min(moves), expected + max(moves)), abs=1e-9)


def test_the_usual_error_is_that_of_statsmodels_on_the_rows(tmp_path, rows):
    import statsmodels.api as sm
    from scipy.stats import norm

    found = estimate(tmp_path, rows, covariates=["bailleur", "loyer"])
    x, zone = design(rows, ("bailleur", "loyer"))
    fit = sm.OLS(outcome_of(rows), x).fit(cov_type="cluster", cov_kwds={"groups": zone})
    # statsmodels counts the zone effects in (N-1)/(N-K); nested in clusters, they are one mean.
    columns, count = x.shape[1], len(rows)
    error = fit.bse[0] * np.sqrt((count - columns) / (count - (columns - len(ZONES) + 1)))
    assert found.naive_p == pytest.approx(2 * norm.sf(abs(fit.params[0]) / error), abs=1e-9)


def test_the_coefficient_is_that_of_linearmodels_on_the_rows(tmp_path, rows):
    from linearmodels.iv.absorbing import AbsorbingLS
    from pandas import DataFrame

    found = estimate(tmp_path, rows, covariates=["bailleur", "loyer"], chosen_on="elsewhere")
    x, _ = design(rows, ("bailleur", "loyer"))
    effects = DataFrame([{"zone": each["zone"], "trimestre": each["trimestre"]} for each in rows]).astype("category")
    fit = AbsorbingLS(outcome_of(rows), DataFrame(x[:, :3], columns=["d", "b", "l"]), absorb=effects).fit()
    assert found.effect == pytest.approx(float(fit.params["d"]), abs=1e-10)


def test_an_average_zone_weighs_every_cell_the_same(tmp_path, rows):
    found = estimate(tmp_path, rows, covariates=["loyer"], weights="zone", chosen_on="elsewhere")
    x, _ = design(rows, ("loyer",))
    cell = [(each["zone"], each["trimestre"]) for each in rows]
    weight = np.array([1.0 / cell.count(each) for each in cell])
    assert found.effect == pytest.approx(least_squares(x, outcome_of(rows), weight)[0], abs=1e-10)


def test_sums_weigh_what_their_denominator_weighs(tmp_path, rows):
    """Quartile per euro of rent, at equal landlord: rows weigh their rent."""
    outcome = {"numerator": "quartile", "denominator": "loyer"}
    found = estimate(tmp_path, rows, covariates=["bailleur"], outcome=outcome, chosen_on="elsewhere")
    x, _ = design(rows, ("bailleur",))
    rent = np.array([float(each["loyer"]) for each in rows])
    y = 100.0 * np.array([float(each["quartile"]) for each in rows]) / rent
    assert found.effect == pytest.approx(least_squares(x, y, rent)[0], abs=1e-10)


def test_what_covariates_change_and_may_hide_is_said(tmp_path, rows):
    found = estimate(tmp_path, rows, covariates=["bailleur", "loyer"])
    plain = estimate(tmp_path / "plain", rows)
    (said,) = [each for each in found.warnings if "covariables égales" in each]
    assert "(bailleur, loyer)" in said
    assert f"{plain.checks.unadjusted:.2f}".replace(".", ",") in said
    assert "cacherait" in said


def test_a_row_without_a_number_is_left_out_and_counted(tmp_path, rows):
    holed = [{**each, "loyer": None if rank % 10 == 0 else each["loyer"]} for rank, each in enumerate(rows)]
    whole = [each for rank, each in enumerate(rows) if rank % 10]
    found = estimate(tmp_path / "holed", holed, covariates=["loyer"])
    kept = estimate(tmp_path / "kept", whole, covariates=["loyer"])
    assert found.effect == pytest.approx(kept.effect, abs=1e-9)
    share = f"{100 * (1 - len(whole) / len(rows)):.1f}".replace(".", ",")
    assert any(share in each and "covariable" in each for each in found.warnings)


def test_a_category_not_said_is_one_of_its_own(tmp_path, rows):
    silent = [{**each, "bailleur": None if rank % 7 == 0 else each["bailleur"]} for rank, each in enumerate(rows)]
    found = estimate(tmp_path, silent, covariates=["bailleur"], chosen_on="elsewhere")
    x, _ = design(rows, ())
    said = np.array([(each["bailleur"] or "non dit") for each in silent])
    x = np.column_stack([x[:, 0], said == "OPAC 71", said == "non dit", x[:, 1:]]).astype(float)
    assert found.effect == pytest.approx(least_squares(x, outcome_of(rows), np.ones(len(rows)))[0], abs=1e-10)


def test_a_covariate_that_repeats_the_entry_is_refused(tmp_path, rows):
    entered = [
        {**each, "bailleur": "OPAC 71" if each["zone"] in TREATED and each["trimestre"] >= "2024" else "Habellis"}
        for each in rows
    ]
    found = estimate(tmp_path, entered, covariates=["bailleur"])
    assert isinstance(found, Refusal)
    assert found.code == "EVK-M301"
    assert "covariables" in found.reason


@pytest.mark.parametrize("test", ["wild_bootstrap", "permutation", "cv3"])
def test_a_named_test_estimates_the_covariates_anew(tmp_path, rows, test):
    """Its statistics are those of the whole regression: tests/stats/test_covariates.py checks them on rows."""
    found = estimate(tmp_path, rows, covariates=["bailleur"], test=test)
    plain = estimate(tmp_path / "plain", rows, test=test)
    assert found.test == typeset(TEST_NAMES[test])
    assert found.p != plain.p
    assert found.low < found.effect < found.high


def problems(**fields):
    located = declared(comparison(**fields))
    return [each.code for each in comparison_problems(located, {"attributions": feed()}, territory())]


def test_declared_covariates_are_fields_that_can_be_held_equal():
    assert problems(covariates=["bailleur", "loyer"]) == []
    assert len(problems(covariates=["demande"])) == 1, "a date is neither a category nor a number"
    assert len(problems(covariates=["sexe"])) == 1
    entries = [{"begins": "2023-01-01", "zones": ["pres"]}]
    assert "EVK-D066" in problems(covariates=["loyer"], entries=entries)
