"""Whatever the files say, nobody is lost on the way: entered = each outcome + lost, at every month and at the end."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.follow.analyse import Rows, follow_rows
from evalkit.follow.people.resolve import resolve
from evalkit.follow.people.standing import standing
from evalkit.follow.people.told import NOWHERE, RECEIVED, OtherFile
from evalkit.follow.states import LOST, NOTHING, THERE
from tests.follow.people.world import CONTRACTS, event
from tests.follow.world import day, protocol, stay, table

EVENT_SCHEMA = {"personne": pl.String, "debut": pl.Date, "fin": pl.Date, "etat": pl.String, "zone": pl.String}
PEOPLE = [f"p{rank}" for rank in range(8)]
OWN = st.tuples(
    st.sampled_from(PEOPLE),
    st.integers(1, 12),
    st.integers(0, 8),
    st.sampled_from(["recherche", "emploi", "mission", "inactif", "perdu"]),
    st.sampled_from(["cite", "commun"]),
)
EVENT = st.tuples(
    st.sampled_from([*PEOPLE, "inconnu"]),
    st.dates(dt.date(2023, 11, 1), dt.date(2025, 6, 30)),
    st.none() | st.integers(0, 300),
    st.sampled_from(["emploi", "mission", "suivi", "perdu"]),
)


def own_rows(stays):
    rows = []
    for person, month, months, state, group in stays:
        index = 12 * 2024 + month - 1 + months
        last = f"{index // 12:04d}-{index % 12 + 1:02d}"
        leaves = None if state in {"recherche", "perdu"} else f"{last}-28"
        rows += stay(person, f"2024-{month:02d}-10", last, etat=state, fin=leaves, accompagnement=group)
    return rows


def result(stays, events, rule):
    said = [event(who, str(start), str(start + dt.timedelta(days=days)) if days is not None else None, state)
            for who, start, days, state in events]  # fmt: skip
    told = pl.DataFrame([{**row, "zone": None} for row in said], schema=EVENT_SCHEMA).lazy()
    against = {"where": "accompagnement = 'commun'", "balance": ["age"]}
    cohort = protocol(against=against, contradictions=rule, sources=[CONTRACTS], minimum=1)
    other = OtherFile(told, "personne", cohort.sources[0])
    return follow_rows(cohort, Rows(table(own_rows(stays)), "personne", "mois", (other,)), day("2025-06-30"))


@settings(max_examples=30, deadline=None)
@given(
    stays=st.lists(OWN, min_size=1, max_size=10, unique_by=lambda each: each[:2]),
    events=st.lists(EVENT, max_size=8),
    rule=st.sampled_from(["priority", "latest", "strictest"]),
)
def test_people_are_conserved_at_every_step(stays, events, rule):
    found = result(stays, events, rule)
    for before, after in pairwise(found.flow):
        assert before.persons - after.removed == after.persons
    accompanied = found.flow[-1].persons
    assert sum(each.persons for each in found.people.endings) == accompanied
    by_month = {}
    for each in found.people.occupation:
        by_month.setdefault((each.group, each.month), []).append(each)
    for states in by_month.values():
        assert sum(each.count for each in states) == states[0].at_risk
    entered = by_month.get(("accompagnés", 0))
    assert (entered[0].at_risk if entered else 0) == accompanied
    passages = {}
    for each in found.people.transitions:
        passages.setdefault((each.month, each.before), []).append(each)
    for (month, before), rows in passages.items():
        assert sum(each.count for each in rows) == rows[0].at_risk
        here = [each for each in by_month.get(("accompagnés", month - 1), []) if each.state == before]
        assert month == 0 or rows[0].at_risk <= here[0].count
    for each in found.people.retention:
        assert each.count <= each.told <= each.at_risk
        assert each.worst <= each.best


def stands_in_words(told, horizon, seen):
    """The rule of the months of one person, one after the other: what is told, else an exit lasts, else none knows."""
    states = []
    for month in range(min(horizon, seen) + 1):
        before = states[-1] if states else None
        quiet = THERE if before is None else before if before > THERE else LOST
        states.append(told.get(month, quiet))
    return states + [NOTHING] * (horizon + 1 - len(states))


@settings(max_examples=60, deadline=None)
@given(
    told=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 14), st.integers(0, 5)), max_size=30,
                  unique_by=lambda each: each[:2]),
    entered=st.lists(st.integers(0, 13), min_size=6, max_size=6),
    horizon=st.integers(1, 18),
)  # fmt: skip
def test_everybody_stands_somewhere_each_month(told, entered, horizon):
    """From the entry to the last month that is over, every person is in one state; nothing is said of what follows."""
    first = 12 * 2024
    last = first + 11
    people = pl.DataFrame(
        {"id": list(range(6)), "entered": [first + each for each in entered]},
        schema={"id": pl.UInt64, "entered": pl.Int32},
    )
    rows = [(who, first + entered[who] + month, state, None, NOWHERE, 0) for who, month, state in told]
    schema = {"id": pl.UInt64, "month": pl.Int32, "state": pl.UInt8, "day": pl.Date, "zone": pl.UInt16}
    file = pl.DataFrame(rows, schema={**schema, RECEIVED: pl.Int32}, orient="row").lazy()
    months = resolve([file], people, protocol(), last).months
    stands = standing(months, np.array([first + each for each in entered]), day("2024-12-31"), horizon)
    for person in range(6):
        seen = 11 - entered[person]
        mine = {month: state for who, month, state in told if who == person and month <= seen}
        assert stands[:, person].tolist() == stands_in_words(mine, horizon, seen)
