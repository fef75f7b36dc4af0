"""Persons who share an agency or a zone: errors of the curves, and tests between groups, that know it."""

from __future__ import annotations

import numpy as np

from evalkit.errors import ComputationError, Problem
from evalkit.stats.arrays import FloatArray, IntArray
from evalkit.stats.laws import student_quantile
from evalkit.stats.survival.aalen_johansen import Incidence, cumulative_incidence
from evalkit.stats.survival.cox import cox_score_parts, summed_by
from evalkit.stats.survival.fine_gray import fine_gray_score_parts
from evalkit.stats.survival.group_tests import GroupTest
from evalkit.stats.survival.life_table import life_table

FEWEST = 2


def clustered_incidence(
    durations: FloatArray, causes: IntArray, cause: int, clusters: IntArray, level: float = 0.95
) -> Incidence:
    """Estimate the share that has left to one exit, with errors by cluster.

    The share is Aalen and Johansen's. Each cluster's pull on it is summed over its persons and squared, whatever they
    share; the interval takes Student's law with clusters - 1 degrees of freedom.

    Args:
        durations: time from entry, shape (persons,).
        causes: 0 when no exit was seen, else its number from 1.
        cause: the exit.
        clusters: agency or zone of each person, shape (persons,).
        level: coverage of the interval.

    Raises:
        ComputationError: fewer than two clusters (``EVK-M418``).

    Source: infinitesimal jackknife (Efron 1981; Ying and Wei 1994 for clusters), factor G / (G - 1).
    """
    width = max(int(causes.max()), cause)
    table = life_table(durations, causes, width)
    found = cumulative_incidence(table, cause, level)
    known, member = np.unique(clusters, return_inverse=True)
    require_clusters(len(known))
    place = np.searchsorted(table.times, durations)
    shape = (len(known), len(table.times), width + 1)
    counts = np.bincount((member * shape[1] + place) * shape[2] + causes, minlength=int(np.prod(shape))).reshape(shape)
    at_risk = counts.sum(axis=2)[:, ::-1].cumsum(axis=1)[:, ::-1]
    own, every = table.events[:, cause - 1] / table.at_risk, table.all_events / table.at_risk
    before = np.concatenate([[1.0], np.cumprod(1.0 - every)[:-1]])
    moved = (counts[:, :, cause] - at_risk * own) / table.at_risk
    gone = (counts[:, :, 1:].sum(axis=2) - at_risk * every) / table.at_risk
    left = np.where(every < 1.0, 1.0 - every, 1.0)
    earlier = np.cumsum(gone / left, axis=1) - gone / left
    pull = np.cumsum(before * (moved - own * earlier), axis=1)
    error = np.sqrt((pull**2).sum(axis=0) * len(known) / (len(known) - 1))
    return _with_error(found, error, student_quantile((1.0 + level) / 2.0, len(known) - 1))


def _with_error(found: Incidence, error: FloatArray, quantile: float) -> Incidence:
    """Return the same curve with another error, its interval on the log-log scale."""
    share = found.share
    with np.errstate(divide="ignore", invalid="ignore"):
        half = quantile * error / (share * np.log(share))
        low, high = share ** np.exp(-half), share ** np.exp(half)
    unknown = (share <= 0.0) | (share >= 1.0)
    return Incidence(found.times, share, error, np.where(unknown, np.nan, low), np.where(unknown, np.nan, high))


def clustered_test(
    durations: FloatArray, causes: IntArray, groups: IntArray, clusters: IntArray, cause: int = 1
) -> GroupTest:
    """Test that groups leave to one exit alike, when persons share clusters.

    The score is that of the log-rank test when there is one exit and of the Fine-Gray model when there are several; its
    spread is measured between clusters, and compared with Hotelling's law of that many clusters.

    Args:
        durations: time from entry, shape (persons,).
        causes: 0 when no exit was seen, else its number from 1.
        groups: group of each person, shape (persons,).
        clusters: agency or zone of each person, shape (persons,).
        cause: the exit.

    Raises:
        ComputationError: too few clusters for so many groups (``EVK-M418``), or nobody had the exit (``EVK-M412``).

    Source: Lin and Wei 1989; Zhou, Fine, Latouche and Labopin 2012 for competing exits; Hotelling 1931.
    """
    from scipy.special import fdtrc  # noqa: PLC0415

    names = np.unique(groups)
    dummies = (groups[:, None] == names[1:]).astype(np.float64)
    competing = bool((causes > 0).any() and ((causes > 0) & (causes != cause)).any())
    parts = (fine_gray_score_parts if competing else cox_score_parts)(durations, causes, dummies, cause)
    sums = summed_by(parts, clusters)
    count, width = sums.shape
    require_clusters(count, width + 2)
    centred = sums - sums.mean(axis=0)
    variance = centred.T @ centred * count / (count - 1)
    score = sums.sum(axis=0)
    statistic = float(score @ np.linalg.pinv(variance, hermitian=True) @ score)
    scaled = statistic * (count - width) / ((count - 1) * width)
    return GroupTest(statistic, width, float(fdtrc(width, count - width, scaled)))


def require_clusters(found: int, fewest: int = FEWEST) -> None:
    """Refuse errors by cluster when clusters are too few (``EVK-M418``)."""
    if found < fewest:
        message = f"Des erreurs par groupe de personnes demandent au moins {fewest} groupes."
        raise ComputationError(Problem("EVK-M418", message, received=f"{found}"))
