"""The smallest effect that a design would detect, computed from what precedes the entry and nothing else."""

from __future__ import annotations

import math

import numpy as np

from evalkit.compare.choose import MANY_CONTROLS
from evalkit.compare.did_panel import Panel
from evalkit.compare.result import DetectableEffect, InferenceOptions, TestChoice
from evalkit.stats.arrays import BoolArray, FloatArray, IntArray, to_digits
from evalkit.stats.cluster import cr2
from evalkit.stats.few_treated import Shocks, change_persons, control_shocks, null_draws, zone_changes
from evalkit.stats.laws import normal_quantile, student_quantile
from evalkit.stats.two_way import CellGrid, TwoWayFit, fit_two_way


def minimum_detectable_effect(panel: Panel, choice: TestChoice, options: InferenceOptions) -> DetectableEffect | None:
    """Give the effect that the chosen test would detect 8 times out of 10, without reading what follows the entry.

    The outcome after the entry is not read: only the numbers of persons are. The noise of a change comes from
    the control zones, whose periods before the entry are cut in two halves as if an entry stood between them.

    Args:
        panel: the panel.
        choice: the test that decides.
        options: level, power, draws and seed.

    Returns:
        The effect, or None when neither two periods before the entry nor the squares of the outcome are known.

    Source: (t of 1 - alpha/2 + t of the power) x standard error under the design's own degrees of freedom; for
    Ferman and Pinto's test, quantiles of the draws.
    """
    blank = CellGrid(np.zeros_like(panel.n), panel.grid().weights, panel.grid().rows)
    fit = fit_two_way(blank, panel.treatment())
    loading = zone_changes(blank, fit, panel.post, panel.treated, panel.n).loading
    persons = change_persons(panel.n, panel.post)
    shocks = _placebo_shocks(panel, loading, persons)
    if shocks is None:
        return _sampling_floor(panel, loading, persons, options)
    if choice.name == "ferman_pinto":
        draws = null_draws(shocks, loading, options.draws, options.seed)
        value = draws.half_width(options.level) + float(np.quantile(draws.values, options.power))
    else:
        value = _student_multiple(panel, fit, options) * math.sqrt(float(((loading * shocks.spread) ** 2).sum()))
    return DetectableEffect(value=to_digits(value), basis="pre_periods")


def _student_multiple(panel: Panel, fit: TwoWayFit, options: InferenceOptions) -> float:
    df = cr2(fit, "rows" if panel.weights == "resident" else "cells").df
    return student_quantile((1.0 + options.level) / 2.0, df) + student_quantile(options.power, df)


def _placebo_shocks(panel: Panel, loading: FloatArray, persons: FloatArray) -> Shocks | None:
    """Return the control zones' changes between two halves of the past, or None without enough of them."""
    before = np.flatnonzero(~panel.post)
    if len(before) < 2:
        return None
    early, late = before[: len(before) // 2], before[len(before) // 2 :]
    n = panel.n[:, before]
    is_late = np.isin(before, late)
    seen = n[:, is_late].any(axis=1) & n[:, ~is_late].any(axis=1) & ~panel.treated
    if np.count_nonzero(seen) < MANY_CONTROLS:
        return None
    grid = panel.grid()
    moves = _means(grid, seen, late) - _means(grid, seen, early)
    share = loading[seen] / loading[seen].sum()
    return control_shocks(moves[:, None], share, change_persons(n, is_late)[seen], persons)


def _means(grid: CellGrid, zones: BoolArray, periods: IntArray) -> FloatArray:
    weights = grid.weights[np.ix_(zones, periods)]
    return np.asarray((weights * grid.means[np.ix_(zones, periods)]).sum(axis=1) / weights.sum(axis=1))


def _sampling_floor(
    panel: Panel, loading: FloatArray, persons: FloatArray, options: InferenceOptions
) -> DetectableEffect | None:
    """Return what sampling alone would hide, from the spread of the outcome inside the cells before the entry."""
    if panel.sum_y2 is None:
        return None
    past = np.outer(~panel.treated, ~panel.post) & (panel.n > 0)
    n, sums, squares = panel.n[past], panel.sum_y[past], panel.sum_y2[past]
    freedom = float((n - 1).sum())
    if freedom <= 0:
        return None
    variance = float((squares - sums**2 / n).sum()) / freedom
    se = math.sqrt(max(variance, 0.0) * float((loading**2 / persons).sum()))
    multiple = normal_quantile((1.0 + options.level) / 2.0) + normal_quantile(options.power)
    return DetectableEffect(value=to_digits(multiple * se), basis="sampling_only")
