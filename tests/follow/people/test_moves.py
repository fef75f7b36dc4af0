"""Moves of a group, against the rule written plainly, person by person."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evalkit.follow.people.believed import Months
from evalkit.follow.people.cells import Grid
from evalkit.follow.people.moves import moves_of
from evalkit.follow.people.told import NOWHERE, OUTSIDE
from evalkit.follow.states import KINDS, THERE

WIDTH = 5
PLACES = st.lists(st.sampled_from([0, 1, OUTSIDE, NOWHERE]), min_size=WIDTH, max_size=WIDTH)


def plainly(places):
    """Return whether one person is told twice, left, came back, and went from one zone to another."""
    told = [place for place in places if place != NOWHERE]
    steps = [(was, now) for was, now in pairwise(told) if was != now]
    left = any(now == OUTSIDE for _, now in steps)
    back = any(was == OUTSIDE for was, _ in steps)
    return len(told) > 1, left, back, any(OUTSIDE not in step for step in steps)


@given(places=st.lists(PLACES, max_size=6), only=st.sets(st.integers(0, 5)))
def test_each_person_counts_once_in_each_kind_of_move(places, only):
    codes = np.array(places, dtype=np.uint16).reshape(len(places), WIDTH) * np.uint16(KINDS) + np.uint16(THERE)
    months = Months(Grid(len(places), 0, WIDTH), codes, codes.astype(np.uint8), codes.astype(np.uint8), ())
    looked_at = np.array(sorted(each for each in only if each < len(places)), dtype=np.int64)
    found = moves_of(months, looked_at)
    expected = [plainly(places[each]) for each in looked_at]
    assert (found.told, found.left, found.back, found.between) == tuple(
        sum(kind) for kind in (zip(*expected, strict=True) if expected else [()] * 4)
    )
