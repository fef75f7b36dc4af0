"""Cohorts: who is followed, from when, against whom, towards which exits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from evalkit.declare.cohort_analysis import Analysis, Subgroups
from evalkit.declare.cohort_sources import Returned, Role, Rule, Source
from evalkit.declare.model import Column, Declaration, Duration, Evidence, Identifier, Label

Outcome = Literal["durable", "transition", "positive"]
Proof = Literal["déclaration", "DPAE", "enquête"]


class Mode(StrEnum):
    """How persons are followed.

    By linked rows; by the totals that a partner sends at each wave for the list that it keeps; or as a panel, whose
    members are heard and described, never tested.
    """

    INDIVIDUAL = "individual"
    RETURNS = "returns"
    PANEL = "panel"


class Entry(Declaration):
    """The entry into the cohort: a date field, and the window in which it must fall."""

    date: Column | None = None
    window: tuple[dt.date, dt.date]


class Against(Declaration):
    """The comparison group: eligible people who were not accompanied.

    Attributes:
        where: who they are.
        zone: whether both groups live in the same zones.
        balance: the fields on which they are made alike, measured at entry.
        method: weights by entropy, odds of the propensity score, or nearest neighbours on that score.
        exact: those of ``balance`` (or ``zone``) that a person and her matches must share; for matching only.
    """

    where: Label
    zone: Literal["same", "any"] = "same"
    balance: tuple[Column, ...] = Field(min_length=1)
    method: Literal["entropy", "propensity", "matching"] = "entropy"
    exact: tuple[Column, ...] = ()

    @model_validator(mode="after")
    def _exact_of_what_is_balanced(self) -> Against:
        if self.exact and self.method != "matching":
            raise ValueError("« exact » ne va qu’avec « method: matching »")
        unknown = [name for name in self.exact if name not in (*self.balance, "zone")]
        if unknown:
            raise ValueError(f"« exact » ne nomme que des variables de « balance », ou « zone » : {', '.join(unknown)}")
        return self


class Due(Declaration):
    """What a partner owes to the follow-up, and when."""

    partner: Identifier
    what: Label
    when: Label | None = None


class Protocol(Declaration):
    """What the partners sign beside what is computed; what is absent is printed as a question.

    Attributes:
        ages: youngest and oldest age at entry, both included.
        limits: what this public is not, although its name says so.
        index_date: the rule that dates the entry of those who are not accompanied.
        proofs: how each exit is known; two kinds are not mixed in a rate.
        durable: from which length of contract a job is durable.
        lost_after: time without news after which a person is lost.
        attrition: what is done for those who are lost.
        expected: persons expected to enter during the window.
        expected_compared: persons expected in the comparison group.
        deliveries: what each partner owes.
        questions: what the document leaves open, as sentences to put to the partners.
    """

    ages: tuple[int, int] | None = None
    limits: Label | None = None
    index_date: Label | None = None
    proofs: dict[Role, Proof] = Field(default_factory=dict)
    durable: Literal["6 mois ou plus", "plus de 6 mois"] | None = None
    lost_after: Duration | None = None
    attrition: Label | None = None
    expected: int | None = Field(default=None, ge=1)
    expected_compared: int | None = Field(default=None, ge=1)
    deliveries: tuple[Due, ...] = ()
    questions: tuple[Label, ...] = ()


class Presentation(Declaration):
    """Who sees the result, and when."""

    to: Label
    at: Label


class Cohort(Declaration):
    """The protocol of a cohort.

    Attributes:
        mode: linked rows, returns of totals, or a panel; only rows name columns and formulas.
        public: the formula that says who belongs, stated and printed.
        definition: the same in French, for the reader.
        situation: the field that holds the situation of a person at each period.
        exit_date: the field that holds the day of the exit, empty while there is none.
        exits: exits by role (``durable``, ``transition``, ``positive``, ``lost``), each a word of ``situation``; for
            returns, the field that counts them.
        outcome: the role whose rate is compared.
        returns: how the totals that a partner sends are read; with a feed, they stand in for rows that are not there.
        sources: other files on the same persons, in the order in which they are believed, after ``feed``.
        contradictions: what is believed when two files tell two situations for one month: the first file
            (``priority``), the one received last (``latest``), or the situation furthest from the outcome
            (``strictest``).
        waves: times since entry at which rates are given.
        minimum: fewest persons, on either side and at each wave, under which groups are described and not compared.
        analysis: what is computed beyond the rates: curves, regressions, subgroups, before and after.
        protocol: what the partners sign beside.
    """

    cohort: Identifier
    contract: Identifier
    label: Label
    mode: Mode = Mode.INDIVIDUAL
    feed: Identifier
    public: Label | None = None
    definition: Label
    zones: tuple[Identifier, ...] = Field(min_length=1)
    entry: Entry
    waves: tuple[Duration, ...] = Field(min_length=1)
    situation: Column | None = None
    exit_date: Column | None = None
    exits: dict[Role, str] = Field(default_factory=dict)
    outcome: Outcome | None = None
    against: Against | None = None
    returns: Returned | None = None
    sources: tuple[Source, ...] = ()
    contradictions: Rule = "priority"
    minimum: int = Field(default=30, ge=1)
    present: Presentation | None = None
    analysis: Analysis = Analysis()
    protocol: Protocol = Protocol()
    objective: Identifier | None = None
    evidence: Evidence | None = None

    @model_validator(mode="after")
    def _names_what_its_mode_reads(self) -> Cohort:
        read: dict[str, object] = {"public": self.public, "entry.date": self.entry.date, "situation": self.situation}
        read |= {"exit_date": self.exit_date, "exits": self.exits or None, "outcome": self.outcome}
        missing = [name for name, value in read.items() if value is None]
        if self.mode is Mode.INDIVIDUAL and missing:
            raise ValueError(f"un suivi par lignes de personnes demande aussi : {', '.join(missing)}")
        if self.mode is not Mode.INDIVIDUAL and self.against is not None:
            raise ValueError("un groupe de comparaison (« against ») demande des lignes de personnes")
        if self.mode is not Mode.INDIVIDUAL and self.analysis != Analysis():
            raise ValueError("des analyses (« analysis ») demandent des lignes de personnes")
        if self.against is None and self.analysis.subgroups != Subgroups():
            raise ValueError("des sous-groupes (« subgroups ») demandent un groupe de comparaison (« against »)")
        if self.mode is not Mode.INDIVIDUAL and self.sources:
            raise ValueError("d’autres fichiers de personnes (« sources ») demandent des lignes de personnes")
        if self.mode is not Mode.RETURNS and self.returns is not None and self.returns.feed is None:
            raise ValueError("des retours qui remplacent des lignes nomment leur fichier (« returns: {feed: … } »)")
        if self.mode is Mode.PANEL and self.returns is not None:
            raise ValueError("un panel n’a pas de retours")
        return self

    @property
    def returned(self) -> Returned | None:
        """How returns are read, feed and exits included; nothing when this cohort has none."""
        if self.mode is Mode.RETURNS:
            read = self.returns or Returned()
        elif self.returns is not None:
            read = self.returns
        else:
            return None
        exits = read.exits or {role: str(name) for role, name in self.exits.items()}
        return read.model_copy(update={"feed": read.feed or self.feed, "exits": exits})

    @property
    def feeds(self) -> tuple[str, ...]:
        """The feeds that this cohort may read, its own first."""
        others = [source.feed for source in self.sources]
        returned = self.returned
        return tuple(dict.fromkeys([self.feed, *others, *([returned.feed] if returned and returned.feed else [])]))

    @property
    def rows(self) -> Rows:
        """What the follow-up of rows reads.

        Raises:
            TypeError: the cohort does not follow rows; the mode is looked at before.
        """
        read = (self.public, self.entry.date, self.situation, self.exit_date, self.outcome)
        public, entry, situation, exit_date, outcome = read
        if public is None or entry is None or situation is None or exit_date is None or outcome is None:
            raise TypeError(f"{self.cohort} follows no rows")
        return Rows(public=public, entry=entry, situation=situation, exit_date=exit_date, outcome=outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The formula and the fields that the follow-up of persons reads, all of them known."""

    public: str
    entry: str
    situation: str
    exit_date: str
    outcome: Outcome
