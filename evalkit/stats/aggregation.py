"""Effects by cohort and period put together: by time since entry, by cohort, by period, in all; with covariance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalkit.stats.arrays import BoolArray, FloatArray, IntArray
from evalkit.stats.group_time import GroupTime

By = Literal["event", "cohort", "period", "all"]


@dataclass(frozen=True, slots=True, eq=False)
class Aggregation:
    """Averages of effects, with what is needed to read them together.

    Attributes:
        at: time since entry, cohort or period of each average, shape (averages,); 0 when it is one of all.
        effect: shape (averages,).
        covariance: shape (averages, averages).
        df: clusters less one.
        overall: the average of the averages that follow an entry, and its standard error.
    """

    at: IntArray
    effect: FloatArray
    covariance: FloatArray
    df: float
    overall: tuple[float, float]

    @property
    def se(self) -> FloatArray:
        """Return the standard errors, shape (averages,)."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))


def aggregate(effects: GroupTime, by: By) -> Aggregation:
    """Average effects by cohort and period, cohorts weighing what they are.

    Args:
        effects: the effects.
        by: what the averages are of; those by cohort and period keep only what follows the entry.

    Returns:
        The averages; their covariance counts that the sizes of cohorts are estimated too.

    Source: Callaway and Sant'Anna 2021, section 3.2.
    """
    after = effects.period >= effects.cohort
    keys = {
        "event": effects.period - effects.cohort,
        "cohort": effects.cohort,
        "period": effects.period,
        "all": np.zeros_like(effects.cohort),
    }[by]
    kept = np.ones_like(after) if by == "event" else after
    labels = np.unique(keys[kept])
    averages = [_average(effects, (keys == label) & kept, by) for label in labels]
    values = np.array([value for value, _ in averages])
    influence = np.column_stack([own for _, own in averages])
    share = (labels >= 0).astype(np.float64) if by == "event" else np.ones(len(labels))
    if by == "cohort":
        share = np.array([effects.sample.weight[effects.sample.entry == label].sum() for label in labels])
    share = share / share.sum()
    covariance, df = covariance_of(influence, effects.sample.cluster)
    overall = influence @ share
    if by == "cohort":
        overall = overall + _weight_influence(effects, labels, values)
    variance, _ = covariance_of(overall[:, None], effects.sample.cluster)
    return Aggregation(labels, values, covariance, df, (float(values @ share), float(np.sqrt(variance[0, 0]))))


def covariance_of(influence: FloatArray, cluster: IntArray | None) -> tuple[FloatArray, float]:
    """Return the covariance of means whose influence functions are given, and clusters less one.

    Args:
        influence: shape (rows, means).
        cluster: rank of the cluster of each row; None when rows are independent.
    """
    rows = len(influence)
    if cluster is None:
        return influence.T @ influence / rows**2, rows - 1.0
    _, ranks = np.unique(cluster, return_inverse=True)
    sums = np.zeros((int(ranks.max()) + 1, influence.shape[1]))
    np.add.at(sums, ranks, influence)
    count = len(sums)
    return sums.T @ sums / rows**2 * (count / (count - 1.0)), count - 1.0


def simultaneous_band(found: Aggregation, kept: BoolArray, level: float, seed: int) -> tuple[FloatArray, float]:
    """Return half-widths that hold for all the averages kept together, and the joint p-value of no effect in any.

    Args:
        found: the averages.
        kept: which of them, shape (averages,).
        level: coverage of the whole band.
        seed: seed of the draws.

    Returns:
        Half-widths, shape (kept,), and the p-value, both from the largest t of a Student vector with this covariance.

    Source: Montiel Olea and Plagborg-Møller 2019 (sup-t).
    """
    se = found.se[kept]
    positive = np.where(se > 0, se, 1.0)
    correlation = found.covariance[np.ix_(kept, kept)] / np.outer(positive, positive)
    values, vectors = np.linalg.eigh((correlation + correlation.T) / 2.0)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    generator = np.random.Generator(np.random.PCG64(seed))
    draws = generator.normal(size=(9_999, len(se))) @ root.T
    draws = draws / np.sqrt(generator.chisquare(found.df, size=(9_999, 1)) / found.df)
    largest = np.sort(np.abs(draws).max(axis=1))
    rank = min(int(np.ceil(level * 10_000)) - 1, len(largest) - 1)
    observed = float((np.abs(found.effect[kept]) / positive).max())
    return se * float(largest[rank]), float(1 + np.count_nonzero(largest >= observed)) / 10_000


def _average(effects: GroupTime, kept: BoolArray, by: By) -> tuple[float, FloatArray]:
    if by == "cohort":
        return float(effects.effect[kept].mean()), np.asarray(effects.influence[:, kept].mean(axis=1))
    cohorts = effects.cohort[kept]
    share = _cohort_shares(effects, cohorts)
    weight = share / share.sum()
    value = float(weight @ effects.effect[kept])
    own = effects.influence[:, kept] @ weight + _weight_influence(effects, cohorts, effects.effect[kept])
    return value, np.asarray(own)


def _cohort_shares(effects: GroupTime, cohorts: Sequence[int] | IntArray) -> FloatArray:
    sample = effects.sample
    return np.array([float(sample.weight[sample.entry == cohort].sum()) for cohort in cohorts]) / len(sample.entry)


def _weight_influence(effects: GroupTime, cohorts: IntArray, values: FloatArray) -> FloatArray:
    """Return what the estimation of the cohorts' shares adds to the influence of an average."""
    sample, share = effects.sample, _cohort_shares(effects, cohorts)
    total = float(share.sum())
    member = sample.weight[:, None] * (sample.entry[:, None] == cohorts[None, :]) - share
    return np.asarray(member @ values / total - member.sum(axis=1) * float(share @ values) / total**2)
