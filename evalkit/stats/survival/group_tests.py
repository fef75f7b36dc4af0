"""Do groups leave at the same pace? Log-rank for one exit, Gray's test for one exit among several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evalkit.errors import ComputationError, Problem
from evalkit.stats.arrays import FloatArray
from evalkit.stats.survival.life_table import GroupedTable, LifeTable, align


@dataclass(frozen=True, slots=True)
class GroupTest:
    """A test that groups have the same curve.

    Attributes:
        statistic: chi-square.
        df: degrees of freedom.
        p: upper tail.
    """

    statistic: float
    df: int
    p: float


def log_rank(tables: Sequence[LifeTable], rho: float = 0.0) -> GroupTest:
    """Test that groups leave at the same pace, all exits taken as one.

    Args:
        tables: one life table per group.
        rho: power of the pooled Kaplan-Meier share in the weights: 0 for the log-rank test, 1 for Peto and Peto's,
            which looks more at early exits.

    Raises:
        ComputationError: the groups cannot be compared, for want of exits or of groups (``EVK-M411``).

    Source: Mantel 1966; Harrington and Fleming 1982; the variance is the hypergeometric one, exact with ties.
    """
    grouped = align(tables)
    events, risk = grouped.events.sum(axis=2), grouped.at_risk
    gone, left = events.sum(axis=1), risk.sum(axis=1)
    pooled = np.cumprod(1.0 - gone / left)
    weights = np.concatenate([[1.0], pooled[:-1]]) ** rho
    shares = risk / left[:, None]
    score = weights @ (events - gone[:, None] * shares)
    spread = weights**2 * gone * (left - gone) / np.maximum(left - 1.0, 1.0)
    variance = np.diag(spread @ shares) - (shares * spread[:, None]).T @ shares
    return _chi_square(score[:-1], variance[:-1, :-1])


def gray_test(tables: Sequence[LifeTable], cause: int, rho: float = 0.0) -> GroupTest:
    """Test that groups have the same cumulative incidence of one exit, the others competing.

    Args:
        tables: one life table per group, with the same exits.
        cause: number of the exit, from 1.
        rho: power of ``1 - incidence`` in the weights.

    Raises:
        ComputationError: the groups cannot be compared, for want of exits or of groups (``EVK-M411``).

    Source: Gray 1988, with the correction of ties of R's ``cmprsk::cuminc``.
    """
    walk = _GrayWalk(len(tables), rho)
    grouped = align(tables)
    own, other = _own_and_other(grouped, cause)
    for risk, hits, misses in zip(grouped.at_risk, own, other, strict=True):
        if hits.sum() + misses.sum() > 0:
            walk.step(risk, hits, misses)
    score, variance = walk.ended()
    return _chi_square(score[:-1], variance[:-1, :-1])


def _own_and_other(grouped: GroupedTable, cause: int) -> tuple[FloatArray, FloatArray]:
    own = grouped.events[:, :, cause - 1]
    return own, grouped.events.sum(axis=2) - own


class _GrayWalk:
    """Gray's score and its variance, summed time after time.

    The variance of a score is the integral of ``(A - u C)²`` over exits to the cause and of ``(w C)²`` over the
    others, where ``C`` at the end of the walk is known only then: its square is developed and three sums are kept.
    """

    __slots__ = ("drift", "group_gone", "group_left", "pooled", "rho", "score", "square", "sum_cross", "sum_own")

    def __init__(self, groups: int, rho: float) -> None:
        self.rho = rho
        self.pooled = 0.0
        self.group_left: FloatArray = np.ones(groups)
        self.group_gone: FloatArray = np.zeros(groups)
        self.score: FloatArray = np.zeros(groups)
        self.square: FloatArray = np.zeros((groups, groups))
        self.drift: FloatArray = np.zeros((groups, groups))
        self.sum_cross: FloatArray = np.zeros((groups, groups))
        self.sum_own: FloatArray = np.zeros(groups)

    def step(self, risk: FloatArray, hits: FloatArray, misses: FloatArray) -> None:
        """Take one time: persons at risk, exits to the cause and other exits, by group."""
        here, total = risk > 0, float(hits.sum())
        left = self.group_left
        scaled = np.where(here, risk / np.where(left > 0, left, 1.0), 0.0)
        whole = float(scaled.sum())
        pooled = self.pooled + total / whole
        weight = (1.0 - self.pooled) ** self.rho
        exposed = scaled * (1.0 - self.group_gone)
        self.score += weight * (hits - total * exposed / exposed.sum())
        spread = weight * (np.diag(scaled) - np.outer(scaled, scaled) / whole)
        self.drift += spread * (total / (whole * (1.0 - self.pooled)))
        safe = np.where(here, risk, 1.0)
        after = np.where(here, left * (1.0 - (hits + misses) / safe), left)
        ratio = np.where(after > 0, (1.0 - pooled) / np.where(after > 0, after, 1.0), 0.0)
        if total > 0:
            tied = 1.0 - (total - 1.0) / np.where(here, whole * left - 1.0, 1.0) if total > 1 else np.ones(len(left))
            self._add(
                spread - (1.0 - ratio) * self.drift,
                1.0 - ratio,
                np.where(here, tied * left * total / (whole * safe), 0.0),
            )
        tied = np.where(misses > 1, 1.0 - (misses - 1.0) / np.maximum(risk - 1.0, 1.0), 1.0)
        self._add(-ratio * self.drift, ratio, np.where(after > 0, tied * left**2 * misses / safe**2, 0.0))
        self.group_gone = self.group_gone + np.where(here, left * hits / safe, 0.0)
        self.group_left, self.pooled = after, pooled

    def _add(self, loads: FloatArray, own: FloatArray, variance: FloatArray) -> None:
        self.square += (loads * variance) @ loads.T
        self.sum_cross += loads * (own * variance)
        self.sum_own += own**2 * variance

    def ended(self) -> tuple[FloatArray, FloatArray]:
        """Return the score of each group and its variance."""
        crossed = self.drift @ self.sum_cross.T
        return self.score, self.square + (self.drift * self.sum_own) @ self.drift.T + crossed + crossed.T


def _chi_square(score: FloatArray, variance: FloatArray) -> GroupTest:
    from scipy.special import chdtrc  # noqa: PLC0415

    rank = int(np.linalg.matrix_rank(variance)) if len(score) else 0
    if rank == 0:
        message = "Ces groupes ne peuvent pas être comparés : aucune sortie n’y départage les personnes encore suivies."
        raise ComputationError(Problem("EVK-M411", message))
    statistic = float(score @ np.linalg.pinv(variance, hermitian=True) @ score)
    return GroupTest(statistic, rank, float(chdtrc(rank, statistic)))
