"""Time to each exit, the others competing: curves by month, mean times, and tests between declared groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.model import months_of
from evalkit.errors import ComputationError
from evalkit.follow.entry.persons import ACCOMPANIED, COMPARISON, Persons
from evalkit.follow.in_time.timed import Timed, timed
from evalkit.follow.result.timed import STILL_WITHOUT, Curve, CurvePoint, CurveTest, MeanTime
from evalkit.follow.shared import clusters_of
from evalkit.follow.states import OTHER_EXIT
from evalkit.stats.arrays import IntArray, to_digits
from evalkit.stats.laws import normal_quantile
from evalkit.stats.multiplicity import holm
from evalkit.stats.survival.aalen_johansen import Incidence, cumulative_incidence, restricted_time_lost
from evalkit.stats.survival.clustered import clustered_incidence, clustered_test
from evalkit.stats.survival.group_tests import GroupTest, gray_test, log_rank
from evalkit.stats.survival.kaplan_meier import restricted_mean
from evalkit.stats.survival.life_table import LifeTable, life_table

MOST_WORDS = 12
"""Words beyond which a field is no grouping: a number must be cut into classes before."""


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """Some persons of one group, in time."""

    group: str
    variable: str
    word: str
    time: Timed
    clusters: IntArray | None
    table: LifeTable


def slices(persons: Persons, cohort: Cohort) -> Iterator[Slice]:
    """Give both groups whole, then the accompanied by each word of each declared field; small ones are left out."""
    for group in (ACCOMPANIED, COMPARISON):
        members = persons.frame.filter(group=group)
        if members.height < cohort.minimum:
            continue
        time, clusters = timed(members, cohort, persons.last_day), clusters_of(members, cohort)
        yield _slice(group, "", "", time, clusters)
        for variable in cohort.analysis.curves if group == ACCOMPANIED else ():
            for word in words_of(members, variable):
                chosen = (members[variable] == word).fill_null(value=False).to_numpy()
                if int(chosen.sum()) >= cohort.minimum:
                    inside = None if clusters is None else clusters[chosen]
                    yield _slice(group, variable, word, time.only(chosen), inside)


def _slice(group: str, variable: str, word: str, time: Timed, clusters: IntArray | None) -> Slice:
    return Slice(group, variable, word, time, clusters, life_table(time.durations, time.causes, len(time.roles)))


def words_of(persons: pl.DataFrame, variable: str) -> list[str]:
    """Return the words of a field, sorted; none when it has too many to be a grouping."""
    words = persons[variable].drop_nulls().unique().sort().to_list()
    return words if len(words) <= MOST_WORDS else []


def horizon_of(time: Timed, cohort: Cohort) -> int:
    """Return the last month of the curves: that of the longest wave, or the last one that anybody was seen for."""
    return int(min(max(months_of(wave) for wave in cohort.waves), float(time.durations.max())))


def curves_of(found: Slice, cohort: Cohort) -> Iterator[Curve]:
    """Give the curve of each exit of some persons."""
    horizon = horizon_of(found.time, cohort)
    for role in found.time.roles:
        cause = found.time.cause(role)
        if role == OTHER_EXIT and not found.table.events[:, cause - 1].any():
            continue
        yield Curve(
            group=found.group,
            variable=found.variable,
            word=found.word,
            exit=role,
            persons=len(found.time.durations),
            estimator="Aalen-Johansen" if found.time.kinds > 1 else "Kaplan-Meier",
            points=tuple(_points(found, cause, horizon)),
        )


def _incidence(found: Slice, cause: int) -> Incidence:
    if found.clusters is None or len(np.unique(found.clusters)) < 2:
        return cumulative_incidence(found.table, cause)
    return clustered_incidence(found.time.durations, found.time.causes, cause, found.clusters)


def _points(found: Slice, cause: int, horizon: int) -> Iterator[CurvePoint]:
    table, curve = found.table, _incidence(found, cause)
    exits = table.events[:, cause - 1].cumsum()
    at_risk = np.append(table.at_risk, 0.0)
    for month in range(horizon + 1):
        place = int(np.searchsorted(table.times, month, side="right")) - 1
        ahead = at_risk[int(np.searchsorted(table.times, month))]
        if place < 0:
            yield CurvePoint(month, int(ahead), 0, 0.0, 0.0, 0.0)
            continue
        share = to_digits(float(curve.share[place]))
        ends = (share if np.isnan(end) else to_digits(float(end)) for end in (curve.low[place], curve.high[place]))
        yield CurvePoint(month, int(ahead), int(exits[place]), share, *ends)


def mean_times(found: Slice, cohort: Cohort) -> Iterator[MeanTime]:
    """Give the mean time without any exit, then after the outcome, up to the last month of the curves.

    The interval of the first is that of independent persons, and none is given when they share clusters.
    """
    horizon = horizon_of(found.time, cohort)
    if horizon < 1:
        return
    without = restricted_mean(found.table, horizon)
    half = normal_quantile(0.975) * without.error
    spent = restricted_time_lost(found.table, found.time.cause(cohort.rows.outcome), horizon)
    alone = found.clusters is None
    for exit_, months, ends in (
        (STILL_WITHOUT, without.value, (without.value - half, without.value + half) if alone else (None, None)),
        (cohort.rows.outcome, spent, (None, None)),
    ):
        low, high = (None if end is None else to_digits(end) for end in ends)
        yield MeanTime(
            group=found.group,
            variable=found.variable,
            word=found.word,
            exit=exit_,
            horizon=horizon,
            months=to_digits(months),
            low=low,
            high=high,
        )


def curve_tests(found: list[Slice], cohort: Cohort) -> tuple[CurveTest, ...]:
    """Return the test of each declared field that has at least two words with enough persons."""
    outcome = cohort.rows.outcome
    tested: list[tuple[str, str, GroupTest]] = []
    for variable in cohort.analysis.curves:
        parts = [part for part in found if part.variable == variable]
        if len(parts) < 2:
            continue
        try:
            tested.append((variable, *_tested(parts, outcome)))
        except ComputationError:
            continue
    adjusted = holm([result.p for _, _, result in tested])
    return tuple(
        CurveTest(
            variable=variable,
            exit=outcome,
            test=name,
            statistic=to_digits(result.statistic),
            df=result.df,
            p=to_digits(result.p),
            p_adjusted=to_digits(p),
        )
        for (variable, name, result), p in zip(tested, adjusted, strict=True)
    )


def _tested(parts: list[Slice], outcome: str) -> tuple[str, GroupTest]:
    cause = parts[0].time.cause(outcome)
    several = max(part.time.kinds for part in parts) > 1
    shared = [part.clusters for part in parts if part.clusters is not None]
    if not shared:
        tables = [part.table for part in parts]
        return ("Gray", gray_test(tables, cause)) if several else ("log-rank", log_rank(tables))
    durations = np.concatenate([part.time.durations for part in parts])
    causes = np.concatenate([part.time.causes for part in parts])
    groups = np.repeat(np.arange(len(parts)), [len(part.time.causes) for part in parts])
    result = clustered_test(durations, causes, groups, np.concatenate(shared), cause)
    return ("score de Fine-Gray par grappes" if several else "log-rank par grappes"), result
