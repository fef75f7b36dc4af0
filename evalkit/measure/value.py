"""A value before it is given to a zone and a period."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.measure.observation import Qualifier


@dataclass(frozen=True, slots=True)
class Value:
    """A value made of rows, before it is given to a zone and a period.

    Attributes:
        n: units behind it.
        low: lower end of its interval, or bound.
        high: upper end of its interval, or bound.
        remark: a French remark to print beside it.
        missing: a French reason when there is no value.
        text: names or words.
        qualifier: how firm it is, when its source says so.
    """

    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    n: int | None = None
    low: float | None = None
    high: float | None = None
    remark: str = ""
    missing: str = ""
    text: str = ""
    qualifier: Qualifier = Qualifier.EXACT
