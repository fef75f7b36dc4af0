"""Months of persons as numbered cells: what several files tell of each is chosen without sorting or joining them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.follow.people.states import LOST, NOTHING, severity
from evalkit.follow.people.told import NOWHERE, RECEIVED
from evalkit.stats.arrays import BoolArray, IntArray

NO_DAY = -(2**15)
"""Stands for a day that a file does not tell."""

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.signedinteger]]
States = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


@dataclass(frozen=True, slots=True)
class Grid:
    """One cell per person and month, numbered person by person, as files are mostly sorted.

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
    """What one file tells, one row for a cell.

    Attributes:
        states: the state told for each cell, ``NOTHING`` for none, shape (cells,).
        received: the day on which it was received, shape (cells,).
        cell, day, zone: of each row, shape (rows,).
        overlapping: cells for which the file says several things.
    """

    states: States
    received: Numbers
    cell: Numbers
    day: Numbers
    zone: Numbers
    overlapping: int

    @classmethod
    def of(cls, rows: pl.DataFrame, grid: Grid, cohort: Cohort) -> FileCells:
        """Place the rows of a file; of several for one cell, what began last is believed.

        Args:
            rows: ``cell``, ``state``, ``day``, ``zone`` and the day received, all numbers and all known.
            grid: how cells are numbered.
            cohort: the protocol: only one rule asks when rows were received.
        """
        overlapping = 0
        states = _by_cell(rows, "state", grid, NOTHING)
        if np.count_nonzero(states != NOTHING) < rows.height:
            repeated = rows.filter(pl.col("cell").is_duplicated()).sort("cell", "day", RECEIVED, "state")
            last = repeated.unique("cell", keep="last", maintain_order=True)
            rows = pl.concat([rows.filter(pl.col("cell").is_unique()), last])
            states = _by_cell(rows, "state", grid, NOTHING)
            apart = repeated.group_by("cell").agg(pl.col("state").n_unique().alias("states"))
            overlapping = apart.filter(pl.col("states") > 1).height
        is_read = cohort.contradictions == "latest"
        received = _by_cell(rows, RECEIVED, grid, 0) if is_read else np.broadcast_to(np.int32(0), grid.size)
        cell, day, zone = (rows[name].to_numpy() for name in ("cell", "day", "zone"))
        return cls(states, received, cell, day, zone, overlapping)


def _by_cell(rows: pl.DataFrame, column: str, grid: Grid, nothing: int) -> np.ndarray[tuple[int, ...], Any]:
    values = rows[column].to_numpy()
    found = np.full(grid.size, nothing, dtype=values.dtype)
    found[rows["cell"].to_numpy()] = values
    return found


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
    size = len(files[0].states)
    owner = np.full(size, NOTHING, dtype=np.uint8)
    twice, apart = 0, [np.empty(0, dtype=np.int64)]
    ranks = _ranks(cohort)
    for block in _blocks(size):
        told = [(each.states[block], each.received[block]) for each in files]
        twice += int(np.count_nonzero(sum((states != NOTHING).astype(np.uint8) for states, _ in told) > 1))
        _believe(owner[block], told, ranks)
        apart.append(block.start + np.flatnonzero(_disagree([states for states, _ in told])))
    return Chosen(owner, twice, np.concatenate(apart))


def _blocks(size: int) -> Iterator[slice]:
    """Cut what is long into pieces, so that what is computed on the way stays small."""
    return (slice(start, start + _BLOCK) for start in range(0, size, _BLOCK))


_BLOCK = 2**18

_NEVER, _SILENT = 2**30, 2**28
"""Weights of a month that a file does not tell, where no day is received, and of no news: above any rank of a state."""


def _ranks(cohort: Cohort) -> Numbers:
    """Return the weight of each state: what is believed weighs least."""
    ranks = np.zeros(NOTHING + 1, dtype=np.int32)
    if cohort.contradictions == "strictest":
        strict = severity(cohort)
        ranks[: len(strict)] = strict
    ranks[LOST] += _SILENT
    ranks[NOTHING] = _NEVER
    return ranks


def _believe(owner: States, told: Sequence[tuple[States, Numbers]], ranks: Numbers) -> None:
    """Write, for each cell, the place of the file that weighs least; the first one among equals."""
    least = np.full(len(owner), _NEVER, dtype=np.int32)
    for place, (states, received) in enumerate(told):
        weights = ranks[states] - received
        better = weights < least
        np.copyto(owner, np.uint8(place), where=better)
        np.copyto(least, weights, where=better)


def _disagree(told: Sequence[States]) -> BoolArray:
    """Tell the cells to which files give several states; no news contradicts nothing."""
    lowest = np.full(len(told[0]), NOTHING, dtype=np.uint8)
    highest = np.zeros(len(told[0]), dtype=np.uint8)
    for states in told:
        news = (states != LOST) & (states != NOTHING)
        np.minimum(lowest, states, out=lowest, where=news)
        np.maximum(highest, states, out=highest, where=news)
    apart: BoolArray = (lowest != NOTHING) & (lowest != highest)
    return apart


@dataclass(frozen=True, slots=True, eq=False)
class Months:
    """The months of the persons of a cohort, several files read as one; each array has shape (persons, months).

    Attributes:
        first: first month, counted from year 0.
        states: number of the state believed, ``NOTHING`` where no file tells.
        days: the day told with it, counted from the first of the grid, or ``NO_DAY``.
        zones: the place told with it, as a number, or ``NOWHERE``.
    """

    first: int
    states: States
    days: Numbers
    zones: Numbers

    @classmethod
    def of(cls, grid: Grid, files: Sequence[FileCells], chosen: Chosen) -> Months:
        """Read each cell in the file that is believed; persons keep their order."""
        states = np.full(grid.size, NOTHING, dtype=np.uint8)
        days = np.full(grid.size, NO_DAY, dtype=np.int16)
        zones = np.full(grid.size, NOWHERE, dtype=np.int16)
        for place, each in enumerate(files):
            np.copyto(states, each.states, where=chosen.owner == place)
            for block in _blocks(len(each.cell)):
                believed = chosen.owner[each.cell[block]] == place
                cell = each.cell[block][believed]
                days[cell], zones[cell] = each.day[block][believed], each.zone[block][believed]
        shape = (grid.persons, grid.width)
        return cls(grid.first, states.reshape(shape), days.reshape(shape), zones.reshape(shape))

    @property
    def persons(self) -> int:
        """Number of persons."""
        return len(self.states)

    @property
    def width(self) -> int:
        """Number of months."""
        return self.states.shape[1]


def first_month(cells: BoolArray) -> IntArray:
    """Return the first month of each person for which something holds, -1 when it never does; shape (persons,)."""
    return np.where(cells.any(axis=1), cells.argmax(axis=1), -1)


def last_month(cells: BoolArray) -> IntArray:
    """Return the last month of each person for which something holds, -1 when it never does; shape (persons,)."""
    return np.where(cells.any(axis=1), cells.shape[1] - 1 - cells[:, ::-1].argmax(axis=1), -1)
