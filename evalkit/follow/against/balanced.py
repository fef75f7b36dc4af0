"""Both groups made alike at entry, by weights or by matching, and how far they are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.model import Duration
from evalkit.errors import ComputationError, Problem
from evalkit.follow.against.overlap import overlap_of, scores_of
from evalkit.follow.calendar_months import by_day
from evalkit.follow.entry.persons import ACCOMPANIED, COMPARISON, Persons, covariates
from evalkit.follow.result.cohort import Balance
from evalkit.follow.result.doubts import Overlap
from evalkit.follow.shared import clusters_of
from evalkit.follow.waves import balance_matrix, observed_until
from evalkit.stats.arrays import FloatArray, IntArray, to_digits
from evalkit.stats.balancing import (
    Sample,
    effective_sample_size,
    entropy_balance,
    standardized_differences,
    variance_ratios,
)
from evalkit.stats.matching import Matches, caliper_of, nearest_matches
from evalkit.stats.propensity import odds_weights

_QUARTER = "trimestre d’entrée"
_PATTERN = "profil"
_LEAST_MATCHED = 0.5
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
        matches: who stands for whom, when persons are matched; nothing when they are weighted.
        unmatched: accompanied persons whom nobody resembles closely enough; they are not in ``accompanied``.
        unknown: accompanied persons without a balancing variable; nor are they.
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
    matches: Matches | None = None
    unmatched: int = 0
    unknown: int = 0


def balance_groups(persons: Persons, cohort: Cohort, wave: Duration) -> Balanced:
    """Weight the comparison group, or match it, so that it resembles the accompanied at entry.

    Only persons seen for the whole wave are kept on both sides. The zone is balanced like the declared variables when
    the protocol compares within the same zones, and so is the quarter of entry, so that both meet the same market. A
    comparison with a word that no accompanied person has can stand for nobody, and is left out.

    Raises:
        ComputationError: a group is smaller than the minimum of the protocol (``EVK-M401``), no weights make the
            groups alike (``EVK-M307``), or they do not overlap (``EVK-M417``, ``EVK-M419``).
    """
    seen = persons.frame.filter(observed_until(persons.frame, wave, persons.last_day))
    quarter = by_day(seen["entry"], _quarter).alias(_QUARTER)
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
    weights, scores, matches = _made_alike(cohort, (accompanied, comparison), patterns, (inside, outside), wave)
    size = effective_sample_size(weights)
    overlap = overlap_of(scores, wave, size)
    # What the groups are at entry is told of all the accompanied: those whom nobody matches would show in a mean.
    controls, weighted = (Sample.of(patterns, outside, each) for each in (None, weights))
    table = _balance_table(labels, Sample.of(patterns, inside), controls, weighted)
    unknown, unmatched = seen.filter(group=ACCOMPANIED).height - accompanied.height, 0
    if matches is not None:
        unmatched = int((~matches.kept).sum())
        accompanied, inside = accompanied.filter(pl.Series(matches.kept)), inside[matches.kept]
    return Balanced(
        accompanied=accompanied,
        comparison=comparison,
        patterns=patterns,
        inside=inside,
        outside=outside,
        weights=weights,
        effective_size=size,
        table=table,
        overlap=overlap,
        clusters=clusters_of(pl.concat([accompanied, comparison]), cohort),
        observed=seen.filter(group=COMPARISON).height,
        left_out=seen.height - kept.height,
        matches=matches,
        unmatched=unmatched,
        unknown=unknown,
    )


def _quarter(day: pl.Expr) -> pl.Expr:
    return pl.format("{}-T{}", day.dt.year(), day.dt.quarter()).cast(pl.Categorical)


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


def _made_alike(
    cohort: Cohort,
    sides: tuple[pl.DataFrame, pl.DataFrame],
    patterns: FloatArray,
    places: tuple[IntArray, IntArray],
    wave: Duration,
) -> tuple[FloatArray, tuple[FloatArray, FloatArray], Matches | None]:
    """Return the weights of the comparisons, the scores of both groups, and who stands for whom when it is declared."""
    method = cohort.against.method if cohort.against is not None else "entropy"
    if method == "entropy":
        weights = _entropy_weights(patterns, *places)
        return weights, scores_of(patterns, *places), None
    scores = scores_of(patterns, *places)
    if method == "propensity":
        return odds_weights(scores[1]), scores, None
    matches = _matches(cohort, sides, scores, wave)
    return matches.weights, scores, matches


def _entropy_weights(patterns: FloatArray, inside: IntArray, outside: IntArray) -> FloatArray:
    kinds, each = np.unique(outside, return_inverse=True)
    counts = np.bincount(each).astype(np.float64)
    found = entropy_balance(patterns[kinds], patterns[inside].mean(axis=0), counts)
    return np.asarray((found.weights / counts)[each])


def _matches(
    cohort: Cohort,
    sides: tuple[pl.DataFrame, pl.DataFrame],
    scores: tuple[FloatArray, FloatArray],
    wave: Duration,
) -> Matches:
    """Match each accompanied person to the nearest comparisons, on the score of being accompanied.

    Raises:
        ComputationError: fewer than half of the accompanied have a comparison near enough (``EVK-M419``), or fewer
            than the minimum of the protocol (``EVK-M401``).
    """
    followed, compared = scores
    exact = list(cohort.against.exact) if cohort.against else []
    matches = nearest_matches(followed, compared, caliper_of(followed, compared), _strata(sides, exact))
    kept = int(matches.kept.sum())
    if kept < _LEAST_MATCHED * len(followed):
        message = (
            "Les deux groupes ne se recouvrent pas : moins de la moitié des personnes accompagnées ont, dans le groupe "
            "de comparaison, une personne assez semblable."
        )
        repair = "Élargissez le groupe de comparaison, ou demandez moins de variables égales (« exact »)."
        raise ComputationError(Problem("EVK-M419", message, received=wave, repair=repair))
    if kept < max(cohort.minimum, 2):
        message = (
            f"Moins de {cohort.minimum} personnes accompagnées ont une personne assez semblable à qui se comparer."
        )
        raise ComputationError(Problem("EVK-M401", message, received=wave))
    return matches


def _strata(sides: tuple[pl.DataFrame, pl.DataFrame], exact: list[str]) -> tuple[IntArray, IntArray] | None:
    """Return what persons must share with their matches, as numbers; nothing when the protocol asks for nothing."""
    if not exact:
        return None
    both = pl.concat([side.select(pl.col(exact).cast(pl.String)) for side in sides])
    numbers = both.select(pl.struct(exact).rank("dense")).to_series().cast(pl.Int64).to_numpy() - 1
    return numbers[: sides[0].height], numbers[sides[0].height :]


def _on_common_words(persons: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Leave out the comparisons whose word, for a category, is that of no accompanied person."""
    followed = persons.filter(group=ACCOMPANIED)
    common = [
        pl.col(name).is_in(followed[name].unique().to_list()) for name in names if not persons[name].dtype.is_numeric()
    ]
    return persons.filter((pl.col("group") == ACCOMPANIED) | pl.all_horizontal(pl.lit(value=True), *common))


def _balance_table(
    labels: tuple[str, ...], followed: Sample, controls: Sample, weighted: Sample
) -> tuple[Balance, ...]:
    before, after = (standardized_differences(followed, each) for each in (controls, weighted))
    ratios = [variance_ratios(followed, each) for each in (controls, weighted)]
    met = np.abs(followed.mean - weighted.mean) < _ROUNDING
    return tuple(
        Balance(
            variable=label,
            accompanied=to_digits(followed.mean[index]),
            comparison=to_digits(controls.mean[index]),
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
