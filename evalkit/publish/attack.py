"""The audit of a set of masks: which hidden quantities are known too narrowly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from evalkit.publish.bounds import FAR, Piece, pieces, too_narrow
from evalkit.publish.secrecy import Key, Plan
from evalkit.publish.system import EXACT, Floats, System, compile_system

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


def attack(
    plan: Plan, hidden: frozenset[Key], system: System | None = None, among: Iterable[Key] | None = None
) -> Attack:
    """Attack the published numbers with every equation at once.

    Args:
        plan: cells, links, values, sensitive and public quantities.
        hidden: the cells that are masked.
        system: the equations of the plan, when they are compiled already.
        among: the sensitive quantities to look at, when the others are known to be protected; every masked quantity
            is looked at when absent.

    Returns:
        What is too narrow, what is pinned, and the interval that each other masked quantity keeps.
    """
    system = system or compile_system(plan)
    asked = plan.sensitive if among is None else {key: plan.sensitive[key] for key in among}
    required = _protections(asked, system) if among is not None else requirements(plan, hidden, system)
    known = system.flags(plan.shown(hidden))
    narrow: dict[Key, Interval] = {}
    pinned: dict[Key, Interval] = {}
    kept: dict[Key, Interval] = {}
    for key, width in asked.items():
        if known[system.place[key]]:
            value = float(system.truth[system.place[key]])
            narrow[key] = Interval(value, value, width)
    count = 0
    for piece in pieces(system, ~known, ~known & (required > 0)):
        count += 1
        failed = set(too_narrow(piece, required[piece.columns]).tolist())
        for position in np.flatnonzero(required[piece.columns] > 0):
            key = system.keys[piece.columns[position]]
            group = kept if position not in failed else narrow if key in plan.sensitive else pinned
            group[key] = _interval(piece, int(position), required)
    return Attack(narrow, pinned, kept, count)


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
