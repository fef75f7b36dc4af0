"""Who keeps the outcome: some time after it, those of whom a file still says something, and those of whom none does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from evalkit.declare.model import Duration, months_of
from evalkit.follow.calendar_months import last_month_over
from evalkit.follow.people.believed import Months
from evalkit.follow.people.cells import first_month
from evalkit.follow.result.people import Retention
from evalkit.follow.states import LOST, NOTHING
from evalkit.stats.arrays import IntArray


def retention(
    months: Months, persons: IntArray, group: str, outcome: int, waves: Sequence[Duration], last_day: dt.date
) -> Iterator[Retention]:
    """Give, for each wave, the persons of a group who had the outcome and those who still have it.

    Only what a file tells for the very month counts: an exit that nobody looks at again is not kept, it is unknown.

    Args:
        months: the months of every person.
        persons: those of the group.
        group: its name.
        outcome: number of the state that is followed.
        waves: times since the outcome; those in days are left out.
        last_day: last day covered.
    """
    states = months.states[persons]
    since = first_month(states == outcome)
    last = last_month_over(last_day) - months.grid.first
    for wave in sorted(waves, key=months_of):
        if wave.endswith("D"):
            continue
        after = since + int(months_of(wave))
        at_risk = np.flatnonzero((since >= 0) & (after <= last))
        found = states[at_risk, after[at_risk]]
        told = int(np.count_nonzero((found != NOTHING) & (found != LOST)))
        kept = int(np.count_nonzero(found == outcome))
        if len(at_risk):
            yield Retention(
                group=group,
                wave=wave,
                at_risk=len(at_risk),
                told=told,
                count=kept,
                worst=kept / len(at_risk),
                best=(kept + len(at_risk) - told) / len(at_risk),
            )
