"""A column seen by a check: its name, its type, and the expressions that read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from evalkit.gx_polars.failures import CheckError
from evalkit.gx_polars.literals import as_member, is_text


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the frame under validation.

    Attributes:
        name: its name.
        dtype: its Polars type.
    """

    name: str
    dtype: pl.DataType

    @property
    def expr(self) -> pl.Expr:
        """The column itself."""
        return pl.col(self.name)

    @property
    def comparable_expr(self) -> pl.Expr:
        """The column, with categories as text so that two columns or a set can be compared with it."""
        return self.expr.cast(pl.String) if is_text(self.dtype) and self.dtype != pl.String else self.expr

    @property
    def text(self) -> pl.Expr:
        """The column as text, for patterns and lengths."""
        return self.expr if self.dtype == pl.String else self.expr.cast(pl.String)

    def is_exactly(self, value: Any) -> pl.Expr:
        """Return whether the column holds this value, null being a value like another."""
        return self.comparable_expr.eq_missing(None if value is None else as_member(value, self.dtype))

    def require_numbers(self, purpose: str) -> None:
        """Refuse a column that is not made of numbers.

        Polars gives null for the mean of a text where GX-pandas raises; a silent null would pass for
        "no data".

        Raises:
            CheckError: the column is neither numeric nor Boolean.
        """
        if not (self.dtype.is_numeric() or self.dtype in (pl.Boolean, pl.Null)):
            raise CheckError("type", f"{purpose} of column {self.name!r} ({self.dtype})")
