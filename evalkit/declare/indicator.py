"""Indicators: what is measured, for which objective, towards what."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from evalkit.declare.model import Column, Declaration, Evidence, Identifier, Label, WholeNumber
from evalkit.declare.period import Granularity


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


class _OnFeed(Declaration):
    feed: Identifier
    where: Label | None = None


class CountMeasure(_OnFeed):
    """Number of rows: actions, reports, events."""

    type: Literal["count"]


class SumMeasure(_OnFeed):
    """Sum of a quantity written as a formula: participations, contracts, euros, hours."""

    type: Literal["sum"]
    of: Label


class RatioMeasure(_OnFeed):
    """Numerator over denominator, kept apart to the end.

    Each part is a formula. A boolean one counts the rows where it is true, a numeric one is summed.
    ``population`` names who or what the denominator counts.
    """

    type: Literal["ratio"]
    numerator: Label
    denominator: Label
    population: Label
    per: Annotated[Literal[1, 100, 1000, 10000], WholeNumber] = 100


class DurationMeasure(_OnFeed):
    """Days between two dates; rows still open at the end of the period are counted apart (censored)."""

    type: Literal["duration"]
    start: Column
    end: Column
    statistic: Literal["mean", "median", "share_within"]
    within: int | None = Field(default=None, ge=1)


class SurveyMeasure(_OnFeed):
    """Mean score of a survey question, with its number of answers."""

    type: Literal["survey"]
    score: Column
    scale: tuple[int, int]


class PublishedMeasure(_OnFeed):
    """A value stored as its producer published it, never recomputed."""

    type: Literal["published"]
    value: Column


class NarrativeMeasure(_OnFeed):
    """A written review: expected, received or not."""

    type: Literal["narrative"]
    text: Column


class MilestoneMeasure(_OnFeed):
    """Something that is done or not."""

    type: Literal["milestone"]


Measure = Annotated[
    CountMeasure
    | SumMeasure
    | RatioMeasure
    | DurationMeasure
    | SurveyMeasure
    | PublishedMeasure
    | NarrativeMeasure
    | MilestoneMeasure,
    Field(discriminator="type"),
]


class Target(Declaration):
    """A value to reach: at least, at most or around; for which zones and which year."""

    value: Decimal
    sense: Literal["at_least", "at_most", "around"] = "at_least"
    zone: Identifier | None = None
    from_: int | None = Field(default=None, alias="from")
    until: int | None = None
    evidence: Evidence | None = None


class Baseline(Declaration):
    """The value before the contract, with its year and its source."""

    value: Decimal
    period: Label
    zone: Identifier | None = None
    source: Label
    evidence: Evidence | None = None


class Indicator(Declaration):
    """One indicator of a contract; ``null`` says that the document leaves something out.

    Attributes:
        zones: the zones that it is given for; ``qpv`` all of them together, ``hors-qpv`` the reference without them.
        frequency: how often the document wants it.
        producer: who holds the data.
    """

    id: Identifier
    label: Label
    objective: Identifier
    kind: Kind
    status: Status
    measure: Measure | None
    unit: Label
    direction: Literal["up", "down", "none"]
    decimals: int = Field(default=0, ge=0, le=4)
    by: tuple[Column, ...] = ()
    zones: tuple[Identifier, ...] = ()
    period: Granularity
    frequency: Label | None = None
    producer: Identifier | None = None
    population: Label | None = None
    baselines: tuple[Baseline, ...] = ()
    targets: tuple[Target, ...] = ()
    version: int = Field(default=1, ge=1)
    evidence: Evidence
