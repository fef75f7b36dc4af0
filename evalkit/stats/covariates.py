"""Two-way regression with covariates on cells: exactly the regression on the rows behind them.

Discrete covariates make finer cells (zone by period by category) and enter as dummies. Continuous ones add to each cell
their mean, and the cross-products of what lies inside it: nothing has to be cut in bands. Zone effects are removed by
demeaning inside each zone; what is left of a zone is its Gram matrix and its product with the outcome, which is all
that the coefficient, its clustered errors, the wild bootstrap and the permutations read.
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
class ZoneGrams:
    """What each zone says, its own effect removed: treatment first, then covariates, then periods but one.

    Attributes:
        grams: shape (zones, columns, columns).
        products: with the outcome, shape (zones, columns).
        covariates: how many columns are covariates.
        rows: rows behind the cells.
    """

    grams: FloatArray
    products: FloatArray
    covariates: int
    rows: int

    @property
    def others(self) -> FloatArray:
        """Return the generalised inverse of the Gram matrix of everything but the treatment."""
        return generalised_inverse(self.grams.sum(axis=0)[1:, 1:])

    @property
    def partial(self) -> FloatArray:
        """Return the combination of columns that is the treatment with everything else removed, shape (columns,)."""
        return np.concatenate([[1.0], -self.others @ self.grams.sum(axis=0)[1:, 0]])


@dataclass(frozen=True, slots=True, eq=False)
class CovariateFit:
    """The coefficient of the treatment, those of the covariates, and the clustered errors of the first.

    Attributes:
        grams: what was fitted.
        information: sum of squares of the treatment, everything else removed.
        scores: shape (zones,).
        cr1: with the factor of fixest, zone effects not counted.
        cv3: jackknife by zone, zones - 1 degrees of freedom; NaN when a zone is indispensable.
        without: coefficient without each zone, shape (zones,); NaN where nothing identifies it.
        drift: error that the covariates' own coefficients give to the effect, by the same jackknife.
    """

    grams: ZoneGrams
    coefficient: float
    covariates: FloatArray
    information: float
    scores: FloatArray
    cr1: ClusterError
    cv3: ClusterError
    without: FloatArray
    drift: float


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
    found = zone_grams(cells)
    gram, product = found.grams.sum(axis=0), found.products.sum(axis=0)
    if not _identified(gram):
        message = "L’entrée dans le dispositif se confond avec les effets de zone, de période ou les covariables."
        raise ComputationError(Problem("EVK-M301", message, repair="Retirez une covariable, ou ajoutez des témoins."))
    beta, pull = generalised_inverse(gram) @ product, found.partial
    information, zones = float(pull @ gram @ pull), len(found.grams)
    scores = np.asarray((found.products - found.grams @ beta) @ pull)
    factor = zones / (zones - 1) * (found.rows - 1) / max(found.rows - 1 - gram.shape[0], 1)
    without = _without(found)
    moves = without - beta
    covariates = slice(1, 1 + found.covariates)
    # A covariate that is no column without a zone cannot move the effect there.
    drift = np.nan_to_num(moves[:, covariates]) @ _pull_of_covariates(found)
    return CovariateFit(
        grams=found,
        coefficient=float(beta[0]),
        covariates=np.asarray(beta[covariates]),
        information=information,
        scores=scores,
        cr1=ClusterError(math.sqrt(factor * float((scores**2).sum())) / information, zones - 1),
        cv3=ClusterError(_jackknife(moves[:, 0]), zones - 1),
        without=np.asarray(without[:, 0]),
        drift=_jackknife(drift),
    )


def zone_grams(cells: CovariateCells, treatment: FloatArray | None = None) -> ZoneGrams:
    """Reduce cells to what each zone says.

    Args:
        cells: the cells.
        treatment: another treatment, shape (cells,).
    """
    periods = np.eye(int(cells.period.max()) + 1)[cells.period][:, 1:]
    design = np.column_stack([cells.treatment if treatment is None else treatment, cells.covariates, periods])
    zones, columns, count = int(cells.zone.max()) + 1, design.shape[1], cells.covariates.shape[1]
    grams, products = np.zeros((zones, columns, columns)), np.zeros((zones, columns))
    inner = slice(1, 1 + count)
    for zone in range(zones):
        mine = cells.zone == zone
        weight = cells.weight[mine]
        part = design[mine] - np.average(design[mine], axis=0, weights=weight)
        grams[zone] = part.T @ (weight[:, None] * part)
        products[zone] = part.T @ (weight * cells.outcome[mine])
        grams[zone, inner, inner] += cells.inside[mine].sum(axis=0)
        products[zone, inner] += cells.inside_outcome[mine].sum(axis=0)
    return ZoneGrams(grams, products, count, cells.rows)


def generalised_inverse(gram: FloatArray) -> FloatArray:
    """Return the inverse of Gram matrices where it exists, columns that repeat others left out.

    Args:
        gram: shape (..., columns, columns).
    """
    own = np.diagonal(gram, axis1=-2, axis2=-1)
    scale = np.sqrt(np.where(own > 0, own, 1.0))
    units = scale[..., :, None] * scale[..., None, :]
    return np.asarray(np.linalg.pinv(gram / units, rcond=1e-12, hermitian=True) / units)


def _identified(gram: FloatArray) -> bool:
    """Tell whether the treatment keeps variation once everything else is removed from it."""
    left = float(gram[0, 0] - gram[0, 1:] @ generalised_inverse(gram[1:, 1:]) @ gram[1:, 0])
    return left > _COLLINEAR * float(gram[0, 0])


def _without(found: ZoneGrams) -> FloatArray:
    """Return the coefficients without each zone, shape (zones, columns); NaN for what nothing identifies then.

    A category seen in one zone alone is no column without it: what rounding leaves of it is put to zero.
    """
    total = found.grams.sum(axis=0)
    grams, products = total - found.grams, found.products.sum(axis=0) - found.products
    gone = np.diagonal(grams, axis1=1, axis2=2) <= _COLLINEAR * np.diagonal(total)
    grams[gone[:, :, None] | gone[:, None, :]] = 0.0
    products[gone] = 0.0
    beta = np.einsum("gkl,gl->gk", generalised_inverse(grams), products)
    beta[gone] = np.nan
    beta[[not _identified(gram) for gram in grams], 0] = np.nan
    return np.asarray(beta)


def _pull_of_covariates(found: ZoneGrams) -> FloatArray:
    """Return what one unit of each covariate's coefficient takes from the effect, shape (covariates,)."""
    gram = found.grams.sum(axis=0)
    kept = [0, *range(1 + found.covariates, gram.shape[0])]
    short = gram[np.ix_(kept, kept)]
    pull = np.concatenate([[1.0], -generalised_inverse(short[1:, 1:]) @ short[1:, 0]])
    return np.asarray(pull @ gram[kept, 1 : 1 + found.covariates] / float(pull @ short @ pull))


def _jackknife(moves: FloatArray) -> float:
    zones = len(moves)
    return math.sqrt((zones - 1) / zones * float(np.sum(np.square(moves))))
