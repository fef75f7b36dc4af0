"""A contract: its territory, its partners, its calendar and its tree of objectives."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from evalkit.declare.model import Column, Declaration, Evidence, Identifier, Label, Vintage


class ZoneKind(StrEnum):
    """What a zone is in the geography of the policy.

    A sector is a part of a QPV; a pocket of poverty and a watched sector are outside every QPV; a school and an estate
    (a landlord's buildings) are places, tied to a zone by ``within`` or by a mapping.
    """

    QPV = "qpv"
    LEAVING = "sortant"
    SECTOR = "secteur"
    WATCHED = "vigilance"
    POCKET = "poche_pauvrete"
    NEIGHBOURHOOD = "quartier"
    IRIS = "iris"
    SCHOOL = "etablissement"
    ESTATE = "patrimoine"
    PRECINCT = "circonscription"
    COMMUNE = "commune"
    EPCI = "epci"
    URBAN_UNIT = "unite_urbaine"
    EMPLOYMENT_AREA = "zone_emploi"
    DEPARTMENT = "departement"
    REGION = "region"
    COUNTRY = "pays"


_GENERATIONS = {
    2015: (dt.date(2015, 1, 1), dt.date(2023, 12, 31)),
    2024: (dt.date(2024, 1, 1), None),
}
"""First and last day of each generation in metropolitan France (decrees 2014-1750 and 2023-1314)."""

_OVERSEAS = {
    2015: (dt.date(2015, 1, 1), dt.date(2024, 12, 31)),
    2024: (dt.date(2025, 1, 1), None),
}
"""The same overseas (decrees 2014-1751 and 2024-1212)."""

QPV_2024_CODE = re.compile(r"^QN(?:\d{3}|02[AB])\d{2}[IMNC]$")
"""Form of a code of 2024; true of all 1,584 (list of the ANCT, edition of January 2026)."""

_OVERSEAS_CODE = re.compile(r"^Q[PN]9[78]")


class Perimeter(Declaration):
    """The official code of a zone in one vintage of the geography, and the days when its contour holds.

    Attributes:
        from_: first day, when it is not that of the generation (Mayotte: 11 August 2025).
        until: last day, when it is not that of the generation.
        change: what happens to the contour when this vintage begins; ``left`` marks the last one of a zone that leaves.
    """

    vintage: Vintage
    code: Label
    change: Literal["same", "moved", "new", "left"] = "same"
    from_: dt.date | None = Field(default=None, alias="from")
    until: dt.date | None = None

    @property
    def begins(self) -> dt.date:
        """Return the first day of the contour: declared, else that of its generation, one year later overseas."""
        return self.from_ or self._generation[0]

    @property
    def ends(self) -> dt.date | None:
        """Return the last day of the contour, ``None`` when it is in force."""
        return self.until or self._generation[1]

    def holds_on(self, day: dt.date) -> bool:
        """Tell whether the contour is in force on a day."""
        return self.begins <= day and (self.ends is None or day <= self.ends)

    @property
    def _generation(self) -> tuple[dt.date, dt.date | None]:
        return (_OVERSEAS if _OVERSEAS_CODE.match(self.code) else _GENERATIONS)[self.vintage]

    @model_validator(mode="after")
    def _in_order(self) -> Perimeter:
        if self.ends is not None and self.ends < self.begins:
            raise ValueError("le périmètre finit avant de commencer")
        return self


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
    def _whole_code(cls, code: str | None, info: ValidationInfo) -> str | None:
        is_short = code is not None and code.isdigit() and len(code) == 4
        # The code of an employment area has four digits (Insee, zonage 2020).
        if is_short and info.data.get("kind") is not ZoneKind.EMPLOYMENT_AREA:
            raise ValueError(f"code à quatre chiffres, un zéro initial manque sans doute (« 0{code} »)")
        return code

    @property
    def residents(self) -> int | None:
        """Return the latest known number of residents."""
        return max(self.populations, key=lambda known: known.year).residents if self.populations else None


class Attached(Declaration):
    """One place of a table of attachments, and the zone that it is tied to.

    Attributes:
        code: the code that partners use: the UAI of a school, the number of an estate, an IRIS.
        label: the name that they use.
        share: part of the place that belongs to the zone; a place shared between zones has one line for each.
    """

    code: Label
    label: Label | None = None
    zone: Identifier
    share: Decimal = Field(default=Decimal(1), gt=0, le=1)


class AttachmentTable(Declaration):
    """A dated table that ties places that are no zones to zones: schools, landlords' estates, IRIS.

    Attributes:
        kind: what the places are.
        field: the field of feeds that holds their code, when it is not the zone itself.
        basis: what ties them: where they stand, the school catchment, or where their users live.
        from_: first day when the table holds.
        until: last day, absent while it holds.
        source: who drew it up.
    """

    id: Identifier
    label: Label
    kind: ZoneKind
    field: Column | None = None
    basis: Literal["localisation", "secteur", "residence"]
    from_: dt.date = Field(alias="from")
    until: dt.date | None = None
    source: Label
    places: tuple[Attached, ...] = Field(min_length=1)
    evidence: Evidence | None = None

    def holds_on(self, day: dt.date) -> bool:
        """Tell whether the table holds on a day."""
        return self.from_ <= day and (self.until is None or day <= self.until)

    @model_validator(mode="after")
    def _in_order(self) -> AttachmentTable:
        if self.until is not None and self.until < self.from_:
            raise ValueError("la table finit avant de commencer")
        return self


class TerritoryFile(Declaration):
    """One file of zones, of attachments, or of both; a contract may have several."""

    reference: Identifier | None = None
    zones: tuple[Zone, ...] = ()
    attachments: tuple[AttachmentTable, ...] = ()

    @model_validator(mode="after")
    def _holds_something(self) -> TerritoryFile:
        if not self.zones and not self.attachments:
            raise ValueError("aucune zone et aucun rattachement")
        return self


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
    """A *contrat de ville*.

    Attributes:
        short: its name in the tables where several contracts stand side by side; its label when it has none.
    """

    contract: Identifier
    label: Label
    short: Label | None = None
    signed: Label | None = None
    pilots: tuple[Label, ...] = ()
    partners: tuple[Partner, ...] = ()
    calendar: tuple[Milestone, ...] = ()
    axes: tuple[Axis, ...] = Field(min_length=1)
    questions: tuple[Question, ...] = ()
    reports: tuple[Identifier, ...] = ()
    evidence: Evidence | None = None

    @property
    def name(self) -> str:
        """Return its short name."""
        return self.short or self.label

    @property
    def objectives(self) -> dict[str, Objective]:
        """Return every objective by its id."""
        return {objective.id: objective for axis in self.axes for objective in axis.objectives}
