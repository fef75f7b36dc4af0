"""People through time: from the files that tell of them to states, passages, what is kept, and what contradicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.model import months_of
from evalkit.follow.calendar_months import month_of
from evalkit.follow.entry.enter import Entered
from evalkit.follow.entry.persons import ACCOMPANIED, Persons
from evalkit.follow.people.believed import Believed
from evalkit.follow.people.exits import with_exits
from evalkit.follow.people.moves import moves_of
from evalkit.follow.people.paths import occupation, transitions
from evalkit.follow.people.resolve import resolve
from evalkit.follow.people.retention import retention
from evalkit.follow.people.standing import standing
from evalkit.follow.people.told import OtherFile, told_by, told_by_own
from evalkit.follow.result.people import Contradictions, Ending, People, Retention, Told
from evalkit.follow.states import STATES, number_of
from evalkit.stats.arrays import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class OwnFile:
    """The file of the cohort: its rows, the column of the pseudonym and that of the month."""

    table: pl.LazyFrame
    identity: str
    month: str


@dataclass(frozen=True, slots=True, eq=False)
class Through:
    """The months of the persons of a cohort, in memory only.

    Attributes:
        people: ``id`` (the number of the pseudonym), ``group`` and ``entered`` (month of the entry) of each person.
        believed: what the files say of them, in the same order.
        others: names of the other files, in their order.
    """

    people: pl.DataFrame
    believed: Believed
    others: tuple[str, ...]


def through_time(
    own: OwnFile, others: Sequence[OtherFile], entered: Entered, cohort: Cohort, last_day: dt.date
) -> Through:
    """Read every file on the persons who entered, from their entry on.

    Args:
        own: the file of the cohort.
        others: the other files, in the order in which they are believed.
        entered: who entered.
        cohort: the protocol.
        last_day: last day covered.
    """
    people = entered.first.select(
        pl.col("person").alias("id"), "group", month_of(pl.col("entry")).cast(pl.Int32).alias("entered")
    )
    last_month = 12 * last_day.year + last_day.month - 1
    told = [told_by_own(own.table, own.identity, own.month, cohort)]
    told += [told_by(other, cohort, last_month) for other in others]
    return Through(people, resolve(told, people, cohort, last_month), tuple(other.source.feed for other in others))


def with_every_exit(entered: Entered, through: Through, last_day: dt.date) -> Entered:
    """Return who entered with the first exit that any file tells; as they are when one file is read."""
    if not through.others:
        return entered
    return entered.with_first(with_exits(entered.first, through.believed.months, last_day))


def people_of(through: Through, persons: Persons, cohort: Cohort) -> People:
    """Return what became of the persons of a cohort.

    Args:
        through: their months.
        persons: the persons, with their exits.
        cohort: the protocol.
    """
    believed, people = through.believed, through.people
    horizon = max(int(months_of(wave)) for wave in cohort.waves)
    entered = people["entered"].cast(pl.Int64).to_numpy()
    stands = standing(believed.months, entered, persons.last_day, horizon)
    groups = {group: (people["group"] == group).arg_true().to_numpy() for group in sorted(people["group"].unique())}
    followed = groups.get(ACCOMPANIED, np.empty(0, dtype=np.int64))
    return People(
        told=tuple(
            Told(feed=feed, linked=linked, persons=people.height, months=months)
            for feed, linked, months in zip((cohort.feed, *through.others), believed.linked, believed.told, strict=True)
        ),
        contradictions=_contradictions(through, cohort),
        moves=moves_of(believed.months, followed),
        endings=tuple(_endings(persons)),
        occupation=tuple(each for group, mine in groups.items() for each in occupation(stands[:, mine], group)),
        transitions=tuple(transitions(stands[:, followed])),
        retention=tuple(_retention(through, groups, persons.last_day, cohort)),
    )


def _retention(through: Through, groups: dict[str, IntArray], last_day: dt.date, cohort: Cohort) -> Iterator[Retention]:
    """Give what is kept wave by wave, both groups at each."""
    months, outcome = through.believed.months, number_of(cohort.rows.outcome)
    found = [
        each
        for group, mine in groups.items()
        for each in retention(months, mine, group, outcome, cohort.waves, last_day)
    ]
    yield from sorted(found, key=lambda each: (months_of(each.wave), each.group))


def _contradictions(through: Through, cohort: Cohort) -> Contradictions | None:
    believed = through.believed
    if not through.others and not believed.overlapping:
        return None
    return Contradictions(
        rule=cohort.contradictions,
        overlapping=believed.overlapping,
        twice=believed.twice,
        contradictory=believed.contradictory,
        persons=believed.persons,
    )


def _endings(persons: Persons) -> list[Ending]:
    followed = persons.frame.filter(group=ACCOMPANIED)
    counts = dict(followed.group_by("exit").len().iter_rows())
    return [Ending(state=state, persons=counts[state]) for state in reversed(STATES) if state in counts]
