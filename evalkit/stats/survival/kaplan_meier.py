"""Kaplan-Meier: the share still there at each time, for one exit only; its quantiles and its restricted mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalkit.stats.arrays import FloatArray
from evalkit.stats.laws import normal_quantile
from evalkit.stats.survival.life_table import LifeTable

Scale = Literal["log-log", "log"]
_TIE = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalCurve:
    """The share still there after each time.

    Attributes:
        times: distinct times, shape (times,).
        survival: share without the exit after each time.
        error: Greenwood's standard error; NaN once nobody is left.
        low, high: confidence interval; NaN where the scale gives none (nobody left; on log-log, nobody gone yet).
    """

    times: FloatArray
    survival: FloatArray
    error: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class Measured:
    """A number and its standard error."""

    value: float
    error: float


def kaplan_meier(table: LifeTable, level: float = 0.95, scale: Scale = "log-log") -> SurvivalCurve:
    """Estimate the share still there, all exits taken as one.

    With several exits, what is left is right but ``1 - survival`` of one of them is not its share: see
    :func:`evalkit.stats.survival.aalen_johansen.cumulative_incidence`.

    Args:
        table: the life table.
        level: coverage of the interval.
        scale: on which the interval is symmetric; ``log`` is the default of R's ``survfit``.

    Source: Kaplan and Meier 1958; Greenwood 1926; Kalbfleisch and Prentice 1980 for the log-log interval.
    """
    gone, risk = table.all_events, table.at_risk
    survival = np.asarray(np.cumprod(1.0 - gone / risk), dtype=np.float64)
    relative = np.sqrt(_greenwood(table).cumsum())
    ended = survival < _TIE
    error: FloatArray = np.where(ended, np.nan, survival * relative)
    z = normal_quantile((1.0 + level) / 2.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(survival)
        if scale == "log":
            low, high = np.exp(logs - z * relative), np.minimum(1.0, np.exp(logs + z * relative))
        else:
            half = z * relative / logs
            low, high = survival ** np.exp(-half), survival ** np.exp(half)
    unknown = ended | ((survival >= 1.0) & (scale == "log-log"))
    return SurvivalCurve(table.times, survival, error, np.where(unknown, np.nan, low), np.where(unknown, np.nan, high))


def _greenwood(table: LifeTable) -> FloatArray:
    """Return the terms of Greenwood's sum; 0 at the time when everybody left goes."""
    gone, risk = table.all_events, table.at_risk
    left = risk - gone
    return np.asarray(np.where(left > 0, gone / (risk * np.where(left > 0, left, 1.0)), 0.0))


@dataclass(frozen=True, slots=True)
class Quantile:
    """The time by which a share has left, with its interval; ``None`` where follow-up stops before."""

    time: float | None
    low: float | None
    high: float | None


def quantile(curve: SurvivalCurve, share: float = 0.5) -> Quantile:
    """Return the time by which a share has left: the median by default.

    Args:
        curve: the curve; its interval gives that of the quantile.
        share: share gone, strictly between 0 and 1.

    Source: Brookmeyer and Crowley 1982; a curve flat at the level gives the middle of the flat part, as R does.
    """
    left = 1.0 - share
    return Quantile(*(_crossing(curve.times, each, left) for each in (curve.survival, curve.low, curve.high)))


def _crossing(times: FloatArray, heights: FloatArray, level: float) -> float | None:
    known = ~np.isnan(heights)
    times, heights = times[known], heights[known]
    reached = np.flatnonzero(heights <= level + _TIE)
    if not len(reached):
        return None
    first = reached[0]
    below = np.flatnonzero(heights < level - _TIE)
    if abs(heights[first] - level) > _TIE or not len(below):
        return float(times[first])
    return float((times[first] + times[below[0]]) / 2.0)


def restricted_mean(table: LifeTable, horizon: float) -> Measured:
    """Return the mean time without the exit up to a horizon: the area under the curve.

    Args:
        table: the life table; it should reach the horizon, for the last share is held until then.
        horizon: in the unit of the times.

    Source: Irwin 1949; its variance is Greenwood's, as in R's ``print(survfit, rmean=)``.
    """
    before = table.times < horizon
    steps = np.concatenate([[1.0], kaplan_meier(table).survival[before]])
    edges = np.concatenate([[0.0], table.times[before], [horizon]])
    areas = np.diff(edges) * steps
    ahead = areas[::-1].cumsum()[::-1][1:]
    variance = float((_greenwood(table)[before] * ahead**2).sum())
    return Measured(float(areas.sum()), math.sqrt(variance))
