"""Weighted least squares with zone and period effects, on a grid of cells.

The rows behind the cells never come back: cells nested in zones carry all that the coefficient, its
cluster-robust variances, the wild cluster bootstrap and the permutations need. Zone effects are removed
by demeaning inside each zone; period effects by one solve with as many unknowns as periods
(Frisch, Waugh and Lovell).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.errors import ComputationError, Problem
from evalkit.stats.arrays import FloatArray

_COLLINEAR = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class CellGrid:
    """Cell means of an outcome, one line per zone and one column per period.

    Attributes:
        means: mean of the outcome, shape (zones, periods); any finite value where the weight is zero.
        weights: weight of each cell, shape (zones, periods); zero says that the cell does not exist.
        rows: number of rows behind the cells, which the small-sample factor of CR1 counts.
    """

    means: FloatArray
    weights: FloatArray
    rows: int


@dataclass(frozen=True, slots=True, eq=False)
class TwoWayEffects:
    """What is needed to remove zone and period effects under given weights.

    Attributes:
        weights: shape (zones, periods).
        totals: sum of the weights of each zone, shape (zones,).
        gram_inverse: generalised inverse of the Gram matrix of the zone-demeaned period dummies.
    """

    weights: FloatArray
    totals: FloatArray
    gram_inverse: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class TwoWayFit:
    """One coefficient of interest, with zone and period effects removed from everything.

    Attributes:
        effects: the effects that were removed.
        outcome: residual outcome, shape (zones, periods).
        treatment: residual treatment, shape (zones, periods).
        residuals: residuals of the regression, shape (zones, periods).
        coefficient: the coefficient of the treatment.
        information: weighted sum of squares of the residual treatment.
        scores: weighted product of treatment and residuals, summed by zone, shape (zones,).
        rows: number of rows behind the cells.
    """

    effects: TwoWayEffects
    outcome: FloatArray
    treatment: FloatArray
    residuals: FloatArray
    coefficient: float
    information: float
    scores: FloatArray
    rows: int

    @property
    def zones(self) -> int:
        """Number of zones, which are the clusters."""
        return int(self.treatment.shape[0])

    @property
    def periods(self) -> int:
        """Number of periods."""
        return int(self.treatment.shape[1])

    @property
    def leverage(self) -> FloatArray:
        """Share of each zone in the information about the coefficient, shape (zones,); it sums to one."""
        return np.asarray((self.effects.weights * self.treatment**2).sum(axis=1) / self.information)


def zone_gram(weights: FloatArray) -> FloatArray:
    """Return the Gram matrix of zone-demeaned period dummies, zone by zone.

    Args:
        weights: shape (zones, periods).

    Returns:
        Shape (zones, periods, periods).
    """
    totals = weights.sum(axis=1)
    outer = weights[:, :, None] * weights[:, None, :] / np.where(totals > 0, totals, 1.0)[:, None, None]
    return np.asarray(weights[:, :, None] * np.eye(weights.shape[1]) - outer)


def two_way_effects(weights: FloatArray) -> TwoWayEffects:
    """Prepare the removal of zone and period effects.

    Args:
        weights: shape (zones, periods), zero where a cell does not exist.

    Returns:
        The prepared effects.
    """
    gram = zone_gram(weights).sum(axis=0)
    return TwoWayEffects(weights, weights.sum(axis=1), np.linalg.pinv(gram, rcond=1e-12, hermitian=True))


def within_zone(values: FloatArray, effects: TwoWayEffects) -> FloatArray:
    """Subtract from each zone its weighted mean.

    Args:
        values: shape (..., zones, periods).
        effects: the prepared effects.

    Returns:
        Same shape.
    """
    totals = np.where(effects.totals > 0, effects.totals, 1.0)
    return np.asarray(values - ((effects.weights * values).sum(axis=-1) / totals)[..., None])


def period_coefficients(values: FloatArray, effects: TwoWayEffects) -> FloatArray:
    """Return the period effects of a panel, zone effects removed (up to a constant).

    Args:
        values: shape (zones, periods).
        effects: the prepared effects.

    Returns:
        Shape (periods,).
    """
    return np.asarray((effects.weights * within_zone(values, effects)).sum(axis=0) @ effects.gram_inverse)


def without_effects(values: FloatArray, effects: TwoWayEffects) -> FloatArray:
    """Remove zone and period effects.

    Args:
        values: shape (zones, periods).
        effects: the prepared effects.

    Returns:
        Residuals, same shape.
    """
    return within_zone(values - period_coefficients(values, effects), effects)


def fit_two_way(grid: CellGrid, treatment: FloatArray) -> TwoWayFit:
    """Regress the cell means on a treatment with zone and period effects.

    Args:
        grid: the cells.
        treatment: shape (zones, periods); any values, a common or a staggered entry.

    Returns:
        The fit, with what cluster inference needs.

    Raises:
        ComputationError: the treatment is a sum of a zone effect and a period effect.
    """
    effects = two_way_effects(grid.weights)
    outcome = without_effects(grid.means, effects)
    regressor = without_effects(treatment, effects)
    weighted = grid.weights * regressor
    information = float((weighted * regressor).sum())
    if information <= _COLLINEAR * float((grid.weights * treatment**2).sum()) or information <= 0:
        raise ComputationError(
            Problem(
                "EVK-M301",
                "L’entrée dans le dispositif se confond avec les effets de zone et de période.",
                repair="Ajoutez des zones de comparaison et des périodes antérieures.",
            )
        )
    coefficient = float((weighted * outcome).sum()) / information
    residuals = outcome - coefficient * regressor
    scores = np.asarray((weighted * residuals).sum(axis=1))
    return TwoWayFit(effects, outcome, regressor, residuals, coefficient, information, scores, grid.rows)
