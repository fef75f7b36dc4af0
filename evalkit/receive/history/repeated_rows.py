"""Rows already received: the same key in another period, or from another producer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from evalkit.declare.feed import Feed, Grain, Severity
from evalkit.receive.findings.finding import at_lines, found
from evalkit.receive.history.past import PRODUCER
from evalkit.store.delivery import Finding, Outcome
from evalkit.store.schema import LINE, PERIOD, pseudonym_columns
from evalkit.typography import counted, typeset

NUMBERED_ONCE = frozenset({Grain.EVENT, Grain.ANSWER, Grain.TEXT})
"""Rows that have a number of their own for ever; the key of the others names a row once per period."""


def repeated_rows(feed: Feed, rows: pl.DataFrame, others: pl.LazyFrame, producer: str) -> Iterator[Finding]:
    """Yield the rows whose key was received before, in rows that this delivery does not replace.

    An event, an answer or a text has one number for ever: it may come back neither in another period nor from another
    producer. A person, a total or a zone comes back at each period: only another producer may not send it again for the
    same one. Keys are never printed: lines are.

    Args:
        feed: the declaration.
        rows: the accepted rows of this delivery.
        others: the current rows of the feed that this delivery will not replace, as stored, with their ``_producer``.
        producer: who sends this delivery.
    """
    watch = feed.watch.repeated_keys
    stored = others.collect_schema()
    key = _key(feed, rows.schema, stored)
    if watch is None or not key or not rows.height:
        return
    mine = rows.select(LINE, pl.col(PERIOD).alias("_here"), *_parts(key)).drop_nulls(list(map(_name, range(len(key)))))
    theirs = others.select(PRODUCER, PERIOD, *_parts(key))
    names = [_name(index) for index in range(len(key))]
    met = mine.lazy().join(theirs, on=names).unique(subset=[LINE, PRODUCER, PERIOD]).collect()
    elsewhere = met.filter(pl.col(PRODUCER) != producer)
    if feed.grain not in NUMBERED_ONCE:
        elsewhere = elsewhere.filter(pl.col(PERIOD) == pl.col("_here"))
    for (other,), part in sorted(elsewhere.partition_by(PRODUCER, as_dict=True).items()):
        yield _finding(feed, rows, part, f"déjà reçue de « {other} »", f"déjà reçues de « {other} »")
    if feed.grain in NUMBERED_ONCE:
        earlier = met.filter(pl.col(PRODUCER) == producer, pl.col(PERIOD) != pl.col("_here"))
        if earlier.height:
            periods = ", ".join(earlier[PERIOD].unique().sort().head(6))
            yield _finding(feed, rows, earlier, f"déjà reçue pour {periods}", f"déjà reçues pour {periods}")


def _finding(feed: Feed, rows: pl.DataFrame, part: pl.DataFrame, one: str, many: str) -> Finding:
    watch = feed.watch.repeated_keys
    tolerance = float(watch.tolerance) if watch else 0.0
    severity = watch.severity if watch else Severity.MAJOR
    where = at_lines(", ".join(feed.key), part[LINE])
    message = counted(where.count, f"ligne {one}", f"lignes {many}") + "."
    finding = found("EVK-R080", message, where)
    if where.count <= tolerance * rows.height:
        told = typeset(f"{finding.message} Dans la tolérance du flux.")
        return replace(finding, severity=Severity.MINOR, message=told, outcome=Outcome.NOTED)
    return replace(finding, severity=severity)


def _key(feed: Feed, here: pl.Schema, stored: pl.Schema) -> tuple[str, ...]:
    """Return the columns of the key that both sides have; none when a part of it cannot be compared.

    Pseudonyms are stored once per purpose: those of one purpose are compared.
    """
    pseudonyms = [name for name in pseudonym_columns(feed) if name in here and name in stored]
    identity = feed.identity.field if feed.identity else ""
    columns = [pseudonyms[0] if name == identity and pseudonyms else name for name in feed.key]
    return tuple(columns) if all(name in here and name in stored for name in columns) else ()


def _parts(key: tuple[str, ...]) -> list[pl.Expr]:
    return [pl.col(column).cast(pl.String).alias(_name(index)) for index, column in enumerate(key)]


def _name(index: int) -> str:
    return f"_key{index}"
