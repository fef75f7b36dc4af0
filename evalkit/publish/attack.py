"""The audit of a set of masks: which hidden quantities are known too narrowly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from evalkit.publish.bounds import FAR, Piece, pieces, too_narrow
from evalkit.publish.secrecy import Key, Plan
from evalkit.publish.system import EXACT, Flags, Floats, System, compile_system

PINNED = 1e-3
"""A masked number whose interval is narrower than this is known."""


@dataclass(frozen=True)
class Interval:
    """What an attacker can say of a hidden quantity, and what was asked."""

    low: float
    high: float
    required: float

    @property
    def width(self) -> float:
        """Return how far apart the two ends are."""
        return self.high - self.low


@dataclass(frozen=True)
class Attack:
    """The outcome of an attack on a set of masks.

    Attributes:
        narrow: sensitive quantities whose interval is narrower than their protection, with it.
        pinned: other masked quantities that the published numbers determine.
        kept: for every other masked quantity, an interval that the attacker cannot narrow to less.
        pieces: number of connected pieces examined.
    """

    narrow: Mapping[Key, Interval]
    pinned: Mapping[Key, Interval]
    kept: Mapping[Key, Interval]
    pieces: int

    @property
    def holds(self) -> bool:
        """Tell whether every sensitive quantity is protected."""
        return not self.narrow


def attack(plan: Plan, hidden: frozenset[Key], system: System | None = None) -> Attack:
    """Attack the published numbers with every equation at once.

    Args:
        plan: cells, links, values, sensitive and public quantities.
        hidden: the cells that are masked.
        system: the equations of the plan, when they are compiled already.

    Returns:
        What is too narrow, what is pinned, and the interval that each other masked quantity keeps.
    """
    system = system or compile_system(plan)
    required = requirements(plan, hidden, system)
    known = system.flags(plan.shown(hidden))
    narrow = _seen(plan.sensitive, known, system)
    pinned: dict[Key, Interval] = {}
    kept: dict[Key, Interval] = {}
    count = 0
    for piece in pieces(system, ~known, ~known & (required > 0)):
        count += 1
        failed = set(too_narrow(piece, required[piece.columns]).tolist())
        for position in np.flatnonzero(required[piece.columns] > 0):
            key = system.keys[piece.columns[position]]
            group = kept if position not in failed else narrow if key in plan.sensitive else pinned
            group[key] = _interval(piece, int(position), required)
    return Attack(narrow, pinned, kept, count)


def exposed_among(plan: Plan, known: Flags, system: System, among: Iterable[Key]) -> dict[Key, Interval]:
    """Return the sensitive quantities that are too narrow, among some, with what they keep.

    Args:
        plan: cells, links, values and sensitive quantities.
        known: the quantities that readers see.
        system: the equations of the plan.
        among: the quantities that are not known to be protected.
    """
    asked = {key: plan.sensitive[key] for key in among}
    required = _protections(asked, system)
    found = _seen(asked, known, system)
    for piece in pieces(system, ~known, ~known & (required > 0)):
        for position in too_narrow(piece, required[piece.columns]):
            found[system.keys[piece.columns[position]]] = _interval(piece, int(position), required)
    return found


def _seen(asked: Mapping[Key, float], known: Flags, system: System) -> dict[Key, Interval]:
    """Return the quantities that readers see as they are."""
    values = {key: float(system.truth[system.place[key]]) for key in asked if known[system.place[key]]}
    return {key: Interval(value, value, asked[key]) for key, value in values.items()}


def requirements(plan: Plan, hidden: frozenset[Key], system: System) -> Floats:
    """Return the width asked of each quantity: its protection when it is sensitive, any at all when it is masked."""
    masked = {key for cell in plan.cells if cell.id in hidden for key in cell.shows}
    return np.maximum(_protections(plan.sensitive, system), np.where(system.flags(masked), PINNED, 0.0))


def _protections(asked: Mapping[Key, float], system: System) -> Floats:
    required = np.zeros(len(system.keys))
    for key, width in asked.items():
        required[system.place[key]] = max(width, PINNED)
    return required


def reachable(plan: Plan, keys: Mapping[Key, float], system: System) -> dict[Key, float]:
    """Return the widest interval that could be left to some quantities: with every cell hidden.

    What public tables or earlier editions already tell cannot be protected by any mask of this publication.
    """
    unknown = ~system.flags(plan.public)
    required = np.zeros(len(system.keys))
    for key, width in keys.items():
        required[system.place[key]] = width
    found = dict.fromkeys(keys, 0.0)
    for piece in pieces(system, unknown, unknown & (required > 0)):
        too_narrow(piece, required[piece.columns])
        for position, column in enumerate(piece.columns):
            if required[column] > 0:
                width = float(piece.width[position])
                found[system.keys[column]] = 0.0 if width < EXACT else width
    return found


def _interval(piece: Piece, position: int, required: Floats) -> Interval:
    column = piece.columns[position]
    truth = piece.truth[position]
    low = max(0.0, truth + piece.low[position])
    high = truth + piece.high[position]
    asked = float(required[column])
    return Interval(float(low), float(high) if high < FAR / 2 else float("inf"), asked)
