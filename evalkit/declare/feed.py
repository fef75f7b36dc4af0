"""Feeds: what a kind of partner's file holds, and the checks that it must pass."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from evalkit.declare.model import Column, Declaration, Duration, Evidence, Identifier, Label, Vintage
from evalkit.declare.period import Granularity


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
    YEAR = "year"
    FREE_TEXT = "free_text"


class Severity(StrEnum):
    """What a failed check does to the delivery."""

    BLOCKING = "bloquant"
    MAJOR = "majeur"
    MINOR = "mineur"


def _share(value: object) -> Decimal:
    match = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*%", str(value))
    if not match or not 0 <= (percent := Decimal(match[1].replace(",", "."))) <= 100:
        raise ValueError("tolérance attendue entre 0 % et 100 % (ex. « 1 % »)")
    return percent / 100


Tolerance = Annotated[Decimal, BeforeValidator(_share)]


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

    @property
    def is_personal(self) -> bool:
        """Tell whether a value of this field must never be printed: identities and free text always."""
        return self.personal or self.type in {FieldType.IDENTITY, FieldType.FREE_TEXT}


class IdentitySpec(Declaration):
    """The pseudonym of persons: who makes it, from what, before the file reaches the evaluator."""

    field: Column
    made_by: Label
    from_: tuple[Label, ...] = Field(alias="from", min_length=1)


class RuleCheck(Declaration):
    """A rule written as a formula; a row passes unless the formula is false."""

    rule: Label
    severity: Severity
    message: Label
    tolerance: Tolerance = Decimal(0)


class ExpectationCheck(Declaration):
    """A check written as a Great Expectations expectation, with its arguments beside."""

    expectation: Annotated[str, Field(pattern=r"^expect_[a-z_]+$")]
    severity: Severity
    message: Label | None = None
    tolerance: Tolerance = Decimal(0)
    column: Column | None = None
    columns: tuple[Column, ...] = ()
    min_value: Decimal | None = None
    max_value: Decimal | None = None
    value_set: tuple[str, ...] = ()
    regex: str | None = None
    column_a: Column | None = Field(default=None, alias="column_A")
    column_b: Column | None = Field(default=None, alias="column_B")
    or_equal: bool | None = None


def _kind_of_check(value: object) -> str:
    written_as_expectation = isinstance(value, ExpectationCheck) or (isinstance(value, dict) and "expectation" in value)
    return "expectation" if written_as_expectation else "rule"


Check = Annotated[
    Annotated[RuleCheck, Tag("rule")] | Annotated[ExpectationCheck, Tag("expectation")],
    Discriminator(_kind_of_check),
]


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
    source: Label | None = None
    evidence: Evidence | None = None

    def field(self, name: str) -> FieldSpec | None:
        """Return the field of that name."""
        return next((each for each in self.fields if each.name == name), None)

    @property
    def is_individual(self) -> bool:
        """Tell whether rows follow persons: the feed is then refused without its protection block."""
        return self.identity is not None or self.grain is Grain.PERSON
