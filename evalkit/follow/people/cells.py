"""Months of persons as numbered cells: what several files tell of each is chosen without sorting or joining them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.follow.people.states import LOST, NOTHING, severity
from evalkit.follow.people.told import NOWHERE, RECEIVED
from evalkit.stats.arrays import BoolArray, IntArray

NO_DAY = -(2**31)
"""Stands for a day that a file does not tell."""

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.signedinteger]]
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

    @property
    def size(self) -> int:
        """Number of cells."""
        return self.persons * self.width

    @property
    def dtype(self) -> type[pl.DataType]:
        """Type that holds the number of a cell."""
        return pl.Int32 if self.size < 2**31 else pl.Int64


@dataclass(frozen=True, slots=True, eq=False)
class FileCells:
    """What one file tells, by cell.

    Attributes:
        states: the state told for each cell, ``NOTHING`` for none, shape (cells,).
        row: the row that tells each cell told, shape (cells,).
        day, zone, received: what each row says, as numbers, shape (rows,).
        overlapping: cells for which the file says several things.
    """

    states: States
    row: Numbers
    day: Numbers
    zone: Numbers
    received: Numbers
    overlapping: int

    @classmethod
    def of(cls, frame: pl.DataFrame, grid: Grid) -> FileCells:
        """Place the rows of a file; of several for one cell, what began last is believed.

        Args:
            frame: ``cell``, ``state``, ``day``, ``zone`` and the day received, all numbers and all known.
            grid: how cells are numbered.
        """
        cell, state = frame["cell"].to_numpy(), frame["state"].to_numpy()
        states = np.full(grid.size, NOTHING, dtype=np.uint8)
        row = np.zeros(grid.size, dtype=np.int32)
        states[cell] = state
        row[cell] = np.arange(frame.height, dtype=np.int32)
        overlapping = 0
        if np.count_nonzero(states != NOTHING) < frame.height:
            repeated = _repeated(frame, row)
            last = repeated.unique("cell", keep="last", maintain_order=True)
            row[last["cell"].to_numpy()] = last["row"].to_numpy()
            states[last["cell"].to_numpy()] = last["state"].to_numpy()
            apart = repeated.group_by("cell").agg(pl.col("state").n_unique().alias("states"))
            overlapping = apart.filter(pl.col("states") > 1).height
        day, zone, received = (frame[name].to_numpy() for name in ("day", "zone", RECEIVED))
        return cls(states, row, day, zone, received, overlapping)


def _repeated(frame: pl.DataFrame, row: Numbers) -> pl.DataFrame:
    """Return all the rows of the cells told several times, what began last at the end.

    Args:
        frame: the rows of a file.
        row: one row of each cell told.
    """
    cell = frame["cell"].to_numpy()
    beaten = row[cell] != np.arange(frame.height, dtype=np.int32)
    several = np.zeros(len(row), dtype=np.bool_)
    several[cell[beaten]] = True
    repeated = frame.with_row_index("row").filter(pl.Series(several[cell]))
    return repeated.sort("cell", "day", RECEIVED, "state")


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """What is believed.

    Attributes:
        owner: place of the file believed for each cell, ``NOTHING`` where none tells it.
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
    owner = np.full(len(files[0].states), NOTHING, dtype=np.uint8)
    told = np.zeros(len(owner), dtype=np.uint8)
    for place in range(len(files) - 1, -1, -1):
        there = files[place].states != NOTHING
        np.copyto(owner, np.uint8(place), where=there)
        told += there
    cells = np.flatnonzero(told > 1)
    believed = np.full(len(cells), NOTHING, dtype=np.uint8)
    least = np.full(len(cells), _NEVER, dtype=np.int32)
    lowest = np.full(len(cells), NOTHING, dtype=np.uint8)
    highest = np.zeros(len(cells), dtype=np.uint8)
    for place, each in enumerate(files):
        states = each.states[cells]
        weights = _weights(each, cells, states, cohort)
        better = weights < least
        believed[better], least[better] = place, weights[better]
        news = (states != LOST) & (states != NOTHING)
        np.minimum(lowest, states, out=lowest, where=news)
        np.maximum(highest, states, out=highest, where=news)
    owner[cells] = believed
    return Chosen(owner, len(cells), cells[(lowest != NOTHING) & (lowest != highest)])


_NEVER, _SILENT = 2**30, 2**28
"""Weights of a month that a file does not tell, and of no news: above any day, and any rank of a state."""


def _weights(file: FileCells, cells: IntArray, states: States, cohort: Cohort) -> Numbers:
    """Return what is believed first, as a number: the smallest wins, and the first file among equals."""
    order = np.zeros(NOTHING + 1, dtype=np.int32)
    if cohort.contradictions == "strictest":
        strict = severity(cohort)
        order[: len(strict)] = strict
    order[LOST] += _SILENT
    order[NOTHING] = _NEVER
    weights: Numbers = order[states]
    if cohort.contradictions == "latest" and len(file.received):
        weights -= np.where(states == NOTHING, 0, file.received[file.row[cells]])
    return weights


@dataclass(frozen=True, slots=True, eq=False)
class Months:
    """The months of the persons of a cohort, several files read as one.

    Attributes:
        grid: how cells are numbered; persons are in the order in which they were given.
        states: number of the state believed, ``NOTHING`` where no file tells, shape (persons, months).
        files: what each file tells.
        owner: place of the file believed for each cell, shape (cells,).
    """

    grid: Grid
    states: States
    files: tuple[FileCells, ...]
    owner: States

    @classmethod
    def of(cls, grid: Grid, files: Sequence[FileCells], chosen: Chosen) -> Months:
        """Read the state of each cell in the file that is believed."""
        states = np.full(grid.size, NOTHING, dtype=np.uint8)
        for place, each in enumerate(files):
            np.copyto(states, each.states, where=chosen.owner == place)
        return cls(grid, states.reshape(grid.persons, grid.width), tuple(files), chosen.owner)

    def cells(self, persons: IntArray, months: IntArray | int) -> IntArray:
        """Return the number of the cell of each person in a month counted from the first of the grid."""
        return persons * self.grid.width + months

    def days(self, cells: IntArray) -> Numbers:
        """Return the day told with the state of some cells, since 1970; ``NO_DAY`` where none is."""
        found = np.full(len(cells), NO_DAY, dtype=np.int32)
        for each, mine in self._owned(cells):
            found[mine] = each.day[each.row[cells[mine]]]
        return found

    def zones(self, cells: IntArray) -> Numbers:
        """Return the number of the place told for some cells; ``NOWHERE`` where none is."""
        found = np.full(len(cells), NOWHERE, dtype=np.int16)
        for each, mine in self._owned(cells):
            found[mine] = each.zone[each.row[cells[mine]]]
        return found

    def _owned(self, cells: IntArray) -> Iterator[tuple[FileCells, BoolArray]]:
        owner = self.owner[cells]
        for place, each in enumerate(self.files):
            yield each, owner == place


def first_month(cells: BoolArray) -> IntArray:
    """Return the first month of each person for which something holds, -1 when it never does; shape (persons,)."""
    return np.where(cells.any(axis=1), cells.argmax(axis=1), -1)


def last_month(cells: BoolArray) -> IntArray:
    """Return the last month of each person for which something holds, -1 when it never does; shape (persons,)."""
    return np.where(cells.any(axis=1), cells.shape[1] - 1 - cells[:, ::-1].argmax(axis=1), -1)
