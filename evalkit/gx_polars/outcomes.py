"""What a validation gives: no value of the data, only verdicts, counts and numbers of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from evalkit.gx_polars.failures import Failure


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """An expectation by name.

    Attributes:
        name: name of the expectation in GX's manner: ``expect_column_values_to_be_between``.
        kwargs: its arguments: ``column``, bounds, ``mostly``, ``row_condition``...
    """

    name: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class ExpectationOutcome:
    """The outcome of one expectation.

    Attributes:
        name: name of the expectation.
        kwargs: its arguments, as given.
        success: verdict, tolerance (``mostly``) included; False when it could not run.
        evaluated: number of rows looked at; None for an expectation on a whole column or table.
        unexpected: number of rows that fail; None for an expectation on a whole column or table.
        unexpected_rows: the failing rows: their numbers from 0, or their values in the column given as
            ``row_index``, in the order of the frame.
        observed: count, mean, share or type observed; None for anything that could be one person's value.
        raised: why the expectation could not run; None when it ran.
    """

    name: str
    kwargs: Mapping[str, Any]
    success: bool
    evaluated: int | None
    unexpected: int | None
    unexpected_rows: pl.Series
    observed: int | float | str | None
    raised: Failure | None


@dataclass(frozen=True, slots=True, eq=False)
class SuiteOutcome:
    """The outcome of all the expectations on one frame.

    Attributes:
        success: whether all of them succeeded.
        rows: number of rows of the frame.
        outcomes: one outcome per expectation, then one per row rule not already named by an expectation,
            then the one of the minimum number of rows.
        engine: versions of Great Expectations and Polars that gave these outcomes.
    """

    success: bool
    rows: int | None
    outcomes: tuple[ExpectationOutcome, ...]
    engine: str
