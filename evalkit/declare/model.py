"""What every declaration shares: frozen, strict about field names, and small common values."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

_DURATION = re.compile(r"^P(\d+)([DMY])$")


class Declaration(BaseModel):
    """A frozen model that refuses any field it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, use_enum_values=False)


def _identifier(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+([._-][a-z0-9]+)*", value):
        raise ValueError(
            "identifiant attendu : minuscules sans accent, chiffres, points, tirets (ex. « emploi.femmes »)"
        )
    return value


def _duration(value: str) -> str:
    if not _DURATION.match(value):
        raise ValueError("durée attendue sous la forme P30D (jours), P6M (mois) ou P5Y (ans)")
    return value


def _column(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", value):
        raise ValueError(
            "nom de colonne attendu : minuscules sans accent, chiffres et tirets bas (ex. « date_entree »)"
        )
    return value


def _whole_number(value: object) -> object:
    """Read a number written as text: a list of allowed numbers would refuse the text of the file."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


WholeNumber = BeforeValidator(_whole_number)
Vintage = Annotated[Literal[2015, 2024], WholeNumber]
Identifier = Annotated[str, AfterValidator(_identifier), Field(min_length=1)]
Column = Annotated[str, AfterValidator(_column)]
Duration = Annotated[str, AfterValidator(_duration)]
Label = Annotated[str, Field(min_length=1)]


def months_of(duration: Duration) -> float:
    """Return the length of a declared duration, in months (a day counts for 1/30)."""
    count, unit = int(duration[1:-1]), duration[-1]
    return {"D": count / 30, "M": float(count), "Y": 12.0 * count}[unit]


class Evidence(Declaration):
    """Where a declaration comes from, so that any reader can open the page.

    Attributes:
        document: the reference document.
        section: its section, as printed.
        line: the line of its text version, from 1.
        inferred: the fields that the document does not state and that somebody judged.
    """

    document: Label | None = None
    section: Label | None = None
    line: int | None = Field(default=None, ge=1)
    inferred: tuple[Column, ...] = ()
    note: Label | None = None
