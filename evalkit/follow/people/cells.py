"""Months of persons as numbered cells: files are laid on a grid, and read as one without being sorted or joined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from evalkit.follow.people.told import NOWHERE, RECEIVED
from evalkit.follow.states import KINDS, NOTHING
from evalkit.stats.arrays import BoolArray, IntArray

NO_DAY = -(2**15)
"""Stands for a day that a file does not tell."""

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.signedinteger]]
States = np.ndarray[tuple[int, ...], np.dtype[np.unsignedinteger]]
Codes = np.ndarray[tuple[int, ...], np.dtype[np.uint16]]

BLOCK = 2**15
"""Cells or rows that are computed at once."""

EMPTY = NOWHERE * KINDS + NOTHING
"""Code of a cell that no row tells."""


def code_of(place: pl.Expr, state: pl.Expr) -> pl.Expr:
    """Return a place and a state as one number of 16 bits, which is moved at once: the place, then the state."""
    return place * KINDS + state.cast(pl.UInt16)


def states_in(codes: Codes) -> Codes:
    """Return the states of codes."""
    return codes & np.uint16(KINDS - 1)


def places_in(codes: Codes) -> Codes:
    """Return the places of codes."""
    return codes // np.uint16(KINDS)


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
    def dtype(self) -> type[pl.DataType]:
        """Type that holds the number of a cell."""
        return pl.Int32 if self.persons * self.width < 2**31 else pl.Int64

    def blocks(self) -> Iterator[slice]:
        """Cut persons into pieces, so that what is computed on the way stays in the cache of the processor."""
        persons = max(1, BLOCK // self.width)
        return (slice(start, start + persons) for start in range(0, max(1, self.persons), persons))


@dataclass(frozen=True, slots=True, eq=False)
class FileCells:
    """What one file tells.

    Attributes:
        codes: place and state told for each cell, ``EMPTY`` for none, shape (persons, months).
        received: the day on which it was received, same shape; none where no rule asks.
        dated: ``cell`` and ``day`` of the cells told with a day.
        told: cells told.
        linked: persons of whom the file tells.
        overlapping: cells for which the file says several things.
    """

    codes: Codes
    received: Numbers | None
    dated: pl.DataFrame
    told: int
    linked: int
    overlapping: int

    @classmethod
    def of(cls, rows: pl.DataFrame, grid: Grid, *, reads_received: bool) -> FileCells:
        """Place the rows of a file; of several for one cell, what began last is believed.

        Args:
            rows: ``cell``, ``code``, ``day`` and the day received, all numbers and all known.
            grid: how cells are numbered.
            reads_received: whether the rule of the protocol asks when rows were received.
        """
        codes, overlapping = _laid(rows, "code", grid, EMPTY), 0
        told, linked = _counts(codes, grid)
        if told < rows.height:
            rows, overlapping = _last_of_each(rows)
            codes = _laid(rows, "code", grid, EMPTY)
        received = _laid(rows, RECEIVED, grid, 0) if reads_received else None
        dated = rows.select("cell", "day").filter(pl.col("day") != NO_DAY)
        return cls(codes, received, dated, told, linked, overlapping)


def _laid(rows: pl.DataFrame, column: str, grid: Grid, nothing: int) -> np.ndarray[tuple[int, ...], Any]:
    """Return a number for each cell: that of its row; shape (persons, months)."""
    found = np.full(grid.persons * grid.width, nothing, dtype=rows[column].head(0).to_numpy().dtype)
    for part in rows.select("cell", column).iter_slices(BLOCK):
        # Numpy takes places of its own width three times as fast as narrower ones.
        found[part["cell"].to_numpy().astype(np.intp)] = part[column].to_numpy()
    return found.reshape(grid.persons, grid.width)


def _counts(codes: Codes, grid: Grid) -> tuple[int, int]:
    """Count the cells told, and the persons of whom something is told."""
    cells = persons = 0
    for mine in grid.blocks():
        told = codes[mine] != EMPTY
        cells += int(np.count_nonzero(told))
        persons += int(np.count_nonzero(told.any(axis=1)))
    return cells, persons


def _last_of_each(rows: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Keep one row per cell: what began last, then what was received last, then the state nearest to a job.

    Returns:
        The rows, and the number of cells for which several states were told.
    """
    state = pl.col("code") % KINDS
    repeated = rows.filter(pl.col("cell").is_duplicated()).sort("cell", "day", RECEIVED, state, "code")
    last = repeated.unique("cell", keep="last", maintain_order=True)
    apart = repeated.group_by("cell").agg(state.n_unique().alias("states")).filter(pl.col("states") > 1)
    return pl.concat([rows.filter(pl.col("cell").is_unique()), last]), apart.height


def first_month(cells: BoolArray) -> IntArray:
    """Return the first month of each person for which something holds, -1 when it never does; shape (persons,)."""
    return np.where(cells.any(axis=1), cells.argmax(axis=1), -1)


def last_month(cells: BoolArray) -> IntArray:
    """Return the last month of each person for which something holds, -1 when it never does; shape (persons,)."""
    return np.where(cells.any(axis=1), cells.shape[1] - 1 - cells[:, ::-1].argmax(axis=1), -1)
