"""Wild cluster bootstrap with the hypothesis imposed (WCR11)."""

from __future__ import annotations

import math

import numpy as np

from evalkit.stats.arrays import FloatArray
from evalkit.stats.inversion import StatisticFamily
from evalkit.stats.two_way import TwoWayFit

_CHUNK = 1024
_FEW_ZONES = 20
_WEBB = np.sqrt(np.array([0.5, 1.0, 1.5]))


def wild_multipliers(zones: int, draws: int, seed: int) -> FloatArray:
    """Draw one multiplier per zone and draw.

    Args:
        zones: number of zones.
        draws: number of draws wanted.
        seed: seed of the draws.

    Returns:
        Shape (draws, zones). All the sign vectors when they are no more than ``draws``; else ones, followed by
        Webb's six points below 20 zones and by random signs above.

    Source: Webb 2023, "Reworking wild bootstrap-based inference for clustered errors".
    """
    if zones <= math.log2(draws):
        ranks = np.arange(2**zones)[:, None]
        return np.asarray(1.0 - 2.0 * ((ranks >> np.arange(zones)) & 1))
    generator = np.random.Generator(np.random.PCG64(seed))
    if zones < _FEW_ZONES:
        drawn = np.concatenate([-_WEBB, _WEBB])[generator.integers(0, 6, size=(draws, zones))]
    else:
        drawn = 1.0 - 2.0 * generator.integers(0, 2, size=(draws, zones))
    # The sample itself is one of its draws: no p-value is then zero.
    return np.concatenate([np.ones((1, zones)), drawn])


def wild_bootstrap(fit: TwoWayFit, draws: int, seed: int) -> StatisticFamily:
    """Bootstrap the t-statistic under every hypothesis on the coefficient.

    Args:
        fit: a two-way fit.
        draws: number of draws; all the sign vectors are taken when they are no more than that.
        seed: seed of the draws.

    Returns:
        The statistics, as functions of the supposed effect.

    Source: Cameron, Gelbach and Miller 2008; MacKinnon, Nielsen and Webb 2023 for WCR11.
    """
    multipliers = wild_multipliers(fit.zones, draws, seed)
    parts = [_draw(fit, multipliers[start : start + _CHUNK]) for start in range(0, len(multipliers), _CHUNK)]
    squares = float((fit.scores**2).sum())
    return StatisticFamily(
        np.concatenate([part[0] for part in parts], axis=1),
        np.concatenate([part[1] for part in parts], axis=1),
        (fit.information * fit.coefficient, fit.information),
        (squares, 0.0, 0.0),
    )


def _draw(fit: TwoWayFit, multipliers: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return numerators and spreads of the draws, for the outcome and for the treatment as outcome."""
    weights = fit.effects.weights
    weighted = weights * fit.treatment
    own = (weighted * fit.treatment).sum(axis=1)
    numerators, scores = [], []
    for values in (fit.outcome, fit.treatment):
        loads = (weighted * values).sum(axis=1)
        numerator = multipliers @ loads
        periods = multipliers @ (weights * values) @ fit.effects.gram_inverse
        scores.append(
            multipliers * loads - periods @ weighted.T - (numerator / fit.information)[:, None] * own,
        )
        numerators.append(numerator)
    spread = (scores[0] ** 2).sum(axis=1), (scores[0] * scores[1]).sum(axis=1), (scores[1] ** 2).sum(axis=1)
    return np.stack(numerators), np.stack(spread)
