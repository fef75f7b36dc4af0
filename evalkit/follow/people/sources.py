"""The other files of a cohort, from the store: those that may be read and came, up to a rotation of their key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from evalkit.declare.clause import Purpose
from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_sources import Source
from evalkit.declare.feed import Feed
from evalkit.follow.people.told import RECEIVED, OtherFile
from evalkit.follow.rotated import before_break, crossed_break
from evalkit.store.delivery import Delivery
from evalkit.store.rotation import key_breaks
from evalkit.store.rows import current_rows
from evalkit.store.schema import DELIVERY_ID
from evalkit.store.store import Store
from evalkit.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads the rows of a feed for a cohort.

    Attributes:
        workspace: the declarations.
        store: the accepted rows.
        cohort: the protocol.
        as_of: only what was received by that day.
    """

    workspace: Workspace
    store: Store
    cohort: Cohort
    as_of: dt.date | None = None

    def rows(self, feed: Feed, received: Sequence[Delivery]) -> pl.LazyFrame:
        """Return the current rows of a feed; with the day each was received when the rule of the cohort reads it."""
        rows = current_rows(self.store, self.cohort.contract, feed, self.as_of, Purpose.COHORT)
        if self.cohort.contradictions != "latest":
            return rows
        days = {each.id: each.received_on.toordinal() for each in received}
        return rows.with_columns(pl.col(DELIVERY_ID).replace_strict(days, return_dtype=pl.Int32).alias(RECEIVED))


Judge = Callable[[str, list[Delivery]], str]
"""Says in French why a feed cannot be read; nothing when it can."""


def other_files(
    reader: Reader, received: Callable[[str], list[Delivery]], why_not: Judge
) -> tuple[tuple[OtherFile, ...], tuple[str, ...], tuple[Delivery, ...]]:
    """Return the other files of a cohort, what is said of those that are not read, and the deliveries behind.

    Args:
        reader: the store, the cohort and the day.
        received: the accepted deliveries of a feed.
        why_not: why a feed cannot be read.
    """
    files: list[OtherFile] = []
    told: list[str] = []
    behind: list[Delivery] = []
    for source in reader.cohort.sources:
        feed, came = reader.workspace.feeds[source.feed], received(source.feed)
        refusal = why_not(source.feed, came)
        if refusal or feed.identity is None:
            told.append(f"Le fichier « {feed.label} » n’est pas lu. {refusal}")
            continue
        rows = reader.rows(feed, came)
        breaks = key_breaks(reader.store, reader.cohort.contract, feed.feed, reader.as_of)
        crossed = crossed_break(breaks, reader.cohort)
        if crossed is not None:
            rows, _ = before_break(rows, crossed)
            told.append(
                f"Le fichier « {feed.label} » n’est lu que jusqu’à la période {crossed.period}, exclue : sa clé "
                "d’identité a changé, et une même personne y porte ensuite un autre pseudonyme."
            )
        files.append(_file(rows, feed.identity.field, source, feed))
        behind += came
    return tuple(files), tuple(told), tuple(behind)


def _file(rows: pl.LazyFrame, identity: str, source: Source, feed: Feed) -> OtherFile:
    field = feed.field(source.month) if source.month is not None else None
    return OtherFile(rows, identity, source, field.type if field is not None else None)
