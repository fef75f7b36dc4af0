"""How far trends may part before a conclusion falls: bounds on what the past does not exclude."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from evalkit.stats.arrays import BoolArray, FloatArray
from evalkit.stats.laws import normal_quantile

_STEPS = 40
_LARGEST = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class EventStudy:
    """Gaps by period, the last one before the entry being the reference.

    Attributes:
        time: periods since the reference (negative before), shape (gaps,), without the reference itself.
        gap: shape (gaps,).
        covariance: shape (gaps, gaps).
        target: weights of the effect on the gaps after the entry, zero before, shape (gaps,).
    """

    time: FloatArray
    gap: FloatArray
    covariance: FloatArray
    target: FloatArray

    @property
    def before(self) -> BoolArray:
        """Return which gaps precede the reference."""
        return np.asarray(self.time < 0)


def relative_magnitudes(study: EventStudy, bound: float, level: float) -> tuple[float, float]:
    """Return an interval that holds when trends part after the entry by at most ``bound`` times the worst move before.

    Args:
        study: the event study, at least one gap before the reference.
        bound: Mbar, 1 for as much as before.
        level: coverage.

    Returns:
        The interval. The worst move before is estimated: half of the risk is kept for it (projection), so that the
        interval covers at least as announced; it is wider than the hybrid interval of the authors.

    Source: Rambachan and Roth 2023, relative magnitudes.
    """
    alpha = (1.0 - level) / 2.0
    effect = float(study.target @ study.gap)
    se = float(np.sqrt(study.target @ study.covariance @ study.target))
    widest = bound * _worst_move(study, alpha) * _reach(study)
    half = normal_quantile(1.0 - alpha / 2.0) * se + widest
    if bound == 0.0:
        half = normal_quantile((1.0 + level) / 2.0) * se
    return effect - half, effect + half


def smoothness(study: EventStudy, bound: float, level: float) -> tuple[float, float]:
    """Return the shortest interval of fixed length that holds when the slope changes by at most ``bound`` per period.

    Args:
        study: the event study, at least one gap before the reference.
        bound: M, in the unit of the outcome per period squared; zero lets only a straight drift, and removes it.
        level: coverage.

    Returns:
        The interval, around an affine estimator that takes the drift seen before away.

    Source: Rambachan and Roth 2023; Armstrong and Kolesár 2020 for fixed-length intervals.
    """
    return smoothness_family(study, level)(bound)


def smoothness_family(study: EventStudy, level: float) -> Callable[[float], tuple[float, float]]:
    """Return the interval of :func:`smoothness` as a function of the bound: the estimators do not depend on it.

    Args:
        study: the event study.
        level: coverage.
    """
    centres, errors, biases = (np.array(each) for each in zip(*_affine(study), strict=True))

    def interval(bound: float) -> tuple[float, float]:
        halves = _half_widths(errors, bound * biases, level)
        # Equal halves are told apart by their centres, so that no order of the estimators is read.
        best = min(zip(halves.tolist(), centres.tolist(), strict=True))
        return best[1] - best[0], best[1] + best[0]

    return interval


def breakdown(interval: Callable[[float], tuple[float, float]], largest: float = _LARGEST) -> float:
    """Return the largest bound under which an interval still leaves zero out.

    Args:
        interval: the interval as a function of the bound, wider as the bound grows.
        largest: where the search stops.

    Returns:
        Zero when even equal trends leave zero inside; ``largest`` when it is never reached.
    """

    def excludes(bound: float) -> bool:
        low, high = interval(bound)
        return low > 0.0 or high < 0.0

    if not excludes(0.0):
        return 0.0
    if excludes(largest):
        return largest
    low, high = 0.0, largest
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if excludes(middle) else (low, middle)
    return low


def _worst_move(study: EventStudy, alpha: float) -> float:
    """Return an upper bound of the largest move between neighbouring periods before the entry, at risk ``alpha``."""
    order = np.argsort(study.time[study.before])
    place = np.flatnonzero(study.before)[order]
    moves = np.zeros((len(place), len(study.gap)))
    for row, rank in enumerate(place):
        moves[row, rank] = -1.0
        if row + 1 < len(place):
            moves[row, place[row + 1]] = 1.0
    seen = moves @ study.gap
    se = np.sqrt(np.maximum(np.diag(moves @ study.covariance @ moves.T), 0.0))
    return float((np.abs(seen) + normal_quantile(1.0 - alpha / (2.0 * len(place))) * se).max())


def _reach(study: EventStudy) -> float:
    """Return by how much the target moves when every period after adds one more unit of parting."""
    after = ~study.before
    return float(np.abs(study.target[after]) @ study.time[after])


def _affine(study: EventStudy) -> list[tuple[float, float, float]]:
    """Return estimators on the frontier of variance and bias: centre, standard error, worst bias per unit of bound."""
    basis = _bends(study)
    before = np.flatnonzero(study.before)
    found = []
    prices: list[float] = [0.0, *np.logspace(-3, 4, 22).tolist()]
    for price in prices:
        weights = _estimator(study, basis, before, price)
        se = math.sqrt(max(float(weights @ study.covariance @ weights), 0.0))
        found.append((float(weights @ study.gap), se, float(np.abs(basis @ weights).sum())))
    return found


def _bends(study: EventStudy) -> FloatArray:
    """Return the paths that a bend of one unit at each period would follow, shape (bends, gaps)."""
    low, high = int(study.time.min()), int(study.time.max())
    after = [np.maximum(study.time - bend, 0.0) for bend in range(high)]
    before = [np.maximum(bend - study.time, 0.0) for bend in range(0, low, -1)][1:]
    return np.array([*after, *before]).reshape(-1, len(study.time))


def _estimator(study: EventStudy, basis: FloatArray, before: np.ndarray, price: float) -> FloatArray:
    """Minimise the variance plus a price on squared bends, the straight drift having no weight."""
    scale = float(np.mean(np.diag(study.covariance))) or 1.0
    metric = study.covariance / scale + price * basis.T @ basis
    own = metric[np.ix_(before, before)]
    size = len(before)
    system = np.zeros((size + 1, size + 1))
    system[:size, :size], system[:size, size], system[size, :size] = own, study.time[before], study.time[before]
    right = np.concatenate([-(metric @ study.target)[before], [-float(study.target @ study.time)]])
    weights = study.target.copy()
    weights[before] = np.linalg.lstsq(system, right, rcond=1e-12)[0][:size]
    return weights


def _half_widths(se: FloatArray, bias: FloatArray, level: float) -> FloatArray:
    """Return the quantiles of the absolute values of normal variables whose means are the worst biases."""
    from scipy.special import ndtr  # noqa: PLC0415

    ratio = bias / np.where(se > 0, se, 1.0)
    low, high = np.zeros_like(ratio), ratio + 10.0
    for _ in range(60):
        middle = (low + high) / 2.0
        under = ndtr(middle - ratio) - ndtr(-middle - ratio) < level
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    return np.asarray(np.where(se > 0, high * se, bias))
