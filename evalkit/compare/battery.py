"""Each test of no effect, by its name, on a panel and its fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from evalkit.compare.covariates import EqualCovariates
from evalkit.compare.did_panel import Panel
from evalkit.compare.result import InferenceOptions, TestName, TestOutcome
from evalkit.stats.arrays import to_digits
from evalkit.stats.cluster import ClusterError, cr1, cr2, cv3
from evalkit.stats.covariate_draws import permute_with_covariates, wild_with_covariates
from evalkit.stats.few_treated import ZoneChanges, ferman_pinto, zone_changes
from evalkit.stats.inversion import StatisticFamily, interval_by_inversion
from evalkit.stats.laws import normal_p, normal_quantile, student_p, student_quantile
from evalkit.stats.randomisation import permute_treated
from evalkit.stats.starting_level import starting_levels
from evalkit.stats.two_way import TwoWayFit, fit_two_way
from evalkit.stats.wild import wild_bootstrap
from evalkit.stats.zone_noise import ZoneNoise, zone_noise

_MOST_LEFT_OUT = 400


def run_test(
    panel: Panel, fit: TwoWayFit, name: TestName, options: InferenceOptions, equal: EqualCovariates | None = None
) -> TestOutcome:
    """Run one test of no effect.

    Args:
        panel: the panel, at equal covariates when there are some.
        fit: its fit.
        name: the test.
        options: draws, seed and level.
        equal: the regression with covariates behind the panel: its clustered errors, its bootstrap and its
            permutations are those of the whole regression, covariates estimated anew.

    Returns:
        Its p-value and interval.
    """
    if name in {"zone_noise", "zone_noise_level"}:
        drift = equal.fit.drift if equal is not None else 0.0
        noise = zone_noise_of(panel, fit, adjusted=name == "zone_noise_level", drift=drift)
        return _noise_outcome(name, noise, options)
    if name == "cv3":
        return _student(name, fit, cv3(fit).error if equal is None else equal.fit.cv3, options)
    if name == "cr2":
        return _student(name, fit, cr2(fit, "rows" if panel.weights == "resident" else "cells"), options)
    if name == "cr1_normal":
        return _usual(fit, cr1(fit).se if equal is None else equal.fit.cr1.se, options)
    if name == "ferman_pinto":
        return _ferman_pinto(panel, fit, options)
    return _inverted(name, _resampled(panel, fit, name, options, equal), fit, options)


def _usual(fit: TwoWayFit, se: float, options: InferenceOptions) -> TestOutcome:
    width = normal_quantile((1.0 + options.level) / 2.0) * se
    p = normal_p(fit.coefficient / se) if se > 0 else 0.0
    return _outcome("cr1_normal", fit.coefficient, p, (fit.coefficient - width, fit.coefficient + width), (se, None))


def _resampled(
    panel: Panel, fit: TwoWayFit, name: TestName, options: InferenceOptions, equal: EqualCovariates | None
) -> StatisticFamily:
    if name == "wild_bootstrap":
        if equal is not None:
            return wild_with_covariates(equal.fit, options.draws, options.seed)
        return wild_bootstrap(fit, options.draws, options.seed)
    choices = panel.choices(options.draws, options.seed)
    if equal is not None:
        return permute_with_covariates(equal.fine, equal.post.astype(np.float64), choices, panel.treated)
    return permute_treated(fit, panel.post, choices, panel.treated)


def changes_of(panel: Panel, fit: TwoWayFit) -> ZoneChanges:
    """Return one change per zone of a panel."""
    return zone_changes(panel.grid(), fit, panel.post, panel.treated, panel.n)


def zone_noise_of(panel: Panel, fit: TwoWayFit, *, adjusted: bool, drift: float = 0.0) -> ZoneNoise:
    """Return the effect and its noise by size of zone, at equal starting level if asked.

    Args:
        panel: the panel.
        fit: its fit.
        adjusted: compare at equal starting level.
        drift: error that covariates estimated beforehand give to the effect.
    """
    changes = changes_of(panel, fit)
    start = starting_levels(panel.grid(), panel.post, changes) if adjusted else None
    return zone_noise(fit.coefficient, changes, start, drift)


def leave_one_out(
    panel: Panel, fit: TwoWayFit, name: TestName, equal: EqualCovariates | None = None
) -> tuple[float, float]:
    """Return the range of the tested effect when each zone is left out in turn."""
    if name != "zone_noise_level" or len(panel.zones) > _MOST_LEFT_OUT:
        found = cv3(fit).coefficients if equal is None else equal.fit.without
    else:
        found = np.array([_adjusted_without(panel, zone) for zone in range(len(panel.zones))])
    return to_digits(float(np.nanmin(found))), to_digits(float(np.nanmax(found)))


def _adjusted_without(panel: Panel, zone: int) -> float:
    kept = np.arange(len(panel.zones)) != zone
    if not panel.treated[kept].any():
        return float("nan")
    left = replace(panel, n=panel.n[kept], sum_y=panel.sum_y[kept], sum_y2=None, treated=panel.treated[kept])
    return zone_noise_of(left, fit_two_way(left.grid(), left.treatment()), adjusted=True).effect


def _noise_outcome(name: TestName, noise: ZoneNoise, options: InferenceOptions) -> TestOutcome:
    return _outcome(name, noise.effect, noise.p_value(), noise.interval(options.level), (noise.se, noise.df))


def _ferman_pinto(panel: Panel, fit: TwoWayFit, options: InferenceOptions) -> TestOutcome:
    null = ferman_pinto(changes_of(panel, fit), options.draws, options.seed)
    width = null.half_width(options.level)
    df = float(np.count_nonzero(~panel.treated) - 2)
    ends = fit.coefficient - width, fit.coefficient + width
    return _outcome("ferman_pinto", fit.coefficient, null.p_value(fit.coefficient), ends, (null.se, df))


def _inverted(name: TestName, family: StatisticFamily, fit: TwoWayFit, options: InferenceOptions) -> TestOutcome:
    # The permutation has no error of its own: that of CR1, which costs nothing, sets the first step of the search.
    found = cr1(fit) if name == "permutation" else cv3(fit).error
    step = found.se if np.isfinite(found.se) and found.se > 0 else abs(fit.coefficient) or 1.0
    ends = interval_by_inversion(family, fit.coefficient, step, options.level)
    error = (None, None) if name == "permutation" else (found.se, found.df)
    return _outcome(name, fit.coefficient, family.p_value(0.0), ends, error)


def _student(name: TestName, fit: TwoWayFit, error: ClusterError, options: InferenceOptions) -> TestOutcome:
    width = student_quantile((1.0 + options.level) / 2.0, error.df) * error.se
    p = student_p(fit.coefficient / error.se, error.df) if error.se > 0 else 0.0
    ends = fit.coefficient - width, fit.coefficient + width
    return _outcome(name, fit.coefficient, p, ends, (error.se, error.df))


def _outcome(
    name: TestName, effect: float, p: float, ends: tuple[float, float], error: tuple[float | None, float | None]
) -> TestOutcome:
    se, df = error
    return TestOutcome(
        name=name,
        p=to_digits(p),
        low=to_digits(ends[0]),
        high=to_digits(ends[1]),
        se=None if se is None else to_digits(se),
        df=None if df is None else to_digits(df),
        effect=to_digits(effect),
    )
