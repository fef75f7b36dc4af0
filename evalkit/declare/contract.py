"""A contract: its territory, its partners, its calendar and its tree of objectives."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Literal

from pydantic import Field, field_validator

from evalkit.declare.model import Declaration, Evidence, Identifier, Label, Vintage


class ZoneKind(StrEnum):
    """What a zone is in the geography of the policy."""

    QPV = "qpv"
    LEAVING = "sortant"
    WATCHED = "vigilance"
    NEIGHBOURHOOD = "quartier"
    COMMUNE = "commune"
    EPCI = "epci"
    URBAN_UNIT = "unite_urbaine"


class Perimeter(Declaration):
    """The official code of a zone in one vintage of the geography."""

    vintage: Vintage
    code: Label
    change: Literal["same", "moved", "new", "left"] = "same"


class Population(Declaration):
    """Residents of a zone in one year, with the source that counted them."""

    year: int
    residents: int = Field(gt=0)
    source: Label | None = None


class Zone(Declaration):
    """A zone of the territory.

    Attributes:
        id: the name used everywhere after reception.
        aliases: what partners write; case, accents, spaces and hyphens do not count.
        within: the zones that contain it.
        control: the zone may serve as a control unit of a comparison.
        fictitious: the zone exists only in the demonstration, and every output says so.
    """

    id: Identifier
    label: Label
    kind: ZoneKind
    code: Label | None = None
    perimeters: tuple[Perimeter, ...] = ()
    aliases: tuple[Label, ...] = ()
    populations: tuple[Population, ...] = ()
    within: tuple[Identifier, ...] = ()
    control: bool = False
    fictitious: bool = False
    evidence: Evidence | None = None

    @field_validator("code")
    @classmethod
    def _whole_code(cls, code: str | None, info: object) -> str | None:
        if code is not None and code.isdigit() and len(code) == 4:
            raise ValueError(f"code à quatre chiffres, un zéro initial manque sans doute (« 0{code} »)")
        return code

    @property
    def residents(self) -> int | None:
        """Return the latest known number of residents."""
        return max(self.populations, key=lambda known: known.year).residents if self.populations else None


class TerritoryFile(Declaration):
    """One file of zones; a contract may have several."""

    reference: Identifier | None = None
    zones: tuple[Zone, ...] = Field(min_length=1)


class Partner(Declaration):
    """Somebody who holds data or pilots the contract."""

    id: Identifier
    label: Label
    aliases: tuple[Label, ...] = ()
    roles: tuple[Label, ...] = ()


class Milestone(Declaration):
    """A dated or yearly meeting of the evaluation."""

    id: Identifier
    label: Label
    from_: dt.date | None = Field(default=None, alias="from")
    until: dt.date | None = None
    every: Label | None = None
    agreement: Identifier | None = None
    evidence: Evidence | None = None


class Objective(Declaration):
    """A strategic objective, with its operational objectives as sentences."""

    id: Identifier
    label: Label
    operational: tuple[Label, ...] = ()
    evidence: Evidence | None = None


class Axis(Declaration):
    """A thematic priority, or the tree of an annexed agreement that has its own calendar."""

    id: Identifier
    label: Label
    agreement: Identifier | None = None
    objectives: tuple[Objective, ...] = Field(min_length=1)


class Question(Declaration):
    """An evaluation question, and the objectives that it examines."""

    id: Identifier
    text: Label
    objectives: tuple[Identifier, ...] = ()
    evidence: Evidence | None = None


class Contract(Declaration):
    """A *contrat de ville*."""

    contract: Identifier
    label: Label
    signed: Label | None = None
    pilots: tuple[Label, ...] = ()
    partners: tuple[Partner, ...] = ()
    calendar: tuple[Milestone, ...] = ()
    axes: tuple[Axis, ...] = Field(min_length=1)
    questions: tuple[Question, ...] = ()
    reports: tuple[Identifier, ...] = ()
    evidence: Evidence | None = None

    @property
    def objectives(self) -> dict[str, Objective]:
        """Return every objective by its id."""
        return {objective.id: objective for axis in self.axes for objective in axis.objectives}
