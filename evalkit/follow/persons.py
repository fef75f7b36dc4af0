"""One row per person: entry, covariates at entry, exit. It lives inside one process and is never written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Literal

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.formula import compile_predicate, parse

ACCOMPANIED, COMPARISON = "accompagnés", "comparaison"
STILL_THERE = "en cours"
OTHER_EXIT = "autre"
VANISHED = "lost"


@dataclass(frozen=True, slots=True, eq=False)
class Persons:
    """The persons of a cohort and of its comparison group.

    Attributes:
        frame: ``group``, ``zone``, ``entry`` and ``exit_date`` (dates), ``exit`` and the balancing variables at entry.
            ``exit`` is a declared role, ``autre`` for a dated exit that the protocol does not name, or ``en cours``
            while there is none. No identity: rows are only counted.
        last_day: last day that the deliveries cover.
        spells: entries in the window and in the zones of the protocol; one person may have several.
        persons: the persons who made them.
        contradictory: entries of either group left out because they end before they begin.
        repeated: entries of either group left out because the same person counts by another one.
        both: persons with an entry of each group; they count as accompanied.
        known: the same persons as ``frame`` with their pseudonym, to find their rows before the entry; in memory only.
    """

    frame: pl.DataFrame
    last_day: dt.date
    spells: int
    persons: int
    repeated: int
    both: int
    contradictory: int
    known: pl.DataFrame = field(default_factory=pl.DataFrame, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Entered:
    """Who entered, before anything is computed; the pseudonym is there, in memory only.

    Attributes:
        first: one line per person: ``person``, ``group``, ``zone``, ``entry``, ``exit``, ``exit_date`` and what is read
            at entry.
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

    Args: as :func:`read_persons`.
    """
    base = _base(rows, identity, month, cohort)
    whole = _mended(_collapse(base, cohort), base, cohort)
    spells = _with_exit(whole.filter(pl.col("zone").is_in(list(cohort.zones))), cohort, last_day)
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
    return Persons(
        frame=entered.first.select(shown).sort(shown),
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


def _base(rows: pl.LazyFrame, identity: str, month: str, cohort: Cohort) -> pl.LazyFrame:
    """Return the rows of the entries of the window, with the names that the reading uses."""
    accompanied = compile_predicate(parse(cohort.rows.public))
    compared = compile_predicate(parse(cohort.against.where)) if cohort.against else pl.lit(value=False)
    group = pl.when(accompanied).then(pl.lit(ACCOMPANIED)).when(compared).then(pl.lit(COMPARISON))
    read = cohort.rows
    start, end = cohort.entry.window
    return rows.filter(pl.col(identity).is_not_null(), pl.col(read.entry).is_between(start, end)).select(
        pl.col(identity).alias("person"),
        pl.col(read.entry).alias("entry"),
        pl.col(month).alias("last_month"),
        pl.col(read.situation).alias("last_situation"),
        pl.col(read.exit_date).alias("exit_date"),
        pl.col("zone"),
        group.alias("group"),
        *entry_columns(cohort),
    )


_AT_EXIT = ("last_situation", "exit_date", "last_month")


def _at_entry(cohort: Cohort) -> tuple[str, ...]:
    return ("zone", "group", *entry_columns(cohort))


def _in_order(base: pl.LazyFrame, cohort: Cohort) -> pl.LazyFrame:
    """Sort rows by every column read, so that equal months leave no chance."""
    return base.sort("person", "entry", "last_month", "exit_date", "last_situation", *_at_entry(cohort))


def _collapse(base: pl.LazyFrame, cohort: Cohort) -> pl.DataFrame:
    """Return one line per entry: what its first row says of the entry, and its last one of the exit.

    The months of an entry are found first, then its first and its last row: no file of millions of rows is sorted.
    """
    numbered = base.with_columns(pl.col("person").hash(0).alias("number"))
    spans = (
        numbered.group_by("number", "entry")
        .agg(
            pl.col("last_month").min().alias("first_month"),
            pl.col("last_month").max().alias("end_month"),
            pl.col("exit_date").min().alias("first_exit"),
        )
        .collect(engine="streaming")
    )
    ends = numbered.join(spans.lazy(), on=["number", "entry"]).filter(
        (pl.col("last_month") == pl.col("first_month")) | (pl.col("last_month") == pl.col("end_month"))
    )
    rows = ends.collect(engine="streaming")
    first = _one_row(rows.filter(pl.col("last_month") == pl.col("first_month")), cohort, "first")
    last = _one_row(rows.filter(pl.col("last_month") == pl.col("end_month")), cohort, "last")
    entered = first.select("person", "entry", "first_month", "first_exit", *_at_entry(cohort))
    return entered.join(last.select("person", "entry", *_AT_EXIT), on=["person", "entry"])


def _one_row(rows: pl.DataFrame, cohort: Cohort, keep: Literal["first", "last"]) -> pl.DataFrame:
    """Keep one row per entry, in the order of every column read; most have one only."""
    key = ["person", "entry"]
    repeated = rows.select(pl.struct(key).is_duplicated()).to_series()
    if not repeated.any():
        return rows
    ordered = _in_order(rows.filter(repeated).lazy(), cohort).collect()
    return pl.concat([rows.filter(~repeated), ordered.unique(key, keep=keep, maintain_order=True)])


def _mended(whole: pl.DataFrame, base: pl.LazyFrame, cohort: Cohort) -> pl.DataFrame:
    """Read again the entries whose rows contradict themselves: an exit followed by something else, or rows before.

    The first exit counts, exits being concurrent; a row of a month before the entry is not read, unless there is none
    after.

    Args:
        whole: one line per entry.
        base: the rows of the entries.
        cohort: the protocol.

    Returns:
        The entries, with ``two_exits`` and ``early``.
    """
    entered_in = pl.col("entry").dt.strftime("%Y-%m")
    marked = whole.with_columns(
        (pl.col("first_exit").is_not_null() & pl.col("first_exit").ne_missing(pl.col("exit_date"))).alias("two_exits"),
        (pl.col("first_month") < entered_in).fill_null(value=False).alias("early"),
    ).drop("first_month", "first_exit")
    odd = marked.filter(pl.col("two_exits") | pl.col("early")).select("person", "entry", "two_exits", "early")
    if odd.is_empty():
        return marked
    rows = base.filter(pl.col("last_month") >= entered_in).join(odd.lazy(), on=["person", "entry"])
    left = pl.col(_AT_EXIT).filter(pl.col("exit_date").is_not_null()).first().name.prefix("left ")
    again = (
        _in_order(rows, cohort)
        .group_by("person", "entry")
        .agg(pl.col(_at_entry(cohort)).first(), pl.col(_AT_EXIT).last(), pl.col("two_exits", "early").first(), left)
        .with_columns(
            pl.when(pl.col("left exit_date").is_not_null()).then(f"left {name}").otherwise(name).alias(name)
            for name in _AT_EXIT
        )
        .collect()
        .select(marked.columns)
    )
    return pl.concat([marked.join(again, on=["person", "entry"], how="anti"), again])


def covariates(cohort: Cohort) -> tuple[str, ...]:
    """Return the columns, the zone apart, on which the protocol balances the groups."""
    return tuple(name for name in (cohort.against.balance if cohort.against else ()) if name != "zone")


def entry_columns(cohort: Cohort) -> tuple[str, ...]:
    """Return the columns, the zone apart, that are read at entry: those of balancing, then those of the analyses."""
    return tuple(dict.fromkeys((*covariates(cohort), *cohort.analysis.columns)))


def _with_exit(spells: pl.DataFrame, cohort: Cohort, last_day: dt.date) -> pl.DataFrame:
    """Give each spell its exit and its day.

    Somebody who leaves the file without an exit is lost, like one whose exit is unknown. An exit without a date, and a
    silent one, are dated at the end of the last month seen: the day by which they have certainly happened.
    """
    roles = {word: role for role, word in cohort.exits.items()}
    role = pl.col("last_situation").replace_strict(roles, default=None, return_dtype=pl.String)
    seen_to_the_end = pl.col("last_month") >= f"{last_day:%Y-%m}"
    still_there = role.is_null() & pl.col("exit_date").is_null() & seen_to_the_end
    month_end = pl.col("last_month").str.to_date("%Y-%m", strict=False).dt.month_end()
    kind = (
        pl.when(role.is_not_null())
        .then(role)
        .when(pl.col("exit_date").is_not_null())
        .then(pl.lit(OTHER_EXIT))
        .when(seen_to_the_end)
        .then(pl.lit(STILL_THERE))
        .otherwise(pl.lit(VANISHED))
    )
    dated = pl.when(still_there).then(None).otherwise(pl.coalesce("exit_date", month_end))
    return spells.with_columns(kind.alias("exit"), dated.alias("exit_date")).drop("last_situation", "last_month")
