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
from evalkit.follow.persons import ACCOMPANIED, COMPARISON, VANISHED, Persons, covariates
from evalkit.follow.result import Balance, Contrast, WaveRate
from evalkit.follow.waves import balance_matrix, had_exit, observed_until, roles_of
from evalkit.stats.arrays import FloatArray, to_digits
from evalkit.stats.balancing import entropy_balance, standardized_differences
from evalkit.stats.intervals import wilson_interval
from evalkit.stats.laws import student_p, student_quantile
from evalkit.stats.propensity import propensity_weights

METHODS = {
    "entropy": "équilibrage par entropie (moyennes à l’entrée)",
    "propensity": "score de propension (cotes tronquées), doublement robuste",
}
WEIGHTED = "comparaison pondérée"
_QUARTER = "trimestre d’entrée"
_LEVEL = 0.95
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Balanced:
    """Both groups with the weights that make them alike at entry.

    Attributes:
        accompanied, comparison: persons seen for the whole wave, one row each.
        inside, outside: their balancing variables as numbers, shapes (persons, columns), same columns.
        weights: of the comparison group, summing to one.
        effective_size: number of equal weights that would be as precise.
        table: how alike the groups are, before and after.
        observed: comparisons seen for the whole wave, before any was left out.
        left_out: persons without a balancing variable, and comparisons like nobody accompanied.
    """

    accompanied: pl.DataFrame
    comparison: pl.DataFrame
    inside: FloatArray
    outside: FloatArray
    weights: FloatArray
    effective_size: float
    table: tuple[Balance, ...]
    observed: int
    left_out: int


def balance_groups(persons: Persons, cohort: Cohort, wave: Duration) -> Balanced:
    """Weight the comparison group so that its means at entry are those of the accompanied.

    Only persons seen for the whole wave are kept on both sides. The zone is balanced like the declared variables when
    the protocol compares within the same zones, and so is the quarter of entry, so that both meet the same market. A
    comparison with a word that no accompanied person has can stand for nobody, and is left out.

    Raises:
        ComputationError: a group is smaller than the minimum of the protocol (``EVK-M401``), or no weights make the
            groups alike (``EVK-M307``).
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
    matrix, labels = balance_matrix(pl.concat([accompanied, comparison]), names)
    inside, outside = matrix[: accompanied.height], matrix[accompanied.height :]
    if cohort.against is not None and cohort.against.method == "propensity":
        found = propensity_weights(inside, outside)
    else:
        found = entropy_balance(outside, inside.mean(axis=0))
    table = _balance_table(labels, inside, outside, found.weights)
    return Balanced(
        accompanied=accompanied,
        comparison=comparison,
        inside=inside,
        outside=outside,
        weights=found.weights,
        effective_size=found.effective_size,
        table=table,
        observed=seen.filter(group=COMPARISON).height,
        left_out=seen.height - kept.height,
    )


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
    met = np.abs(inside.mean(axis=0) - weights @ outside) < _ROUNDING
    return tuple(
        Balance(
            variable=label,
            accompanied=to_digits(inside[:, index].mean()),
            comparison=to_digits(outside[:, index].mean()),
            smd_before=to_digits(before[index]),
            smd_after=0.0 if met[index] else to_digits(after[index]),
        )
        for index, label in enumerate(labels)
    )


def contrast_at(balanced: Balanced, cohort: Cohort, wave: Duration) -> Contrast:
    """Return the gap of the outcome's rate at one wave, accompanied minus balanced comparison.

    The standard error knows that the weights were estimated: see :func:`_gap_and_error`. The interval takes Student's
    law with the effective number of comparisons, less one, as degrees of freedom.

    Args:
        balanced: both groups at this wave.
        cohort: the protocol, for the outcome.
        wave: the wave at which the groups were balanced.

    Raises:
        ComputationError: nobody, or everybody, had the exit on both sides: there is no error to compute
            (``EVK-M402``).

    Source: Hainmueller 2012 for the weights.
    """
    inside = _outcome(balanced.accompanied, wave, cohort.rows.outcome)
    outside = _outcome(balanced.comparison, wave, cohort.rows.outcome)
    gap, error = _gap_and_error(balanced, inside, outside)
    if error < _ROUNDING:
        message = "Les deux groupes sont unanimes : l’écart n’a pas d’erreur calculable."
        raise ComputationError(Problem("EVK-M402", message, received=wave))
    freedom = max(balanced.effective_size - 1.0, 1.0)
    half = student_quantile((1.0 + _LEVEL) / 2.0, freedom) * error
    return Contrast(
        wave=wave,
        effect=to_digits(100 * gap),
        low=to_digits(100 * (gap - half)),
        high=to_digits(100 * (gap + half)),
        p=to_digits(student_p(gap / error, freedom)),
        method=METHODS[cohort.against.method if cohort.against else "entropy"],
        effective_size=to_digits(balanced.effective_size),
    )


def _gap_and_error(balanced: Balanced, inside: FloatArray, outside: FloatArray) -> tuple[float, float]:
    """Return the gap of means and its sandwich error, estimated weights included.

    The mean of the comparisons is read, at the means of the accompanied, on their weighted regression: it is their
    weighted mean when the weights balance exactly, and else repairs what they left (doubly robust).

    Linearising the balancing equations takes from each outcome what a regression of the comparisons, weighted by the
    weights, explains of it: an accompanied person counts by y - x'b, a comparison by its weight times its residual.
    Residuals are those of the jackknife, divided by 1 - leverage: with few effective persons the plain ones are too
    small (measured: 90 % intervals announced as 95 % with 20 effective persons and 3 variables, 94 % with these).

    Source: Stefanski and Boos 2002 (sandwich); Zhao and Percival 2017 (expansion of entropy balancing); MacKinnon and
    White 1985 (jackknife residuals).
    """
    weights = balanced.weights
    design = np.column_stack([np.ones(len(outside)), balanced.outside - balanced.inside.mean(axis=0)])
    inverse = np.linalg.pinv((design * weights[:, None]).T @ design)
    slope = inverse @ (design.T @ (weights * outside))
    gap = float(inside.mean() - slope[0])
    left = 1.0 - weights * ((design @ inverse) * design).sum(axis=1)
    # A person alone in its kind is fitted exactly: its residual says nothing, and stays 0.
    residual = (outside - design @ slope) / np.where(left > _ROUNDING, left, 1.0)
    rest = inside - balanced.inside @ slope[1:]
    return gap, math.sqrt(float(rest.var(ddof=1)) / len(rest) + float(weights**2 @ residual**2))


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
