"""A delivery before it is written: a typed table, the habits of its sender, and the faults put in on purpose."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

import polars as pl

from evalkit.declare.period import last_day
from evalkit.demo.spelling import Dialect


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong on purpose.

    Attributes:
        kind: what it is, a stable word.
        field: the field concerned, or the heading of a column that is not declared.
        rows: rows of the table, from 0; none when the whole file is concerned.
        expected: what the reception should do, in French.
    """

    kind: str
    field: str = ""
    rows: tuple[int, ...] = ()
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The dressing of a workbook around its table.

    Attributes:
        name: name of the sheet.
        titles: rows written above the heading.
        totals: columns summed in a last row, whose first cell says ``TOTAL``.
    """

    name: str
    titles: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """One file that a partner sends.

    Attributes:
        period: given with the delivery, for a feed that has no field for it.
        table: typed columns under the names of the declarations; other columns keep their heading.
        blank_headings: empty columns that the sender leaves at the right of the table.
        sheet: set for a workbook, absent for a text file.
    """

    feed: str
    producer: str
    name: str
    received_on: dt.date
    table: pl.DataFrame
    dialect: Dialect = field(default_factory=Dialect)
    period: str = ""
    sheet: Sheet | None = None
    blank_headings: int = 0
    faults: tuple[Fault, ...] = ()

    @property
    def path(self) -> str:
        """Return the place of the file under the folder of arrivals."""
        return f"{self.feed}/{self.name}"

    @property
    def heading_line(self) -> int:
        """Return the line of the file that holds the headings, from 1."""
        return 1 + (len(self.sheet.titles) if self.sheet else 0)

    def line(self, row: int) -> int:
        """Return the line of the file that holds a row of the table."""
        return self.heading_line + 1 + row

    def with_cell(self, row: int, column: str, value: object) -> Draft:
        """Return the draft with one cell changed."""
        cells = self.table[column].to_list()
        cells[row] = value
        changed = pl.Series(column, cells, dtype=self.table.schema[column])
        return replace(self, table=self.table.with_columns(changed))

    def with_fault(self, fault: Fault) -> Draft:
        """Return the draft with one more fault on its list."""
        return replace(self, faults=(*self.faults, fault))


def received_after(period: str, days: int) -> dt.date:
    """Return the day of reception of a delivery, some days after the period that it covers ends."""
    return last_day(period) + dt.timedelta(days=days)
