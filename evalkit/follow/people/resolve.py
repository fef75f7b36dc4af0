"""One state per person and month when several files speak: the declared rule chooses, and what it chose is counted."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.follow.calendar_months import day_number, first_day
from evalkit.follow.people.believed import Believed, believe
from evalkit.follow.people.cells import NO_DAY, FileCells, Grid, code_of
from evalkit.follow.people.told import RECEIVED


def resolve(told: Sequence[pl.LazyFrame], people: pl.DataFrame, cohort: Cohort, last_month: int) -> Believed:
    """Return one state per person and month, from the entry on.

    Within a file, what began last is believed. Between files: the declared rule; no news is never believed against
    news, and contradicts nothing.

    Args:
        told: what each file says, in the order of the protocol.
        people: ``id`` and ``entered`` (month of the entry) of each person.
        cohort: the protocol, for its rule.
        last_month: last month covered.
    """
    grid = _grid(people, last_month)
    wanted = people.lazy().select("id", "entered").with_row_index("place")
    frames = pl.collect_all([_of_people(each, wanted, grid) for each in told], engine="streaming")
    lay = partial(FileCells.of, grid=grid, reads_received=cohort.contradictions == "latest")
    with ThreadPoolExecutor() as together:
        files = list(together.map(lay, frames))
    return believe(files, grid, cohort)


def _grid(people: pl.DataFrame, last_month: int) -> Grid:
    """Return the cells from the first entry to the last month covered."""
    earliest = people["entered"].min()
    first = min(int(earliest), last_month) if isinstance(earliest, int) else last_month
    return Grid(people.height, first, last_month - first + 1)


def _of_people(told: pl.LazyFrame, wanted: pl.LazyFrame, grid: Grid) -> pl.LazyFrame:
    """Keep the months of the persons of the cohort, from their entry to the last one covered."""
    last = grid.first + grid.width - 1
    kept = told.join(wanted, on="id").filter(pl.col("month").is_between(pl.col("entered"), last))
    cell = pl.col("place").cast(grid.dtype) * grid.width + (pl.col("month") - grid.first)
    since = (pl.col("day").to_physical() - day_number(first_day(grid.first))).clip(NO_DAY + 1, -NO_DAY - 1)
    day = since.fill_null(NO_DAY).cast(pl.Int16).alias("day")
    code = code_of(pl.col("zone"), pl.col("state")).alias("code")
    return kept.select(cell.cast(grid.dtype).alias("cell"), code, day, RECEIVED)
