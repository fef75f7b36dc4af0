"""Targets and baselines: what must be reached, from where, by when."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from evalkit.declare.model import Column, Declaration, Evidence, Identifier, Label

Firmness = Literal["exact", "about", "at_least", "at_most"]


class Step(Declaration):
    """A value to have reached at the end of a year, before the final one."""

    year: int
    value: Decimal


class Target(Declaration):
    """A value to reach: at least, at most or around; for which zones and which years.

    Attributes:
        value: the value; with ``than``, what is added to the other indicator.
        tolerance: how far « around » goes, in % of the value.
        zone: where it is read.
        scope: one word of one breakdown: ``{bailleur: OPAC 71}``, ``{reservataire: Etat}``.
        each: a breakdown of which every word has this target (each landlord, each service).
        from_: first year in which it holds.
        until: the year at the end of which it must be reached.
        count: each year for itself, or all years since ``from`` added up.
        over: years that are read together (a sum over a sum), so that one bad year does not decide.
        than: the indicator to which it is relative: at least as much as the share in job seekers.
        times: the other indicator is multiplied by it first.
        steps: values to have reached on the way; without them the way is a straight line.
    """

    value: Decimal
    sense: Literal["at_least", "at_most", "around"] = "at_least"
    tolerance: Decimal = Field(default=Decimal(5), ge=0, le=100)
    zone: Identifier | None = None
    scope: dict[Column, Label] = Field(default_factory=dict, max_length=1)
    each: Column | None = None
    from_: int | None = Field(default=None, alias="from")
    until: int | None = None
    count: Literal["annual", "cumulated"] = "annual"
    over: int = Field(default=1, ge=1, le=10)
    than: Identifier | None = None
    times: Decimal = Decimal(1)
    steps: tuple[Step, ...] = ()
    label: Label | None = None
    evidence: Evidence | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Target:
        if self.from_ is not None and self.until is not None and self.until < self.from_:
            raise ValueError("l’échéance « until » précède le début « from »")
        if self.count == "cumulated" and (self.from_ is None or self.until is None):
            raise ValueError("une cible cumulée dit ses deux années, « from » et « until »")
        if self.count == "cumulated" and self.over > 1:
            raise ValueError("une cible est cumulée ou lissée, pas les deux")
        if self.scope and self.each is not None:
            raise ValueError("« scope » et « each » s’excluent : un mot, ou tous")
        return self

    @property
    def breakdown(self) -> str:
        """Return the breakdown of observations that it is read in; empty for the whole."""
        return next((f"{field}={word}" for field, word in self.scope.items()), "")


class Baseline(Declaration):
    """The value before the contract, with its year and its source.

    Attributes:
        firmness: « environ », « plus de », « moins de » are values with a qualifier, never exact ones.
        until: the other end, when the document gives a range.
        scope: one word of one breakdown.
        perimeter: vintage of the zones that it was counted on, when it is not today's.
    """

    value: Decimal
    period: Label
    zone: Identifier | None = None
    scope: dict[Column, Label] = Field(default_factory=dict, max_length=1)
    source: Label
    firmness: Firmness = "exact"
    until: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    perimeter: int | None = None
    evidence: Evidence | None = None

    @property
    def breakdown(self) -> str:
        """Return the breakdown of observations that it is read in; empty for the whole."""
        return next((f"{field}={word}" for field, word in self.scope.items()), "")


class Aim(Declaration):
    """A target that the document leaves without a number: « réduire l’écart à l’horizon 2030 »."""

    text: Label
    until: int | None = None
    zone: Identifier | None = None
    evidence: Evidence | None = None
