"""Several files on the same months: the state believed, its day and its place, against the rule written plainly."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.follow.people.cells import NO_DAY, places_in
from evalkit.follow.people.resolve import resolve
from evalkit.follow.people.told import NOWHERE, OUTSIDE, RECEIVED
from evalkit.follow.states import LOST, NOTHING
from tests.follow.world import protocol

PEOPLE, WIDTH = 2, 3
FIRST = 12 * 2024
START = dt.date(2024, 1, 1)
SCHEMA = {"id": pl.UInt64, "month": pl.Int32, "state": pl.UInt8, "day": pl.Date, "zone": pl.UInt16, RECEIVED: pl.Int32}
ROW = st.tuples(
    st.integers(0, PEOPLE),  # the last one is not of the cohort
    st.integers(-1, WIDTH),  # before the first month, and after the last one
    st.integers(0, 5),
    st.none() | st.dates(START, dt.date(2024, 3, 31)),
    st.sampled_from([0, 1, 2, OUTSIDE, NOWHERE]),
    st.integers(0, 3),
)


def within_a_file(rows):
    """What began last is believed, then what was received last, then the state nearest to a job."""
    return max(rows, key=lambda row: (row[3] or dt.date.min, row[5], row[2], row[4]))


def between_files(said, rule):
    """Return the place of the file believed, among those that tell something."""
    news = {place: row for place, row in said.items() if row[2] != LOST} or said
    if rule == "latest":
        return min(news, key=lambda place: (-news[place][5], place))
    if rule == "strictest":
        return min(news, key=lambda place: (news[place][2], place))
    return min(news)


def plainly(files, entered, rule):
    """Return what is believed of each person each month, and what the files contradict."""
    believed, counts = {}, {"overlapping": 0, "twice": 0, "contradictory": 0, "persons": set()}
    for who in range(PEOPLE):
        for month in range(entered[who], WIDTH):
            cells = [[row for row in rows if row[:2] == (who, month)] for rows in files]
            counts["overlapping"] += sum(len({row[2] for row in cell}) > 1 for cell in cells)
            said = {place: within_a_file(cell) for place, cell in enumerate(cells) if cell}
            counts["twice"] += len(said) > 1
            if len({row[2] for row in said.values()} - {LOST}) > 1:
                counts["contradictory"] += 1
                counts["persons"].add(who)
            if said:
                believed[who, month] = said[between_files(said, rule)]
    return believed, {**counts, "persons": len(counts["persons"])}


@pytest.mark.parametrize("rule", ["priority", "latest", "strictest"])
@settings(max_examples=80, deadline=None)
@given(
    files=st.lists(st.lists(ROW, max_size=14), min_size=1, max_size=3),
    entered=st.lists(st.integers(0, WIDTH - 1), min_size=PEOPLE, max_size=PEOPLE),
)
def test_what_is_believed_of_each_month(rule, files, entered):
    people = pl.DataFrame(
        {"id": list(range(PEOPLE)), "entered": [FIRST + each for each in entered]},
        schema={"id": pl.UInt64, "entered": pl.Int32},
    )
    told = [
        pl.DataFrame([(row[0], FIRST + row[1], *row[2:]) for row in rows], schema=SCHEMA, orient="row").lazy()
        for rows in files
    ]
    found = resolve(told, people, protocol(contradictions=rule), FIRST + WIDTH - 1)
    believed, counts = plainly(files, entered, rule)
    months, shift = found.months, min(entered)
    for who in range(PEOPLE):
        for month in range(shift, WIDTH):
            _, _, state, day, zone, _ = believed.get((who, month), (who, month, NOTHING, None, NOWHERE, 0))
            asked = np.where(np.arange(PEOPLE) == who, month - shift, -1)
            days = months.days(asked)
            assert months.states[who, month - shift] == state
            assert places_in(months.codes[who, month - shift]) == zone
            since = START.replace(month=shift + 1)
            assert days[who] == ((day - since).days if day is not None else NO_DAY)
            assert (np.delete(days, who) == NO_DAY).all()
    assert {name: getattr(found, name) for name in counts} == counts
    assert found.told == tuple(
        len({row[:2] for row in rows if row[0] < PEOPLE and entered[row[0]] <= row[1] < WIDTH}) for rows in files
    )
