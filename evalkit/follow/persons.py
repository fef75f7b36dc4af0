"""One row per person: entry, covariates at entry, exit. It lives inside one process and is never written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.formula import compile_predicate, parse

ACCOMPANIED, COMPARISON = "accompagnés", "comparaison"
STILL_THERE = "en cours"
VANISHED = "lost"


@dataclass(frozen=True, slots=True)
class Persons:
    """The persons of a cohort and of its comparison group.

    Attributes:
        frame: ``group``, ``zone``, ``entry`` and ``exit_date`` (dates), ``exit`` (role of the exit, ``en cours`` while
            there is none) and the balancing variables at entry. No identity: rows are only counted.
        last_day: last day that the deliveries cover.
        spells, persons, repeated, both, contradictory: counts of the flow, see :func:`read_persons`.
    """

    frame: pl.DataFrame
    last_day: dt.date
    spells: int
    persons: int
    repeated: int
    both: int
    contradictory: int


def read_persons(rows: pl.LazyFrame, identity: str, month: str, cohort: Cohort, last_day: dt.date) -> Persons:
    """Reduce a file of persons by period to one row per person of the cohort or of its comparison group.

    A spell is what shares a person and an entry date. Its first row gives the covariates, its last one the exit.
    A person enters once, by the first spell in the window; somebody who was accompanied is never a comparison.
    Somebody who leaves the file without an exit is lost, like one whose exit is unknown.

    Args:
        rows: stored rows of the feed, lazily.
        identity: column of the pseudonym.
        month: column that orders the rows of a spell.
        cohort: the protocol.
        last_day: last day covered, so that somebody still there is told from somebody who vanished.
    """
    spells = _spells(rows, identity, month, cohort).collect(engine="streaming")
    entering = spells.filter(pl.col("group").is_not_null())
    contradictory = entering.filter(pl.col("exit_date") < pl.col("entry")).height
    entering = entering.filter(pl.col("exit_date").is_null() | (pl.col("exit_date") >= pl.col("entry")))
    order = [pl.col("group") != ACCOMPANIED, pl.col("entry"), pl.col("zone")]
    first = entering.sort([identity, *order]).unique(identity, keep="first", maintain_order=True)
    groups = entering.group_by(identity).agg(pl.col("group").n_unique().alias("groups"))
    frame = _with_exit(first, cohort, last_day).drop(identity).sort(pl.all())
    return Persons(
        frame,
        last_day,
        spells.height,
        spells[identity].n_unique(),
        entering.height - first.height,
        groups.filter(pl.col("groups") > 1).height,
        contradictory,
    )


def _spells(rows: pl.LazyFrame, identity: str, month: str, cohort: Cohort) -> pl.LazyFrame:
    balance = list(cohort.against.balance) if cohort.against else []
    accompanied = compile_predicate(parse(cohort.public))
    compared = compile_predicate(parse(cohort.against.where)) if cohort.against else pl.lit(value=False)
    group = pl.when(accompanied).then(pl.lit(ACCOMPANIED)).when(compared).then(pl.lit(COMPARISON))
    start, end = cohort.entry.window
    entry = pl.col(cohort.entry.date)
    at_entry = [pl.col(name).sort_by(month).first() for name in ["zone", "group", *balance]]
    at_exit = [pl.col(name).sort_by(month).last() for name in [cohort.situation, "date_sortie", month]]
    return (
        rows.filter(entry.is_between(start, end))
        .with_columns(group.alias("group"))
        .group_by(identity, entry.alias("entry"))
        .agg(*at_entry, *at_exit)
        .filter(pl.col("zone").is_in(list(cohort.zones)))
        .rename({"date_sortie": "exit_date", month: "last_seen"})
    )


def _with_exit(persons: pl.DataFrame, cohort: Cohort, last_day: dt.date) -> pl.DataFrame:
    """Give each person a role of exit; who left the file without a word is lost at the end of the last month seen."""
    roles = {word: role for role, word in cohort.exits.items()}
    situation = pl.col(cohort.situation)
    seen_to_the_end = pl.col("last_seen") >= f"{last_day:%Y-%m}"
    role = situation.replace_strict(roles, default=None, return_dtype=pl.String)
    left_silently = role.is_null() & pl.col("exit_date").is_null() & ~seen_to_the_end
    month_end = pl.col("last_seen").str.to_date("%Y-%m", strict=False).dt.month_end()
    return persons.with_columns(
        pl.when(left_silently).then(pl.lit(VANISHED)).otherwise(role.fill_null(STILL_THERE)).alias("exit"),
        pl.when(left_silently).then(month_end).otherwise(pl.col("exit_date")).alias("exit_date"),
    ).drop(cohort.situation, "last_seen")
