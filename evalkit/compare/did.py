"""A difference-in-differences with the test that its zones allow."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from evalkit.compare.choose import choose_test
from evalkit.compare.did_panel import DidDesign, Panel, read_panel
from evalkit.compare.power import minimum_detectable_effect
from evalkit.compare.pretrend import judge_pretrend
from evalkit.compare.result import DidRefusal, DidResult, InferenceOptions, TestChoice, TestName, TestOutcome
from evalkit.stats.arrays import to_digits
from evalkit.stats.cluster import ClusterError, cr1, cr2, cv3, effective_clusters
from evalkit.stats.few_treated import ferman_pinto, zone_changes
from evalkit.stats.inversion import StatisticFamily, interval_by_inversion
from evalkit.stats.laws import normal_p, normal_quantile, student_p, student_quantile
from evalkit.stats.randomisation import drawn_assignments, permute_treated, smallest_attainable_p
from evalkit.stats.two_way import TwoWayFit, fit_two_way
from evalkit.stats.wild import wild_bootstrap
from evalkit.typography import typeset

_DEFAULT = InferenceOptions()
_FEW_EFFECTIVE = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    panel: Panel
    fit: TwoWayFit
    options: InferenceOptions


def estimate_did(
    cells: pl.DataFrame, design: DidDesign, *, options: InferenceOptions = _DEFAULT
) -> DidResult | DidRefusal:
    """Estimate a difference-in-differences on cells, and test it by what the numbers of zones allow.

    Args:
        cells: columns ``zone`` (text), ``period`` (text, integer or date), ``n``, ``sum_y``, and ``sum_y2`` if known;
            one line per zone and period, in any order. Sums should be integers, or scaled integers.
        design: the treated zones, the entry and the target of the weights.
        options: draws, seed, level and power.

    Returns:
        The result, in the unit of the outcome; or a refusal, which is a result too.

    Raises:
        ComputationError: the table is not one of cells.

    Source: weighted least squares with zone and period effects; the tests name theirs.
    """
    panel = read_panel(cells, design)
    if isinstance(panel, DidRefusal):
        return panel
    fit = fit_two_way(panel.grid(), panel.treatment())
    sizes = panel.grid().weights.sum(axis=1)
    choice = choose_test(sizes[panel.treated].tolist(), sizes[~panel.treated].tolist())
    if isinstance(choice, DidRefusal):
        return replace(choice, effect=to_digits(fit.coefficient))
    return _result(_Case(panel, fit, options), choice)


def run_test(panel: Panel, fit: TwoWayFit, name: TestName, options: InferenceOptions) -> TestOutcome:
    """Run one test of no effect.

    Args:
        panel: the panel.
        fit: its fit.
        name: the test.
        options: draws, seed and level.

    Returns:
        Its p-value and interval.
    """
    if name == "ferman_pinto":
        return _ferman_pinto(panel, fit, options)
    if name == "wild_bootstrap":
        return _inverted("wild_bootstrap", wild_bootstrap(fit, options.draws, options.seed), fit, options)
    if name == "permutation":
        choices = drawn_assignments(panel.treated, options.draws, options.seed)
        return _inverted("permutation", permute_treated(fit, panel.post, choices, panel.treated), fit, options)
    if name == "cv3":
        return _student("cv3", fit, cv3(fit).error, options)
    if name == "cr2":
        return _student("cr2", fit, cr2(fit, "rows" if panel.weights == "resident" else "cells"), options)
    se = cr1(fit).se
    width = normal_quantile((1.0 + options.level) / 2.0) * se
    p = normal_p(fit.coefficient / se) if se > 0 else 0.0
    return _outcome(name, p, (fit.coefficient - width, fit.coefficient + width), se, None)


def _ferman_pinto(panel: Panel, fit: TwoWayFit, options: InferenceOptions) -> TestOutcome:
    changes = zone_changes(panel.grid(), fit, panel.post, panel.treated, panel.n)
    null = ferman_pinto(changes, options.draws, options.seed)
    width = null.half_width(options.level)
    df = float(np.count_nonzero(~panel.treated) - 2)
    p = null.p_value(fit.coefficient)
    return _outcome("ferman_pinto", p, (fit.coefficient - width, fit.coefficient + width), null.se, df)


def _inverted(name: TestName, family: StatisticFamily, fit: TwoWayFit, options: InferenceOptions) -> TestOutcome:
    jackknife = cv3(fit).error
    step = jackknife.se if np.isfinite(jackknife.se) and jackknife.se > 0 else abs(fit.coefficient) or 1.0
    ends = interval_by_inversion(family, fit.coefficient, step, options.level)
    if name == "permutation":
        return _outcome(name, family.p_value(0.0), ends, None, None)
    return _outcome(name, family.p_value(0.0), ends, jackknife.se, jackknife.df)


def _student(name: TestName, fit: TwoWayFit, error: ClusterError, options: InferenceOptions) -> TestOutcome:
    width = student_quantile((1.0 + options.level) / 2.0, error.df) * error.se
    p = student_p(fit.coefficient / error.se, error.df) if error.se > 0 else 0.0
    return _outcome(name, p, (fit.coefficient - width, fit.coefficient + width), error.se, error.df)


def _outcome(name: TestName, p: float, ends: tuple[float, float], se: float | None, df: float | None) -> TestOutcome:
    return TestOutcome(
        name=name,
        p=to_digits(p),
        low=to_digits(ends[0]),
        high=to_digits(ends[1]),
        se=None if se is None else to_digits(se),
        df=None if df is None else to_digits(df),
    )


def _result(case: _Case, choice: TestChoice) -> DidResult:
    panel, fit = case.panel, case.fit
    treated, controls = int(panel.treated.sum()), int((~panel.treated).sum())
    chosen = run_test(panel, fit, choice.name, case.options)
    left_out = cv3(fit).coefficients
    effective = effective_clusters(fit)
    pretrend = judge_pretrend(panel, fit, case.options)
    return DidResult(
        effect=to_digits(fit.coefficient),
        low=chosen.low,
        high=chosen.high,
        p=chosen.p,
        se=chosen.se,
        df=chosen.df,
        test=choice.name,
        test_reason_fr=choice.reason_fr,
        n_treated=treated,
        n_controls=controls,
        effective_clusters=to_digits(effective),
        mde=minimum_detectable_effect(panel, choice, case.options),
        smallest_attainable_p=to_digits(smallest_attainable_p(treated + controls, treated)),
        leave_one_out=(to_digits(float(np.nanmin(left_out))), to_digits(float(np.nanmax(left_out)))),
        pretrend=pretrend,
        naive=run_test(panel, fit, "cr1_normal", case.options),
        others=tuple(run_test(panel, fit, name, case.options) for name in _beside(choice.name)),
        warnings_fr=_warnings(panel, choice, chosen, effective),
    )


def _beside(chosen: TestName) -> tuple[TestName, ...]:
    """Return the tests worth reporting beside the chosen one: those that hold with as many treated zones."""
    beside: dict[TestName, tuple[TestName, ...]] = {
        "ferman_pinto": ("permutation", "cr2"),
        "permutation": ("cr2",),
        "wild_bootstrap": ("cv3", "cr2", "permutation", "ferman_pinto"),
    }
    return beside[chosen]


def _warnings(panel: Panel, choice: TestChoice, chosen: TestOutcome, effective: float) -> tuple[str, ...]:
    found = [*panel.warnings_fr, *choice.warnings_fr]
    if effective < _FEW_EFFECTIVE:
        shown = f"{effective:.1f}".replace(".", ",")
        found.append(f"L’information repose sur peu de zones : l’équivalent de {shown} zones égales.")
    if not (np.isfinite(chosen.low) and np.isfinite(chosen.high)):
        found.append("L’intervalle n’est pas borné : le test ne rejette jamais les effets très grands de ce côté.")
    if np.count_nonzero(~panel.post) == 1:
        found.append("Une seule période précède l’entrée : rien ne dit si les évolutions étaient semblables avant.")
    return tuple(typeset(text) for text in found)
