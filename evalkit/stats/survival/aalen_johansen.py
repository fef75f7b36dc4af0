"""Aalen-Johansen: the share that has left to each exit, the exits competing. Never one minus Kaplan-Meier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.stats.arrays import FloatArray
from evalkit.stats.laws import normal_quantile
from evalkit.stats.survival.life_table import LifeTable


@dataclass(frozen=True, slots=True, eq=False)
class Incidence:
    """The share that has left to one exit by each time.

    Attributes:
        times: distinct times, shape (times,).
        share: cumulative incidence; over all exits, and with the share still there, it sums to 1.
        error: standard error.
        low, high: confidence interval on the log-log scale, inside [0, 1]; NaN while nobody has left.
    """

    times: FloatArray
    share: FloatArray
    error: FloatArray
    low: FloatArray
    high: FloatArray


def cumulative_incidence(table: LifeTable, cause: int, level: float = 0.95) -> Incidence:
    """Estimate the share that has left to one exit, the others competing.

    Args:
        table: the life table.
        cause: number of the exit, from 1.
        level: coverage of the interval.

    Source: Aalen and Johansen 1978; the variance is Aalen's (1978) with Gray's (1988) correction of ties, the one that
    R's ``cmprsk::cuminc`` gives; the interval is on the log-log scale (Pintilie 2006).
    """
    risk = table.at_risk
    own = table.events[:, cause - 1]
    after = np.cumprod(1.0 - table.all_events / risk)
    before = np.concatenate([[1.0], after[:-1]])
    share = np.cumsum(before * own / risk)
    error = np.sqrt(_variance(table, cause, before, share))
    z = normal_quantile((1.0 + level) / 2.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = z * error / (share * np.log(share))
        low, high = share ** np.exp(-half), share ** np.exp(half)
    unknown = (share <= 0.0) | (share >= 1.0)
    return Incidence(table.times, share, error, np.where(unknown, np.nan, low), np.where(unknown, np.nan, high))


def _variance(table: LifeTable, cause: int, before: FloatArray, share: FloatArray) -> FloatArray:
    """Return the variance of the share at each time, by three running sums.

    An exit to the cause at ``s`` counts for ``1 - (F(t) - F(s)) / S(s)``, another exit for the second part alone;
    developing the square leaves sums that do not depend on ``t``.
    """
    risk, own = table.at_risk, table.events[:, cause - 1]
    other = table.all_events - own
    after = before * (1.0 - table.all_events / risk)
    alive = after > 1e-15
    inverse = np.where(alive, 1.0 / np.where(alive, after, 1.0), 0.0)
    hit = 1.0 + inverse * share, _tied(own, risk) * before**2
    miss = inverse * share, np.where(alive, _tied(other, risk) * before**2, 0.0)
    squares = np.cumsum(hit[0] ** 2 * hit[1] + miss[0] ** 2 * miss[1])
    crossed = np.cumsum(inverse * (hit[0] * hit[1] + miss[0] * miss[1]))
    inner = np.cumsum(inverse**2 * (hit[1] + miss[1]))
    return np.maximum(squares + share**2 * inner - 2.0 * share * crossed, 0.0)


def _tied(events: FloatArray, risk: FloatArray) -> FloatArray:
    """Return the hypergeometric variance of the increments: events that share a month are drawn without replacement."""
    correction = np.where(events > 1, 1.0 - (events - 1.0) / np.maximum(risk - 1.0, 1.0), 1.0)
    return np.asarray(correction * events / risk**2)


def restricted_time_lost(table: LifeTable, cause: int, horizon: float) -> float:
    """Return the mean time spent after one exit, up to a horizon: the area under its cumulative incidence.

    Over all exits, and with the restricted mean time without any, it sums to the horizon.

    Args:
        table: the life table.
        cause: number of the exit, from 1.
        horizon: in the unit of the times.

    Source: Andersen 2013.
    """
    reached = table.times < horizon
    widths = np.diff(np.append(table.times[reached], horizon))
    return float(cumulative_incidence(table, cause).share[reached] @ widths)


def value_at(times: FloatArray, heights: FloatArray, moment: float, start: float = 0.0) -> float:
    """Return the height of a step curve at a moment, ``start`` before its first step."""
    place = int(np.searchsorted(times, moment, side="right"))
    return start if place == 0 else float(heights[place - 1])
