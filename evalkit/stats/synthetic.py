"""One or few treated zones: synthetic control and synthetic difference-in-differences, ranked among placebos."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalkit.errors import ComputationError, Problem
from evalkit.stats.arrays import BoolArray, FloatArray

FEWEST_BEFORE = 4
FEWEST_DONORS = 5

Kind = Literal["sc", "sdid"]


@dataclass(frozen=True, slots=True, eq=False)
class Synthetic:
    """An effect against a weighted mean of the controls.

    Attributes:
        effect: mean gap after the entry (less the weighted gap before, for synthetic difference-in-differences).
        unit_weights: of the controls, shape (controls,), summing to one.
        time_weights: of the periods before, shape (before,), summing to one; equal for synthetic control.
        gap: treated mean less its synthetic control in each period, shape (periods,).
        fit_before: root mean square of the gap before, once its weighted mean is taken away.
    """

    effect: float
    unit_weights: FloatArray
    time_weights: FloatArray
    gap: FloatArray
    fit_before: float

    def resembles(self, post: BoolArray) -> bool:
        """Tell whether the gap before the entry is noise around zero rather than a level, shape of post (periods,)."""
        return abs(float(self.gap[~post].mean())) <= self.fit_before / 2.0


@dataclass(frozen=True, slots=True, eq=False)
class PlaceboRank:
    """Where an effect stands among those of zones where nothing began.

    Attributes:
        found: the effect and its synthetic control.
        placebos: effects of the placebos, shape (placebos,).
        p: share of the placebos at least as extreme, the effect itself included.
        smallest_p: the least that this share could be.
    """

    found: Synthetic
    placebos: FloatArray
    p: float
    smallest_p: float


def synthetic(outcome: FloatArray, treated: BoolArray, post: BoolArray, kind: Kind) -> Synthetic:
    """Estimate an effect on the mean of the treated zones.

    Args:
        outcome: complete panel, shape (zones, periods).
        treated: shape (zones,).
        post: shape (periods,).
        kind: "sc", synthetic control (no intercept, no ridge); "sdid", synthetic difference-in-differences.

    Returns:
        The effect.

    Raises:
        ComputationError: too few periods before the entry, or too few controls.

    Source: Abadie, Diamond and Hainmueller 2010; Arkhangelsky, Athey, Hirshberg, Imbens and Wager 2021.
    """
    _require(treated, post)
    own, donors = outcome[treated].mean(axis=0), outcome[~treated]
    before, after = donors[:, ~post], donors[:, post]
    if kind == "sc":
        units = _simplex(before.T, own[~post], 0.0)
        times = np.full(before.shape[1], 1.0 / before.shape[1])
        gap = own - units @ donors
        effect = float(gap[post].mean())
        return Synthetic(effect, units, times, gap, float(np.sqrt((gap[~post] ** 2).mean())))
    noise = float(np.diff(before, axis=1).std(ddof=1))
    zeta = (int(treated.sum()) * int(post.sum())) ** 0.25 * noise
    centred = before - before.mean(axis=1, keepdims=True)
    units = _simplex(centred.T, own[~post] - own[~post].mean(), zeta * math.sqrt(before.shape[1]))
    level = before - before.mean(axis=0)
    target = after.mean(axis=1) - after.mean()
    times = _simplex(level, target, 1e-6 * noise * math.sqrt(len(donors)))
    gap = own - units @ donors
    base = float(times @ gap[~post])
    return Synthetic(
        float(gap[post].mean()) - base, units, times, gap, float(np.sqrt(((gap[~post] - base) ** 2).mean()))
    )


def placebo_rank(outcome: FloatArray, treated: BoolArray, post: BoolArray, kind: Kind, draws: int = 499) -> PlaceboRank:
    """Rank an effect among those of groups of controls where nothing began.

    Args:
        outcome: complete panel, shape (zones, periods).
        treated: shape (zones,).
        post: shape (periods,).
        kind: the estimator.
        draws: largest number of placebo groups; all of them are taken when they are no more.

    Returns:
        The rank. Synthetic control is ranked by the ratio of the gap after to the gap before, which forgives zones
        that nothing resembles; synthetic difference-in-differences by its effect.

    Raises:
        ComputationError: too few periods before the entry, or too few controls.
    """
    found = synthetic(outcome, treated, post, kind)
    controls = np.flatnonzero(~treated)
    size = int(treated.sum())
    groups = _groups(controls, size, draws)
    placebos = []
    for group in groups:
        chosen = np.isin(controls, group)
        placebos.append(synthetic(outcome[controls], chosen, post, kind))
    score = _extremity(found, post, kind)
    scores = np.array([_extremity(each, post, kind) for each in placebos])
    count = len(scores)
    p = float(1 + np.count_nonzero(scores >= score * (1.0 - 1e-9))) / (count + 1)
    return PlaceboRank(found, np.array([each.effect for each in placebos]), p, 1.0 / (count + 1))


def _require(treated: BoolArray, post: BoolArray) -> None:
    before, donors = int(np.count_nonzero(~post)), int(np.count_nonzero(~treated))
    if before < FEWEST_BEFORE or not post.any():
        message = f"Un contrôle synthétique demande au moins {FEWEST_BEFORE} périodes avant l’entrée et une après."
        raise ComputationError(Problem("EVK-C107", message, received=str(before)))
    if donors < FEWEST_DONORS or not treated.any():
        message = f"Un contrôle synthétique demande au moins {FEWEST_DONORS} zones de comparaison complètes."
        raise ComputationError(Problem("EVK-C108", message, received=str(donors)))


def _groups(controls: np.ndarray, size: int, draws: int) -> list[tuple[int, ...]]:
    if size >= len(controls) - FEWEST_DONORS + 1:
        size = max(1, len(controls) - FEWEST_DONORS)
    if math.comb(len(controls), size) <= draws:
        return list(itertools.combinations(controls.tolist(), size))
    generator = np.random.Generator(np.random.PCG64(20_240_630))
    return [tuple(generator.choice(controls, size, replace=False).tolist()) for _ in range(draws)]


def _extremity(found: Synthetic, post: BoolArray, kind: Kind) -> float:
    if kind == "sdid":
        return abs(found.effect)
    after = float(np.sqrt((found.gap[post] ** 2).mean()))
    return after / max(found.fit_before, 1e-12 * max(after, 1e-300))


def _simplex(columns: FloatArray, target: FloatArray, ridge: float) -> FloatArray:
    """Return the weights, positive and summing to one, whose mix of columns is nearest to the target."""
    from scipy.optimize import nnls  # noqa: PLC0415

    count = columns.shape[1]
    # With weights that sum to one the target can be taken from every column: the sum then needs no exact penalty.
    gaps = columns - target[:, None]
    scale = max(float(np.abs(gaps).max(initial=0.0)), ridge, 1e-300)
    rows = np.concatenate([gaps / scale, np.eye(count) * (ridge / scale), np.ones((1, count))])
    # Lawson and Hanson: the least of |G w|^2 + |sum w - 1|^2 is proportional to the weights sought.
    right = np.zeros(len(rows))
    right[-1] = 1.0
    weights, _ = nnls(rows, right, maxiter=50 * count)
    total = float(weights.sum())
    return np.asarray(weights / total if total > 0 else np.full(count, 1.0 / count))
