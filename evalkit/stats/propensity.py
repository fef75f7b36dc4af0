"""Probabilities of being in a group, and the weights that they make: odds for comparison, inverses for attrition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.errors import ComputationError, Problem
from evalkit.stats.arrays import BoolArray, FloatArray
from evalkit.stats.balancing import BalancingWeights, effective_sample_size

_ITERATIONS = 100
_TOLERANCE = 1e-10
_FARTHEST = 30.0
_TRUNCATED = 0.99


def logit_probabilities(covariates: FloatArray, inside: BoolArray, counts: FloatArray | None = None) -> FloatArray:
    """Fit the probability of being inside, by logistic regression.

    Args: as :func:`logit_scores`.

    Returns:
        Shape (persons,), strictly between 0 and 1.

    Raises:
        ComputationError: as :func:`logit_scores`.
    """
    return np.asarray(1.0 / (1.0 + np.exp(-logit_scores(covariates, inside, counts))))


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


def propensity_weights(followed: FloatArray, controls: FloatArray, highest: float = _TRUNCATED) -> BalancingWeights:
    """Weight the comparison group by the odds of being followed, so that it stands for the persons followed.

    Unlike entropy balancing it does not give equal means exactly: the balance table says how far it went.

    Args:
        followed: covariates of the persons followed, shape (persons, covariates).
        controls: the same of the comparison group.
        highest: quantile of the weights above which they are cut; 1 cuts none.

    Returns:
        Weights of the comparison group, summing to one.

    Raises:
        ComputationError: the groups do not overlap (``EVK-M417``).

    Source: Rosenbaum 1987; Hirano, Imbens and Ridder 2003; truncation of Cole and Hernan 2008.
    """
    inside = np.arange(len(followed) + len(controls)) < len(followed)
    chance = logit_probabilities(np.vstack([followed, controls]), inside)[len(followed) :]
    odds = chance / (1.0 - chance)
    weights = np.minimum(odds, np.quantile(odds, highest))
    weights = weights / weights.sum()
    scale = controls.std(axis=0)
    gaps = (weights @ controls - followed.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    return BalancingWeights(weights, effective_sample_size(weights), float(np.abs(gaps).max(initial=0.0)))


@dataclass(frozen=True, slots=True, eq=False)
class AttritionWeights:
    """Weights that make the persons still seen stand for all who entered.

    Attributes:
        weights: of the persons still seen, mean close to one, shape (seen,).
        effective_size: number of equal weights that would be as precise.
        truncated: persons whose weight was cut.
        imbalance: largest gap left between the weighted means of those seen and those of all, in standard deviations.
    """

    weights: FloatArray
    effective_size: float
    truncated: int
    imbalance: float


def attrition_weights(covariates: FloatArray, seen: BoolArray) -> AttritionWeights:
    """Weight those who are still seen by the inverse of their probability of being so, stabilised and truncated.

    It repairs a loss that depends on what is measured at entry. A loss that depends on the outcome itself is beyond
    any weight: only the bounds contain the truth then, and they are always printed beside.

    Args:
        covariates: of all who entered, shape (persons, covariates), measured at entry.
        seen: whether each is still seen, shape (persons,).

    Raises:
        ComputationError: nobody is seen, or those seen and those lost do not overlap (``EVK-M417``).

    Source: Robins, Hernan and Brumback 2000 (stabilised); Cole and Hernan 2008 (truncated at the 99th percentile).
    """
    if not seen.any():
        message = "Plus personne n’est suivi : aucune pondération ne peut les remplacer."
        raise ComputationError(Problem("EVK-M417", message))
    if seen.all():
        return AttritionWeights(np.ones(len(seen)), float(len(seen)), 0, 0.0)
    chance = logit_probabilities(covariates, seen)[seen]
    weights = float(seen.mean()) / chance
    limit = float(np.quantile(weights, _TRUNCATED))
    cut = int((weights > limit).sum())
    weights = np.minimum(weights, limit)
    scale = covariates.std(axis=0)
    gaps = np.average(covariates[seen], axis=0, weights=weights) - covariates.mean(axis=0)
    imbalance = float(np.abs(gaps / np.where(scale > 0, scale, 1.0)).max(initial=0.0))
    return AttritionWeights(weights, effective_sample_size(weights), cut, imbalance)
