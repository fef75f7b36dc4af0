"""One state per person and month when several files speak: the declared rule chooses, and what it chose is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.follow.people.states import LOST, STATES, severity

_BITS = 8
"""A state, and a place among files, are both under this."""


@dataclass(frozen=True, slots=True, eq=False)
class Resolved:
    """The months of the persons of a cohort.

    Attributes:
        months: one line per person and month: ``id``, ``month``, ``state`` (number), ``day`` and ``zone``.
        told: months told, each file counted apart, by the place of the file.
        linked: persons of the cohort that each file tells of, by its place.
        overlapping: months of one person for which one file says several things.
        twice: months told by several files.
        contradictory: those for which they do not agree.
        persons: persons with such a month.
    """

    months: pl.DataFrame
    told: tuple[int, ...]
    linked: tuple[int, ...]
    overlapping: int
    twice: int
    contradictory: int
    persons: int


def resolve(told: Sequence[pl.LazyFrame], people: pl.DataFrame, cohort: Cohort) -> Resolved:
    """Return one state per person and month, from the entry on.

    Within a file, what began last is believed. Between files: the declared rule; no news is never believed against
    news, and contradicts nothing.

    Args:
        told: what each file says, in the order of the protocol.
        people: ``id`` and ``entered`` (month of the entry) of each person.
        cohort: the protocol, for its rule.
    """
    wanted = people.lazy().select("id", "entered")
    files = [_of_people(each, wanted) for each in told]
    alone = [_one_a_month(each) for each in pl.collect_all(files)]
    chosen = _choose(alone, cohort)
    apart = chosen.filter(pl.col("lowest") != pl.col("highest"))
    return Resolved(
        months=chosen.select("id", "month", "state", "day", "zone"),
        told=tuple(each.frame.height for each in alone),
        linked=tuple(each.frame["id"].n_unique() for each in alone),
        overlapping=sum(each.overlapping for each in alone),
        twice=chosen.filter(pl.col("files") > 1).height,
        contradictory=apart.height,
        persons=apart["id"].n_unique(),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Alone:
    frame: pl.DataFrame
    overlapping: int


def _of_people(told: pl.LazyFrame, wanted: pl.LazyFrame) -> pl.LazyFrame:
    """Keep the months of the persons of the cohort, their entry and after."""
    kept = told.join(wanted, on="id").filter(pl.col("month") >= pl.col("entered"))
    return kept.drop("entered")


def _one_a_month(told: pl.DataFrame) -> _Alone:
    """Reduce a file to one line per person and month; most have one already."""
    repeated = told.filter(pl.struct("id", "month").is_duplicated())
    if not repeated.height:
        return _Alone(told, 0)
    single = told.join(repeated.select("id", "month").unique(), on=["id", "month"], how="anti")
    ordered = repeated.sort("id", "month", "day", "received", "state", nulls_last=False)
    last = ordered.unique(["id", "month"], keep="last", maintain_order=True)
    several = repeated.group_by("id", "month").agg(pl.col("state").n_unique().alias("states"))
    return _Alone(pl.concat([single, last]), several.filter(pl.col("states") > 1).height)


def _choose(files: Sequence[_Alone], cohort: Cohort) -> pl.DataFrame:
    if len(files) == 1:
        state = pl.col("state")
        return files[0].frame.with_columns(state.alias("lowest"), state.alias("highest"), pl.lit(1).alias("files"))
    every = pl.concat([each.frame for each in files]).with_columns(_weight(cohort).alias("weight"))
    news = pl.when(pl.col("state") != LOST).then(pl.col("state"))
    states = every.group_by("id", "month").agg(
        pl.col("weight").min(), news.min().alias("lowest"), news.max().alias("highest"), pl.len().alias("files")
    )
    return every.join(states, on=["id", "month", "weight"])


def _weight(cohort: Cohort) -> pl.Expr:
    """Return what is believed first, as a number: the smallest of a month is kept; two files never weigh the same."""
    state, rank = pl.col("state").cast(pl.Int64), pl.col("source").cast(pl.Int64)
    silent = (pl.col("state") == LOST).cast(pl.Int64)
    if cohort.contradictions == "priority":
        first = pl.lit(0, pl.Int64)
    elif cohort.contradictions == "latest":
        first = -pl.col("received").cast(pl.Int64)
    else:
        first = state.replace_strict(
            dict(zip(range(len(STATES)), severity(cohort), strict=True)), return_dtype=pl.Int64
        )
    return (silent * 2**32 + first) * _BITS + rank
