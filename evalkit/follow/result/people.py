"""What people do through time: where they stand each month, where they go, what they keep."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupation:
    """The persons of a group in one state, some months after their entry.

    Attributes:
        month: months since entry.
        state: ``durable``, ``transition``, ``positive``, ``autre``, ``en cours`` or ``lost``.
        at_risk: persons of the group seen for that long; the states of a month add up to it.
    """

    group: str
    month: int
    state: str
    at_risk: int
    count: int

    @property
    def share(self) -> float:
        """Share of the group in that state."""
        return self.count / self.at_risk


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """The accompanied who pass from a state to another, or stay, from one month to the next.

    Attributes:
        month: the month of arrival, since entry; 0 for all months together, which counts a person each month.
        at_risk: persons in the state before who are still seen: every arrival from it adds up to them.
    """

    month: int
    before: str
    after: str
    at_risk: int
    count: int

    @property
    def share(self) -> float:
        """Share of those in the state before."""
        return self.count / self.at_risk


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Those who still have the outcome some time after they had it.

    Attributes:
        wave: time since the outcome (``P6M``).
        at_risk: persons who had the outcome that long before the last day covered.
        told: those of whom a file says something that month.
        count: those still in the outcome, among those told.
        worst, best: share of ``at_risk`` if nobody, then everybody, untold had kept it.
    """

    group: str
    wave: str
    at_risk: int
    told: int
    count: int
    worst: float
    best: float

    @property
    def rate(self) -> float | None:
        """Share of those told; none when nobody is."""
        return self.count / self.told if self.told else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one file says of the persons of a cohort.

    Attributes:
        linked: persons whom it tells of.
        persons: persons of the cohort and of its comparison group.
        months: months of persons told.
    """

    feed: str
    linked: int
    persons: int
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradictions:
    """Where files do not agree, and the rule that chose.

    Attributes:
        rule: ``priority``, ``latest`` or ``strictest``.
        overlapping: months for which one file says several situations: what began last is believed.
        twice: months told by several files.
        contradictory: those for which they tell several situations.
        persons: persons with such a month.
    """

    rule: str
    overlapping: int
    twice: int
    contradictory: int
    persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Persons of the cohort who change place of residence after their entry; each counts once in each kind.

    Attributes:
        told: persons whose place is told for at least two months.
        left: they left the zones of the protocol.
        back: they came back to them.
        between: they went from one of these zones to another.
    """

    told: int
    left: int
    back: int
    between: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The accompanied by what became of them, on the last day covered: they add up to those who entered."""

    state: str
    persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """People through time.

    Attributes:
        told: one per file read, that of the cohort first.
        contradictions: where files do not agree; none when one file is read.
        endings: what became of the accompanied.
    """

    told: tuple[Told, ...]
    contradictions: Contradictions | None
    moves: Moves
    endings: tuple[Ending, ...]
    occupation: tuple[Occupation, ...]
    transitions: tuple[Transition, ...]
    retention: tuple[Retention, ...]
