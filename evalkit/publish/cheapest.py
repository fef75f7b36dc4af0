"""The cheapest cells to hide with exposed quantities: those that must move when they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from evalkit.publish.attack import Interval
from evalkit.publish.bounds import FAR
from evalkit.publish.hiding import Masked
from evalkit.publish.secrecy import Key
from evalkit.publish.system import EXACT, Flags, Floats, Places, System

NEIGHBOURS = 4000
"""Quantities looked at around an exposed one before the whole system is."""

RESCALINGS = 4
"""How many times costs are scaled by the changes of the solution before, so that few cells move instead of many."""

FREE = 1e-4
"""Price of moving what is hidden already: small, so that nothing moves without need."""


@dataclass(frozen=True, slots=True)
class Aim:
    """The quantities that must grow (or shrink) by some amounts, among those looked at."""

    near: Places
    amounts: Mapping[int, float]

    @property
    def marks(self) -> Floats:
        """Return the amount asked of each quantity looked at, 0 where nothing is."""
        asked = np.zeros(len(self.near))
        asked[np.searchsorted(self.near, list(self.amounts))] = list(self.amounts.values())
        return asked


def cheapest_partners(masked: Masked, exposed: Mapping[Key, Interval]) -> tuple[list[int], list[Key]]:
    """Return the quantities to hide so that exposed ones can move by what their protections lack.

    One quantity is taken with the other exposed ones around it that share no equation with it: a partner that serves
    two of them is found so.

    Args:
        masked: what is hidden so far.
        exposed: the exposed quantities, with what is known of them.

    Returns:
        Places of the quantities to hide (none when what is hidden already is enough), and the exposed quantities that
        are served by it.

    Raises:
        ArithmeticError: nothing can protect the first one, although its protection was found attainable.
    """
    system = masked.system
    first = next(iter(exposed))
    near = _neighbourhood(masked, system.place[first], NEIGHBOURS)
    together = _apart(system, exposed, near)
    for served in (together, {first: exposed[first]}):
        starts = np.array(sorted(system.place[key] for key in served))
        close = near[~masked.known[near] | np.isin(near, system.beside(starts))]
        for places in (close, near):
            moved = _move(masked, Aim(places, _growth(system, served)))
            if moved is not None:
                return [int(place) for place in moved if masked.known[place]], list(served)
    return _anywhere(masked, first, exposed[first]), [first]


def _apart(system: System, exposed: Mapping[Key, Interval], near: Places) -> dict[Key, Interval]:
    """Return exposed quantities that share no equation, the first one first: they can all grow at once."""
    found: dict[Key, Interval] = {}
    inside = np.zeros(len(system.keys), dtype=bool)
    inside[near] = True
    taken = np.zeros(system.matrix.shape[0], dtype=bool)
    names = list(exposed)
    places = np.array([system.place[key] for key in names])
    for index in np.flatnonzero(inside[places]):
        rows = system.equations_of(places[index : index + 1])
        if not taken[rows].any():
            found[names[index]] = exposed[names[index]]
            taken[rows] = True
    return found


def _anywhere(masked: Masked, key: Key, interval: Interval) -> list[int]:
    """Return the partners of one quantity among all others: it grows as far as needed, and shrinks by the rest."""
    system = masked.system
    start = system.place[key]
    everything = _neighbourhood(masked, start, len(system.keys))
    need = _growth(system, {key: interval})[start]
    growth = min(need, _reach(masked, everything, start))
    shrinking = interval.required - growth - EXACT / 2
    partners: set[int] = set()
    for amount in (growth - EXACT / 2, -shrinking if growth < need - EXACT else 0.0):
        if abs(amount) > EXACT:
            moved = _move(masked, Aim(everything, {start: amount}))
            if moved is None:
                raise ArithmeticError(f"no way to protect {key}")
            partners |= {int(place) for place in moved if masked.known[place]}
    return sorted(partners)


def _reach(masked: Masked, places: Places, start: int) -> float:
    """Return how far a quantity can grow when everything around it that can be hidden is."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415

    system = masked.system
    part = system.by_columns[:, places].tocsr()
    rows = np.flatnonzero(np.diff(part.indptr))
    rules = LinearConstraint(part[rows], system.low[rows], system.high[rows])
    found = milp(-1.0 * (places == start), constraints=rules, bounds=Bounds(-system.truth[places], FAR))
    return 0.0 if found.x is None else max(0.0, float(found.x[places == start][0]))


def _growth(system: System, exposed: Mapping[Key, Interval]) -> dict[int, float]:
    """Return by how much each must be able to grow, given how far it can shrink already."""
    return {
        system.place[key]: each.required - (float(system.truth[system.place[key]]) - each.low)
        for key, each in exposed.items()
    }


def _move(masked: Masked, aim: Aim) -> Places | None:
    """Return which quantities move in the cheapest change that reaches an aim; none when no change does."""
    system = masked.system
    part = system.by_columns[:, aim.near].tocsr()
    rows = np.flatnonzero(np.diff(part.indptr))
    sides = (system.low[rows], system.high[rows])
    loss = np.maximum(masked.loss[aim.near], FREE)
    scale = max(abs(amount) for amount in aim.amounts.values())
    price, best = loss, (np.inf, np.zeros(0, dtype=np.int64))
    for _ in range(RESCALINGS + 1):
        change = _solve(part[rows], sides, system.truth[aim.near], price, aim.marks)
        if change is None:
            return None
        size = np.abs(change)
        moved: Flags = size > EXACT
        total = float(loss[moved].sum())
        if total < best[0] - EXACT:
            best = (total, aim.near[moved])
        if not masked.known[aim.near[moved]].any():
            break
        price = loss / np.maximum(size, 0.01 * scale)
    return best[1]


def _solve(matrix: Any, sides: tuple[Floats, Floats], truth: Floats, price: Floats, asked: Floats) -> Floats | None:
    """Return the cheapest change in which each quantity moves at least by what is asked, up or down."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415
    from scipy.sparse import hstack  # noqa: PLC0415

    movable = np.isfinite(price)
    up = np.where(movable & (asked >= 0), np.inf, 0.0)
    down = np.where(movable & (asked <= 0), truth, 0.0)
    cost = np.where(movable, price, 0.0)
    found = milp(
        np.r_[cost, cost],
        constraints=LinearConstraint(hstack([matrix, -matrix]).tocsr(), *sides),
        bounds=Bounds(np.r_[np.maximum(asked, 0.0), np.maximum(-asked, 0.0)], np.r_[up, np.maximum(down, -asked)]),
    )
    if found.x is None:
        return None
    half = len(truth)
    change: Floats = found.x[:half] - found.x[half:]
    return change


def _neighbourhood(masked: Masked, start: int, most: int) -> Places:
    """Return the quantities around one: those of its equations, then of theirs, while they are not too many.

    What is public never moves: nothing is looked for beyond it.
    """
    near = np.array([start])
    while True:
        wider = masked.system.beside(near)
        wider = wider[np.isfinite(masked.loss[wider])]
        if len(wider) == len(near) or len(wider) > most:
            return near if len(near) > 1 else wider
        near = wider
