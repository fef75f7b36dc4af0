"""What persons share, an agency or a zone, as numbers that errors know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.follow.entry.persons import Persons
from evalkit.follow.result.cohort import WaveRate
from evalkit.follow.waves import had_exit, observed_until
from evalkit.stats.arrays import FloatArray, IntArray
from evalkit.stats.intervals import wilson_interval
from evalkit.stats.laws import normal_quantile, student_quantile
from evalkit.stats.survival.clustered import require_clusters

_UNKNOWN = "inconnu"


def clusters_of(persons: pl.DataFrame, cohort: Cohort) -> IntArray | None:
    """Return the number of what each person shares with others; nothing when the protocol names nothing.

    Persons whose agency is not known are taken as sharing one.
    """
    name = cohort.analysis.shared
    if name is None:
        return None
    words = persons[name].cast(pl.String).fill_null(_UNKNOWN)
    return np.asarray(np.unique(words.to_numpy(), return_inverse=True)[1], dtype=np.int64)


def cluster_error(parts: FloatArray, clusters: IntArray) -> tuple[float, int]:
    """Return the error of a sum of parts that persons of one cluster share, and its degrees of freedom.

    Raises:
        ComputationError: fewer than two clusters (``EVK-M418``).

    Source: Liang and Zeger 1986; factor G / (G - 1).
    """
    sums = np.bincount(clusters, parts)
    sums = sums[np.bincount(clusters, minlength=len(sums)) > 0]
    require_clusters(len(sums))
    return float(np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1))), len(sums) - 1


def rates_by_cluster(rates: Iterable[WaveRate], persons: Persons, cohort: Cohort) -> Iterator[WaveRate]:
    """Give each rate with the interval that knows what persons share: Wilson's, at the number of persons it is worth.

    Args:
        rates: rates counted on persons; a weighted one comes back as it is.
        persons: the persons that they count.
        cohort: the protocol.
    """
    seen: dict[tuple[str, str], pl.DataFrame] = {}
    for rate in rates:
        if rate.count is None or not 0 < rate.count < rate.at_risk:
            yield rate
            continue
        key = (rate.group, rate.wave)
        if key not in seen:
            group = persons.frame.filter(group=rate.group)
            seen[key] = group.filter(observed_until(group, rate.wave, persons.last_day))
        clusters = clusters_of(seen[key], cohort)
        if clusters is None or len(np.unique(clusters)) < 2:
            yield rate
            continue
        hit = had_exit(seen[key], rate.wave, rate.exit).cast(pl.Float64).to_numpy()
        error, freedom = cluster_error((hit - rate.rate) / rate.at_risk, clusters)
        wide = student_quantile(0.975, freedom) / normal_quantile(0.975)
        worth = min(float(rate.at_risk), rate.rate * (1 - rate.rate) / max((wide * error) ** 2, 1e-12))
        interval = wilson_interval(rate.rate * max(worth, 1.0), max(worth, 1.0))
        yield replace(rate, low=interval.low, high=interval.high)
