"""Small panels drawn once, for tests that compare two ways to the same number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.stats.two_way import CellGrid, TwoWayFit, fit_two_way


@dataclass(frozen=True, eq=False)
class Case:
    grid: CellGrid
    treated: np.ndarray
    post: np.ndarray

    @property
    def treatment(self) -> np.ndarray:
        return np.outer(self.treated, self.post).astype(float)

    def fit(self) -> TwoWayFit:
        return fit_two_way(self.grid, self.treatment)


def uneven_case(zones: int = 10, periods: int = 5, treated: int = 2, holes: bool = True, seed: int = 11) -> Case:
    """Zones of uneven sizes that change from a period to the next, with a missing cell."""
    generator = np.random.default_rng(seed)
    weights = generator.integers(5, 60, (zones, periods)).astype(float)
    if holes:
        weights[3, 1] = 0.0
    means = generator.normal(size=(zones, periods)) + 0.2 * np.arange(periods)
    chosen = np.zeros(zones, dtype=bool)
    chosen[generator.choice(zones, treated, replace=False)] = True
    post = np.arange(periods) >= periods - 2
    means = means + 0.9 * np.outer(chosen, post)
    return Case(CellGrid(np.where(weights > 0, means, 0.0), weights, int(weights.sum())), chosen, post)


def even_case(zones: int = 12, periods: int = 4, treated: int = 3, seed: int = 5) -> Case:
    """Zones of uneven sizes that stay the same: the effect is then a difference of mean changes."""
    generator = np.random.default_rng(seed)
    weights = np.repeat(generator.integers(20, 400, (zones, 1)).astype(float), periods, axis=1)
    chosen = np.arange(zones) < treated
    post = np.arange(periods) >= periods // 2
    means = generator.normal(size=(zones, periods))
    return Case(CellGrid(means, weights, int(weights.sum())), chosen, post)
