"""Accompanied against comparison: balanced at entry, then compared at each wave, in points."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.model import Duration
from evalkit.errors import ComputationError, Problem
from evalkit.follow.overlap import overlap_of
from evalkit.follow.persons import ACCOMPANIED, COMPARISON, VANISHED, Persons, covariates
from evalkit.follow.result import Balance, Contrast, WaveRate
from evalkit.follow.result_doubts import Overlap
from evalkit.follow.shared import cluster_error, clusters_of
from evalkit.follow.waves import balance_matrix, had_exit, observed_until, roles_of
from evalkit.stats.arrays import FloatArray, IntArray, to_digits
from evalkit.stats.balancing import (
    BalancingWeights,
    effective_sample_size,
    entropy_balance,
    standardized_differences,
    variance_ratios,
)
from evalkit.stats.intervals import wilson_interval
from evalkit.stats.laws import student_p, student_quantile
from evalkit.stats.propensity import propensity_weights

METHODS = {
    "entropy": "équilibrage par entropie (moyennes à l’entrée)",
    "propensity": "score de propension (cotes tronquées), doublement robuste",
}
WEIGHTED = "comparaison pondérée"
_QUARTER = "trimestre d’entrée"
_PATTERN = "profil"
_LEVEL = 0.95
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Balanced:
    """Both groups with the weights that make them alike at entry.

    Attributes:
        accompanied, comparison: persons seen for the whole wave, one row each.
        patterns: the distinct rows of the balancing variables as numbers, shape (patterns, columns).
        inside, outside: the pattern of each person of either group.
        weights: of the comparison group, summing to one.
        effective_size: number of equal weights that would be as precise.
        table: how alike the groups are, before and after.
        overlap: how far both hold persons alike.
        clusters: what the persons share, the accompanied first; nothing when they are taken as independent.
        observed: comparisons seen for the whole wave, before any was left out.
        left_out: persons without a balancing variable, and comparisons like nobody accompanied.
    """

    accompanied: pl.DataFrame
    comparison: pl.DataFrame
    patterns: FloatArray
    inside: IntArray
    outside: IntArray
    weights: FloatArray
    effective_size: float
    table: tuple[Balance, ...]
    overlap: Overlap
    clusters: IntArray | None
    observed: int
    left_out: int


def balance_groups(persons: Persons, cohort: Cohort, wave: Duration) -> Balanced:
    """Weight the comparison group so that its means at entry are those of the accompanied.

    Only persons seen for the whole wave are kept on both sides. The zone is balanced like the declared variables when
    the protocol compares within the same zones, and so is the quarter of entry, so that both meet the same market. A
    comparison with a word that no accompanied person has can stand for nobody, and is left out.

    Raises:
        ComputationError: a group is smaller than the minimum of the protocol (``EVK-M401``), no weights make the
            groups alike (``EVK-M307``), or they do not overlap (``EVK-M417``, ``EVK-M419``).
    """
    seen = persons.frame.filter(observed_until(persons.frame, wave, persons.last_day))
    quarter = pl.format("{}-T{}", pl.col("entry").dt.year(), pl.col("entry").dt.quarter()).alias(_QUARTER)
    names = [*covariates(cohort), _QUARTER]
    if cohort.against is not None and (cohort.against.zone == "same" or "zone" in cohort.against.balance):
        names.append("zone")
    kept = _on_common_words(seen.with_columns(quarter).drop_nulls(names), names)
    accompanied, comparison = (kept.filter(group=group) for group in (ACCOMPANIED, COMPARISON))
    if min(accompanied.height, comparison.height) < max(cohort.minimum, 2):
        message = (
            f"L’un des deux groupes compte moins de {cohort.minimum} personnes comparables, suivies sur toute la durée."
        )
        raise ComputationError(Problem("EVK-M401", message, received=wave))
    patterns, inside, outside, labels = _patterns(accompanied, comparison, names)
    found = _weights(cohort, patterns, inside, outside)
    overlap = overlap_of(patterns, inside, outside, wave, found.effective_size)
    return Balanced(
        accompanied=accompanied,
        comparison=comparison,
        patterns=patterns,
        inside=inside,
        outside=outside,
        weights=found.weights,
        effective_size=found.effective_size,
        table=_balance_table(labels, patterns[inside], patterns[outside], found.weights),
        overlap=overlap,
        clusters=clusters_of(pl.concat([accompanied, comparison]), cohort),
        observed=seen.filter(group=COMPARISON).height,
        left_out=seen.height - kept.height,
    )


def _patterns(
    accompanied: pl.DataFrame, comparison: pl.DataFrame, names: list[str]
) -> tuple[FloatArray, IntArray, IntArray, tuple[str, ...]]:
    """Return the distinct rows of the balancing variables, the row of each person, and the name of each column.

    Persons alike have equal weights: what is solved by iterations is solved on a few thousand rows, not on a million.
    """
    both = pl.concat([accompanied.select(names), comparison.select(names)])
    distinct = both.unique(maintain_order=True).with_row_index(_PATTERN)
    place = both.join(distinct, on=names, how="left", maintain_order="left")[_PATTERN].cast(pl.Int64).to_numpy()
    matrix, labels = balance_matrix(distinct, names)
    return matrix, place[: accompanied.height], place[accompanied.height :], labels


def _weights(cohort: Cohort, patterns: FloatArray, inside: IntArray, outside: IntArray) -> BalancingWeights:
    if cohort.against is not None and cohort.against.method == "propensity":
        return propensity_weights(patterns[inside], patterns[outside])
    kinds, each = np.unique(outside, return_inverse=True)
    counts = np.bincount(each).astype(np.float64)
    found = entropy_balance(patterns[kinds], patterns[inside].mean(axis=0), counts)
    weights = (found.weights / counts)[each]
    return BalancingWeights(weights, effective_sample_size(weights), found.imbalance)


def _on_common_words(persons: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Leave out the comparisons whose word, for a category, is that of no accompanied person."""
    followed = persons.filter(group=ACCOMPANIED)
    common = [
        pl.col(name).is_in(followed[name].unique().to_list()) for name in names if not persons[name].dtype.is_numeric()
    ]
    return persons.filter((pl.col("group") == ACCOMPANIED) | pl.all_horizontal(pl.lit(value=True), *common))


