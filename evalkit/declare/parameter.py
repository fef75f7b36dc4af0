"""Yearly parameters: thresholds and ceilings that a text fixes each year, dated and sourced."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from pydantic import Field, field_validator

from evalkit.declare.model import Declaration, Evidence, Identifier, Label


class YearlyValue(Declaration):
    """The value of a parameter in one year, and the text that fixes it."""

    year: int = Field(ge=1990, le=2100)
    value: Decimal
    source: Label
    date: dt.date | None = None
    evidence: Evidence | None = None


class Parameter(Declaration):
    """A number that changes every year: the ceiling of the first quartile, a ceiling of resources.

    Formulas of the contract read it as a column named by :attr:`column`, whose value is that of the row's year.
    """

    parameter: Identifier
    label: Label
    unit: Label
    values: tuple[YearlyValue, ...] = Field(min_length=1)
    evidence: Evidence | None = None

    @field_validator("values")
    @classmethod
    def _once(cls, values: tuple[YearlyValue, ...]) -> tuple[YearlyValue, ...]:
        years = [each.year for each in values]
        if len(set(years)) < len(years):
            raise ValueError("une année est donnée deux fois")
        return values

    @property
    def column(self) -> str:
        """Return the name under which formulas read it."""
        return self.parameter.replace("-", "_").replace(".", "_")

    @property
    def by_year(self) -> dict[str, Decimal]:
        """Return its values by year, written as a period."""
        return {str(each.year): each.value for each in sorted(self.values, key=lambda known: known.year)}
