"""People through time: from the files that tell of them to states, passages, what is kept, and what contradicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.model import months_of
from evalkit.follow.calendar_months import month_of
from evalkit.follow.people.exits import with_exits
from evalkit.follow.people.moves import moves_of
from evalkit.follow.people.paths import occupation, transitions
from evalkit.follow.people.resolve import Resolved, resolve
from evalkit.follow.people.result import Contradictions, Ending, People, Told
from evalkit.follow.people.retention import retention
from evalkit.follow.people.spells import spells_of
from evalkit.follow.people.states import STATES, number_of
from evalkit.follow.people.told import OtherFile, told_by, told_by_own
from evalkit.follow.persons import ACCOMPANIED, Entered, Persons


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
        people: ``id``, ``person``, ``group``, ``entry`` and ``entered`` (month of the entry) of each person.
        resolved: what the files say of them.
        others: names of the other files, in their order.
    """

    people: pl.DataFrame
    resolved: Resolved
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
    people = entered.first.select("person", "group", "entry").with_columns(
        pl.col("person").alias("id"), month_of(pl.col("entry")).cast(pl.Int32).alias("entered")
    )
    last_month = 12 * last_day.year + last_day.month - 1
    told = [told_by_own(own.table, own.identity, own.month, cohort).filter(pl.col("month") <= last_month)]
    told += [told_by(other, cohort, rank, last_month) for rank, other in enumerate(others, start=1)]
    return Through(people, resolve(told, people, cohort), tuple(other.source.feed for other in others))


def with_every_exit(entered: Entered, through: Through, last_day: dt.date) -> Entered:
    """Return who entered with the first exit that any file tells; as they are when one file is read."""
    if not through.others:
        return entered
    return entered.with_first(with_exits(entered.first, through.people, through.resolved, last_day))


def people_of(through: Through, persons: Persons, cohort: Cohort) -> People:
    """Return what became of the persons of a cohort.

    Args:
        through: their months.
        persons: the persons, with their exits.
        cohort: the protocol.
    """
    resolved, people, last_day = through.resolved, through.people, persons.last_day
    horizon = max(int(months_of(wave)) for wave in cohort.waves)
    spells = spells_of(resolved.months, people, last_day, horizon)
    outcome = number_of(cohort.rows.outcome)
    followed = people.filter(group=ACCOMPANIED)
    mine = resolved.months.join(followed.select("id"), on="id", how="semi")
    return People(
        told=tuple(
            Told(feed=feed, linked=linked, persons=people.height, months=months)
            for feed, linked, months in zip((cohort.feed, *through.others), resolved.linked, resolved.told, strict=True)
        ),
        contradictions=_contradictions(through, cohort),
        moves=moves_of(mine, cohort.zones),
        endings=tuple(_endings(persons)),
        occupation=tuple(occupation(spells, horizon)),
        transitions=tuple(transitions(spells.filter(group=ACCOMPANIED), horizon)) if followed.height else (),
        retention=tuple(retention(resolved.months, people, outcome, cohort.waves, last_day)),
    )


def _contradictions(through: Through, cohort: Cohort) -> Contradictions | None:
    resolved = through.resolved
    if not through.others and not resolved.overlapping:
        return None
    return Contradictions(
        rule=cohort.contradictions,
        overlapping=resolved.overlapping,
        twice=resolved.twice,
        contradictory=resolved.contradictory,
        persons=resolved.persons,
    )


def _endings(persons: Persons) -> list[Ending]:
    followed = persons.frame.filter(group=ACCOMPANIED)
    counts = dict(followed.group_by("exit").len().iter_rows())
    return [Ending(state=state, persons=counts[state]) for state in reversed(STATES) if state in counts]
