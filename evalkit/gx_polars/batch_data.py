"""The frame of a batch, with the rules on its rows (GX internals read in GX 1.24.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import polars as pl
import polars.selectors as cs
from great_expectations.core.batch import BatchData

from evalkit.gx_polars.failures import CheckError, Failure, failure_of

_RULE_PREFIX = "\N{INVISIBLE SEPARATOR}rule:"


@dataclass(frozen=True, slots=True)
class RuledFrame:
    """A frame and the rules on its rows, handed over together as one batch.

    Attributes:
        frame: the rows.
        rules: expressions by key, true when a row is fine.
    """

    frame: pl.LazyFrame | pl.DataFrame
    rules: Mapping[str, pl.Expr]


class PolarsBatchData(BatchData):
    """A lazy frame ready for checks.

    NaN is read as null, as GX-pandas does. Each rule becomes a hidden Boolean column, computed on the
    whole frame and only when a check asks for it; a rule that the frame cannot compute is set apart
    with its reason instead of breaking the others.

    Attributes:
        frame: the rows, with the hidden columns.
        schema: names and types of the visible columns.
    """

    def __init__(self, execution_engine: Any, data: pl.LazyFrame | pl.DataFrame | RuledFrame) -> None:
        """Prepare the frame; no row is read."""
        super().__init__(execution_engine=execution_engine)
        given = data if isinstance(data, RuledFrame) else RuledFrame(data, {})
        rows = given.frame.lazy()
        self.schema: pl.Schema = rows.collect_schema()
        rows = rows.with_columns(cs.float().fill_nan(None))
        broken = {key: found for key, rule in given.rules.items() if (found := _unusable(rows, rule)) is not None}
        usable = {_RULE_PREFIX + key: rule for key, rule in given.rules.items() if key not in broken}
        self.frame: pl.LazyFrame = rows.with_columns(**usable) if usable else rows
        self._broken: Mapping[str, Failure] = MappingProxyType(broken)
        self._usable = frozenset(usable)

    def rule(self, key: str) -> pl.Expr:
        """Return the hidden column of a rule; null is fine, so that a rule is silent on missing data.

        Raises:
            CheckError: the rule was not given with the batch, or the frame cannot compute it.
        """
        if key in self._broken:
            found = self._broken[key]
            raise CheckError(found.kind, found.detail)
        if _RULE_PREFIX + key not in self._usable:
            raise CheckError("configuration", f"no row rule {key!r} was given with the batch")
        return pl.col(_RULE_PREFIX + key).fill_null(value=True)


def _unusable(rows: pl.LazyFrame, rule: pl.Expr) -> Failure | None:
    try:
        missing = sorted(set(rule.meta.root_names()) - set(rows.collect_schema().names()))
        if missing:
            return Failure("missing_column", ", ".join(missing))
        (dtype,) = rows.select(rule).collect_schema().dtypes()
    except (pl.exceptions.PolarsError, TypeError, ValueError) as error:
        return failure_of(error)
    return None if dtype in (pl.Boolean, pl.Null) else Failure("type", f"a rule gives {dtype}, not Boolean")
