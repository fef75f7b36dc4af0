"""The rows that a check speaks of: those of a batch, or those of them that a row condition keeps."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import polars as pl

ROW = "row"


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a batch.

    Attributes:
        group: equal for the same rows; what has the same group shares one scan.
        frame: all the rows of the batch.
        kept: the row condition, or None.
    """

    group: Hashable
    frame: pl.LazyFrame
    kept: pl.Expr | None

    @property
    def plain(self) -> pl.LazyFrame:
        """The rows."""
        return self.frame if self.kept is None else self.frame.filter(self.kept)

    @property
    def number(self) -> str:
        """A name that no column has, for the numbers of the rows."""
        taken = set(self.frame.collect_schema().names())
        name = ROW
        while name in taken:
            name += "_"
        return name

    @property
    def numbered(self) -> pl.LazyFrame:
        """The rows, with their numbers in the batch, from 0, in the column :attr:`number`."""
        every = self.frame.with_row_index(self.number)
        return every if self.kept is None else every.filter(self.kept)
