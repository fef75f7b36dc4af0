"""Show again the hidden cells that nothing needs."""

from __future__ import annotations

import numpy as np

from evalkit.publish.bounds import Piece, is_protected, pieces
from evalkit.publish.fewest import Settled
from evalkit.publish.hiding import Masked
from evalkit.publish.system import EXACT, Floats


def show_superfluous(masked: Masked, settled: Settled) -> None:
    """Show every cell, the dearest first, without which each sensitive quantity keeps its protection.

    Args:
        masked: cells that protect; changed in place.
        settled: the pieces whose cells are all needed.
    """
    required = masked.required
    found = list(pieces(masked.system, ~masked.known, required > 0))
    where = {int(column): (piece, at) for piece in found for at, column in enumerate(piece.columns)}
    for piece in found:
        if piece in settled:
            continue
        is_protected(piece, required[piece.columns])
    for cell in masked.secondary:
        touched: dict[int, tuple[Piece, list[int]]] = {}
        for column in masked.unseen(cell):
            if column in where:
                piece, at = where[column]
                touched.setdefault(id(piece), (piece, []))[1].append(at)
        if touched and all(piece in settled for piece, _ in touched.values()):
            continue
        if all(_spares(piece, places, required) for piece, places in touched.values()):
            masked.show(cell)
            continue
        for piece, places in touched.values():
            piece.fixed[places] = False


def _spares(piece: Piece, places: list[int], required: Floats) -> bool:
    """Tell whether a piece stays protected when some of its quantities are known; they are then fixed."""
    if _is_plainly_needed(piece, places, required[piece.columns]):
        return False
    learnt = list(piece.solutions)
    piece.fixed[places] = True
    piece.keep_fixed()
    if is_protected(piece, required[piece.columns]):
        return True
    piece.solutions = [*learnt, *(each for each in piece.solutions if not any(each is old for old in learnt))]
    piece.fixed[places] = False
    piece.keep_fixed()
    return False


def _is_plainly_needed(piece: Piece, places: list[int], required: Floats) -> bool:
    """Tell whether one equation is enough to see that a piece needs some of its quantities hidden.

    When the unknown terms of an exact equation all stand on one side, each is at most their sum: no linear programme is
    needed to know that it is too narrow.
    """
    known = piece.fixed.copy()
    known[places] = True
    for row in np.unique(piece.matrix[:, places].tocsc().indices):
        line = slice(piece.matrix.indptr[row], piece.matrix.indptr[row + 1])
        free = ~known[piece.matrix.indices[line]]
        unknown, signs = piece.matrix.indices[line][free], piece.matrix.data[line][free]
        if not len(unknown) or np.any(signs != signs[0]) or piece.above[row] - piece.below[row] > EXACT:
            continue
        if piece.truth[unknown].sum() < required[unknown].max() - EXACT:
            return True
    return False
