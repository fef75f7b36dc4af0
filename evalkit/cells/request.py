"""What a stage asks of a feed: which rows, grouped by what, adding what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evalkit.declare.feed import Feed
from evalkit.declare.parameter import Parameter
from evalkit.declare.period import Granularity
from evalkit.formula import Formula

PERIOD = "period"
"""Name of the period column of cells."""

ROWS = "n"
"""Name of the column that counts the rows of a cell."""


@dataclass(frozen=True, slots=True)
class Amount:
    """One column of sums.

    Attributes:
        name: name of the column in the cells.
        formula: a boolean formula when ``counts`` is ``true``, else a numeric one.
        counts: add 1 for each row where the formula is true, or its value (null adds nothing).
    """

    name: str
    formula: Formula
    counts: Literal["true", "value"]


@dataclass(frozen=True, slots=True)
class Worth:
    """A value of rows by which cells are also grouped: the cells then hold its whole distribution.

    Quantiles, distinct persons and lists come out of it exactly, for any zone that adds stored zones up.
    """

    name: str
    formula: Formula


@dataclass(frozen=True, slots=True)
class Bands:
    """A numeric column cut in bands by their lower bounds, before cells are grouped by it."""

    column: str
    bounds: tuple[int, ...]
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class CellRequest:
    """The cells wanted of one feed: one row per combination of keys that occurs, with ``n`` and the amounts.

    Attributes:
        keys: stored columns to group by; the period is added when ``granularity`` is given.
        granularity: periods of the cells, not finer than the feed's.
        where: rows kept, those for which the formula is true; all of them when absent.
        values: values of rows to group by too.
        bands: those of the keys that are cut in bands.
        parameters: yearly parameters that the formulas may read as columns.
    """

    contract: str
    feed: Feed
    keys: tuple[str, ...]
    granularity: Granularity | None
    where: Formula | None
    amounts: tuple[Amount, ...] = ()
    values: tuple[Worth, ...] = ()
    bands: tuple[Bands, ...] = ()
    parameters: tuple[Parameter, ...] = ()

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Return every formula that it reads."""
        kept = (self.where,) if self.where is not None else ()
        return (*kept, *(each.formula for each in self.amounts), *(each.formula for each in self.values))
