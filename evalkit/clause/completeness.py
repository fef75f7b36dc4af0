"""How much of a clause is written, pillar by pillar: an incomplete clause is usual, it is shown and not refused."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from evalkit.clause.terms import TERMS, Pillar
from evalkit.declare.clause import Clause
from evalkit.declare.feed import Feed

USES = "indicateurs alimentés"
"""What the record of a feed should say and no clause does: the declarations tell who reads it."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """What one pillar of a clause states.

    Attributes:
        pillar: the pillar.
        asked: how many terms it should state.
        missing: French names of those that it does not, or that are not settled.
        inferred: those whose value somebody judged: written here, not in the agreement.
    """

    pillar: Pillar
    asked: int
    missing: tuple[str, ...]
    inferred: tuple[str, ...]

    @property
    def written(self) -> int:
        """Return how many terms are stated."""
        return self.asked - len(self.missing)

    def __str__(self) -> str:
        """Return « 5 sur 8 »."""
        return f"{self.written} sur {self.asked}"


def completeness(clause: Clause | None, feed: Feed, uses: Collection[str] = ()) -> tuple[Completeness, ...]:
    """Return the completeness of the pillars that a feed calls for.

    Args:
        clause: the clause; ``None`` when the contract has none for this feed.
        feed: tells whether data protection is called for.
        uses: ids of what reads the feed; nobody asks for a feed that serves nothing.
    """
    pillars = [pillar for pillar in Pillar if pillar is not Pillar.PROTECTION or calls_for_protection(clause, feed)]
    return tuple(_of_pillar(pillar, clause, uses) for pillar in pillars)


def calls_for_protection(clause: Clause | None, feed: Feed) -> bool:
    """Tell whether the GDPR asks for a protection block: rows follow persons, a field points at one, or it is there."""
    points_at_persons = feed.is_individual or any(field.personal for field in feed.fields)
    return points_at_persons or (clause is not None and clause.protection is not None)


def _of_pillar(pillar: Pillar, clause: Clause | None, uses: Collection[str]) -> Completeness:
    terms = [term for term in TERMS if term.pillar is pillar and not term.optional]
    missing = [term.noun for term in terms if term.is_missing(clause)]
    stated = [term for term in terms if clause is not None and term.read(clause) is not None]
    inferred = [term.noun for term in stated if clause and term.noun not in missing and term.is_inferred(clause)]
    asked = len(terms)
    if pillar is Pillar.RECORD:
        asked += 1
        missing = missing if uses else [USES, *missing]
    return Completeness(pillar, asked, tuple(missing), tuple(inferred))
