"""Feeds: what a kind of partner's file holds, and the checks that it must pass."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field

from evalkit.declare.feed_check import Check, ExpectationCheck, RuleCheck, Severity, Tolerance
from evalkit.declare.model import Column, Declaration, Duration, Evidence, Identifier, Label, Vintage
from evalkit.declare.period import Granularity
from evalkit.declare.watch import Watch

__all__ = [
    "Break",
    "Check",
    "ExpectationCheck",
    "Feed",
    "FieldSpec",
    "FieldType",
    "Grain",
    "IdentitySpec",
    "Nature",
    "PeriodSpec",
    "RuleCheck",
    "Severity",
    "Tolerance",
]


class Nature(StrEnum):
    """How the figures were obtained, which decides the uncertainty that may be shown."""

    EXHAUSTIVE = "exhaustif"
    SAMPLE = "sondage"
    VOLUNTEER = "volontaire"
    MODELLED = "modélisé"


class Grain(StrEnum):
    """What one row is. Only rows that are persons may be counted as distinct persons."""

    PERSON = "personne"
    EVENT = "evenement"
    TOTAL = "total"
    ZONE = "zone"
    ANSWER = "reponse"
    TEXT = "texte"


class FieldType(StrEnum):
    """How the text of a cell is read."""

    IDENTITY = "identity"
    CODE = "code"
    ZONE = "zone"
    CATEGORY = "category"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    FREE_TEXT = "free_text"


class FieldSpec(Declaration):
    """One column of a feed.

    Attributes:
        name: the name that declarations use.
        headers: other headings under which partners send it; case, accents and spaces do not count.
        type: how its text is read.
        scale: decimals kept, for a decimal; sums are exact at that scale.
        values: the words allowed, for a category.
        synonyms: what partners write, and the allowed word that it means.
        personal: the value may point at a person; it is never printed.
        severity: what values out of the bounds, the list or the form do; reserves by default.
        tolerance: share of rows with such values that has no consequence.
    """

    name: Column
    label: Label | None = None
    headers: tuple[Label, ...] = ()
    type: FieldType
    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    scale: int = Field(default=2, ge=0, le=6)
    values: tuple[Label, ...] = ()
    synonyms: dict[str, str] = Field(default_factory=dict)
    pattern: str | None = None
    unit: Label | None = None
    personal: bool = False
    evidence: Label | None = None
    severity: Severity = Severity.MAJOR
    tolerance: Tolerance = Decimal(0)

    @property
    def is_personal(self) -> bool:
        """Tell whether a value of this field must never be printed: identities and free text always."""
        return self.personal or self.type in {FieldType.IDENTITY, FieldType.FREE_TEXT}


class IdentitySpec(Declaration):
    """The pseudonym of persons: who makes it, from what, before the file reaches the evaluator."""

    field: Column
    made_by: Label
    from_: tuple[Label, ...] = Field(alias="from", min_length=1)


class Break(Declaration):
    """A dated change of the source: no comparison crosses it unless a corrected series is declared."""

    date: dt.date
    text: Label
    fields: tuple[Column, ...] = ()


class PeriodSpec(Declaration):
    """Where a row's period is read; without a field, the period is given with the delivery."""

    granularity: Granularity
    field: Column | None = None


class Feed(Declaration):
    """One kind of partner's file, shared by all contracts.

    Attributes:
        key: the fields that together name a row once.
        period: granularity of a delivery, and the field that holds it.
        other_columns: what happens to columns that are not declared.
        window: the observation window of the source, in words, printed with its figures.
        spacing: the shortest time between two comparable vintages.
        breaks: dated changes of the source.
        total_codes: values of the key that are totals, set aside and never counted.
        watch: what is watched in every delivery, with its thresholds.
        refused_rows: share of refused rows above which the whole delivery is refused.
        supplied: rows are numbers that a partner worked out itself for the contract, from no file that can be checked.
    """

    feed: Identifier
    label: Label
    grain: Grain
    nature: Nature
    key: tuple[Column, ...] = Field(min_length=1)
    period: PeriodSpec
    identity: IdentitySpec | None = None
    fields: tuple[FieldSpec, ...] = Field(min_length=1)
    checks: tuple[Check, ...] = ()
    other_columns: Literal["refused", "listed"] = "refused"
    perimeter: Vintage | None = None
    window: Label | None = None
    spacing: Duration | None = None
    breaks: tuple[Break, ...] = ()
    total_codes: tuple[str, ...] = ()
    watch: Watch = Watch()
    refused_rows: Tolerance = Decimal("0.05")
    supplied: bool = False
    source: Label | None = None
    evidence: Evidence | None = None

    def field(self, name: str) -> FieldSpec | None:
        """Return the field of that name."""
        return next((each for each in self.fields if each.name == name), None)

    @property
    def is_individual(self) -> bool:
        """Tell whether rows follow persons: the feed is then refused without its protection block."""
        return self.identity is not None or self.grain is Grain.PERSON
