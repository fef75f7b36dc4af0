"""Measures: the ways of counting that an indicator may declare, each a type with its own fields.

The first ones read the rows of a feed; the last ones (gap, change, quotient, composite) read other indicators.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from evalkit.declare.derived_measures import (
    ChangeMeasure,
    CompositeMeasure,
    GapMeasure,
    Per,
    QuotientMeasure,
)
from evalkit.declare.model import Column, Declaration, Identifier, Label


class _OnFeed(Declaration):
    feed: Identifier
    where: Label | None = None


class CountMeasure(_OnFeed):
    """Number of rows: actions, reports, events."""

    type: Literal["count"]


class PersonsMeasure(_OnFeed):
    """Number of distinct persons: the same person counts once, in a zone, in all of them and in a period.

    Refused on feeds that hold totals, where nobody can be told apart.
    """

    type: Literal["persons"]
    person: Column


class ParticipationsMeasure(_OnFeed):
    """Number of participations: a person who comes ten times counts ten times.

    ``of`` is the column that holds them; without it, a row is a participation.
    """

    type: Literal["participations"]
    of: Label | None = None


class SumMeasure(_OnFeed):
    """Sum of a quantity written as a formula: contracts, euros, hours."""

    type: Literal["sum"]
    of: Label


class Parts(Declaration):
    """The names of the two parts of a ratio, as a report prints them."""

    numerator: Label
    denominator: Label


class RatioMeasure(_OnFeed):
    """Numerator over denominator, kept apart to the end.

    Each part is a formula. A boolean one counts the rows where it is true, a numeric one is summed.
    ``population`` names who or what the denominator counts.
    """

    type: Literal["ratio"]
    numerator: Label
    denominator: Label
    population: Label
    per: Per = 100
    labels: Parts | None = None


class ShareMeasure(RatioMeasure):
    """Share of a quantity that falls in a part: credits of a pillar, of a funder, of a year.

    It is the ratio of ``of`` where ``part`` is true to ``of`` everywhere; its two formulas are written from them.
    """

    type: Literal["share"]  # type: ignore[assignment]
    part: Label
    of: Label
    numerator: str = ""
    denominator: str = ""

    @model_validator(mode="before")
    @classmethod
    def _as_ratio(cls, written: object) -> object:
        if isinstance(written, dict) and "part" in written and "of" in written:
            numerator = f"CASE WHEN {written['part']} THEN {written['of']} END"
            return {**written, "numerator": numerator, "denominator": str(written["of"])}
        return written


class ContractsMeasure(RatioMeasure):
    """Share of the contracts for which something holds, over those that answer: a regional reading.

    A row of the feed is a contract; one where ``holds`` is null has not answered, and is out of the denominator.
    """

    type: Literal["contracts"]  # type: ignore[assignment]
    holds: Label
    population: Label = "contrats"
    numerator: str = ""
    denominator: str = ""

    @model_validator(mode="before")
    @classmethod
    def _as_ratio(cls, written: object) -> object:
        if isinstance(written, dict) and "holds" in written:
            holds = str(written["holds"])
            return {**written, "numerator": holds, "denominator": f"({holds}) OR NOT ({holds})"}
        return written


class MeanMeasure(_OnFeed):
    """Mean of a quantity, or its weighted mean: the sum of weight times quantity over the sum of weights."""

    type: Literal["mean"]
    of: Label
    weight: Label | None = None


class MedianMeasure(_OnFeed):
    """Median of a quantity, read from rows: it never adds up from a zone or a period to another."""

    type: Literal["median"]
    of: Label

    @property
    def order(self) -> Decimal:
        """Return the order of the quantile that it is."""
        return Decimal("0.5")


class QuantileMeasure(_OnFeed):
    """Quantile of a quantity, of an order between 0 and 1: the first decile is 0.1."""

    type: Literal["quantile"]
    of: Label
    order: Decimal = Field(gt=0, lt=1)


class DurationMeasure(_OnFeed):
    """Days between two dates.

    Attributes:
        statistic: mean, median, quantile, or share of those that end within ``within`` days.
        open: what is done of rows that have not ended: told ``apart``, or ``censored`` at the last day received
            (Kaplan and Meier), so that slow ones still count.
    """

    type: Literal["duration"]
    start: Column
    end: Column
    statistic: Literal["mean", "median", "quantile", "share_within"]
    within: int | None = Field(default=None, ge=1)
    order: Decimal | None = Field(default=None, gt=0, lt=1)
    open: Literal["apart", "censored"] = "apart"


class DistributionMeasure(_OnFeed):
    """Share of each category: contract types, energy labels, pillars.

    ``weight`` shares out a quantity instead of rows; ``distinct`` counts the distinct values of a column instead of
    rows (an action with three funders counts once).
    """

    type: Literal["distribution"]
    of: Column
    weight: Label | None = None
    distinct: Column | None = None

    @model_validator(mode="after")
    def _one_way(self) -> DistributionMeasure:
        if self.weight is not None and self.distinct is not None:
            raise ValueError("« weight » et « distinct » s’excluent : gardez l’un des deux")
        return self


class KindsMeasure(_OnFeed):
    """Number of distinct kinds that occur in a column: types of partners, natures of actions."""

    type: Literal["kinds"]
    of: Column


class ListMeasure(_OnFeed):
    """The distinct names that occur in a column: residences, dispositions, places. Never persons."""

    type: Literal["list"]
    of: Column


class SurveyMeasure(_OnFeed):
    """Mean score of a survey question, with its number of answers; a share of favourable answers is a ratio.

    Attributes:
        scale: lowest and highest possible answers.
        wave: the column that names the wave; each is given apart.
        weight: the survey weight of an answer.
    """

    type: Literal["survey"]
    score: Column
    scale: tuple[int, int]
    wave: Column | None = None
    weight: Label | None = None


class PublishedMeasure(_OnFeed):
    """A value stored as its producer published it, never recomputed.

    Attributes:
        qualifier: the column that says how firm it is (« environ », « au moins », « au plus », « provisoire »).
        base: the number of units that a percentage is a share of: one that no whole number gives is flagged.
        vintage: the vintage of an index whose formula is not known.
    """

    type: Literal["published"]
    value: Column
    qualifier: Column | None = None
    base: int | None = Field(default=None, ge=1)
    vintage: Label | None = None


class NarrativeMeasure(_OnFeed):
    """A written review: expected, received or not."""

    type: Literal["narrative"]
    text: Column


class MilestoneMeasure(_OnFeed):
    """Something that is done or not: at least one row says so; ``date`` says when, ``due`` by when it must be."""

    type: Literal["milestone"]
    date: Column | None = None
    due: dt.date | None = None


class YesNoMeasure(_OnFeed):
    """Yes or no: a condition that one row (``any``) or every row (``all``) of the zone and period fulfils."""

    type: Literal["yes_no"]
    of: Label
    rule: Literal["any", "all"] = "any"


class FlowsMeasure(_OnFeed):
    """Come, stay or leave: moves from a zone to another, one row per household or person that is followed."""

    type: Literal["flows"]
    from_: Column = Field(alias="from")
    to: Column


DerivedMeasure = GapMeasure | ChangeMeasure | QuotientMeasure | CompositeMeasure
"""Measures that read other indicators."""

Measure = Annotated[
    CountMeasure
    | PersonsMeasure
    | ParticipationsMeasure
    | SumMeasure
    | RatioMeasure
    | ShareMeasure
    | ContractsMeasure
    | MeanMeasure
    | MedianMeasure
    | QuantileMeasure
    | DurationMeasure
    | DistributionMeasure
    | KindsMeasure
    | ListMeasure
    | SurveyMeasure
    | PublishedMeasure
    | NarrativeMeasure
    | MilestoneMeasure
    | YesNoMeasure
    | FlowsMeasure
    | GapMeasure
    | ChangeMeasure
    | QuotientMeasure
    | CompositeMeasure,
    Field(discriminator="type"),
]
