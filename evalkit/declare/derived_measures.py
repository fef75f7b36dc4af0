"""Measures that read other indicators: gaps, changes, quotients, composites. They have no feed of their own."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from evalkit.declare.model import Column, Declaration, Identifier, Label, WholeNumber
from evalkit.declare.period import granularity_of

Per = Annotated[Literal[1, 100, 1000, 10000], WholeNumber]
"""For how many units a ratio is given."""


class _OnIndicators(Declaration):
    """A measure that reads other indicators: it has no feed of its own."""

    @property
    def feed(self) -> str:
        """Return no feed."""
        return ""

    @property
    def where(self) -> str | None:
        """Return no condition."""
        return None


class Groups(Declaration):
    """Two words of one breakdown: women minus men."""

    field: Column
    plus: Label
    minus: Label


class GapMeasure(_OnIndicators):
    """Gap between two values of the same period: of two zones, of two groups, of two indicators, to the target.

    Exactly one of ``zone``, ``groups``, ``indicator`` and ``target`` says what is subtracted. ``reference`` as a zone
    stands for *hors QPV*.
    """

    type: Literal["gap"]
    of: Identifier
    zone: Identifier | None = None
    groups: Groups | None = None
    indicator: Identifier | None = None
    target: bool = False
    express: Literal["difference", "ratio"] = "difference"

    @model_validator(mode="after")
    def _one_side(self) -> GapMeasure:
        if sum((self.zone is not None, self.groups is not None, self.indicator is not None, self.target)) != 1:
            raise ValueError(
                "un écart se lit contre une seule chose : « zone », « groups », « indicator » ou « target »"
            )
        return self

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the indicators that it reads."""
        return (self.of,) if self.indicator is None else (self.of, self.indicator)


class ChangeMeasure(_OnIndicators):
    """Change of an indicator since a period, the period before, or its declared baseline.

    Attributes:
        since: ``previous``, ``baseline``, or a period.
        express: what the value is; ``both`` keeps the relative change (in %) beside the absolute one. When the two
            readings point in opposite directions both are always given.
        against: a zone whose change is subtracted (« reference » for *hors QPV*).
        accept_break: the sentence that allows a comparison across a break of series, or between windows that overlap
            or lie too near; two sources, two notions or two units are never allowed.
        accept_perimeter: the sentence that allows a comparison across a contour that moved.
    """

    type: Literal["change"]
    of: Identifier
    since: Label
    express: Literal["absolute", "relative", "both"] = "absolute"
    against: Identifier | None = None
    accept_break: Label | None = None
    accept_perimeter: Label | None = None

    @model_validator(mode="after")
    def _known_start(self) -> ChangeMeasure:
        if self.since not in {"previous", "baseline"} and granularity_of(self.since) is None:
            raise ValueError(
                "« since » attend « previous », « baseline » ou une période (2021, 2021-S2, 2021-T4, 2021-12)"
            )
        return self

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the indicators that it reads."""
        return (self.of,)


class QuotientMeasure(_OnIndicators):
    """One indicator over another, of the same zone and period: a denominator that another producer holds.

    ``residents`` as the denominator stands for the declared population of the zone, of its latest year.
    """

    type: Literal["quotient"]
    of: Identifier
    over: Identifier
    population: Label
    per: Per = 100

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the indicators that it reads."""
        return (self.of,) if self.over == RESIDENTS else (self.of, self.over)


class Component(Declaration):
    """One part of a composite indicator."""

    of: Identifier
    weight: Decimal = Field(default=Decimal(1), gt=0)


class CompositeMeasure(_OnIndicators):
    """Several indicators together, by a declared rule; a ``battery`` has no value of its own.

    An index whose formula is not known is no composite: it is a published value.
    """

    type: Literal["composite"]
    components: tuple[Component, ...] = Field(min_length=2)
    method: Literal["weighted_mean", "sum", "battery"]

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the indicators that it reads."""
        return tuple(each.of for each in self.components)


RESIDENTS = "residents"
"""The denominator of a quotient that stands for the declared population of a zone."""

REFERENCE = "reference"
"""The zone of a gap that stands for the reference of the contract without its QPV."""
