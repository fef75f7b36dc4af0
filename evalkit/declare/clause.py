"""The clause DATA: who owes which feed, under which terms, with which protection."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Literal

from pydantic import Field

from evalkit.declare.model import Declaration, Duration, Evidence, Identifier, Label, Vintage


class ClauseStatus(StrEnum):
    """Whether an agreement lets the feed be used."""

    ABSENT = "absent"
    PLANNED = "planned"
    SIGNED = "signed"


class Purpose(StrEnum):
    """What a feed may be used for."""

    INDICATOR = "indicateur"
    COHORT = "cohorte"
    COMPARISON = "comparaison"


class Amendment(Declaration):
    """The amendment that carries the clause."""

    reference: Label
    date: dt.date


class Threshold(Declaration):
    """The secrecy threshold of an agreement: no published cell counts fewer units."""

    units: int = Field(ge=0)
    of: Literal["persons", "households", "enterprises", "answers", "dwellings", "none"]
    source: Label


class Production(Declaration):
    """First pillar: what is produced, at which scale and when."""

    scale: Label | None = None
    perimeter: Vintage | None = None
    granularity: Label | None = None
    frequency: Literal["mois", "trimestre", "semestre", "annee", "deux ans"] | None = None
    due: Duration | None = None
    from_: dt.date | None = Field(default=None, alias="from")
    until: dt.date | None = None
    threshold: Threshold | None = None


class Sharing(Declaration):
    """Second pillar: the conditions of sharing."""

    purposes: tuple[Purpose, ...] = ()
    access: Literal["open", "restricted", "closed"] | None = None
    owner: Label | None = None
    licence: Label | None = None
    cost: Label | None = None


class Framework(Declaration):
    """Third pillar: the body that follows the clause."""

    body: Label | None = None
    participates: bool | None = None


class ImpactAssessment(Declaration):
    """The data protection impact assessment (AIPD, GDPR article 35)."""

    status: Literal["absent", "planned", "done"]
    date: dt.date | None = None


class Protection(Declaration):
    """What the GDPR asks before individual rows may be received."""

    legal_basis: Label
    controller: Label
    dpo: Label
    information: Label
    aipd: ImpactAssessment


class Clause(Declaration):
    """The terms of one feed from one or several producers of a contract.

    Attributes:
        fictitious: the clause exists only in the demonstration, and every output says so.
        retention: how long individual rows may be kept.
    """

    feed: Identifier
    producers: tuple[Identifier, ...] = Field(min_length=1)
    status: ClauseStatus
    fictitious: bool = False
    amendment: Amendment | None = None
    production: Production = Production()
    sharing: Sharing = Sharing()
    framework: Framework = Framework()
    protection: Protection | None = None
    retention: Duration | None = None
    evidence: Evidence | None = None