def _balance_table(
    labels: tuple[str, ...], inside: FloatArray, outside: FloatArray, weights: FloatArray
) -> tuple[Balance, ...]:
    if not labels:
        return ()
    before = standardized_differences(inside, outside)
    after = standardized_differences(inside, outside, weights)
    ratios = [variance_ratios(inside, outside, each) for each in (None, weights)]
    met = np.abs(inside.mean(axis=0) - weights @ outside) < _ROUNDING
    return tuple(
        Balance(
            variable=label,
            accompanied=to_digits(inside[:, index].mean()),
            comparison=to_digits(outside[:, index].mean()),
            smd_before=to_digits(before[index]),
            smd_after=0.0 if met[index] else to_digits(after[index]),
            ratio_before=_ratio(label, ratios[0][index]),
            ratio_after=_ratio(label, ratios[1][index]),
        )
        for index, label in enumerate(labels)
    )


def _ratio(label: str, ratio: float) -> float | None:
    """Return a ratio of variances; none for a word, whose variance follows from its mean."""
    return None if " = " in label or math.isnan(ratio) else to_digits(ratio)


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap of means, its standard error and the degrees of freedom of Student's law; a share, not points."""

    effect: float
    error: float
    freedom: float

    @property
    def half(self) -> float:
        """Half of the 95 % interval."""
        return student_quantile((1.0 + _LEVEL) / 2.0, self.freedom) * self.error

    @property
    def p(self) -> float:
        """Two-sided p-value of no gap."""
        return student_p(self.effect / self.error, self.freedom)


def contrast_at(balanced: Balanced, cohort: Cohort, wave: Duration) -> Contrast:
    """Return the gap of the outcome's rate at one wave, accompanied minus balanced comparison.

    The standard error knows that the weights were estimated: see :func:`gap_between`. The interval takes Student's law
    with the effective number of comparisons, less one, as degrees of freedom; with clusters, their number less one.

    Args:
        balanced: both groups at this wave.
        cohort: the protocol, for the outcome.
        wave: the wave at which the groups were balanced.

    Raises:
        ComputationError: nobody, or everybody, had the exit on both sides: there is no error to compute
            (``EVK-M402``); or fewer than two clusters (``EVK-M418``).

    Source: Hainmueller 2012 for the weights; Horowitz and Manski 2000 for the bounds.
    """
    role = cohort.rows.outcome
    inside, outside = (_outcome(side, wave, role) for side in (balanced.accompanied, balanced.comparison))
    gone = [_outcome(side, wave, VANISHED) for side in (balanced.accompanied, balanced.comparison)]
    gap = gap_between(balanced, inside, outside)
    if gap.error < _ROUNDING:
        message = "Les deux groupes sont unanimes : l’écart n’a pas d’erreur calculable."
        raise ComputationError(Problem("EVK-M402", message, received=wave))
    worst, best = gap_between(balanced, inside, outside + gone[1]), gap_between(balanced, inside + gone[0], outside)
    return Contrast(
        wave=wave,
        effect=to_digits(100 * gap.effect),
        low=to_digits(100 * (gap.effect - gap.half)),
        high=to_digits(100 * (gap.effect + gap.half)),
        p=to_digits(gap.p),
        method=METHODS[cohort.against.method if cohort.against else "entropy"],
        effective_size=to_digits(balanced.effective_size),
        worst=to_digits(100 * worst.effect),
        best=to_digits(100 * best.effect),
        worst_low=to_digits(100 * (worst.effect - worst.half)),
        best_high=to_digits(100 * (best.effect + best.half)),
    )


