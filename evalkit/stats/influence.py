"""Averages that rest on fitted models, with their influence functions: the bricks of doubly robust estimators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from evalkit.errors import ComputationError, Problem
from evalkit.stats.arrays import BoolArray, FloatArray

_ITERATIONS = 50
_SEPARATED = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A fitted model.

    Attributes:
        values: fitted values or probabilities, shape (rows,).
        linear: influence of each row on the coefficients, shape (rows, covariates).
    """

    values: FloatArray
    linear: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A weighted mean, added or subtracted.

    Attributes:
        sign: 1 or -1.
        weight: shape (rows,).
        value: shape (rows,).
        odds: the weight holds the odds of a fitted probability.
        models: what multiplies each regression in the value, by its name.
    """

    sign: float
    weight: FloatArray
    value: FloatArray
    odds: bool = False
    models: Mapping[str, float] = field(default_factory=dict)


def sum_of_means(
    terms: Sequence[Term], design: FloatArray, models: Mapping[str, Fitted], odds: Fitted | None
) -> tuple[float, FloatArray]:
    """Return a sum of weighted means and the influence of each row on it, what the models cost included.

    Args:
        terms: the means.
        design: covariates of the models, shape (rows, covariates).
        models: the regressions that the terms name.
        odds: the model of the probability, if a term uses it.

    Returns:
        The estimate, and shape (rows,); the variance of the estimate is that of a mean of this influence.
    """
    total, influence = 0.0, np.zeros(len(design))
    for term in terms:
        scale = float(term.weight.mean())
        mean = float((term.weight * term.value).mean()) / scale
        own = term.weight * (term.value - mean)
        for name, factor in term.models.items():
            own = own + factor * models[name].linear @ (term.weight[:, None] * design).mean(axis=0)
        if term.odds and odds is not None:
            gap = (term.weight * (term.value - mean))[:, None] * design
            own = own + odds.linear @ gap.mean(axis=0)
        total += term.sign * mean
        influence += term.sign * own / scale
    return total, influence


def regression(outcome: FloatArray, design: FloatArray, weight: FloatArray) -> Fitted:
    """Fit weighted least squares; rows of zero weight are only predicted.

    Args:
        outcome: shape (rows,).
        design: shape (rows, covariates), a column of ones included.
        weight: shape (rows,).

    Returns:
        The fit.
    """
    bread = np.linalg.pinv(design.T @ (weight[:, None] * design) / len(design), rcond=1e-12, hermitian=True)
    values = design @ (bread @ (design.T @ (weight * outcome)) / len(design))
    return Fitted(values, ((weight * (outcome - values))[:, None] * design) @ bread)


def propensity(treated: BoolArray, design: FloatArray, weight: FloatArray) -> Fitted:
    """Fit a logistic regression by Newton's method.

    Args:
        treated: shape (rows,).
        design: shape (rows, covariates), a column of ones included.
        weight: shape (rows,).

    Returns:
        The probabilities of being treated.

    Raises:
        ComputationError: the covariates tell the two groups apart, so that no comparison group exists.
    """
    target = treated.astype(np.float64)
    coefficients = np.zeros(design.shape[1])
    for _ in range(_ITERATIONS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(design @ coefficients, -40.0, 40.0)))
        hessian = design.T @ ((weight * chance * (1.0 - chance))[:, None] * design)
        step = np.linalg.lstsq(hessian, design.T @ (weight * (target - chance)), rcond=1e-12)[0]
        coefficients = coefficients + step
        if float(np.abs(step).max(initial=0.0)) < 1e-12 * max(1.0, float(np.abs(coefficients).max(initial=0.0))):
            break
    chance = 1.0 / (1.0 + np.exp(-np.clip(design @ coefficients, -40.0, 40.0)))
    if float(chance[~treated].max(initial=0.0)) > 1.0 - _SEPARATED:
        message = "Les variables d’ajustement séparent tout à fait les zones suivies des zones de comparaison."
        raise ComputationError(Problem("EVK-M308", message, repair="Retirez-en une, ou élargissez la comparaison."))
    hessian = design.T @ ((weight * chance * (1.0 - chance))[:, None] * design) / len(design)
    bread = np.linalg.pinv(hessian, rcond=1e-12, hermitian=True)
    return Fitted(chance, ((weight * (target - chance))[:, None] * design) @ bread)
