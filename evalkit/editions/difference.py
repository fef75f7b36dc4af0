"""What moved between two editions: values, and the definitions that they follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import polars as pl

from evalkit.editions.opened import Opened


class Move(StrEnum):
    """What became of a published value."""

    CHANGED = "modifiée"
    APPEARED = "nouvelle"
    GONE = "disparue"
    MASKED = "masquée depuis"
    UNMASKED = "secret levé"


@dataclass(frozen=True, slots=True, order=True)
class ValueMove:
    """One value that is not the same in both editions.

    Attributes:
        table: the table of the publication.
        subject: the indicator, cohort or comparison.
        key: what else names the value, in the order of the table.
        before, after: the values, none when there is none or when it is masked.
        is_redefined: the declaration of its subject moved too: the change is not an evolution.
    """

    table: str
    subject: str
    key: tuple[str, ...]
    move: Move
    before: float | None
    after: float | None
    is_redefined: bool


@dataclass(frozen=True, slots=True, order=True)
class Redefinition:
    """One declaration that is not the same in both editions.

    Attributes:
        group: ``indicators``, ``comparisons``, ``cohorts``, ``zones``.
        subject: its id.
        fields: the fields that changed, sorted; empty for a declaration that appears or goes.
        kind: ``modifiée``, ``nouvelle`` or ``disparue``.
    """

    group: str
    subject: str
    kind: Move
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that moved from one edition to another, sorted, and how many values did not."""

    values: tuple[ValueMove, ...]
    definitions: tuple[Redefinition, ...]
    unchanged: int
    deliveries_added: tuple[str, ...]
    deliveries_gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Measured:
    """How the values of a table are named."""

    group: str
    subject: str
    keys: tuple[str, ...]
    value: str


_TABLES: Mapping[str, _Measured] = MappingProxyType(
    {
        "observations": _Measured(
            "indicators", "indicator", ("zone", "perimeter", "period", "window", "breakdown"), "value"
        ),
        "rates": _Measured("cohorts", "cohort", ("group", "wave", "exit"), "rate"),
        "returns": _Measured("cohorts", "cohort", ("proof", "breakdown", "word", "wave", "exit"), "rate"),
        "contrasts": _Measured("cohorts", "cohort", ("wave",), "effect"),
        "estimates": _Measured("comparisons", "comparison", ("role",), "effect"),
    }
)
_GROUPS = ("indicators", "comparisons", "cohorts", "zones")
_MASKED = "secret"


def compare_editions(before: Opened, after: Opened) -> Difference:
    """Compare what two editions show, from their files alone: rows may have gone long since.

    Args:
        before: the older one.
        after: the newer one.
    """
    definitions = tuple(sorted(_redefinitions(before, after)))
    redefined = {(each.group, each.subject) for each in definitions if each.kind is Move.CHANGED}
    values: list[ValueMove] = []
    unchanged = 0
    for name, measured in _TABLES.items():
        moves, same = _moves(name, measured, before.table(name), after.table(name))
        unchanged += same
        values += [ValueMove(*each, is_redefined=(measured.group, each[1]) in redefined) for each in moves]
    known = set(before.deliveries), set(after.deliveries)
    return Difference(
        tuple(sorted(values, key=lambda each: (each.table, each.subject, each.key))),
        definitions,
        unchanged,
        tuple(sorted(known[1] - known[0])),
        tuple(sorted(known[0] - known[1])),
    )


_MoveOf = tuple[str, str, tuple[str, ...], Move, float | None, float | None]


def _moves(name: str, measured: _Measured, before: pl.DataFrame, after: pl.DataFrame) -> tuple[list[_MoveOf], int]:
    """Return the values of a table that moved, and how many did not."""
    keys = [measured.subject, *measured.keys]
    old, new = _values(before, keys, measured.value), _values(after, keys, measured.value)
    moves: list[_MoveOf] = []
    same = 0
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        move = _move(was, now)
        if move is None:
            same += 1
        else:
            moves.append((name, key[0], key[1:], move, was[0] if was else None, now[0] if now else None))
    return moves, same


def _values(table: pl.DataFrame, keys: list[str], value: str) -> dict[tuple[str, ...], tuple[float | None, bool]]:
    """Return, by name, each value that a table shows and whether it is masked; what has none is left out."""
    if value not in table.columns:
        return {}
    named = [
        (pl.col(key) if key in table.columns else pl.lit(None)).cast(pl.String).fill_null("").alias(f"_{key}")
        for key in keys
    ]
    masked = pl.col("confidentiality") == _MASKED if "confidentiality" in table.columns else pl.lit(value=False)
    shown = table.select(*named, pl.col(value).cast(pl.Float64).alias("_value"), masked.alias("_masked"))
    return {tuple(row[:-2]): (row[-2], bool(row[-1])) for row in shown.iter_rows() if row[-2] is not None or row[-1]}


def _move(was: tuple[float | None, bool] | None, now: tuple[float | None, bool] | None) -> Move | None:
    if was is None or now is None:
        return Move.APPEARED if was is None else Move.GONE
    if was[1] != now[1]:
        return Move.MASKED if now[1] else Move.UNMASKED
    return None if was[0] == now[0] else Move.CHANGED


def _redefinitions(before: Opened, after: Opened) -> Iterator[Redefinition]:
    for group in _GROUPS:
        old, new = before.declared(group), after.declared(group)
        for subject in sorted(old.keys() | new.keys()):
            if subject not in old or subject not in new:
                yield Redefinition(group, subject, Move.APPEARED if subject not in old else Move.GONE)
            elif fields := _fields(old[subject], new[subject]):
                yield Redefinition(group, subject, Move.CHANGED, fields)


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields that say something else; one that a later version adds, and leaves empty, says nothing."""
    names = old.keys() | new.keys()
    return tuple(sorted(name for name in names if (old.get(name) or None) != (new.get(name) or None)))
