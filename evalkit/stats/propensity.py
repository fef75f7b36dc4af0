"""The chance of being in a group, given what is measured, and the weights that it makes."""

from __future__ import annotations

import numpy as np

from evalkit.errors import ComputationError, Problem
from evalkit.stats.arrays import BoolArray, FloatArray

_ITERATIONS = 100
_TOLERANCE = 1e-10
_FARTHEST = 30.0
_TRUNCATED = 0.99


def logit_scores(covariates: FloatArray, inside: BoolArray, counts: FloatArray | None = None) -> FloatArray:
    """Fit the linear predictor of being inside, the logarithm of the odds, by logistic regression.

    Args:
        covariates: shape (persons, covariates), without a constant.
        inside: shape (persons,).
        counts: how many persons each row stands for, shape (persons,); one when absent.

    Returns:
        Shape (persons,).

    Raises:
        ComputationError: a covariate separates both groups, which then do not overlap (``EVK-M417``).

    Source: Newton's method on the likelihood, as R's ``glm``.
    """
    each = np.ones(len(covariates)) if counts is None else counts
    centred = covariates - np.average(covariates, axis=0, weights=each)
    scale = np.sqrt(np.average(centred**2, axis=0, weights=each))
    design = np.column_stack([np.ones(len(centred)), centred / np.where(scale > 0, scale, 1.0)])
    hit = inside.astype(np.float64)
    coefficients = np.zeros(design.shape[1])
    for _ in range(_ITERATIONS):
        chance = 1.0 / (1.0 + np.exp(-design @ coefficients))
        gradient = design.T @ (each * (hit - chance))
        hessian = (design * (each * chance * (1.0 - chance))[:, None]).T @ design
        step = np.linalg.lstsq(hessian, gradient, rcond=1e-12)[0]
        coefficients = coefficients + step
        if np.abs(coefficients).max() > _FARTHEST:
            break
        if np.abs(step).max() < _TOLERANCE:
            return np.asarray(design @ coefficients)
    message = "Les deux groupes ne se recouvrent pas : une variable les sépare entièrement."
    raise ComputationError(
        Problem("EVK-M417", message, repair="Retirez la variable, ou élargissez le groupe de comparaison.")
    )


def odds_weights(scores: FloatArray, highest: float = _TRUNCATED) -> FloatArray:
    """Weight the comparison group by the odds of being followed, so that it stands for the persons followed.

    Unlike entropy balancing it does not give equal means exactly: the balance table says how far it went.

    Args:
        scores: the logarithm of the odds of each comparison, shape (controls,).
        highest: quantile of the weights above which they are cut; 1 cuts none.

    Returns:
        Shape (controls,), summing to one.

    Source: Rosenbaum 1987; Hirano, Imbens and Ridder 2003; truncation of Cole and Hernan 2008.
    """
    odds = np.exp(scores)
    weights = np.minimum(odds, np.quantile(odds, highest))
    return np.asarray(weights / weights.sum())
