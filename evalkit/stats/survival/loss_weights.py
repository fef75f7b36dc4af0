"""Shares by exit as if nobody had been lost, when being lost depends on what is measured at entry."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from evalkit.stats.arrays import BoolArray, FloatArray, IntArray
from evalkit.stats.laws import normal_quantile, student_quantile
from evalkit.stats.survival.clustered import require_clusters
from evalkit.stats.survival.cox import cox_of_counts, summed_by
from evalkit.stats.survival.life_table import require_durations

_TRUNCATED = 0.99
_LOST_AFTER, _CENSORED_AFTER = 0.5, 0.75


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """Persons followed for some time, some of whom were lost.

    Attributes:
        durations: whole months from entry, shape (persons,).
        causes: 0 when no exit was seen, else its number from 1.
        lost: number of the cause that means lost without news.
        covariates: shape (persons, covariates), as measured at entry.
        clusters: agency or zone of each person, when they share one.
        base: weights that persons have already (those of balancing), shape (persons,); equal when absent.
        counts: how many persons alike each row stands for; one when absent, and never with clusters.
    """

    durations: FloatArray
    causes: IntArray
    lost: int
    covariates: FloatArray
    clusters: IntArray | None = None
    base: FloatArray | None = None
    counts: FloatArray | None = None

    @property
    def each(self) -> FloatArray:
        """Persons of each row."""
        return np.ones(len(self.durations)) if self.counts is None else self.counts


def by_kind(followed: Followed) -> Followed:
    """Return persons who share everything as one row: a million of them followed by month are a few thousand kinds.

    Persons who share clusters are left as they are.
    """
    if followed.clusters is not None or followed.counts is not None:
        return followed
    columns = {"durations": followed.durations, "causes": followed.causes}
    columns |= {f"x{rank}": column for rank, column in enumerate(followed.covariates.T)}
    if followed.base is not None:
        columns["base"] = followed.base
    kinds = pl.DataFrame(columns).group_by(list(columns), maintain_order=True).len()
    width = followed.covariates.shape[1]
    matrix = kinds.select([f"x{rank}" for rank in range(width)]).to_numpy() if width else np.empty((kinds.height, 0))
    return Followed(
        durations=kinds["durations"].to_numpy(),
        causes=kinds["causes"].to_numpy(),
        lost=followed.lost,
        covariates=matrix,
        base=None if followed.base is None else kinds["base"].to_numpy(),
        counts=kinds["len"].to_numpy().astype(np.float64),
    )


@dataclass(frozen=True, slots=True)
class WeightedShare:
    """The share that has left to one exit by a time, those lost being replaced by those like them.

    Attributes:
        error: standard error.
        low, high: 95 % interval on the log-log scale; the share itself where it is 0 or 1.
        effective_size: number of equal weights that would be as precise.
        truncated: persons whose weight was cut, at any time up to then.
    """

    horizon: float
    share: float
    error: float
    low: float
    high: float
    effective_size: float
    truncated: int


def weighted_shares(followed: Followed, cause: int, horizons: Sequence[float]) -> Iterator[WeightedShare]:
    """Weight, month by month, those still seen by the inverse of their chance of being so; then Aalen and Johansen.

    Weights are stabilised by the chance of being seen of all together, and cut at their 99th percentile. They repair a
    loss that depends on what is measured at entry. A loss that depends on the outcome itself is beyond any weight.

    Args:
        followed: the persons.
        cause: the exit.
        horizons: times, increasing.

    Raises:
        ComputationError: a duration is impossible (``EVK-M410``), or a covariate separates those lost entirely
            (``EVK-M414``).

    Source: Robins and Finkelstein 2000; Cole and Hernan 2008; the interval takes the weights as known, which makes it
    wider on average (Robins 1998).
    """
    require_durations(followed.durations)
    kinds = by_kind(followed)
    walk = _Walk(kinds, _Loss.of(kinds), cause)
    for horizon in horizons:
        yield walk.until(horizon)


@dataclass(frozen=True, slots=True, eq=False)
class _Loss:
    """The chance of being lost: relative pace of each person, and cumulative pace just before each time."""

    times: FloatArray
    relative: FloatArray
    individual: FloatArray
    marginal: FloatArray
    each: FloatArray

    @classmethod
    def of(cls, followed: Followed) -> _Loss:
        times = np.unique(followed.durations)
        is_lost = followed.causes == followed.lost
        if not is_lost.any() or not followed.covariates.shape[1]:
            never = np.zeros(len(times))
            return cls(times, np.ones(len(is_lost)), never, never, followed.each)
        # Within a month exits come first, then losses, then the end of what is covered.
        after = np.where(is_lost, _LOST_AFTER, np.where(followed.causes == 0, _CENSORED_AFTER, 0.0))
        moments = followed.durations + after
        hit, each = is_lost.astype(np.int64), followed.each
        coefficients = cox_of_counts(moments, hit, followed.covariates, each)
        relative = np.exp((followed.covariates - np.average(followed.covariates, axis=0, weights=each)) @ coefficients)
        steps, place = np.unique(moments, return_inverse=True)
        exposed, at_risk, gone = (
            np.bincount(place, values, len(steps)) for values in (relative * each, each, hit * each)
        )
        exposed, at_risk = (values[::-1].cumsum()[::-1] for values in (exposed, at_risk))
        paces = (gone / exposed).cumsum(), (gone / at_risk).cumsum()
        before = np.searchsorted(steps, times)
        individual, marginal = (np.concatenate([[0.0], pace])[before] for pace in paces)
        return cls(times, relative, individual, marginal, each)

    def weights(self, index: int, present: BoolArray) -> tuple[FloatArray, BoolArray]:
        """Return the stabilised weights at one time of the persons present, and which were cut."""
        raw = np.exp(self.individual[index] * self.relative[present] - self.marginal[index])
        order = np.argsort(raw)
        below = self.each[present][order].cumsum()
        limit = float(raw[order[np.searchsorted(below, _TRUNCATED * below[-1])]])
        return np.minimum(raw, limit), raw > limit * (1.0 + 1e-9)


class _Walk:
    """The weighted curve, month after month, and the pull of each person on it.

    A person who is present at a time pulls the share at a later horizon by its weight, times what it adds to the exits
    of that time, less what it takes from the exits between that time and the horizon. The share at the horizon being
    known last, what is multiplied by it is summed apart: ``pull`` less the share times ``rest``.
    """

    def __init__(self, followed: Followed, loss: _Loss, cause: int) -> None:
        self.followed, self.loss, self.cause = followed, loss, cause
        self.place = np.searchsorted(loss.times, followed.durations)
        self.causes = np.where(followed.causes == followed.lost, 0, followed.causes)
        size = len(self.place)
        self.each = followed.each
        self.base = np.ones(size)
        if followed.base is not None:
            self.base = followed.base * self.each.sum() / float(followed.base @ self.each)
        self.weight = self.base.copy()
        self.cut = np.zeros(size, dtype=np.bool_)
        self.pull, self.rest = np.zeros(size), np.zeros(size)
        self.walked, self.left, self.share = 0, 1.0, 0.0

    def until(self, horizon: float) -> WeightedShare:
        """Walk to a horizon and return the share there."""
        last = int(np.searchsorted(self.loss.times, horizon, side="right"))
        for index in range(self.walked, last):
            self._step(index)
        self.walked = max(self.walked, last)
        known = (self.place >= last) | (self.causes > 0)
        size = _worth(self.weight[known], self.each[known]) if known.any() else 0.0
        error = self._error()
        return WeightedShare(horizon, self.share, error, *self._interval(error), size, int(self.each[self.cut].sum()))

    def _step(self, index: int) -> None:
        present = self.place >= index
        weights, cut = self.loss.weights(index, present)
        weights = self.base[present] * weights
        self.weight[present] = weights
        self.cut[present] |= cut
        mass, leaving = weights * self.each[present], self.place[present] == index
        gone = np.where(leaving, self.causes[present], 0)
        exposed = float(mass.sum())
        own, every = float(mass[gone == self.cause].sum()) / exposed, float(mass[gone > 0].sum()) / exposed
        self.share += self.left * own
        takes = weights / exposed * ((gone > 0) - every) / (1.0 - every) if every < 1.0 else 0.0
        self.pull[present] += weights / exposed * self.left * ((gone == self.cause) - own) + self.share * takes
        self.rest[present] += takes
        self.left *= 1.0 - every

    def _error(self) -> float:
        """Return the standard error: the pull of each person on the share, squared, summed by cluster."""
        pull = self.pull - self.share * self.rest
        clusters = self.followed.clusters
        if clusters is None:
            return math.sqrt(float(self.each @ pull**2))
        sums = summed_by(pull[:, None], clusters)[:, 0]
        require_clusters(len(sums))
        return math.sqrt(float((sums**2).sum()) * len(sums) / (len(sums) - 1))

    def _interval(self, error: float) -> tuple[float, float]:
        if not 0.0 < self.share < 1.0 or error == 0.0:
            return self.share, self.share
        clusters = self.followed.clusters
        wide = normal_quantile(0.975) if clusters is None else student_quantile(0.975, len(np.unique(clusters)) - 1)
        half = wide * error / (self.share * math.log(self.share))
        return self.share ** math.exp(-half), self.share ** math.exp(half)


def _worth(weights: FloatArray, each: FloatArray) -> float:
    """Return the number of equal weights that would be as precise (Kish 1965), persons being given by kinds."""
    return float((weights @ each) ** 2 / (weights**2 @ each))
