"""What the usual two-way regression does with several entry dates, and a regression that does better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalkit.stats.arrays import FloatArray, IntArray
from evalkit.stats.group_time import NEVER
from evalkit.stats.two_way import two_way_effects, without_effects

Kind = Literal["against_never", "earlier_against_later", "later_against_earlier", "against_always"]


@dataclass(frozen=True, slots=True)
class BaconShare:
    """One two-by-two inside a two-way regression.

    Attributes:
        treated, control: entries of the two groups; NEVER, or 0 for those treated from the first period.
        estimate: its difference-in-differences.
        share: its weight in the coefficient; the shares sum to one.
        kind: ``later_against_earlier`` and ``against_always`` take zones already treated as controls.
    """

    treated: int
    control: int
    estimate: float
    share: float
    kind: Kind


def bacon_shares(outcome: FloatArray, entry: IntArray) -> tuple[BaconShare, ...]:
    """Split the coefficient of a two-way regression into its two-by-twos.

    Args:
        outcome: a balanced panel of equal weights, shape (units, periods).
        entry: rank of the first treated period, NEVER, or 0, shape (units,).

    Returns:
        The parts; the shares sum to one, and the weighted sum is the coefficient.

    Source: Goodman-Bacon 2021, theorem 1.
    """
    parts = [part for part in _parts(outcome, entry) if part.share > 0]
    total = sum(part.share for part in parts)
    return tuple(BaconShare(part.treated, part.control, part.estimate, part.share / total, part.kind) for part in parts)


def _parts(outcome: FloatArray, entry: IntArray) -> Iterator[BaconShare]:
    periods = outcome.shape[1]
    mean = {int(each): outcome[entry == each].mean(axis=0) for each in np.unique(entry)}
    size = {each: float(np.mean(entry == each)) for each in mean}
    timed = [each for each in mean if 0 < each < periods]
    fixed: tuple[tuple[int, Kind], ...] = ((NEVER, "against_never"), (0, "against_always"))
    for early in timed:
        inside = 1.0 - early / periods
        for still, kind in fixed:
            if still in mean:
                share = size[early] * size[still] * inside * (1.0 - inside)
                gap = _gap(mean[early], mean[still], slice(0, early), slice(early, periods))
                yield BaconShare(early, still, gap, share, kind)
        for late in (each for each in timed if each > early):
            after = 1.0 - late / periods
            both = size[early] * size[late]
            gap = _gap(mean[early], mean[late], slice(0, early), slice(early, late))
            yield BaconShare(early, late, gap, both * (inside - after) * (1.0 - inside), "earlier_against_later")
            gap = _gap(mean[late], mean[early], slice(early, late), slice(late, periods))
            yield BaconShare(late, early, gap, both * after * (inside - after), "later_against_earlier")


def _gap(treated: FloatArray, control: FloatArray, before: slice, after: slice) -> float:
    path = treated - control
    return float(path[after].mean() - path[before].mean())


@dataclass(frozen=True, slots=True, eq=False)
class InteractionWeighted:
    """Effects by time since entry from one saturated regression.

    Attributes:
        at: times since entry, the last one before it left out, shape (times,).
        effect: shape (times,).
        covariance: clustered by unit (CR1), shape (times, times).
    """

    at: IntArray
    effect: FloatArray
    covariance: FloatArray


def sun_abraham(outcome: FloatArray, entry: IntArray, weight: FloatArray) -> InteractionWeighted:
    """Regress on cohort by time-since-entry dummies with unit and period effects, then average by cohort size.

    Args:
        outcome: shape (units, periods).
        entry: rank of the first treated period, or NEVER, shape (units,); units treated from the first are left out.
        weight: of each cell, shape (units, periods); zero where it does not exist.

    Returns:
        The effects by time since entry.

    Source: Sun and Abraham 2021.
    """
    kept = entry > 0
    outcome, entry, weight = outcome[kept], entry[kept], weight[kept]
    units, periods = outcome.shape
    pairs = [
        (int(cohort), time)
        for cohort in np.unique(entry[entry < periods])
        for time in range(-int(cohort), periods - int(cohort))
        if time != -1
    ]
    dummies = np.zeros((len(pairs), units, periods))
    for rank, (cohort, time) in enumerate(pairs):
        dummies[rank, entry == cohort, cohort + time] = 1.0
    effects = two_way_effects(weight)
    design = np.stack([without_effects(each, effects) for each in dummies])
    residual = without_effects(outcome, effects)
    gram = np.einsum("kut,ut,lut->kl", design, weight, design)
    bread = np.linalg.pinv(gram, rcond=1e-12, hermitian=True)
    coefficients = bread @ np.einsum("kut,ut,ut->k", design, weight, residual)
    left = residual - np.tensordot(coefficients, design, axes=1)
    scores = np.einsum("kut,ut,ut->uk", design, weight, left)
    rows = int(np.count_nonzero(weight))
    factor = units / (units - 1.0) * (rows - 1.0) / (rows - len(pairs) - periods)
    covariance = bread @ (scores.T @ scores) @ bread * factor
    at = np.unique([time for _, time in pairs])
    shares = np.zeros((len(at), len(pairs)))
    for row, time in enumerate(at):
        sizes = [float(weight[entry == cohort, cohort + each].sum()) * (each == time) for cohort, each in pairs]
        shares[row] = np.array(sizes) / sum(sizes)
    return InteractionWeighted(at, shares @ coefficients, shares @ covariance @ shares.T)
