"""The clause DATA: who owes which feed, under which terms, with which protection.

The fields are those that the circular of 31 August 2023 and the contracts ask of a clause: what is produced, under
which conditions it is shared, in which framework, and what the GDPR adds. None has a value of its own: what nobody
wrote stays a hole, which is shown.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from evalkit.declare.model import Declaration, Duration, Evidence, Identifier, Label, Vintage


class ClauseStatus(StrEnum):
    """Whether an agreement lets the feed be used."""

    ABSENT = "absent"
    PLANNED = "planned"
    SIGNED = "signed"


class Purpose(StrEnum):
    """What a feed may be used for.

    The first three are uses that this tool makes and enforces. The others are aims that agreements write: they are
    kept and shown, and allow no use by themselves.
    """

    INDICATOR = "indicateur"
    COHORT = "cohorte"
    COMPARISON = "comparaison"
    OBSERVATION = "observation"
    STEERING = "pilotage"
    PROTOTYPE = "prototypage"
    SECTOR_ANALYSIS = "analyse sectorielle"


class ProducerNature(StrEnum):
    """What a producer is; private data call for a licence, an owner and a cost that are written."""

    SIGNATORY = "signataire"
    AUTHORITY = "collectivité"
    ASSOCIATION = "association"
    ECONOMIC_ACTOR = "acteur économique"
    PRIVATE = "privé"


class Amendment(Declaration):
    """The amendment that carries the clause."""

    reference: Label
    date: dt.date


class Threshold(Declaration):
    """The secrecy threshold of an agreement: no published cell counts fewer units."""

    units: int = Field(ge=0)
    of: Literal["persons", "households", "enterprises", "answers", "dwellings", "none"]
    source: Label


def _day_of_year(text: str) -> str:
    try:
        dt.date.fromisoformat(f"2024-{text}")
    except ValueError:
        raise ValueError("jour de l’année attendu sous la forme MM-JJ (ex. « 03-30 » pour le 30 mars)") from None
    return text


class Deadline(Declaration):
    """A day of the year that an agreement writes, for what is owed about the year before.

    Attributes:
        day: the month and the day, ``03-30``; 29 February is the 28th of a shorter year.
        years_after: how many years after the one of the data.
        what: what is owed on that day.
        sends: the rows of the feed are owed on that day; other days are those of meetings, proofs, letters.
    """

    day: Annotated[str, AfterValidator(_day_of_year)]
    years_after: int = Field(default=1, ge=0, le=5)
    what: Label
    sends: bool = False
    evidence: Evidence | None = None

    def date_for(self, year: int) -> dt.date:
        """Return the day on which it is owed for the data of ``year``."""
        month, day = int(self.day[:2]), int(self.day[3:])
        falls = year + self.years_after
        is_leap = falls % 4 == 0 and (falls % 100 != 0 or falls % 400 == 0)
        return dt.date(falls, month, 28 if (month, day) == (2, 29) and not is_leap else day)


class Production(Declaration):
    """First pillar: what is produced, at which scale and when.

    Attributes:
        producer_nature: what the producers are.
        domain: the field of policy (housing, jobs, health, families...).
        temporality: the time that a row speaks of: a period, or a day of reference.
        due: how long after the period the rows are owed.
        deadlines: days of the year written by the agreement, which prevail over ``due``.
        anonymisation: the method that keeps persons from being known; the threshold is one part of it.
        generated_by: the actions or services whose activity makes the data.
    """

    producer_nature: tuple[ProducerNature, ...] = ()
    domain: Label | None = None
    scale: Label | None = None
    perimeter: Vintage | None = None
    granularity: Label | None = None
    temporality: Label | None = None
    frequency: Literal["mois", "trimestre", "semestre", "annee", "deux ans"] | None = None
    due: Duration | None = None
    deadlines: tuple[Deadline, ...] = ()
    from_: dt.date | None = Field(default=None, alias="from")
    until: dt.date | None = None
    anonymisation: Label | None = None
    threshold: Threshold | None = None
    generated_by: tuple[Label, ...] = ()


class OpenDataDuty(Declaration):
    """Whether the law asks for publication (communes above 3,500 residents, bodies of 50 agents and more).

    Attributes:
        applies: the data must be published.
        reason: why they must, or what exempts them: personal data and security data are exempted.
    """

    applies: bool
    reason: Label


class Sharing(Declaration):
    """Second pillar: the conditions of sharing.

    Attributes:
        usage_conditions: how uses are decided, beside the purposes or in their place.
        open_data: what the law asks for.
        owner: who holds the rights.
    """

    purposes: tuple[Purpose, ...] = ()
    usage_conditions: Label | None = None
    access: Literal["open", "restricted", "closed"] | None = None
    open_data: OpenDataDuty | None = None
    owner: Label | None = None
    licence: Label | None = None
    cost: Label | None = None


class Framework(Declaration):
    """Third pillar: the body that follows the clause, and what the amendment wants and does."""

    body: Label | None = None
    participates: bool | None = None
    objectives: tuple[Label, ...] = ()
    modalities: Label | None = None


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


class Engagement(Declaration):
    """Where a commitment stands beyond its signature: on trial, running, or interrupted since a day.

    Attributes:
        since: the first day of this state; nothing is owed for what follows the day of an interruption.
    """

    state: Literal["trial", "running", "interrupted"]
    since: dt.date | None = None
    reason: Label | None = None


class History(Declaration):
    """Whether the producer sent these data for an earlier evaluation, and which one."""

    provided: bool
    evaluation: Label | None = None


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
    engagement: Engagement | None = None
    history: History | None = None
    amendment: Amendment | None = None
    production: Production = Production()
    sharing: Sharing = Sharing()
    framework: Framework = Framework()
    protection: Protection | None = None
    retention: Duration | None = None
    evidence: Evidence | None = None
