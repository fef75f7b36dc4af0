"""What a contract does with a feed: the indicators, cohorts and comparisons that read it."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.declare.clause import Purpose
from evalkit.workspace.workspace import ContractDeclarations


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """One reader of a feed.

    Attributes:
        purpose: what it does, which the clause must allow.
        id: id of the indicator, cohort or comparison.
        label: its French name.
    """

    purpose: Purpose
    id: str
    label: str


def uses_of(declarations: ContractDeclarations, feed: str) -> tuple[Use, ...]:
    """Return what reads a feed, sorted by purpose and id."""
    indicators = [
        Use(Purpose.INDICATOR, each.id, each.label)
        for each in declarations.indicators
        if each.measure is not None and each.measure.feed == feed
    ]
    cohorts = [Use(Purpose.COHORT, each.cohort, each.label) for each in declarations.cohorts if each.feed == feed]
    comparisons = [
        Use(Purpose.COMPARISON, each.id, each.label) for each in declarations.comparisons if each.outcome.feed == feed
    ]
    return tuple(sorted([*indicators, *cohorts, *comparisons]))
