"""Months of persons as numbered cells: what several files tell of each is chosen without sorting or joining them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.follow.people.states import LOST, severity
from evalkit.stats.arrays import IntArray

_NOTHING = 255
"""Stands for no state in a month that a file does not tell."""

Rows = np.ndarray[tuple[int, ...], np.dtype[np.int32]]
States = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


@dataclass(frozen=True, slots=True)
class Grid:
    """One cell per person and month, numbered person by person.

    Attributes:
        persons: number of persons.
        first: first month, counted from year 0.
        width: number of months.
    """

    persons: int
    first: int
    width: int

    @classmethod
    def of(cls, files: Sequence[pl.DataFrame], persons: int) -> Grid:
        """Return the grid that holds every month told."""
        months = [each["month"] for each in files if each.height]
        if not months:
            return cls(persons, 0, 1)
        ends = [(int(each.min()), int(each.max())) for each in months]  # type: ignore[arg-type]
        first = min(low for low, _ in ends)
        return cls(persons, first, max(high for _, high in ends) - first + 1)

    @property
    def size(self) -> int:
        """Number of cells."""
        return self.persons * self.width


@dataclass(frozen=True, slots=True, eq=False)
class FileCells:
    """What one file tells, by cell.

    Attributes:
        frame: its rows: ``place`` of the person, ``month``, ``state`` and the rest.
        row: the row that tells each cell, -1 for none, shape (cells,).
        overlapping: cells for which the file says several things.
    """

    frame: pl.DataFrame
    row: Rows
    overlapping: int

    @classmethod
    def of(cls, frame: pl.DataFrame, grid: Grid) -> FileCells:
        """Place the rows of a file; of several for one cell, what began last is believed."""
        cell = frame["place"].cast(pl.Int64).to_numpy() * grid.width + (frame["month"].to_numpy() - grid.first)
        rank = np.arange(frame.height, dtype=np.int32)
        row = np.full(grid.size, -1, dtype=np.int32)
        row[cell] = rank
        beaten = row[cell] != rank
        if not beaten.any():
            return cls(frame, row, 0)
        # A cell whose row was replaced is told several times: all of its rows are looked at again, in order.
        several = np.zeros(grid.size, dtype=np.bool_)
        several[cell[beaten]] = True
        chosen = several[cell]
        repeated = frame.filter(pl.Series(chosen)).with_columns(
            pl.Series("row", rank[chosen]), pl.Series("cell", cell[chosen])
        )
        ordered = repeated.sort("cell", "day", "received", "state", nulls_last=False)
        last = ordered.unique("cell", keep="last", maintain_order=True)
        row[last["cell"].to_numpy()] = last["row"].to_numpy()
        apart = repeated.group_by("cell").agg(pl.col("state").n_unique().alias("states"))
        return cls(frame, row, apart.filter(pl.col("states") > 1).height)

    def states(self, cells: IntArray) -> States:
        """Return the state told for some cells."""
        rows = self.row[cells]
        told = self.frame["state"].to_numpy()
        return np.where(rows >= 0, told[np.maximum(rows, 0)], _NOTHING).astype(np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """What is believed.

    Attributes:
        owner: place of the file believed for each cell, 255 where none tells it.
        twice: cells told by several files.
        apart: cells for which they do not agree, no news contradicting nothing.
    """

    owner: States
    twice: int
    apart: IntArray


def choose(files: Sequence[FileCells], cohort: Cohort) -> Chosen:
    """Choose, cell by cell, the file that is believed.

    No news is never believed against news. Then the declared rule: the first file, the one received last, or the state
    furthest from the outcome; the first file where the rule leaves several.

    Args:
        files: in the order in which they are believed.
        cohort: the protocol, for its rule.
    """
    owner = np.full(len(files[0].row), _NOTHING, dtype=np.uint8)
    told = np.zeros(len(owner), dtype=np.uint8)
    for place in range(len(files) - 1, -1, -1):
        there = files[place].row >= 0
        owner[there] = place
        told += there
    cells = np.flatnonzero(told > 1)
    if not len(cells):
        return Chosen(owner, 0, cells)
    states = [each.states(cells) for each in files]
    weights = np.stack([_weights(file, cells, state, cohort) for file, state in zip(files, states, strict=True)])
    owner[cells] = weights.argmin(axis=0)
    news = [np.where((state == LOST) | (state == _NOTHING), _NOTHING, state) for state in states]
    lowest = np.minimum.reduce(news)
    highest = np.maximum.reduce([np.where(state == _NOTHING, 0, state) for state in news])
    return Chosen(owner, len(cells), cells[(lowest != _NOTHING) & (lowest != highest)])


def _weights(file: FileCells, cells: IntArray, states: States, cohort: Cohort) -> IntArray:
    """Return what is believed first, as a number: the smallest wins, and the first file among equals."""
    never = np.int64(2**62)
    silent = (states == LOST).astype(np.int64) * 2**32
    if cohort.contradictions == "priority":
        first = np.zeros(len(cells), dtype=np.int64)
    elif cohort.contradictions == "latest":
        received = file.frame["received"].cast(pl.Int64).to_numpy()
        first = -received[np.maximum(file.row[cells], 0)]
    else:
        order = np.array([*severity(cohort), *[0] * (_NOTHING + 1)], dtype=np.int64)
        first = order[states]
    return np.where(states == _NOTHING, never, silent + first)
