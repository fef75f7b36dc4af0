"""Who enters a cohort: the rows of its file become one line per entry, then one per person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.follow.calendar_months import calendar_month, last_day_of_month, month_of, person_number
from evalkit.follow.entry.persons import ACCOMPANIED, COMPARISON, Persons, entry_columns
from evalkit.follow.entry.row_order import exit_said, month_at, month_said, said_at, state_said, time_of
from evalkit.follow.states import LOST, OTHER, THERE, from_words, to_words
from evalkit.formula import compile_predicate, parse


@dataclass(frozen=True, slots=True, eq=False)
class Entered:
    """Who entered, before anything is computed; the pseudonym is there, in memory only.

    Attributes:
        first: one line per person, sorted by ``person`` (the number of its pseudonym), with ``group``, ``zone``,
            ``entry``, ``exit``, ``exit_date`` and what is read at entry.
        spells, persons, repeated, both, contradictory: as in :class:`Persons`.
        two_exits: entries with an exit followed by something else; the first one counts.
        early: entries with rows of a month before them, which are not read.
    """

    first: pl.DataFrame
    spells: int
    persons: int
    repeated: int
    both: int
    contradictory: int
    two_exits: int = 0
    early: int = 0

    def with_first(self, first: pl.DataFrame) -> Entered:
        """Return the same entries with other exits."""
        return replace(self, first=first)


def read_persons(rows: pl.LazyFrame, identity: str, month: str, cohort: Cohort, last_day: dt.date) -> Persons:
    """Reduce a file of persons by month to one row per person of the cohort or of its comparison group.

    See :func:`enter` for who enters, and by which rows.

    Args:
        rows: stored rows of the feed, lazily.
        identity: column of the pseudonym; a row without one is nobody.
        month: column that orders the rows of a spell (``2026-03``).
        cohort: the protocol; its zones are those that rows hold.
        last_day: last day covered, so that somebody still there is told from somebody who vanished.
    """
    return persons_of(enter(rows, identity, month, cohort, last_day), cohort, last_day)


def enter(rows: pl.LazyFrame, identity: str, month: str, cohort: Cohort, last_day: dt.date) -> Entered:
    """Return who enters the cohort or its comparison group, each person once.

    A spell is what shares a person and an entry date. Its first row gives the zone, the group and the covariates, its
    last one the exit: nothing that happens after the entry decides who is in which group. A person counts once, by
    the first accompanied spell, else by the first one; so somebody who was accompanied is never a comparison.

    An exit followed by something else is the one that counts, exits being concurrent. A row of a month before the entry
    is not read, unless there is none after.

    Args: as :func:`read_persons`.
    """
    read = _rows_of_entries(rows, identity, month, cohort)
    spells = _with_exit(_spells(read, cohort), cohort, last_day)
    dated = spells.filter(pl.col("group").is_not_null())
    entering = dated.filter(pl.col("exit_date").is_null() | (pl.col("exit_date") >= pl.col("entry")))
    first = entering.sort("person", pl.col("group") != ACCOMPANIED, "entry").unique(
        "person", keep="first", maintain_order=True
    )
    groups = entering.group_by("person").agg(pl.col("group").n_unique().alias("groups"))
    return Entered(
        first=first,
        spells=spells.height,
        persons=spells["person"].n_unique(),
        repeated=entering.height - first.height,
        both=groups.filter(pl.col("groups") > 1).height,
        contradictory=dated.height - entering.height,
        two_exits=int(spells["two_exits"].sum()),
        early=int(spells["early"].sum()),
    )


def persons_of(entered: Entered, cohort: Cohort, last_day: dt.date) -> Persons:
    """Return the persons who entered, without their pseudonym but in ``known``."""
    shown = ["group", "zone", "entry", "exit_date", "exit", *entry_columns(cohort)]
    # Words as categories: every count that follows compares numbers.
    read = entered.first.select(shown).with_columns(pl.col(pl.String).cast(pl.Categorical))
    return Persons(
        frame=read,
        last_day=last_day,
        spells=entered.spells,
        persons=entered.persons,
        repeated=entered.repeated,
        both=entered.both,
        contradictory=entered.contradictory,
        known=_known(entered.first, cohort),
    )


def _known(first: pl.DataFrame, cohort: Cohort) -> pl.DataFrame:
    """Return the pseudonym, group and entry of each person counted, with what the persons share."""
    shared = pl.lit(None, pl.String) if cohort.analysis.shared is None else pl.col(cohort.analysis.shared)
    return first.select("person", "group", "entry", shared.cast(pl.String).alias("shared"))


_ENTRY = ("person", "entry")
_TIES = 2**26


def _at_entry(cohort: Cohort) -> tuple[str, ...]:
    return tuple(dict.fromkeys(("zone", "group", *entry_columns(cohort))))


def _rows_of_entries(rows: pl.LazyFrame, identity: str, month: str, cohort: Cohort) -> pl.LazyFrame:
    """Return the rows of the entries of the window: what they say of the entry, ``_time`` and ``_said``."""
    accompanied = compile_predicate(parse(cohort.rows.public))
    compared = compile_predicate(parse(cohort.against.where)) if cohort.against else pl.lit(value=False)
    group = pl.when(accompanied).then(pl.lit(ACCOMPANIED)).when(compared).then(pl.lit(COMPARISON))
    read = cohort.rows
    start, end = cohort.entry.window
    base = rows.filter(pl.col(identity).is_not_null(), pl.col(read.entry).is_between(start, end)).select(
        person_number(identity).alias("person"),
        pl.col(read.entry).alias("entry"),
        time_of(calendar_month(pl.col(month)), pl.col(read.exit_date)).alias("_time"),
        from_words(read.situation, cohort.exits.items()).alias("_state"),
        pl.col(read.exit_date).is_not_null().alias("_leaves"),
        pl.col("zone"),
        group.alias("group"),
        *entry_columns(cohort),
    )
    # Step by step: an expression that stands twice in a query is computed twice.
    said = said_at(pl.col("_time"), pl.col("_state"))
    return base.filter(pl.col("_time").is_not_null()).with_columns(said.alias("_said"))


def _by_entry(rows: pl.LazyFrame, cohort: Cohort) -> pl.DataFrame:
    """Return one line per entry: what its first row says of it, and its first and last words.

    Of rows of one time, the first is chosen by what they say and never by their order in the file.
    """
    at_entry = _at_entry(cohort)
    tie = pl.struct(at_entry).hash(0) % _TIES
    return (
        rows.with_columns(
            (pl.col("_time") * _TIES + tie.cast(pl.Int64)).alias("_order"),
            pl.when("_leaves").then("_said").alias("_exits"),
        )
        .group_by(_ENTRY)
        .agg(
            pl.col(at_entry).min_by("_order"),
            pl.col("_time").min().alias("_begins"),
            pl.col("_exits").min().alias("_left"),
            pl.col("_said").max().alias("_last"),
        )
        .collect(engine="streaming")
    )


def _spells(rows: pl.LazyFrame, cohort: Cohort) -> pl.DataFrame:
    """Return the entries in the zones of the protocol; those with ``early`` rows are read again without them."""
    early = month_at(pl.col("_begins")) < month_of(pl.col("entry"))
    whole = _by_entry(rows, cohort).with_columns(early.alias("early"))
    odd = whole.filter("early").select(_ENTRY)
    if not odd.is_empty():
        since = rows.join(odd.lazy(), on=_ENTRY).filter(month_at(pl.col("_time")) >= month_of(pl.col("entry")))
        again = _by_entry(since, cohort).with_columns(early=pl.lit(value=True))
        whole = pl.concat([whole.join(again, on=_ENTRY, how="anti"), again])
    return whole.filter(pl.col("zone").is_in(list(cohort.zones)))


def _with_exit(spells: pl.DataFrame, cohort: Cohort, last_day: dt.date) -> pl.DataFrame:
    """Give each spell its exit and its day.

    Somebody who leaves the file without an exit is lost, like one whose exit is unknown. An exit without a date, and a
    silent one, are dated at the end of the last month seen: the day by which they have certainly happened.
    """
    left, last = exit_said(pl.col("_left")), exit_said(pl.col("_last"))
    chosen = spells.with_columns((left.is_not_null() & left.ne_missing(last)).alias("two_exits"))
    said = pl.when("two_exits").then("_left").otherwise("_last")
    read = chosen.with_columns(
        state_said(said).alias("_state"), exit_said(said).alias("exit_date"), month_said(said).alias("_month")
    )
    seen_to_the_end = pl.col("_month") >= 12 * last_day.year + last_day.month - 1
    kind = (
        pl.when(pl.col("_state") != THERE)
        .then("_state")
        .when(pl.col("exit_date").is_not_null())
        .then(pl.lit(OTHER, pl.UInt8))
        .when(seen_to_the_end)
        .then("_state")
        .otherwise(pl.lit(LOST, pl.UInt8))
    )
    dated = pl.coalesce("exit_date", last_day_of_month(pl.col("_month")))
    return read.with_columns(to_words(kind).alias("exit"), pl.when(kind != THERE).then(dated).alias("exit_date")).drop(
        "_begins", "_left", "_last", "_state", "_month"
    )
