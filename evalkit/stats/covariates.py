"""Two-way regression with covariates on cells: exactly the regression on the rows behind them.

Discrete covariates make finer cells (zone by period by category) and enter as dummies. Continuous ones add to each cell
their mean, and the cross-products of what lies inside it: nothing has to be cut in bands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evalkit.errors import ComputationError, Problem
from evalkit.stats.arrays import FloatArray, IntArray
from evalkit.stats.cluster import ClusterError

_COLLINEAR = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class CovariateCells:
    """Cells nested in zones, one line each, in any order.

    Attributes:
        zone, period: ranks, shape (cells,).
        weight: sum of the weights of the rows, shape (cells,); ``rows``, how many they are in all.
        outcome: weighted mean, shape (cells,).
        treatment: shape (cells,), the same for the rows of a cell.
        covariates: weighted means, shape (cells, covariates).
        inside: weighted cross-products of the covariates about their means, shape (cells, covariates, covariates).
        inside_outcome: those of the covariates with the outcome, shape (cells, covariates).
    """

    zone: IntArray
    period: IntArray
    weight: FloatArray
    rows: int
    outcome: FloatArray
    treatment: FloatArray
    covariates: FloatArray
    inside: FloatArray
    inside_outcome: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class CovariateFit:
    """The coefficient of the treatment, those of the covariates, and the clustered errors of the first.

    Attributes:
        cr1: with the factor of fixest, zone effects not counted.
        cv3: jackknife by zone, zones - 1 degrees of freedom; NaN when a zone is indispensable.
    """

    coefficient: float
    covariates: FloatArray
    cr1: ClusterError
    cv3: ClusterError


def fit_with_covariates(cells: CovariateCells) -> CovariateFit:
    """Regress the outcome on the treatment, the covariates, zone and period effects.

    Args:
        cells: the cells.

    Returns:
        The fit, equal to that of the rows to rounding.

    Raises:
        ComputationError: the treatment is a combination of the effects and the covariates.

    Source: sufficient statistics by cluster; MacKinnon, Nielsen and Webb 2023 for the jackknife.
    """
    design = _design(cells)
    grams, products = _by_zone(cells, design)
    gram, product = grams.sum(axis=0), products.sum(axis=0)
    beta = _solve(gram, product)
    if not _identified(gram):
        message = "L’entrée dans le dispositif se confond avec les effets de zone, de période ou les covariables."
        raise ComputationError(Problem("EVK-M301", message, repair="Retirez une covariable, ou ajoutez des témoins."))
    zones = len(grams)
    scores = products - grams @ beta
    row = np.linalg.pinv(gram, rcond=1e-12, hermitian=True)[0]
    counted = design.shape[1] - zones
    factor = zones / (zones - 1) * (cells.rows - 1) / max(cells.rows - counted, 1)
    cr1 = ClusterError(math.sqrt(factor * float(((scores @ row) ** 2).sum())), zones - 1)
    return CovariateFit(float(beta[0]), beta[1 : 1 + cells.covariates.shape[1]], cr1, _jackknife(grams, products, beta))


def _design(cells: CovariateCells) -> FloatArray:
    """Return treatment, covariates, zone dummies, and period dummies but one."""
    zones = np.eye(int(cells.zone.max()) + 1)[cells.zone]
    periods = np.eye(int(cells.period.max()) + 1)[cells.period][:, 1:]
    return np.column_stack([cells.treatment, cells.covariates, zones, periods])


def _by_zone(cells: CovariateCells, design: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the Gram matrix and the product with the outcome of each zone, shape (zones, columns, ...)."""
    zones, columns, count = int(cells.zone.max()) + 1, design.shape[1], cells.covariates.shape[1]
    grams, products = np.zeros((zones, columns, columns)), np.zeros((zones, columns))
    for zone in range(zones):
        mine = cells.zone == zone
        part, weight = design[mine], cells.weight[mine]
        grams[zone] = part.T @ (weight[:, None] * part)
        products[zone] = part.T @ (weight * cells.outcome[mine])
        grams[zone, 1 : 1 + count, 1 : 1 + count] += cells.inside[mine].sum(axis=0)
        products[zone, 1 : 1 + count] += cells.inside_outcome[mine].sum(axis=0)
    return grams, products


def _solve(gram: FloatArray, product: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.pinv(gram, rcond=1e-12, hermitian=True) @ product)


def _identified(gram: FloatArray) -> bool:
    """Tell whether the treatment keeps variation once everything else is removed from it."""
    others = _solve(gram[1:, 1:], gram[1:, 0])
    return float(gram[0, 0] - gram[0, 1:] @ others) > _COLLINEAR * float(gram[0, 0])


def _jackknife(grams: FloatArray, products: FloatArray, beta: FloatArray) -> ClusterError:
    zones, gram, product = len(grams), grams.sum(axis=0), products.sum(axis=0)
    moves = [
        float(_solve(gram - grams[zone], product - products[zone])[0] - beta[0])
        if _identified(gram - grams[zone])
        else math.nan
        for zone in range(zones)
    ]
    return ClusterError(math.sqrt((zones - 1) / zones * float(np.sum(np.square(moves)))), zones - 1)