def gap_between(balanced: Balanced, inside: FloatArray, outside: FloatArray) -> Gap:
    """Return the gap of means and its sandwich error, estimated weights included.

    The mean of the comparisons is read, at the means of the accompanied, on their weighted regression: it is their
    weighted mean when the weights balance exactly, and else repairs what they left (doubly robust).

    Linearising the balancing equations takes from each outcome what a regression of the comparisons, weighted by the
    weights, explains of it: an accompanied person counts by y - x'b, a comparison by its weight times its residual.
    Residuals are those of the jackknife, divided by 1 - leverage: with few effective persons the plain ones are too
    small (measured: 90 % intervals announced as 95 % with 20 effective persons and 3 variables, 94 % with these).

    Args:
        balanced: both groups.
        inside: what is compared, one number per accompanied person.
        outside: the same, per comparison.

    Source: Stefanski and Boos 2002 (sandwich); Zhao and Percival 2017 (expansion of entropy balancing); MacKinnon and
    White 1985 (jackknife residuals).
    """
    weights, kinds = balanced.weights, len(balanced.patterns)
    mean = np.bincount(balanced.inside, minlength=kinds) @ balanced.patterns / len(inside)
    design = np.column_stack([np.ones(kinds), balanced.patterns - mean])
    mass, told = (np.bincount(balanced.outside, each, kinds) for each in (weights, weights * outside))
    inverse = np.linalg.pinv((design * mass[:, None]).T @ design)
    slope = inverse @ (design.T @ told)
    effect = float(inside.mean() - slope[0])
    left = 1.0 - weights * ((design @ inverse) * design).sum(axis=1)[balanced.outside]
    # A person alone in its kind is fitted exactly: its residual says nothing, and stays 0.
    residual = (outside - (design @ slope)[balanced.outside]) / np.where(left > _ROUNDING, left, 1.0)
    rest = inside - (balanced.patterns @ slope[1:])[balanced.inside]
    freedom = max(balanced.effective_size - 1.0, 1.0)
    if balanced.clusters is None:
        error = math.sqrt(float(rest.var(ddof=1)) / len(rest) + float(weights**2 @ residual**2))
        return Gap(effect, error, freedom)
    pulls = np.concatenate([(rest - rest.mean()) / len(rest), -weights * residual])
    error, between = cluster_error(pulls, balanced.clusters)
    return Gap(effect, error, min(freedom, between))


def weighted_rates(balanced: Balanced, cohort: Cohort, wave: Duration) -> Iterator[WaveRate]:
    """Return the balanced comparison group's rate of each exit at one wave.

    The interval is Wilson's with the effective number of persons in place of their number: the weights cost
    precision. ``count`` is absent, for a weighted count is not one of persons.
    """
    lost = float(balanced.weights @ _outcome(balanced.comparison, wave, VANISHED))
    for role in roles_of(cohort):
        rate = to_digits(min(1.0, float(balanced.weights @ _outcome(balanced.comparison, wave, role))))
        interval = wilson_interval(rate * balanced.effective_size, balanced.effective_size, _LEVEL)
        yield WaveRate(
            group=WEIGHTED,
            wave=wave,
            exit=role,
            # As in the group as it is: another number would tell how few were left out.
            at_risk=balanced.observed,
            count=None,
            rate=rate,
            low=to_digits(interval.low),
            high=to_digits(interval.high),
            worst=rate,
            best=rate if role == VANISHED else to_digits(min(1.0, rate + lost)),
        )


def _outcome(persons: pl.DataFrame, wave: Duration, role: str) -> FloatArray:
    return had_exit(persons, wave, role).cast(pl.Float64).to_numpy()
