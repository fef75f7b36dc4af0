"""Accompanied against comparison: balanced at entry, then compared at each wave, in points."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.follow.persons import ACCOMPANIED, COMPARISON, Persons
from evalkit.follow.result import Balance, Contrast
from evalkit.follow.waves import balance_matrix, had_exit, observed_until
from evalkit.stats.arrays import FloatArray
from evalkit.stats.balancing import entropy_balance, standardized_differences
from evalkit.stats.laws import normal_p, normal_quantile

METHOD = "équilibrage par entropie (moyennes à l’entrée)"


@dataclass(frozen=True, slots=True, eq=False)
class Balanced:
    """Both groups with the weights that make them alike at entry."""

    accompanied: pl.DataFrame
    comparison: pl.DataFrame
    weights: FloatArray
    effective_size: float
    table: tuple[Balance, ...]


def balance_groups(persons: Persons, cohort: Cohort, wave: str) -> Balanced:
    """Weight the comparison group so that its means at entry are those of the accompanied.

    Only persons seen for the whole wave are kept on both sides. The zone is balanced like the declared variables when
    the protocol compares within the same zones, and so is the quarter of entry, so that both meet the same market.

    Raises:
        ComputationError: no weights make them alike (no overlap).
    """
    seen = persons.frame.filter(observed_until(persons.frame, wave, persons.last_day))
    names = [*(cohort.against.balance if cohort.against else ()), "entry_quarter"]
    if cohort.against is not None and cohort.against.zone == "same":
        names.append("zone")
    quarter = pl.format("{}-T{}", pl.col("entry").dt.year(), pl.col("entry").dt.quarter()).alias("entry_quarter")
    seen = seen.with_columns(quarter).drop_nulls(names)
    matrix, labels = balance_matrix(seen, names)
    followed = (seen["group"] == ACCOMPANIED).to_numpy()
    inside, outside = matrix[followed], matrix[~followed]
    found = entropy_balance(outside, inside.mean(axis=0))
    before = standardized_differences(inside, outside)
    after = standardized_differences(inside, outside, found.weights)
    table = tuple(
        Balance(
            variable=label,
            accompanied=float(inside[:, index].mean()),
            comparison=float(outside[:, index].mean()),
            smd_before=float(before[index]),
            smd_after=float(after[index]),
        )
        for index, label in enumerate(labels)
    )
    return Balanced(
        seen.filter(pl.col("group") == ACCOMPANIED),
        seen.filter(pl.col("group") == COMPARISON),
        found.weights,
        found.effective_size,
        table,
    )


def contrast_at(balanced: Balanced, cohort: Cohort, wave: str) -> Contrast:
    """Return the gap of the outcome's rate at one wave, accompanied minus balanced comparison.

    The variance of the weighted rate counts the weights as given (Lunceford and Davidian 2004, sandwich form); with
    weights estimated by balancing it errs on the wide side.
    """
    inside = had_exit(balanced.accompanied, wave, cohort.outcome).cast(pl.Float64).to_numpy()
    outside = had_exit(balanced.comparison, wave, cohort.outcome).cast(pl.Float64).to_numpy()
    rate = float(balanced.weights @ outside)
    spread = float((balanced.weights**2) @ (outside - rate) ** 2) + float(inside.var()) / len(inside)
    gap, error = float(inside.mean()) - rate, math.sqrt(spread)
    half = normal_quantile(0.975) * error
    return Contrast(
        wave=wave,
        effect=100 * gap,
        low=100 * (gap - half),
        high=100 * (gap + half),
        p=normal_p(gap / error) if error > 0 else math.nan,
        method=METHOD,
        effective_size=balanced.effective_size,
    )


def weighted_rates(balanced: Balanced, wave: str, roles: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    """Return the balanced comparison group's rate of each exit at one wave."""
    for role in roles:
        had = had_exit(balanced.comparison, wave, role).cast(pl.Float64).to_numpy()
        yield role, float(np.asarray(balanced.weights) @ had)
