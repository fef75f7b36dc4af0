"""One state per person and month when several files speak: the declared rule chooses, and what it chose is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.follow.people.cells import Chosen, FileCells, Grid, choose


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
    wanted = people.lazy().select("id", "entered").with_row_index("place")
    frames = pl.collect_all([_of_people(each, wanted) for each in told], engine="streaming")
    grid = Grid.of(frames, people.height)
    files = [FileCells.of(frame, grid) for frame in frames]
    chosen = choose(files, cohort)
    return Resolved(
        months=_months(files, chosen),
        told=tuple(int((each.row >= 0).sum()) for each in files),
        linked=tuple(each.frame["place"].n_unique() for each in files),
        overlapping=sum(each.overlapping for each in files),
        twice=chosen.twice,
        contradictory=len(chosen.apart),
        persons=len(np.unique(chosen.apart // grid.width)),
    )


def _of_people(told: pl.LazyFrame, wanted: pl.LazyFrame) -> pl.LazyFrame:
    """Keep the months of the persons of the cohort, their entry and after."""
    kept = told.join(wanted, on="id").filter(pl.col("month") >= pl.col("entered"))
    return kept.drop("entered", "source")


def _months(files: Sequence[FileCells], chosen: Chosen) -> pl.DataFrame:
    """Return the rows that are believed, in the order of persons and months within each file."""
    parts: list[pl.DataFrame] = []
    for place, each in enumerate(files):
        rows = each.row[chosen.owner == place]
        parts.append(each.frame.select("id", "month", "state", "day", "zone")[rows])
    return pl.concat(parts)
