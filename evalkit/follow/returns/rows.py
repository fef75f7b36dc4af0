"""The rows of returns of one cohort, as typed values: who counted, at which wave, where, for which class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_sources import Returned
from evalkit.declare.feed import Feed
from evalkit.declare.feed_check import PartsCheck
from evalkit.follow.result.returns import EVERYBODY
from evalkit.store.schema import DELIVERY_ID, PERIOD

LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow:
    """One row of returns.

    Attributes:
        period: the reading (``2026-T1``).
        wave: months since entry.
        breakdown, word: criterion and class; both ``ensemble`` for everybody.
        entrants: persons who entered and are followed; none when the cell is empty.
        exits: persons by role; a role whose cell is empty is absent.
        remaining: persons without a counted exit, as the file counts them; none when it does not.
    """

    producer: str
    period: str
    wave: int
    proof: str
    zone: str
    breakdown: str
    word: str
    entrants: int | None
    exits: Mapping[str, int] = field(default_factory=dict)
    remaining: int | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether the row counts everybody of its zone."""
        return self.breakdown == EVERYBODY

    @property
    def cell(self) -> tuple[str, str, str, str, str]:
        """Return what the row counts, whatever the wave: producer, proof, breakdown, class and zone."""
        return (self.producer, self.proof, self.breakdown, self.word, self.zone)

    @property
    def counted(self) -> int:
        """Return those who have left, or are lost."""
        return sum(self.exits.values())

    def added(self, other: ReturnRow) -> ReturnRow:
        """Return both rows as one; a number that one of them does not have is not known."""
        known = self.entrants is not None and other.entrants is not None
        rest = self.remaining is not None and other.remaining is not None
        return replace(
            self,
            entrants=(self.entrants or 0) + (other.entrants or 0) if known else None,
            exits={role: count + other.exits[role] for role, count in self.exits.items() if role in other.exits},
            remaining=(self.remaining or 0) + (other.remaining or 0) if rest else None,
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """How a feed of returns is read for one cohort.

    Attributes:
        read: the columns.
        remaining: the columns of those who have not left; none when nothing says them.
        rounding: the multiple to which the producer rounded each count; 0 for exact counts.
    """

    read: Returned
    remaining: tuple[str, ...] = ()
    rounding: float = 0.0

    def slack(self, figures: int) -> float:
        """Return how far a sum of that many rounded figures, its total included, may be from adding up."""
        return figures * self.rounding / 2


def terms_of(read: Returned, feed: Feed) -> Terms:
    """Return how a feed is read: what is left of its total when exits are taken out, and how it is rounded."""
    total = next(
        (check for check in feed.checks if isinstance(check, PartsCheck) and check.total == read.entrants), None
    )
    exits = set(read.exits.values())
    parts = tuple(part for part in total.parts if part not in exits) if total is not None and total.complete else ()
    rounding = float(total.rounding) if total is not None else 0.0
    return Terms(read, read.remaining if read.remaining is not None else parts, rounding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The rows of one cohort in the current deliveries of a feed.

    Attributes:
        rows: one per producer, wave, proof, zone and class: that of the latest reading.
        replaced: readings of the same wave that a later one has corrected, as (earlier, later).
        elsewhere: rows of zones that the protocol does not follow.
        others: names of the other cohorts of the file, sorted.
    """

    rows: tuple[ReturnRow, ...]
    replaced: tuple[tuple[ReturnRow, ReturnRow], ...] = ()
    elsewhere: int = 0
    others: tuple[str, ...] = ()


def missing_columns(stored: Iterable[str], read: Returned) -> tuple[str, ...]:
    """Return the columns of returns that a file does not have, sorted: without them no wave can be read."""
    wanted = {read.cohort, read.wave, read.entrants, read.breakdown, read.word, *read.exits.values()}
    return tuple(sorted(wanted - set(stored)))


def names_of(cohort: Cohort, read: Returned) -> tuple[str, ...]:
    """Return the names under which a file may count a cohort."""
    return (read.code,) if read.code else (cohort.cohort, cohort.cohort.partition(".")[2] or cohort.cohort)


def read_rows(
    stored: pl.LazyFrame, cohort: Cohort, terms: Terms, producers: Mapping[str, str], zones: Iterable[str]
) -> Reading:
    """Return the rows of a cohort, the latest reading of each.

    Args:
        stored: the current rows of the feed.
        cohort: the protocol.
        terms: how the file says what it counts.
        producers: producer of each delivery.
        zones: the zones that rows may bear.
    """
    read = terms.read
    frame = stored.select(_columns(stored.collect_schema().names(), terms)).collect()
    mine = frame.filter(pl.col("cohort").is_in(names_of(cohort, read)))
    followed = mine.filter(pl.col("zone").is_in(list(zones)))
    rows = sorted(
        (_row(each, read, producers) for each in followed.iter_rows(named=True)),
        key=lambda row: (row.cell, row.wave, row.period),
    )
    kept: list[ReturnRow] = []
    replaced: list[tuple[ReturnRow, ReturnRow]] = []
    for _, readings in groupby(rows, key=lambda row: (row.cell, row.wave)):
        *earlier, last = readings
        kept.append(last)
        replaced += [(row, last) for row in earlier]
    others = frame["cohort"].drop_nulls().unique().sort().to_list()
    return Reading(
        rows=tuple(kept),
        replaced=tuple(replaced),
        elsewhere=mine.height - followed.height,
        others=tuple(name for name in others if name not in names_of(cohort, read)),
    )


def _columns(present: list[str], terms: Terms) -> Iterator[pl.Expr]:
    read = terms.read
    yield from (pl.col(DELIVERY_ID), pl.col(PERIOD).alias("period"), pl.col("zone"))
    yield pl.col(read.cohort).alias("cohort")
    yield pl.col(read.wave).cast(pl.Int64).alias("wave")
    yield pl.col(read.entrants).cast(pl.Int64).alias("entrants")
    yield pl.col(read.breakdown).alias("breakdown")
    yield pl.col(read.word).cast(pl.String).alias("word")
    has_proof = read.proof is not None and read.proof in present
    yield (pl.col(str(read.proof)) if has_proof else pl.lit("")).alias("proof")
    for role, column in sorted(read.exits.items()):
        yield pl.col(column).cast(pl.Int64).alias(f"exit {role}")
    rest = [pl.col(name).cast(pl.Int64) for name in terms.remaining if name in present]
    yield (pl.sum_horizontal(rest, ignore_nulls=False) if rest else pl.lit(None, pl.Int64)).alias("remaining")


def _row(row: Mapping[str, Any], read: Returned, producers: Mapping[str, str]) -> ReturnRow:
    whole = row["breakdown"] == read.whole
    exits = {role: row[f"exit {role}"] for role in sorted(read.exits)}
    return ReturnRow(
        producer=producers.get(row[DELIVERY_ID], ""),
        period=row["period"],
        wave=row["wave"] if row["wave"] is not None else -1,
        proof=row["proof"] or "",
        zone=row["zone"],
        breakdown=EVERYBODY if whole else row["breakdown"] or "",
        word=EVERYBODY if whole else row["word"] or "",
        entrants=row["entrants"],
        exits={role: count for role, count in exits.items() if count is not None},
        remaining=row["remaining"],
    )
