"""From where everybody stands: who is in which state each month, and who passes from one to another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evalkit.follow.people.cells import States
from evalkit.follow.result.people import Occupation, Transition
from evalkit.follow.states import NOTHING, STATES
from evalkit.stats.arrays import IntArray


def occupation(stands: States, group: str) -> Iterator[Occupation]:
    """Give the persons of a group in each state, month by month; a month of nobody is left out.

    Args:
        stands: as :func:`evalkit.follow.people.standing.standing` returns it, for the persons of the group.
        group: its name.
    """
    counts = np.stack([_count(states) for states in stands])
    for month, states in enumerate(counts):
        at_risk = int(states.sum())
        for state in range(len(STATES)):
            if at_risk and counts[:, state].any():
                yield Occupation(
                    group=group, month=month, state=STATES[state], at_risk=at_risk, count=int(states[state])
                )


def _count(states: States) -> IntArray:
    return np.bincount(states[states != NOTHING], minlength=len(STATES))


def transitions(stands: States) -> Iterator[Transition]:
    """Give, month by month then for all months, those who pass from a state to another and those who stay.

    Only those still seen in the month of arrival are counted: from each state, arrivals add up to them.

    Args:
        stands: as :func:`occupation` reads it.
    """
    kinds = len(STATES)
    whole = np.zeros((kinds, kinds), dtype=np.int64)
    for month in range(1, len(stands)):
        seen = stands[month] != NOTHING
        before, after = (stands[place][seen].astype(np.int64) for place in (month - 1, month))
        passed = np.bincount(kinds * before + after, minlength=kinds**2).reshape(kinds, kinds)
        whole += passed
        yield from _of_month(month, passed)
    yield from _of_month(0, whole)


def _of_month(month: int, passed: IntArray) -> Iterator[Transition]:
    for before, row in enumerate(passed):
        for after, count in enumerate(row):
            if count:
                yield Transition(
                    month=month,
                    before=STATES[before],
                    after=STATES[after],
                    at_risk=int(row.sum()),
                    count=int(count),
                )
