"""One row per person: entry, covariates at entry, exit. It lives inside one process and is never written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.follow.calendar_months import calendar_month, last_day_of_month, month_of, person_number
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
        known: the same persons as ``frame`` with the number of their pseudonym
            (:func:`evalkit.follow.calendar_months.person_number`), to find their rows before the entry; in memory only.
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
        first: one line per person: ``person`` (the number of its pseudonym), ``group``, ``zone``, ``entry``, ``exit``,
            ``exit_date`` and what is read at entry.
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
    whole = _mended(_collapsed(base, cohort), base, cohort)
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
    # Words as categories: every count that follows compares numbers.
    read = entered.first.select(shown).with_columns(pl.col(pl.String).cast(pl.Categorical))
    return Persons(
        frame=read.sort(shown),
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
    """Return the rows of the entries of the window, with their place in time: by month, then by day of exit."""
    accompanied = compile_predicate(parse(cohort.rows.public))
    compared = compile_predicate(parse(cohort.against.where)) if cohort.against else pl.lit(value=False)
    group = pl.when(accompanied).then(pl.lit(ACCOMPANIED)).when(compared).then(pl.lit(COMPARISON))
    read = cohort.rows
    start, end = cohort.entry.window
    left = pl.col(read.exit_date).to_physical().cast(pl.Int64).fill_null(0).clip(0, _DAYS - 1)
    return rows.filter(pl.col(identity).is_not_null(), pl.col(read.entry).is_between(start, end)).select(
        person_number(identity).alias("person"),
        pl.col(read.entry).alias("entry"),
        (calendar_month(pl.col(month)).cast(pl.Int64) * _DAYS + left).alias("time"),
        pl.col(read.situation).alias("last_situation"),
        pl.col(read.exit_date).alias("exit_date"),
        pl.col("zone"),
        group.alias("group"),
        *entry_columns(cohort),
    )


_DAYS = 2**16
"""What the days of a time are under, since 1970."""

_ENTRY = ("person", "entry")
_AT_EXIT = ("last_situation", "exit_date")


def _at_entry(cohort: Cohort) -> tuple[str, ...]:
    return tuple(dict.fromkeys(("zone", "group", *entry_columns(cohort))))


def _month(time: pl.Expr) -> pl.Expr:
    return (time // _DAYS).cast(pl.Int32)


def _in_time(rows: pl.DataFrame) -> pl.DataFrame:
    """Sort rows by entry, then in time, then by what they say, so that two rows of one time leave no chance."""
    said = pl.struct(pl.exclude(*_ENTRY, "time", "exit_date", "begins", "ends")).hash(0)
    return rows.with_columns(said.alias("said")).sort(*_ENTRY, "time", "said")


def _collapsed(base: pl.LazyFrame, cohort: Cohort) -> pl.DataFrame:
    """Return one line per entry: what its first row says of the entry, and its last one of the exit.

    Rows are read twice, so that only those at both ends of an entry are ever held, whatever the number of its months.
    """
    time = pl.col("time")
    spans = (
        base.group_by(_ENTRY)
        .agg(time.min().alias("begins"), time.max().alias("ends"), pl.col("exit_date").min().alias("first_exit"))
        .collect(engine="streaming")
    )
    held = base.join(spans.lazy().drop("first_exit"), on=_ENTRY)
    rows = _in_time(held.filter((time == pl.col("begins")) | (time == pl.col("ends"))).collect(engine="streaming"))
    first = rows.filter(time == pl.col("begins")).unique(_ENTRY, keep="first", maintain_order=True)
    last = rows.filter(time == pl.col("ends")).unique(_ENTRY, keep="last", maintain_order=True)
    return (
        spans.join(first.select(*_ENTRY, *_at_entry(cohort)), on=_ENTRY, how="left")
        .join(last.select(*_ENTRY, *_AT_EXIT), on=_ENTRY, how="left")
        .with_columns(_month(pl.col("begins")).alias("first_month"), _month(pl.col("ends")).alias("last_month"))
        .drop("begins", "ends")
    )


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
    marked = whole.with_columns(
        (pl.col("first_exit").is_not_null() & pl.col("first_exit").ne_missing(pl.col("exit_date"))).alias("two_exits"),
        (pl.col("first_month") < month_of(pl.col("entry"))).fill_null(value=False).alias("early"),
    ).drop("first_month", "first_exit")
    odd = marked.filter(pl.col("two_exits") | pl.col("early")).select("person", "entry", "two_exits", "early")
    if odd.is_empty():
        return marked
    held = base.join(odd.lazy(), on=_ENTRY).with_columns(_month(pl.col("time")).alias("last_month"))
    after = _in_time(held.filter(pl.col("last_month") >= month_of(pl.col("entry"))).collect(engine="streaming"))
    at_exit = (*_AT_EXIT, "last_month")
    left = pl.col(at_exit).filter(pl.col("exit_date").is_not_null()).first().name.prefix("left ")
    again = (
        after.group_by(_ENTRY, maintain_order=True)
        .agg(pl.col(_at_entry(cohort)).first(), pl.col(at_exit).last(), pl.col("two_exits", "early").first(), left)
        .with_columns(
            pl.when(pl.col("left exit_date").is_not_null()).then(f"left {name}").otherwise(name).alias(name)
            for name in at_exit
        )
    )
    read_again = again.select(marked.columns)
    return pl.concat([marked.join(read_again, on=_ENTRY, how="anti"), read_again])


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
    seen_to_the_end = pl.col("last_month") >= 12 * last_day.year + last_day.month - 1
    still_there = role.is_null() & pl.col("exit_date").is_null() & seen_to_the_end
    month_end = last_day_of_month(pl.col("last_month"))
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
