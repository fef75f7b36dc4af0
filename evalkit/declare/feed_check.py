"""The checks that a feed may declare, each with its own severity and its own tolerance."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, PlainSerializer, Tag, model_validator

from evalkit.declare.model import Column, Declaration, Identifier, Label


class Severity(StrEnum):
    """What a failed check does to the delivery."""

    BLOCKING = "bloquant"
    MAJOR = "majeur"
    MINOR = "mineur"


def _share(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    match = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*%", str(value))
    if not match or not 0 <= (percent := Decimal(match[1].replace(",", "."))) <= 100:
        raise ValueError("tolérance attendue entre 0 % et 100 % (ex. « 1 % »)")
    return percent / 100


def percent_words(share: Decimal) -> str:
    """Return a share as the YAML files write it: ``2 %``."""
    text = f"{100 * share:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


Tolerance = Annotated[Decimal, BeforeValidator(_share), PlainSerializer(percent_words, return_type=str)]
Amount = Annotated[Decimal, Field(ge=0)]


class _Judged(Declaration):
    """What every declared check says of its own consequence.

    Attributes:
        severity: what a failure does to the delivery.
        message: the French sentence that the receipt prints.
        tolerance: share of failing rows up to which the check is satisfied.
    """

    severity: Severity
    message: Label | None = None
    tolerance: Tolerance = Decimal(0)


class RuleCheck(_Judged):
    """A rule written as a formula; a row passes unless the formula is false."""

    rule: Label
    message: Label


class ExpectationCheck(_Judged):
    """A check written as a Great Expectations expectation, with its arguments beside."""

    expectation: Annotated[str, Field(pattern=r"^expect_[a-z_]+$")]
    column: Column | None = None
    columns: tuple[Column, ...] = ()
    min_value: Decimal | None = None
    max_value: Decimal | None = None
    value_set: tuple[str, ...] = ()
    regex: str | None = None
    column_a: Column | None = Field(default=None, alias="column_A")
    column_b: Column | None = Field(default=None, alias="column_B")
    or_equal: bool | None = None


class PartsCheck(_Judged):
    """The parts of a total make it up, within the gap that rounding alone can make.

    Each of the ``n`` figures rounded to a multiple of ``rounding`` is at most half of it away from the truth, so the
    parts and their total may differ by ``n x rounding / 2`` (7.5 for two parts rounded to 5 and their total).

    Attributes:
        total: the column of the total, or a constant (``100`` for shares in per cent).
        parts: the columns of the parts.
        complete: the parts are all those of the total; otherwise they may only not exceed it.
        rounding: the multiple to which each figure was rounded by its producer.
        margin: what may differ for another reason, in units of the total.
    """

    total: Column | Decimal = Field(union_mode="left_to_right")
    parts: tuple[Column, ...] = Field(min_length=1)
    complete: bool = True
    rounding: Amount = Decimal(0)
    margin: Amount = Decimal(0)

    @property
    def slack(self) -> Decimal:
        """Return the greatest difference that is not a fault."""
        rounded = len(self.parts) + isinstance(self.total, str)
        return rounded * self.rounding / 2 + self.margin


class BirthSpec(Declaration):
    """Where the birth of the person of a row is known from: a date, a year, or an age on a day."""

    date: Column | None = None
    year: Column | None = None
    age: Column | None = None
    on: Column | None = None

    @model_validator(mode="after")
    def _one_way(self) -> BirthSpec:
        if [self.date, self.year, self.age].count(None) != 2 or (self.age is None) != (self.on is None):
            raise ValueError("naissance attendue : « date », ou « year », ou « age » avec « on » (ex. on: mois)")
        return self


class DatesCheck(_Judged):
    """Dates that cannot be: before a day, after a day, before the birth of the person.

    Attributes:
        dates: the columns of dates.
        not_before: the first day possible (the opening of a programme, the window of a cohort).
        not_after: the last one: a day, the day of reception, or the last day of the row's period.
        born: no date may come before this birth.
    """

    dates: tuple[Column, ...] = Field(min_length=1)
    not_before: dt.date | None = None
    not_after: dt.date | Literal["reception", "period"] | None = None
    born: BirthSpec | None = None

    @model_validator(mode="after")
    def _some_limit(self) -> DatesCheck:
        if self.not_before is None and self.not_after is None and self.born is None:
            raise ValueError("limite attendue : « not_before », « not_after » ou « born »")
        return self


class CodeForm(StrEnum):
    """National codes whose form, and control key where there is one, are known."""

    SIREN = "siren"
    SIRET = "siret"
    UAI = "uai"
    RNA = "rna"
    COMMUNE = "commune"
    DEPARTEMENT = "departement"


class ListSpec(Declaration):
    """A list of codes: a field of a reference feed, as it was last received."""

    feed: Identifier
    field: Column


class CodeCheck(_Judged):
    """Codes that must be well formed, control key included, or belong to a list received before."""

    code: Column
    form: CodeForm | None = None
    listed_in: ListSpec | None = None

    @model_validator(mode="after")
    def _one_reference(self) -> CodeCheck:
        if (self.form is None) == (self.listed_in is None):
            raise ValueError("« form » ou « listed_in » attendu, l’un des deux")
        return self


class QuantitySpec(Declaration):
    """A quantity of a feed: the sum of a column over some rows."""

    feed: Identifier
    of: Column
    where: Label | None = None


class SourcesCheck(_Judged):
    """Two sources that must say the same of one quantity, zone by zone, where their periods end on the same day.

    Attributes:
        of: the column that is summed in this feed.
        where: the rows that count in this feed.
        same_as: the quantity of the other feed.
        by: the columns that both feeds have, and by which both are summed.
        within: the difference that is not one, as a share of the greater figure.
        rounding: the multiple to which each of the two figures was rounded.
    """

    of: Column
    same_as: QuantitySpec
    where: Label | None = None
    by: tuple[Column, ...] = ("zone",)
    within: Tolerance = Decimal("0.05")
    rounding: Amount = Decimal(0)


_BY_FIELD = {
    "expectation": ("expectation", ExpectationCheck),
    "parts": ("parts", PartsCheck),
    "dates": ("dates", DatesCheck),
    "code": ("code", CodeCheck),
    "same_as": ("same_as", SourcesCheck),
}


def _kind_of_check(value: object) -> str:
    for name, (tag, model) in _BY_FIELD.items():
        if isinstance(value, model) or (isinstance(value, dict) and name in value):
            return tag
    return "rule"


Check = Annotated[
    Annotated[RuleCheck, Tag("rule")]
    | Annotated[ExpectationCheck, Tag("expectation")]
    | Annotated[PartsCheck, Tag("parts")]
    | Annotated[DatesCheck, Tag("dates")]
    | Annotated[CodeCheck, Tag("code")]
    | Annotated[SourcesCheck, Tag("same_as")],
    Discriminator(_kind_of_check),
]
