"""What an attacker can learn of the hidden quantities: intervals by linear programmes, one connected piece at a time.

Two linear programmes per hidden quantity give its exact interval (Fischetti and Salazar, *Management Science* 47,
2001). Most are settled by fewer: every solution found is a possible publication, so it widens the intervals of all the
quantities of its piece at once; only those that stay too narrow are asked for one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from evalkit.publish.system import EXACT, Flags, Floats, Places, System

FAR = 1e6
"""A change that stands for « as much as one likes »."""


@dataclass(slots=True)
class Piece:
    """Unknown quantities that hang together, with the equations between them.

    Attributes:
        columns, rows: their places in the system, and those of their equations.
        matrix, below, above: their equations: ``below <= matrix @ change <= above``.
        truth: their true numbers.
        fixed: those that are taken as known all the same, while one looks for cells to show again.
        solutions: possible changes found so far; none of them moves what is fixed.
    """

    columns: Places
    rows: Places
    matrix: Any
    below: Floats
    above: Floats
    truth: Floats
    fixed: Flags
    solutions: list[Floats] = field(default_factory=list)
    low: Floats = field(init=False)
    high: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Start from the truth alone: no quantity moves."""
        self.low = np.zeros(len(self.columns))
        self.high = np.zeros(len(self.columns))

    @property
    def width(self) -> Floats:
        """Return the width of the interval that each quantity is known to keep."""
        return self.high - self.low

    def move(self, push: Floats, ceiling: Floats) -> None:
        """Find a possible change that is largest along ``push``, and widen the intervals by it.

        Args:
            push: how much each quantity is wanted to grow.
            ceiling: the largest change of each.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415

        free = ~self.fixed
        limits = Bounds(np.where(free, np.maximum(-self.truth, -FAR), 0.0), np.where(free, ceiling, 0.0))
        found = milp(-push, constraints=LinearConstraint(self.matrix, self.below, self.above), bounds=limits)
        if found.x is not None:
            change = np.where(free, found.x, 0.0)
            self.solutions.append(change)
            self.learn(change)

    def keep_fixed(self) -> None:
        """Forget the solutions that move what is fixed."""
        moved = [solution for solution in self.solutions if not np.any(np.abs(solution[self.fixed]) > EXACT)]
        self.solutions = moved
        self.low = np.zeros(len(self.columns))
        self.high = np.zeros(len(self.columns))
        for change in moved:
            self.learn(change)

    def learn(self, change: Floats) -> None:
        """Widen the intervals by a possible change."""
        self.low = np.minimum(self.low, change)
        self.high = np.maximum(self.high, change)


def pieces(system: System, unknown: Flags, wanted: Flags) -> Iterator[Piece]:
    """Give the connected pieces of the unknown quantities that hold one of interest."""
    from scipy.sparse import block_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    columns = np.flatnonzero(unknown)
    if not np.any(wanted[columns]):
        return
    part = system.by_columns[:, columns].tocsr()
    rows = np.flatnonzero(np.diff(part.indptr))
    part = part[rows]
    _, labels = connected_components(block_array([[None, part], [part.T, None]]), directed=False)
    of_rows, of_columns = labels[: len(rows)], labels[len(rows) :]
    order_c, order_r = np.argsort(of_columns, kind="stable"), np.argsort(of_rows, kind="stable")
    for label in np.unique(of_columns[wanted[columns]]):
        inside = order_c[slice(*np.searchsorted(of_columns[order_c], [label, label + 1]))]
        links = order_r[slice(*np.searchsorted(of_rows[order_r], [label, label + 1]))]
        places, equations = columns[inside], rows[links]
        yield Piece(
            places,
            equations,
            part[links][:, inside],
            system.low[equations],
            system.high[equations],
            system.truth[places],
            np.zeros(len(places), dtype=bool),
        )


def too_narrow(piece: Piece, required: Floats) -> Places:
    """Return the quantities of a piece whose interval is narrower than required; the piece keeps what was learnt.

    Args:
        piece: unknown quantities that hang together.
        required: the width that each must keep, 0 when nothing is asked.

    Returns:
        Their positions in the piece.
    """
    return np.array([each for each in unsettled(piece, required) if _is_narrow(piece, each, required)], dtype=np.int64)


def is_protected(piece: Piece, required: Floats) -> bool:
    """Tell whether every quantity of a piece keeps the width required of it; stops at the first that does not."""
    return not any(_is_narrow(piece, each, required) for each in unsettled(piece, required))


def unsettled(piece: Piece, required: Floats) -> Places:
    """Return what is left to ask one by one, after pushing all quantities together as long as it settles many.

    Every quantity that is too narrow is among them; a few others may be.
    """
    if not piece.matrix.shape[0]:
        piece.high = piece.high + FAR
    goal = required - EXACT
    pending = np.flatnonzero(piece.width < goal)
    before = 2 * len(pending)
    while 1 < len(pending) < 0.9 * before:
        before = len(pending)
        _push(piece, pending, 1.0, required)
        pending = np.flatnonzero(piece.width < goal)
    return pending


def _push(piece: Piece, pending: Places, sense: float, required: Floats) -> None:
    push = np.zeros(len(piece.columns))
    push[pending] = sense
    ceiling = np.full(len(piece.columns), FAR)
    ceiling[pending] = np.maximum(required[pending], 1.0)
    piece.move(push, ceiling)


def _is_narrow(piece: Piece, each: int, required: Floats) -> bool:
    for sense in (1.0, -1.0):
        if piece.width[each] < required[each] - EXACT:
            _push(piece, np.array([each]), sense, required)
    return bool(piece.width[each] < required[each] - EXACT)
