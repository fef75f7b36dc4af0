"""Cluster-robust variances of a two-way fit: CR1, CV3 (jackknife) and CR2 with Satterthwaite's degrees of freedom."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalkit.stats.arrays import FloatArray
from evalkit.stats.two_way import TwoWayFit, within_zone, zone_gram

WorkingVariance = Literal["cells", "rows"]


@dataclass(frozen=True, slots=True)
class ClusterError:
    """A standard error and the degrees of freedom of the Student law that goes with it."""

    se: float
    df: float


@dataclass(frozen=True, slots=True, eq=False)
class Jackknife:
    """The coefficient without each zone in turn.

    Attributes:
        error: CV3 standard error, with zones - 1 degrees of freedom; NaN when a zone is indispensable.
        coefficients: coefficient without zone g, shape (zones,); NaN where nothing identifies it.
    """

    error: ClusterError
    coefficients: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _LowRank:
    """``R Phi R'`` of the residual maker, as block-diagonal plus low rank.

    Block (i, j) is ``[i = j] own_i + U_i L U_j' - U_i M E_j' - E_i M U_j'``.
    """

    own: FloatArray
    design: FloatArray
    cross: FloatArray
    bread: FloatArray
    filling: FloatArray


def cr1(fit: TwoWayFit) -> ClusterError:
    """Give the usual cluster-robust error, with the factor of fixest: zone effects nested in zones are not counted.

    Args:
        fit: a two-way fit.

    Returns:
        Standard error, and zones - 1 degrees of freedom.

    Source: Liang and Zeger 1986; the factor G/(G-1) (N-1)/(N-K), K = 1 + periods, N rows.
    """
    zones = fit.zones
    factor = zones / (zones - 1) * (fit.rows - 1) / max(fit.rows - 1 - fit.periods, 1)
    return ClusterError(math.sqrt(factor * float((fit.scores**2).sum())) / fit.information, zones - 1)


def cv3(fit: TwoWayFit) -> Jackknife:
    """Leave each zone out in turn, and sum the squared moves of the coefficient.

    Args:
        fit: a two-way fit.

    Returns:
        The jackknife. Its factor is (G-1)/G.

    Source: MacKinnon, Nielsen and Webb 2023, "Fast and reliable jackknife and bootstrap methods".
    """
    weights = fit.effects.weights
    weighted_d, weighted_y = weights * fit.treatment, weights * fit.outcome
    grams = zone_gram(weights)
    inverses = np.linalg.pinv(grams.sum(axis=0) - grams, rcond=1e-12, hermitian=True)
    # The residuals of all the zones are orthogonal to period dummies, so without zone g the sums are minus its own.
    shift_d = np.einsum("gt,gts,gs->g", weighted_d, inverses, weighted_d)
    shift_y = np.einsum("gt,gts,gs->g", weighted_d, inverses, weighted_y)
    information = fit.information - (weighted_d * fit.treatment).sum(axis=1) - shift_d
    product = fit.information * fit.coefficient - (weighted_d * fit.outcome).sum(axis=1) - shift_y
    known = information > 1e-9 * fit.information
    coefficients = np.where(known, product / np.where(known, information, 1.0), np.nan)
    zones = fit.zones
    se = math.sqrt((zones - 1) / zones * float(((coefficients - fit.coefficient) ** 2).sum()))
    return Jackknife(ClusterError(se, zones - 1), coefficients)


def effective_clusters(fit: TwoWayFit) -> float:
    """Give the number of equal zones that would inform the coefficient as unevenly as these do.

    Args:
        fit: a two-way fit.

    Returns:
        Between 1 and the number of zones.

    Source: Carter, Schnepel and Steigerwald 2017, with errors independent inside zones (G* of rho = 0).
    """
    return 1.0 / float((fit.leverage**2).sum())


def cr2(fit: TwoWayFit, working: WorkingVariance = "rows") -> ClusterError:
    """Give the bias-reduced cluster error with Satterthwaite's degrees of freedom.

    Args:
        fit: a two-way fit.
        working: the variance under which the error is unbiased. "rows": rows are alike, so that a cell's
            variance is the inverse of its weight; "cells": cells are alike whatever their weights.

    Returns:
        Standard error and degrees of freedom (of the design only, not of the outcome).

    Source: Bell and McCaffrey 2002; Pustejovsky and Tipton 2018.
    """
    weights = fit.effects.weights
    exists = weights > 0
    spread = 1.0 / np.where(exists, weights, 1.0) if working == "rows" else np.ones_like(weights)
    variance = np.where(exists, spread, 0.0)
    maker = _residual_variance(fit, variance)
    loads = _adjusted_loads(fit, maker, np.sqrt(variance))
    se = math.sqrt(float(((loads * fit.residuals).sum(axis=1) ** 2).sum()))
    return ClusterError(se, _satterthwaite(maker, loads))


def _residual_variance(fit: TwoWayFit, variance: FloatArray) -> _LowRank:
    weights, periods = fit.effects.weights, fit.periods
    ones = np.broadcast_to(np.eye(periods), (fit.zones, periods, periods))
    totals = np.where(fit.effects.totals > 0, fit.effects.totals, 1.0)
    demean = ones - (weights / totals[:, None])[:, None, :]
    design = np.concatenate([demean, fit.treatment[:, :, None]], axis=2)
    bread = np.zeros((periods + 1, periods + 1))
    bread[:periods, :periods] = fit.effects.gram_inverse
    bread[periods, periods] = 1.0 / fit.information
    spread = (variance * weights)[:, :, None] * design
    filling = np.einsum("gtr,gts->rs", spread * weights[:, :, None], design)
    own = np.einsum("gts,gs,gus->gtu", demean, variance, demean)
    return _LowRank(own, design, demean @ spread, bread, bread @ filling @ bread)


def _adjusted_loads(fit: TwoWayFit, maker: _LowRank, root: FloatArray) -> FloatArray:
    once = maker.design @ maker.bread @ maker.cross.transpose(0, 2, 1)
    block = maker.own + maker.design @ maker.filling @ maker.design.transpose(0, 2, 1) - once - once.transpose(0, 2, 1)
    scaled = root[:, :, None] * block * root[:, None, :]
    values, vectors = np.linalg.eigh((scaled + scaled.transpose(0, 2, 1)) / 2)
    floor = 1e-10 * np.maximum(values.max(axis=1, keepdims=True), np.finfo(float).tiny)
    inverse_root = np.where(values > floor, 1.0 / np.sqrt(np.where(values > floor, values, 1.0)), 0.0)
    pulls = fit.effects.weights * within_zone(fit.treatment, fit.effects) / fit.information
    inner = np.einsum("gsr,gs->gr", vectors, root * pulls)
    return np.asarray(root * np.einsum("gtr,gr->gt", vectors, inverse_root * inner))


def _satterthwaite(maker: _LowRank, loads: FloatArray) -> float:
    design = np.einsum("gtr,gt->gr", maker.design, loads)
    cross = np.einsum("gtr,gt->gr", maker.cross, loads)
    once = design @ maker.bread @ cross.T
    products = design @ maker.filling @ design.T - once - once.T
    products[np.diag_indices_from(products)] += np.einsum("gt,gtu,gu->g", loads, maker.own, loads)
    return float(np.trace(products) ** 2 / (products**2).sum())
