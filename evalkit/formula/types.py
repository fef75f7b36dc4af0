"""The kinds of values that a formula reads and gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a value is, with the Polars type in which it is stored.

    Attributes:
        BOOLEAN: ``Boolean``.
        INTEGER: ``Int64``.
        DECIMAL: ``Decimal``; no formula ever gives a float.
        TEXT: ``String``.
        DATE: ``Date``.
        MONTH: ``String``, ``2026-03``.
        QUARTER: ``String``, ``2026-T1``.
        YEAR: ``String``, ``2026``.
    """

    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    DATE = "date"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def is_number(self) -> bool:
        """Tell whether values can be added."""
        return self in {Kind.INTEGER, Kind.DECIMAL}

    @property
    def is_period(self) -> bool:
        """Tell whether values are periods, written as texts whose alphabetical order is that of time."""
        return self in PERIOD_FORMS


PERIOD_FORMS: Mapping[Kind, re.Pattern[str]] = {
    Kind.MONTH: re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII),
    Kind.QUARTER: re.compile(r"\d{4}-T[1-4]", re.ASCII),
    Kind.HALF_YEAR: re.compile(r"\d{4}-S[12]", re.ASCII),
    Kind.YEAR: re.compile(r"\d{4}", re.ASCII),
}
"""How a period is written. A period is compared only with a period of the same kind, or with a text of that form."""


@dataclass(frozen=True, slots=True)
class ColumnType:
    """What a column holds.

    Attributes:
        kind: the kind of its values.
        values: the only words that it may hold, for a category; ``None`` or empty when any text is allowed.
    """

    kind: Kind
    values: tuple[str, ...] | None = None


Columns = Mapping[str, Kind | ColumnType]
"""The columns that a formula may read, by name; a bare kind is a column without a list of words."""
