"""The programme whose solution is the cheapest set of cells that satisfies covers: one part per group of covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evalkit.publish.covers import Cover
from evalkit.publish.hiding import Masked
from evalkit.publish.system import Flags, Floats

NODES = 500
"""Branches of one exact choice, at most: its best solution is taken then, whatever the clock says."""

STAY = 1e-3
"""What is taken off the loss of a cell that is hidden already: of two choices that cost the same, the nearer is taken,
so that few things change from one round to the next."""

ENOUGH = 1.0 - 1e-6
"""Weights are rounded: what adds up to this satisfies a cover."""


@dataclass(frozen=True)
class CoverProgram:
    """Covers over cells.

    A quantity that several cells show is hidden when all of them are: it has a variable of its own, at most each of
    theirs.

    Attributes:
        cells: the cell of each variable, -1 for a quantity that several cells show.
        loss: what each variable loses.
        matrix: covers, then the ties between shared quantities and their cells (sparse, compressed rows).
        covers: number of covers; a tie asks for nothing.
    """

    cells: Sequence[int]
    loss: Floats
    matrix: Any
    covers: int

    def groups(self) -> list[tuple[int, ...]]:
        """Return the rows that share variables, group by group, in order."""
        from scipy.sparse import block_array  # noqa: PLC0415
        from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

        _, labels = connected_components(block_array([[None, self.matrix], [self.matrix.T, None]]), directed=False)
        found: dict[int, list[int]] = {}
        for row, label in enumerate(labels[: self.matrix.shape[0]].tolist()):
            found.setdefault(label, []).append(row)
        return [tuple(rows) for rows in found.values()]

    def solve(self, rows: Sequence[int]) -> list[int]:
        """Return the cells to hide for a group of rows."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415

        part = self.matrix[list(rows)]
        used = np.unique(part.indices)
        asked = np.where(np.array(rows) < self.covers, ENOUGH, 0.0)
        is_cell = np.array(self.cells)[used] >= 0
        found = milp(
            self.loss[used],
            integrality=np.ones(len(used)),
            bounds=Bounds(0.0, 1.0),
            constraints=LinearConstraint(part[:, used], asked, np.inf),
            options={"node_limit": NODES, "mip_rel_gap": 0.0},
        )
        chosen: Flags = is_cell if found.x is None else is_cell & (found.x > 0.5)
        return [self.cells[each] for each in used[chosen]]


def program_of(covers: Sequence[Cover], masked: Masked) -> CoverProgram:
    """Return the programme of some covers.

    Args:
        covers: what must be satisfied.
        masked: which cells show each quantity, and what hiding them loses.
    """
    from scipy.sparse import csr_array  # noqa: PLC0415

    place: dict[tuple[str, int], int] = {}
    entries: list[tuple[int, int, float]] = []
    shared: dict[int, tuple[int, ...]] = {}
    for row, cover in enumerate(covers):
        for column, weight in zip(cover.columns, cover.weights, strict=True):
            cells = masked.showing(column)
            alone = len(cells) == 1
            if not alone:
                shared[column] = cells
            name = ("cell", cells[0]) if alone else ("shared", column)
            entries.append((row, place.setdefault(name, len(place)), weight))
    rows = len(covers)
    for column, cells in shared.items():
        for cell in cells:
            entries += [
                (rows, place.setdefault(("cell", cell), len(place)), 1.0),
                (rows, place["shared", column], -1.0),
            ]
            rows += 1
    at, variables, weights = (np.array(part) for part in zip(*entries, strict=True))
    matrix = csr_array((weights, (at, variables)), shape=(rows, len(place)))
    matrix.data = np.minimum(matrix.data, 1.0)
    cells_of = [number if kind == "cell" else -1 for kind, number in place]
    loss = np.array([_loss(masked, each) if each >= 0 else 0.0 for each in cells_of])
    return CoverProgram(cells_of, loss, matrix, len(covers))


def _loss(masked: Masked, index: int) -> float:
    cell = masked.plan.cells[index]
    return cell.loss - STAY * min(cell.loss, 1.0) * (cell.id in masked)
