"""Who changes place after entering: out of the zones of the protocol, back, or from one to another."""

from __future__ import annotations

import numpy as np

from evalkit.follow.people.believed import Months
from evalkit.follow.people.cells import BLOCK, Codes, places_in
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
    told, elsewhere = 0, []
    for some in np.array_split(persons, len(persons) * months.grid.width // BLOCK + 1):
        places = places_in(months.codes[some])
        known = places != NOWHERE
        told += int(np.count_nonzero(known.sum(axis=1) > 1))
        # Most persons never move: only those of whom two places are told are followed month by month.
        elsewhere.append(places[places.min(axis=1) < np.where(known, places, 0).max(axis=1)])
    left, back, between = _kinds(np.concatenate(elsewhere))
    return Moves(told=told, left=left, back=back, between=between)


def _kinds(places: Codes) -> tuple[int, int, int]:
    """Count the persons who left the zones, those who came back to them, those who went from one to another.

    Args:
        places: shape (persons, months).
    """
    before = np.full(len(places), NOWHERE, dtype=np.uint16)
    left, back, between = (np.zeros(len(places), dtype=np.bool_) for _ in range(3))
    for place in places.T:
        known = place != NOWHERE
        moved = np.flatnonzero(known & (before != NOWHERE) & (place != before))
        was, is_now = (each[moved] != OUTSIDE for each in (before, place))
        left[moved] |= was & ~is_now
        back[moved] |= ~was & is_now
        between[moved] |= was & is_now
        before[known] = place[known]
    return int(np.count_nonzero(left)), int(np.count_nonzero(back)), int(np.count_nonzero(between))
