"""The law of zones' moves by their size: variance ``A + B / persons``, its shape integrated out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.stats.arrays import FloatArray

SHARES = np.linspace(0.0, 1.0, 21)
"""Shares of the variance of an average zone that may depend on its size."""


@dataclass(frozen=True, slots=True, eq=False)
class SizeLaw:
    """Generalised least squares of the control moves, one fit per share of the variance that depends on size."""

    scale: float
    variance: FloatArray
    weighted: FloatArray
    inverse: FloatArray
    coefficients: FloatArray
    noise: FloatArray
    chances: FloatArray
    df: float

    def relative(self, persons: FloatArray) -> FloatArray:
        """Return the relative variance of zones with so many persons, shape (shares, zones)."""
        return _relative(1.0 / persons, self.scale)

    def expected(self, persons: FloatArray) -> FloatArray:
        """Return the variance expected of the moves of zones with so many persons, shape (zones,)."""
        return np.asarray((self.chances * self.noise) @ self.relative(persons))


def fit_size_law(moves: FloatArray, persons: FloatArray, design: FloatArray) -> SizeLaw:
    """Fit moves of control zones under every share of the variance that may depend on size.

    Args:
        moves: shape (controls,).
        persons: persons behind them, shape (controls,).
        design: covariates, a column of ones first, shape (controls, covariates).

    Returns:
        The fits, with the posterior chance of each share (flat prior, restricted likelihood: Harville 1974).
    """
    inverse = 1.0 / persons
    scale = float(inverse.mean())
    variance = _relative(inverse, scale)
    weighted = design / variance[:, :, None]
    gram = np.einsum("wck,cl->wkl", weighted, design)
    bread = np.linalg.pinv(gram, rcond=1e-12, hermitian=True)
    coefficients = np.einsum("wkl,wcl,c->wk", bread, weighted, moves)
    residual = moves - np.einsum("ck,wk->wc", design, coefficients)
    df = float(len(moves) - design.shape[1])
    tiny = max(float((moves**2).sum()), np.finfo(float).tiny) * 1e-28
    squares = np.maximum((residual**2 / variance).sum(axis=1), tiny)
    information = np.linalg.eigvalsh(gram)
    logs = np.log(np.maximum(information, 1e-300)).sum(axis=1)
    likelihood = -0.5 * (np.log(variance).sum(axis=1) + logs + df * np.log(squares))
    chances = np.exp(likelihood - likelihood.max())
    return SizeLaw(scale, variance, weighted, bread, coefficients, squares / df, chances / chances.sum(), df)


def _relative(inverse: FloatArray, scale: float) -> FloatArray:
    return np.asarray((1.0 - SHARES)[:, None] + SHARES[:, None] * inverse / scale)
