"""Weights that make a comparison group resemble the persons followed, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.errors import ComputationError, Problem
from evalkit.stats.arrays import FloatArray, IntArray

_ITERATIONS = 200
_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class BalancingWeights:
    """Weights of the comparison group, summing to one.

    Attributes:
        weights: shape (controls,).
        effective_size: number of equal weights that would be as precise.
        imbalance: largest gap of means left, in standard deviations of the comparison group.
    """

    weights: FloatArray
    effective_size: float
    imbalance: float


def entropy_balance(controls: FloatArray, target: FloatArray, base: FloatArray | None = None) -> BalancingWeights:
    """Find the weights nearest to the base ones that give the comparison group the means of the target.

    Args:
        controls: covariates of the comparison group, shape (controls, covariates).
        target: means to reach, shape (covariates,).
        base: starting weights, shape (controls,); equal when absent.

    Returns:
        The weights; they are the only solution.

    Raises:
        ComputationError: no positive weights reach the target, which lies outside the comparison group.

    Source: Hainmueller 2012; Newton's method on the convex dual.
    """
    start = np.full(len(controls), 1.0 / len(controls)) if base is None else base / base.sum()
    scale = controls.std(axis=0)
    gaps = (controls - target) / np.where(scale > 0, scale, 1.0)
    weights = _newton_on_dual(gaps, start)
    imbalance = float(np.abs(weights @ gaps).max(initial=0.0))
    return BalancingWeights(weights, effective_sample_size(weights), imbalance)


def _newton_on_dual(gaps: FloatArray, start: FloatArray) -> FloatArray:
    """Minimise ``log sum start exp(gaps b)``; its gradient is the mean gap under the weights."""
    coefficients = np.zeros(gaps.shape[1])
    weights, objective = _tilt(gaps, start, coefficients)
    for _ in range(_ITERATIONS):
        gradient = weights @ gaps
        if np.abs(gradient).max(initial=0.0) < _TOLERANCE:
            return weights
        hessian = (gaps * weights[:, None]).T @ gaps - np.outer(gradient, gradient)
        step = -np.linalg.lstsq(hessian, gradient, rcond=1e-13)[0]
        descent, size = float(gradient @ step), 1.0
        tilted, value = _tilt(gaps, start, coefficients + step)
        while value > objective + 1e-4 * size * descent + 1e-15 and size > 1e-10:
            size /= 2.0
            tilted, value = _tilt(gaps, start, coefficients + size * step)
        coefficients, weights, objective = coefficients + size * step, tilted, value
    raise ComputationError(
        Problem(
            "EVK-M307",
            "Aucune pondération ne donne au groupe de comparaison les moyennes des personnes suivies.",
            repair="Retirez une variable d’équilibrage, ou élargissez le groupe de comparaison.",
        )
    )


def _tilt(gaps: FloatArray, start: FloatArray, coefficients: FloatArray) -> tuple[FloatArray, float]:
    index = gaps @ coefficients
    highest = float(index.max())
    raised = start * np.exp(index - highest)
    total = float(raised.sum())
    return raised / total, float(np.log(total)) + highest


def effective_sample_size(weights: FloatArray) -> float:
    """Return the number of equal weights that would be as precise.

    Args:
        weights: shape (persons,), not all zero.

    Returns:
        Between 1 and the number of persons.

    Source: Kish 1965.
    """
    return float(weights.sum() ** 2 / (weights**2).sum())


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Persons by their covariates, those alike in one row.

    Attributes:
        values: shape (rows, covariates).
        mass: share of the whole that each row stands for, summing to one, shape (rows,).
        worth: number of equal persons that would be as precise, at least two.
    """

    values: FloatArray
    mass: FloatArray
    worth: float

    @classmethod
    def of(cls, values: FloatArray, places: IntArray, weights: FloatArray | None = None) -> Sample:
        """Count persons by row.

        Args:
            values: distinct rows, shape (rows, covariates).
            places: the row of each person, shape (persons,).
            weights: of the persons, summing to one; equal when absent.
        """
        each = np.full(len(places), 1.0 / len(places)) if weights is None else weights
        mass = np.asarray(np.bincount(places, each, len(values)), dtype=np.float64)
        return cls(values, mass, effective_sample_size(each))

    @property
    def mean(self) -> FloatArray:
        """Mean of each covariate."""
        return self.mass @ self.values

    @property
    def variance(self) -> FloatArray:
        """Variance of each covariate; weights are those of reliability, so that equal ones give n - 1."""
        varies = np.ptp(self.values[self.mass > 0], axis=0) > 0
        spread = self.mass @ (self.values - self.mean) ** 2
        return np.asarray(np.where(varies, spread / (1.0 - 1.0 / self.worth), 0.0))


def standardized_differences(followed: Sample, controls: Sample) -> FloatArray:
    """Give the gap of means of each covariate, in standard deviations of the persons followed.

    Args:
        followed: the persons followed.
        controls: the comparison group, weighted or not.

    Returns:
        Shape (covariates,); below 0.1 in absolute value is usually held as balanced. A covariate that does not
        vary among the persons followed gives 0 when means are equal, else an infinite gap.

    Source: Austin 2009; the deviation is that of the persons followed, unweighted, before and after balancing.
    """
    gap, deviation = followed.mean - controls.mean, np.sqrt(followed.variance)
    infinite = np.where(gap == 0.0, 0.0, np.copysign(np.inf, gap))
    return np.asarray(np.where(deviation > 0, gap / np.where(deviation > 0, deviation, 1.0), infinite))


def variance_ratios(followed: Sample, controls: Sample) -> FloatArray:
    """Give the variance of each covariate among the persons followed, over that of the controls.

    Args:
        followed: the persons followed.
        controls: the comparison group, weighted or not.

    Returns:
        Shape (covariates,); between 1/2 and 2 is usually held as alike. NaN where the controls do not vary.

    Source: Rubin 2001; Austin 2009.
    """
    spread = controls.variance
    return np.asarray(np.where(spread > 0, followed.variance / np.where(spread > 0, spread, 1.0), np.nan))
