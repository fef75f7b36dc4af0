"""The plan of a demonstration: which feeds arrive, from whom, since when, who is late, and what is wrong on purpose.

A plan is short because the rest is read elsewhere: fields, lists of words and checks in the feeds, levels and codes in
the indicators of the contract, zones in its territory.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field

from evalkit.declare.clause import Threshold
from evalkit.declare.load import load_file
from evalkit.declare.model import Column, Declaration, Duration, Identifier, Label
from evalkit.errors import DeclarationError, Problem, WorkspaceError

FaultKind = Literal[
    "ligne_en_double",
    "zone_inconnue",
    "categorie_inconnue",
    "partie_superieure_au_tout",
    "valeur_impossible",
    "colonne_de_nir",
]
"""What can be wrong on purpose in a file."""

PLANS = Path(__file__).resolve().parent.parent / "plans"
"""One file per contract that has a small demonstration."""


class FaultPlan(Declaration):
    """Something wrong on purpose in the last file of a sender.

    Attributes:
        field: the field concerned, for a word, a part or a value.
        expected: what the reception should do, in French.
    """

    kind: FaultKind
    field: Column | None = None
    expected: Label


class Sender(Declaration):
    """Who sends the rows of a feed, and what its rows hold in some fields.

    Attributes:
        holds: the words of its rows: ``{bailleur: [Habellis]}``.
        habits: the dialect of its files, by rank; another one for each sender when absent.
        late: its last file is received after the day when it was owed.
        missing: its last file is never sent.
        fault: what is wrong in its last file.
    """

    producer: Identifier
    holds: dict[Column, tuple[Label, ...]] = Field(default_factory=dict)
    habits: int | None = None
    late: bool = False
    missing: bool = False
    fault: FaultPlan | None = None

    @property
    def has_incident(self) -> bool:
        """Tell whether something happens to its last file."""
        return self.late or self.missing or self.fault is not None


class FeedPlan(Declaration):
    """The files of one feed.

    Attributes:
        feed: a feed that the contract's indicators or cohorts read.
        senders: who sends it.
        from_: first year of the data, when it is not that of the plan.
        until: last year of the data, when it is not that of the plan.
        size: rows of each zone and period, for rows that a number tells apart (actions, meetings, answers).
        zones: zones of the rows, when they are not those that the indicators read.
        columns: fields written beside those that are required or read.
        words: words of a field, when neither the feed nor the indicators list them.
        levels: mean of a quantity that no document gives.
        shares: share of a part in its whole, or of true answers.
        due: how long after the period rows are owed, when the real clause does not say it.
        threshold: the secrecy threshold of the fictitious clause.
        personal: the rows follow persons: the fictitious clause has a protection.
    """

    feed: Identifier
    senders: tuple[Sender, ...] = Field(min_length=1)
    from_: int | None = Field(default=None, alias="from")
    until: int | None = None
    size: int = Field(default=3, ge=1, le=400)
    zones: tuple[Label, ...] = ()
    columns: tuple[Column, ...] = ()
    words: dict[Column, tuple[Label, ...]] = Field(default_factory=dict)
    levels: dict[Column, Decimal] = Field(default_factory=dict)
    shares: dict[Column, Decimal] = Field(default_factory=dict)
    due: Duration = "P60D"
    threshold: Threshold | None = None
    personal: bool = False


class Plan(Declaration):
    """The demonstration of one contract.

    Attributes:
        from_: first year of the data.
        until: last year of the data.
        perimeter: the geography whose codes partners write.
        reports: kinds of report that the demonstration ends with, in order.
        persons: rows of persons drawn for each zone, for the feeds that follow persons.
    """

    contract: Identifier
    from_: int = Field(alias="from")
    until: int
    perimeter: Literal["2024", "2015"] = "2024"
    reports: tuple[Identifier, ...] = Field(min_length=1)
    persons: int = Field(default=60, ge=1, le=1000)
    feeds: tuple[FeedPlan, ...] = Field(min_length=1)

    def years(self, feed: FeedPlan) -> tuple[int, ...]:
        """Return the years that the files of a feed cover."""
        return tuple(range(feed.from_ or self.from_, (feed.until or self.until) + 1))


def planned_contracts() -> tuple[str, ...]:
    """Return the contracts that have a small demonstration, sorted."""
    return tuple(sorted(path.stem for path in PLANS.glob("*.yml")))


def read_plan(contract: str) -> Plan:
    """Read the plan of a contract.

    Raises:
        WorkspaceError: the contract has no demonstration (``EVK-W005``).
        DeclarationError: the plan is not valid.
    """
    known = planned_contracts()
    if contract not in known:
        message, repair = "Ce contrat n’a pas de démonstration.", f"Contrats qui en ont une : {', '.join(known)}."
        raise WorkspaceError(Problem("EVK-W005", message, received=contract, repair=repair))
    loading = load_file(PLANS / f"{contract}.yml", Plan, f"plans/{contract}.yml")
    if loading.problems:
        raise DeclarationError(loading.problems)
    return loading.found[0].value
