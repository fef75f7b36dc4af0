"""The same persons before and after: a share that changes, or a mean that changes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evalkit.errors import ComputationError, Problem
from evalkit.stats.arrays import BoolArray, FloatArray, IntArray
from evalkit.stats.laws import student_p, student_quantile

EXACT_BELOW = 25
"""Discordant pairs under which McNemar's test is the exact one."""


@dataclass(frozen=True, slots=True)
class McNemar:
    """A share of the same persons, before and after.

    Attributes:
        gained: persons without it before and with it after.
        lost: persons with it before and without it after.
        change: change of the share, between -1 and 1.
        statistic: chi-square with continuity correction; NaN when the test is exact.
        p: two-sided.
        is_exact: whether it is the binomial test.
    """

    gained: int
    lost: int
    change: float
    statistic: float
    p: float
    is_exact: bool


def mcnemar(before: BoolArray, after: BoolArray) -> McNemar:
    """Test that a share did not change among the same persons.

    Only persons who changed count. Without a comparison group it says that something changed, never why.

    Args:
        before: whether each person had it, shape (persons,).
        after: the same persons, later.

    Raises:
        ComputationError: nobody is seen twice (``EVK-M416``).

    Source: McNemar 1947; exact below 25 discordant pairs, else with Edwards's correction, as R's ``mcnemar.test``.
    """
    _require_pairs(len(before), len(after), 1)
    gained, lost = int((after & ~before).sum()), int((before & ~after).sum())
    change, discordant = (gained - lost) / len(before), gained + lost
    if discordant < EXACT_BELOW:
        return McNemar(gained, lost, change, math.nan, _binomial_p(min(gained, lost), discordant), is_exact=True)
    from scipy.special import chdtrc  # noqa: PLC0415

    statistic = (max(abs(gained - lost) - 1, 0)) ** 2 / discordant
    return McNemar(gained, lost, change, statistic, float(chdtrc(1, statistic)), is_exact=False)


def _binomial_p(fewest: int, trials: int) -> float:
    """Return the two-sided p of a fair coin."""
    tail: int = sum(math.comb(trials, count) for count in range(fewest + 1))
    return min(1.0, float(2 * tail) / float(2**trials))


@dataclass(frozen=True, slots=True)
class PairedChange:
    """A mean of the same persons, after minus before.

    Attributes:
        effect: mean difference.
        error: its standard error, by cluster when there are some.
        low, high: 95 % interval.
        p: two-sided.
        df: degrees of freedom of Student's law.
    """

    effect: float
    error: float
    low: float
    high: float
    p: float
    df: int


def paired_change(before: FloatArray, after: FloatArray, clusters: IntArray | None = None) -> PairedChange:
    """Estimate how much a measure changed among the same persons.

    Args:
        before: the measure of each person, shape (persons,).
        after: the same persons, later.
        clusters: agency or zone of each person, when several share one: the error knows it.

    Raises:
        ComputationError: fewer than two persons or clusters, or a change without any spread (``EVK-M416``).

    Source: Student 1908; with clusters, sums of deviations by cluster and G - 1 degrees of freedom (Liang and Zeger
    1986; factor G / (G - 1)).
    """
    groups = np.arange(len(before)) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    count = int(groups.max()) + 1 if len(groups) else 0
    _require_pairs(len(before), len(after), 2, count)
    gap = after - before
    effect = float(gap.mean())
    sums = np.bincount(groups, gap - effect, count)
    error = math.sqrt(float((sums**2).sum()) * count / (count - 1)) / len(gap)
    if error < 1e-12:
        raise _no_pairs(f"{count}")
    half = student_quantile(0.975, count - 1) * error
    return PairedChange(effect, error, effect - half, effect + half, student_p(effect / error, count - 1), count - 1)


def _require_pairs(before: int, after: int, fewest: int, groups: int | None = None) -> None:
    if before != after or before < fewest or (groups is not None and groups < fewest):
        raise _no_pairs(f"{before} / {after}")


def _no_pairs(received: str) -> ComputationError:
    message = "Un avant / après demande les mêmes personnes aux deux dates, et qu’elles diffèrent entre elles."
    return ComputationError(Problem("EVK-M416", message, received=received))
