"""Where zones stood before the entry, and how much of it comes back by itself (regression to the mean)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evalkit.stats.arrays import BoolArray, FloatArray
from evalkit.stats.few_treated import ZoneChanges
from evalkit.stats.size_law import fit_size_law
from evalkit.stats.two_way import CellGrid, period_coefficients, two_way_effects

_MUCH_SURER = 0.5


@dataclass(frozen=True, slots=True)
class Reversion:
    """How much of the return expected is seen (-1: all of it), and its error."""

    slope: float
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """Where zones stood before the entry.

    Attributes:
        level: mean before, net of the controls' period effects, shape (zones,).
        back: the part of the level that is expected to come back, which grows as the zone is smaller, shape (zones,).
        reversion: how much of it does, when moments tell it much better than a regression; else None, and the
            regression of changes on that part tells it together with the noise.
        chance: bound on the chance that any choice among zones of one kind stands as far as the treated do.
        returning: share of the variance of the levels that is expected to come back: one when nothing of them lasts.
    """

    level: FloatArray
    back: FloatArray
    chance: float
    returning: float
    reversion: Reversion | None = None

    def gap(self, changes: ZoneChanges) -> float:
        """Return what the treated zones are expected to lose more than the controls, in the unit of the outcome."""
        return float(changes.loading @ self.back)

    def deviations(self, changes: ZoneChanges) -> float:
        """Return how far the treated zones stood from the controls, in its deviation if they were chosen by chance."""
        own = self.level[~changes.treated]
        spread, gap = float(own.std(ddof=1)), float(changes.loading @ self.level)
        if spread == 0.0:
            return 0.0 if abs(gap) <= 1e-12 * float(np.abs(self.level).max(initial=0.0)) else float(np.sign(gap)) * 1e9
        return gap / (spread * float(np.sqrt((changes.loading**2).sum())))


def starting_levels(grid: CellGrid, post: BoolArray, changes: ZoneChanges) -> Start:
    """Return where each zone stood before the entry, and the reversion when it is well told.

    The slope of changes on levels has two estimators. The regression among the controls needs nothing, but its error
    grows with the part of the levels that lasts. The other supposes that zones move as much after as before: half of
    a squared change, plus half of what the inner variance gained, is then the part of the level that comes back,
    whatever lasts. It is taken when its error is less than half of the regression's.

    Args:
        grid: the cells.
        post: which periods come after the entry, shape (periods,).
        changes: the changes of the same zones.

    Returns:
        The start.
    """
    control = ~changes.treated
    trend = period_coefficients(grid.means[control], two_way_effects(grid.weights[control]))
    net = grid.means - trend
    level, inner_before = _moments(net[:, ~post], grid.weights[:, ~post])
    _, inner_after = _moments(net[:, post], grid.weights[:, post])
    share = changes.loading[control] / changes.loading[control].sum()
    own = changes.change[control] - float(share @ changes.change[control])
    lost = np.maximum(1.0 - 2.0 * share + float((share**2).sum()), 1e-9)
    returned = 0.5 * (own**2 + inner_after[control] - inner_before[control]) / lost
    return _start(level, returned, changes)


def _moments(net: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    total = np.maximum(weights.sum(axis=1), np.finfo(float).tiny)
    mean = (weights * net).sum(axis=1) / total
    return mean, np.asarray((weights * (net - mean[:, None]) ** 2).sum(axis=1) / total)


def _start(level: FloatArray, returned: FloatArray, changes: ZoneChanges) -> Start:
    """Share the variance of the levels between what lasts and what comes back, by size of zone."""
    control = ~changes.treated
    law = fit_size_law(changes.change[control], changes.persons[control], np.ones((int(control.sum()), 1)))
    moving = law.expected(changes.persons)
    spread = float(level[control].var(ddof=1))
    mean_back = float(np.clip(returned.mean(), 0.05 * spread, spread))
    passing = moving * (mean_back / max(float(moving[control].mean()), np.finfo(float).tiny))
    lasting = spread - mean_back
    whole = np.maximum(lasting + passing, np.finfo(float).tiny)
    centred = level - float(np.average(level[control], weights=1.0 / whole[control]))
    back = passing / whole * centred
    error = float(returned.std(ddof=1)) / np.sqrt(len(returned)) / max(mean_back, np.finfo(float).tiny)
    standard = centred / np.sqrt(whole)
    chance = _chance(standard[changes.treated], standard[control])
    share = mean_back / spread if spread > 0 else 1.0
    return Start(centred, back, chance, share, _reversion(changes.change[control], back[control], error, returned))


def _chance(treated: FloatArray, controls: FloatArray) -> float:
    """Bound by Bonferroni, over every choice of as many zones, the chance of levels as far as the treated ones."""
    from scipy.special import fdtrc  # noqa: PLC0415

    scale = float((controls**2).sum()) / (len(controls) - 1)
    choices = math.comb(len(treated) + len(controls), len(treated))
    ratio = float((treated**2).mean()) / scale if scale > 0 else 0.0
    return min(1.0, choices * float(fdtrc(len(treated), len(controls) - 1, ratio)))


def _reversion(change: FloatArray, back: FloatArray, error: float, returned: FloatArray) -> Reversion | None:
    count = len(back)
    centred = back - back.mean()
    squares = float((centred**2).sum())
    if squares == 0.0 or count <= 2 or float(returned.mean()) <= 0.0:
        return None
    residual = change - change.mean() - float(centred @ change) / squares * centred
    regression = float(np.sqrt((residual**2).sum() / (count - 2) / squares))
    return Reversion(-1.0, error) if error < _MUCH_SURER * regression else None
