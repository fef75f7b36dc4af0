"""Tests whose statistics are known for every hypothesis at once, and the intervals that they give.

The drawn t-statistics of a wild bootstrap or of a permutation are, each, a ratio whose numerator is linear and
whose squared denominator is quadratic in the effect that the hypothesis supposes. Keeping the coefficients once
makes each p-value of a search for the ends of an interval cost one pass over the draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.stats.arrays import FloatArray

_TIE = 1e-9
_STEPS = 45
_FARTHEST = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class StatisticFamily:
    """Squared t-statistics as functions of the supposed effect ``b``: ``(n0 - b n1)^2 / (q0 - 2 b q1 + b^2 q2)``.

    Attributes:
        numerator: ``n0`` and ``n1`` of the draws, shape (2, draws).
        spread: ``q0``, ``q1`` and ``q2`` of the draws, shape (3, draws).
        observed_numerator: ``n0`` and ``n1`` of the statistic observed.
        observed_spread: ``q0``, ``q1`` and ``q2`` of the statistic observed.
    """

    numerator: FloatArray
    spread: FloatArray
    observed_numerator: tuple[float, float]
    observed_spread: tuple[float, float, float]

    def p_value(self, effect: float) -> float:
        """Return the share of draws at least as extreme as the statistic observed.

        Args:
            effect: the effect that the hypothesis supposes.

        Returns:
            Two-sided p-value; draws that tie with the statistic observed count as extreme.
        """
        n0, n1 = self.observed_numerator
        q0, q1, q2 = self.observed_spread
        top, spread = (n0 - effect * n1) ** 2, q0 - 2.0 * effect * q1 + effect**2 * q2
        tops = (self.numerator[0] - effect * self.numerator[1]) ** 2
        spreads = self.spread[0] - 2.0 * effect * self.spread[1] + effect**2 * self.spread[2]
        # Compared by products, so that a draw without spread is infinitely extreme and not a division by zero.
        extreme = tops * max(spread, 0.0) >= (top * (1.0 - _TIE)) * np.maximum(spreads, 0.0)
        return np.count_nonzero(extreme) / len(extreme)


def interval_by_inversion(family: StatisticFamily, centre: float, step: float, level: float) -> tuple[float, float]:
    """Collect the effects that a test does not reject.

    Args:
        family: the statistics of the test.
        centre: the estimate, which no test rejects.
        step: a first guess of the standard error.
        level: coverage, 0.95 say.

    Returns:
        Lower and upper end; infinite on a side where the test never rejects.
    """
    alpha = 1.0 - level
    return _end(family, centre, -abs(step), alpha), _end(family, centre, abs(step), alpha)


def _end(family: StatisticFamily, centre: float, step: float, alpha: float) -> float:
    """Search outward for a rejected effect, then bisect down to the last one that is not."""
    if step == 0.0:
        return centre
    inside, reach = centre, step
    while family.p_value(centre + reach) > alpha:
        inside = centre + reach
        reach *= 1.5
        if abs(reach) > _FARTHEST * abs(step):
            return float(np.copysign(np.inf, step))
    outside = centre + reach
    for _ in range(_STEPS):
        middle = (inside + outside) / 2.0
        if family.p_value(middle) > alpha:
            inside = middle
        else:
            outside = middle
    return outside
