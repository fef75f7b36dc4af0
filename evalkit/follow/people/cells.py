"""Months of persons as numbered cells: what several files tell of each is chosen without sorting or joining them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.follow.people.states import LOST, NOTHING, severity
from evalkit.stats.arrays import BoolArray, IntArray

NOWHERE, NO_DAY = -1, -(2**31)
"""Stand for a place and for a day that a file does not tell."""

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int32]]
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


@dataclass(frozen=True, slots=True, eq=False)
class FileCells:
    """What one file tells, by cell.

    Attributes:
        row: the row that tells each cell, -1 for none, shape (cells,).
        state, day, zone, received: what each row says, as numbers, shape (rows,).
        places: the places that the file names, whose numbers are those of ``zone``.
        overlapping: cells for which the file says several things.
    """

    row: Numbers
    state: States
    day: Numbers
    zone: Numbers
    received: Numbers
    places: pl.Series
    overlapping: int

    @classmethod
    def of(cls, frame: pl.DataFrame, grid: Grid) -> FileCells:
        """Place the rows of a file; of several for one cell, what began last is believed.

        Args:
            frame: ``cell``, ``state``, ``day``, ``zone`` and ``received``.
            grid: how cells are numbered.
        """
        row, overlapping = _placed(frame, grid)
        return cls(
            row=row,
            state=frame["state"].to_numpy(),
            day=frame["day"].to_physical().fill_null(NO_DAY).to_numpy(),
            zone=frame["zone"].to_physical().cast(pl.Int32).fill_null(NOWHERE).to_numpy(),
            received=frame["received"].to_numpy(),
            places=frame["zone"].unique().drop_nulls(),
            overlapping=overlapping,
        )

    def states(self, cells: IntArray) -> States:
        """Return the state told for some cells, ``NOTHING`` where none is."""
        rows = self.row[cells]
        if not len(self.state):
            return np.full(len(cells), NOTHING, dtype=np.uint8)
        told = self.state[np.maximum(rows, 0)]
        told[rows < 0] = NOTHING
        return told


def _placed(frame: pl.DataFrame, grid: Grid) -> tuple[Numbers, int]:
    """Return the row that tells each cell, and the cells for which rows do not agree."""
    cell = frame["cell"].to_numpy()
    rank = np.arange(frame.height, dtype=np.int32)
    row = np.full(grid.size, -1, dtype=np.int32)
    row[cell] = rank
    if np.count_nonzero(row >= 0) == frame.height:
        return row, 0
    # A cell whose row was replaced is told several times: all of its rows are looked at again, in order.
    several = np.zeros(grid.size, dtype=np.bool_)
    several[cell[row[cell] != rank]] = True
    chosen = several[cell]
    repeated = frame.filter(pl.Series(chosen)).with_columns(pl.Series("row", rank[chosen]))
    ordered = repeated.sort("cell", "day", "received", "state", nulls_last=False)
    last = ordered.unique("cell", keep="last", maintain_order=True)
    row[last["cell"].to_numpy()] = last["row"].to_numpy()
    apart = repeated.group_by("cell").agg(pl.col("state").n_unique().alias("states"))
    return row, apart.filter(pl.col("states") > 1).height


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
    owner = np.full(len(files[0].row), NOTHING, dtype=np.uint8)
    told = np.zeros(len(owner), dtype=np.uint8)
    for place in range(len(files) - 1, -1, -1):
        there = files[place].row >= 0
        owner[there] = place
        told += there
    cells = np.flatnonzero(told > 1)
    believed = np.full(len(cells), NOTHING, dtype=np.uint8)
    least = np.full(len(cells), _NEVER, dtype=np.int32)
    lowest = np.full(len(cells), NOTHING, dtype=np.uint8)
    highest = np.zeros(len(cells), dtype=np.uint8)
    for place, each in enumerate(files):
        states = each.states(cells)
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
        weights -= np.where(states == NOTHING, 0, file.received[np.maximum(file.row[cells], 0)])
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
            mine = chosen.owner == place
            states[mine] = each.state[each.row[mine]]
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
        found = np.full(len(cells), NOWHERE, dtype=np.int32)
        for each, mine in self._owned(cells):
            found[mine] = each.zone[each.row[cells[mine]]]
        return found

    def zone_numbers(self, names: Collection[str]) -> Numbers:
        """Return the numbers that some places have in the files; a place that no file names has none."""
        named = pl.concat([each.places for each in self.files]).unique()
        return named.filter(named.cast(pl.String).is_in(list(names))).to_physical().cast(pl.Int32).to_numpy()

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
