"""Covers: what any set of masks must satisfy for an exposed quantity to be protected.

An attacker proves with the dual of a linear programme that a quantity stays in a narrow interval. The same proof holds
for every set of masks in which none of the shown quantities that it uses is hidden: at least one of them must be
(Fischetti and Salazar, *Management Science* 47, 2001, capacity constraints). Where one equation is proof enough, no
programme is solved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from evalkit.publish.bounds import Piece, unsettled
from evalkit.publish.system import EXACT, Flags, Floats, Places, System

_NOISE = 1e-6
"""Multipliers are exact to this."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Quantities of which enough must be hidden: the weights of the hidden ones must add up to at least 1.

    Attributes:
        columns: their places in the system, in order.
        weights: what hiding each brings, as a share of what lacks, at most 1.
    """

    columns: tuple[int, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What covers are looked for in.

    Attributes:
        system: the equations.
        choice: the quantities that may be hidden or not.
        required: the width that each quantity must keep, 0 when nothing is asked.
    """

    system: System
    choice: Flags
    required: Floats

    def cover(self, brought: Floats, lacking: float) -> Cover:
        """Return the cover in which hiding each quantity brings some width, of what lacks without any of them."""
        columns = np.flatnonzero(self.choice & (brought > _NOISE))
        weights = np.minimum(brought[columns] / lacking, 1.0)
        return Cover(tuple(columns.tolist()), tuple(np.round(weights, 9).tolist()))


def plain_covers(ground: Ground, unknown: Flags) -> Iterator[Cover]:
    """Give the covers that a single equation proves.

    When the unknown terms of an exact equation all stand on one side, each is at most their sum: a known term of that
    side must be hidden to raise the sum, or one of the other side to open it.

    Args:
        ground: equations, choices and protections.
        unknown: the quantities that readers do not see.
    """
    matrix, truth = ground.system.matrix, ground.system.truth
    signs = matrix.data
    owner = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    hidden = unknown[matrix.indices]
    exact = ground.system.high - ground.system.low <= EXACT
    for side in (1.0, -1.0):
        mine = hidden & (signs == side)
        held = np.bincount(owner[mine], truth[matrix.indices[mine]], matrix.shape[0])
        other = np.bincount(owner[hidden & ~mine], minlength=matrix.shape[0])
        asked = np.zeros(matrix.shape[0])
        np.maximum.at(asked, owner[mine], ground.required[matrix.indices[mine]])
        for row in np.flatnonzero(exact & (other == 0) & (held < asked - EXACT)):
            line = slice(matrix.indptr[row], matrix.indptr[row + 1])
            lacking = asked[row] - (held[row] - _chosen(ground, matrix.indices[line][mine[line]]))
            brought = np.zeros(len(truth))
            brought[matrix.indices[line]] = np.where(signs[line] == side, truth[matrix.indices[line]], lacking)
            yield ground.cover(brought, lacking)


def _chosen(ground: Ground, columns: Places) -> float:
    """Return what the hidden quantities that may be shown again bring to a sum."""
    return float(ground.system.truth[columns[ground.choice[columns]]].sum())


def covers_of(ground: Ground, piece: Piece) -> Iterator[Cover]:
    """Give a cover for each quantity of a piece that is too narrow; none when the piece is protected.

    Args:
        ground: equations, choices and protections.
        piece: unknown quantities that hang together; it keeps what was learnt.
    """
    required = ground.required[piece.columns]
    for position in unsettled(piece, required):
        if piece.width[position] >= required[position] - EXACT:
            continue
        brought, width = np.zeros(len(ground.system.keys)), 0.0
        for sense in (1.0, -1.0):
            end, proof = _end(piece, int(position), sense, required[position])
            width += end
            brought += _brought(ground, piece, (int(position), sense), proof)
        lacking = required[position] - width
        if lacking > EXACT:
            inside = piece.columns[ground.choice[piece.columns]]
            yield ground.cover(brought, lacking + float(brought[inside].sum()))


def _end(piece: Piece, position: int, sense: float, enough: float) -> tuple[float, Floats]:
    """Return how far a quantity can move in a sense, and the multipliers of the equations that prove it."""
    from scipy.optimize import linprog  # noqa: PLC0415

    cost = np.zeros(len(piece.columns))
    cost[position] = -sense
    limits = np.c_[-piece.truth, np.full(len(cost), np.inf)]
    limits[position] = (max(-enough, -piece.truth[position]), enough)
    loose = piece.above - piece.below > EXACT
    parts = {"A_eq": piece.matrix[~loose], "b_eq": (piece.above[~loose] + piece.below[~loose]) / 2}
    if loose.any():
        from scipy.sparse import vstack  # noqa: PLC0415

        parts |= {"A_ub": vstack([piece.matrix[loose], -piece.matrix[loose]]).tocsr()}
        parts |= {"b_ub": np.r_[piece.above[loose], -piece.below[loose]]}
    found = linprog(cost, **parts, bounds=limits, method="highs")
    if found.x is None:
        raise ArithmeticError(f"the truth satisfies the equations: {found.message}")
    piece.learn(found.x)
    proof = np.zeros(len(piece.below))
    proof[~loose] = -found.eqlin.marginals
    if loose.any():
        above, below = np.split(-found.ineqlin.marginals, 2)
        proof[loose] = above - below
    return float(-found.fun), proof


def _brought(ground: Ground, piece: Piece, aim: tuple[int, float], proof: Floats) -> Floats:
    """Return what hiding each quantity would add to the bound that a proof gives.

    One that may grow without limit brings all that may be asked; one that may only shrink brings its number.
    """
    position, sense = aim
    system = ground.system
    slope = -(system.matrix[piece.rows].T @ proof)
    slope[piece.columns[position]] += sense
    whole = ground.required[piece.columns[position]]
    return np.where(slope > _NOISE, whole, np.where(slope < -_NOISE, -slope * system.truth, 0.0))
