"""Indicators: what is measured, for which objective, towards what."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field, field_validator

from evalkit.declare.measures import (
    Measure,
)
from evalkit.declare.model import Column, Declaration, Evidence, Identifier, Label
from evalkit.declare.period import Granularity
from evalkit.declare.target import Aim, Baseline, Target


class Kind(StrEnum):
    """The evaluator's typology of indicators."""

    CONTEXT = "contexte"
    OUTPUT = "realisation"
    RESULT = "resultat"
    IMPACT = "impact"
    QUALITATIVE = "qualitatif"


class Status(StrEnum):
    """How the reference document speaks of the indicator."""

    DECLARED = "declared"
    TARGET = "target"
    CONTEXT = "context"
    IMPLIED = "implied"


class Indicator(Declaration):
    """One indicator of a contract; ``null`` says that the document leaves something out.

    Attributes:
        by: the fields by which it is also given.
        bands: the lower bounds of the bands of a numeric field of ``by``: ``{age: [16, 26, 50]}``.
        zones: the zones that it is given for; ``qpv`` all of them together, ``hors-qpv`` the reference without them.
        also: other objectives that it serves.
        question: the evaluation question that it answers.
        same_as: the indicator that the document repeats under this label.
        frequency: how often the document wants it.
        producer: who holds the data.
        aims: targets without a number.
        defects: what is wrong in the definition that the document gives, in French.
    """

    id: Identifier
    label: Label
    objective: Identifier
    also: tuple[Identifier, ...] = ()
    question: Identifier | None = None
    same_as: Identifier | None = None
    kind: Kind
    status: Status
    measure: Measure | None
    unit: Label
    direction: Literal["up", "down", "none"]
    decimals: int = Field(default=0, ge=0, le=4)
    by: tuple[Column, ...] = ()
    bands: dict[Column, tuple[int, ...]] = Field(default_factory=dict)
    zones: tuple[Identifier, ...] = ()
    period: Granularity
    frequency: Label | None = None
    producer: Identifier | None = None
    population: Label | None = None
    baselines: tuple[Baseline, ...] = ()
    targets: tuple[Target, ...] = ()
    aims: tuple[Aim, ...] = ()
    defects: tuple[Label, ...] = ()
    version: int = Field(default=1, ge=1)
    evidence: Evidence

    @field_validator("bands")
    @classmethod
    def _ascending(cls, bands: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
        for bounds in bands.values():
            if not bounds or list(bounds) != sorted(set(bounds)):
                raise ValueError("les bornes d’une tranche vont en croissant, sans répétition")
        return bands

    @property
    def breakdowns(self) -> tuple[str, ...]:
        """Return the fields by which it is also given, the zone apart."""
        return tuple(field for field in self.by if field != "zone")
