"""Who changes place after entering: out of the zones of the protocol, back, or from one to another."""

from __future__ import annotations

import numpy as np

from evalkit.follow.people.believed import Months
from evalkit.follow.people.cells import places_in
from evalkit.follow.people.told import NOWHERE, OUTSIDE
from evalkit.follow.result.people import Moves
from evalkit.stats.arrays import IntArray


def moves_of(months: Months, persons: IntArray) -> Moves:
    """Count the persons who move; a place that is unknown tells nothing.

    A person stays in the cohort wherever she lives: the place of residence at entry decides who is in it.

    Args:
        months: the months of every person.
        persons: those who are looked at.
    """
    told = np.zeros(len(persons), dtype=np.int32)
    before = np.full(len(persons), NOWHERE, dtype=np.uint16)
    left, back, between = (np.zeros(len(persons), dtype=np.bool_) for _ in range(3))
    for month in range(months.grid.width):
        place = places_in(months.codes[persons, month])
        known = place != NOWHERE
        told += known
        moved = np.flatnonzero(known & (before != NOWHERE) & (place != before))
        was, is_now = (each[moved] != OUTSIDE for each in (before, place))
        left[moved] |= was & ~is_now
        back[moved] |= ~was & is_now
        between[moved] |= was & is_now
        before[known] = place[known]
    counts = (int(np.count_nonzero(each)) for each in (told > 1, left, back, between))
    return Moves(**dict(zip(("told", "left", "back", "between"), counts, strict=True)))
