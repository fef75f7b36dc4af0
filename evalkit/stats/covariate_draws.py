"""Wild bootstrap and permutations of a regression with covariates, from what each zone says."""

from __future__ import annotations

import numpy as np

from evalkit.stats.arrays import BoolArray, FloatArray
from evalkit.stats.covariates import CovariateCells, CovariateFit, ZoneGrams, zone_grams
from evalkit.stats.inversion import StatisticFamily
from evalkit.stats.wild import wild_multipliers

_CHUNK = 512


def wild_with_covariates(fit: CovariateFit, draws: int, seed: int) -> StatisticFamily:
    """Bootstrap the t-statistic under every hypothesis on the coefficient, covariates estimated anew in every draw.

    Args:
        fit: the fit.
        draws: number of draws; all the sign vectors are taken when they are no more than that.
        seed: seed of the draws.

    Returns:
        The statistics, as functions of the supposed effect.

    Source: WCR11 from Gram matrices by cluster, MacKinnon, Nielsen and Webb 2023.
    """
    found = fit.grams
    multipliers = wild_multipliers(len(found.grams), draws, seed)
    parts = [_drawn(found, multipliers[start : start + _CHUNK]) for start in range(0, len(multipliers), _CHUNK)]
    observed = fit.information * fit.coefficient, fit.information
    return _family(parts, observed, (float((fit.scores**2).sum()), 0.0, 0.0))


def _drawn(found: ZoneGrams, multipliers: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return numerators and spreads of the draws, for the outcome and for the treatment as outcome."""
    others, pull = found.others, found.partial
    whole = np.zeros_like(found.grams[0])
    information = float(pull @ found.grams.sum(axis=0) @ pull)
    whole[1:, 1:] = others
    whole += np.outer(pull, pull) / information
    left = found.products - found.grams[:, :, 1:] @ (others @ found.products.sum(axis=0)[1:])
    own = found.grams @ pull
    numerators, scores = [], []
    for values in (left, own):
        drawn = multipliers @ values
        numerators.append(drawn @ pull)
        scores.append(multipliers * (values @ pull) - (drawn @ whole) @ own.T)
    return np.stack(numerators), _spread(scores)


def permute_with_covariates(
    cells: CovariateCells, post: FloatArray, assignments: BoolArray, observed: BoolArray
) -> StatisticFamily:
    """Recompute the t-statistic of the coefficient for other choices of treated zones, covariates estimated anew.

    Args:
        cells: the cells.
        post: one in the cells that come after the entry, shape (cells,).
        assignments: choices of treated zones, shape (choices, zones).
        observed: the observed choice, shape (zones,).

    Returns:
        The statistics, as functions of the supposed effect.

    Source: MacKinnon and Webb 2020 (RI-t).
    """
    entry = zone_grams(cells, post)
    parts = [
        _permuted(entry, assignments[start : start + _CHUNK], observed) for start in range(0, len(assignments), _CHUNK)
    ]
    numerator, spread = _permuted(entry, observed[None, :], observed)
    return _family(
        parts,
        (float(numerator[0, 0]), float(numerator[1, 0])),
        (float(spread[0, 0]), float(spread[1, 0]), float(spread[2, 0])),
    )


def _permuted(entry: ZoneGrams, chosen: BoolArray, observed: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return numerators and spreads of the choices, for the outcome and for the observed treatment as outcome."""
    taken, others = chosen.astype(np.float64), entry.others
    own, cross, rest = entry.grams[:, 0, 0], entry.grams[:, 0, 1:], entry.grams[:, 1:, 1:]
    pulled = taken @ cross
    pull = -pulled @ others
    information = taken @ own + (pulled * pull).sum(axis=1)
    numerators, scores = [], []
    for products in (entry.products, observed[:, None] * entry.grams[:, :, 0]):
        numerator = taken @ products[:, 0] + pull @ products[:, 1:].sum(axis=0)
        slope = numerator / information
        theta = (products[:, 1:].sum(axis=0) - slope[:, None] * pulled) @ others
        first = taken * (products[:, 0] - slope[:, None] * own - theta @ cross.T)
        second = pull @ products[:, 1:].T - slope[:, None] * taken * (pull @ cross.T)
        scores.append(first + second - np.einsum("ak,gkl,al->ag", pull, rest, theta, optimize=True))
        numerators.append(numerator)
    return np.stack(numerators), _spread(scores)


def _spread(scores: list[FloatArray]) -> FloatArray:
    first, second = scores
    return np.stack([(first**2).sum(axis=1), (first * second).sum(axis=1), (second**2).sum(axis=1)])


def _family(
    parts: list[tuple[FloatArray, FloatArray]], numerator: tuple[float, float], spread: tuple[float, float, float]
) -> StatisticFamily:
    tops = np.concatenate([part[0] for part in parts], axis=1)
    return StatisticFamily(tops, np.concatenate([part[1] for part in parts], axis=1), numerator, spread)
