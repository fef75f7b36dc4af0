"""The smallest effect that a design would detect, computed from what precedes the entry and nothing else."""

from __future__ import annotations

import math

import numpy as np

from evalkit.compare.choose import FEWEST_CONTROLS
from evalkit.compare.did_panel import Panel
from evalkit.compare.result import DetectableEffect, InferenceOptions, TestChoice
from evalkit.stats.arrays import BoolArray, FloatArray, IntArray, to_digits
from evalkit.stats.cluster import cr2
from evalkit.stats.few_treated import change_persons, zone_changes
from evalkit.stats.laws import normal_quantile, student_quantile
from evalkit.stats.two_way import CellGrid, TwoWayFit, fit_two_way
from evalkit.stats.zone_noise import ZoneNoise, noise_of_moves


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
    the noise by size of zone, half-width of its interval plus Student's quantile of the power.
    """
    blank = CellGrid(np.zeros_like(panel.n), panel.grid().weights, panel.grid().rows)
    fit = fit_two_way(blank, panel.treatment())
    loading = zone_changes(blank, fit, panel.post, panel.treated, panel.n).loading
    persons = change_persons(panel.n, panel.post)
    noise = _placebo_noise(panel, loading, persons)
    if noise is None:
        return _sampling_floor(panel, loading, persons, options)
    if choice.name == "wild_bootstrap":
        value = _student_multiple(panel, fit, options) * noise.se
    else:
        value = noise.multiple(options.power, options.level)
    return DetectableEffect(value=to_digits(value), basis="pre_periods")


def _student_multiple(panel: Panel, fit: TwoWayFit, options: InferenceOptions) -> float:
    df = cr2(fit, "rows" if panel.weights == "resident" else "cells").df
    return student_quantile((1.0 + options.level) / 2.0, df) + student_quantile(options.power, df)


def _placebo_noise(panel: Panel, loading: FloatArray, persons: FloatArray) -> ZoneNoise | None:
    """Return the noise of the control zones' changes between two halves of the past, or None without enough of them."""
    before = np.flatnonzero(~panel.post)
    if len(before) < 2:
        return None
    early, late = before[: len(before) // 2], before[len(before) // 2 :]
    n = panel.n[:, before]
    is_late = np.isin(before, late)
    seen = n[:, is_late].any(axis=1) & n[:, ~is_late].any(axis=1) & ~panel.treated
    if np.count_nonzero(seen) < FEWEST_CONTROLS:
        return None
    grid = panel.grid()
    moves = _means(grid, seen, late) - _means(grid, seen, early)
    return noise_of_moves(moves, change_persons(n, is_late)[seen], loading, persons)


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
