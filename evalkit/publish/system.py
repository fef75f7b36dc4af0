"""The equations of a publication as a matrix, with a point that satisfies them: the numbers as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from evalkit.publish.secrecy import Key, Plan

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]

EXACT = 1e-6
"""Two counts nearer than this are equal."""


@dataclass(frozen=True)
class System:
    """The links of a plan: ``low <= matrix @ change <= high`` for any change of the true numbers.

    Attributes:
        keys: the quantities, in the order of the columns.
        matrix: one row per link, ``whole - parts`` (sparse, compressed rows).
        truth: the true numbers; no change may take one below zero.
        low, high: how far a link may move. An equation that the true numbers do not satisfy exactly (two contours of a
            zone, rounded public figures, stocks) is given to the attacker with its error as a margin.
    """

    keys: tuple[Key, ...]
    matrix: Any
    truth: Floats
    low: Floats
    high: Floats

    @cached_property
    def place(self) -> dict[Key, int]:
        """Return the column of each quantity."""
        return {key: index for index, key in enumerate(self.keys)}

    @cached_property
    def by_columns(self) -> Any:
        """Return the matrix by columns."""
        return self.matrix.tocsc()

    def equations_of(self, places: Places) -> Places:
        """Return the rows that hold some quantities, in order."""
        columns = self.by_columns
        return np.unique(_slices(columns.indptr, columns.indices, places))

    def beside(self, places: Places) -> Places:
        """Return the quantities of the equations of some quantities, in order."""
        return np.unique(_slices(self.matrix.indptr, self.matrix.indices, self.equations_of(places)))

    def flags(self, keys: Iterable[Key]) -> Flags:
        """Return a mark per column."""
        marks = np.zeros(len(self.keys), dtype=bool)
        marks[[self.place[key] for key in keys if key in self.place]] = True
        return marks


def _slices(starts: Any, values: Any, places: Places) -> Places:
    """Return what a compressed matrix holds in some of its lines, one after the other."""
    first, last = starts[places], starts[np.asarray(places) + 1]
    lengths = last - first
    before = np.cumsum(lengths) - lengths
    found: Places = values[np.arange(lengths.sum()) + np.repeat(first - before, lengths)]
    return found


def compile_system(plan: Plan) -> System:
    """Return the equations of a plan, with its true numbers.

    Quantities that nobody published have no known value: they are given one that satisfies the equations best, by a
    linear programme. What is then left over is the margin of the equation.

    Args:
        plan: cells, links and values.
    """
    from scipy.sparse import csr_array  # noqa: PLC0415

    named = [*(key for link in plan.links for key in link.keys), *(key for cell in plan.cells for key in cell.shows)]
    keys = tuple(dict.fromkeys((*named, *plan.sensitive)))
    place = {key: index for index, key in enumerate(keys)}
    rows, columns, signs = [], [], []
    for row, link in enumerate(plan.links):
        rows += [row] * len(link.keys)
        columns += [place[key] for key in link.keys]
        signs += [1.0, *([-1.0] * len(link.parts))]
    matrix = csr_array((signs, (rows, columns)), shape=(len(plan.links), len(keys)))
    truth = np.array([plan.values.get(key, np.nan) for key in keys], dtype=float)
    truth[np.isnan(truth) & ~_around_secrets(matrix, plan, place)] = 0.0
    truth = _fill(matrix, truth)
    left = matrix @ truth
    left[np.abs(left) < EXACT] = 0.0
    margin = np.maximum(np.abs(left), [link.margin for link in plan.links])
    return System(keys, matrix, truth, -margin - left, margin - left)


def _around_secrets(matrix: Any, plan: Plan, place: dict[Key, int]) -> Flags:
    """Mark the quantities that equations tie, however far, to one that must be protected: the others do not matter."""
    from scipy.sparse import block_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    _, labels = connected_components(block_array([[None, matrix], [matrix.T, None]]), directed=False)
    of_keys = labels[matrix.shape[0] :]
    masked = {key for cell in plan.cells if cell.id in plan.hidden for key in cell.shows}
    secret = [place[key] for key in masked.union(plan.sensitive)]
    marks: Flags = np.isin(of_keys, of_keys[secret])
    return marks


def _fill(matrix: Any, truth: Floats) -> Floats:
    """Give a value to the unknown quantities: the smallest sum of errors over the equations."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415
    from scipy.sparse import eye_array, hstack  # noqa: PLC0415

    unknown = np.isnan(truth)
    filled = np.where(unknown, 0.0, truth)
    touched = np.unique(matrix[:, np.flatnonzero(unknown)].nonzero()[0]) if unknown.any() else np.zeros(0, int)
    if not len(touched):
        return filled
    part = matrix[touched]
    free = part[:, np.flatnonzero(unknown)]
    wanted = -(part @ filled)
    errors = eye_array(len(touched))
    cost = np.r_[np.zeros(free.shape[1]), np.ones(2 * len(touched))]
    whole = hstack([free, errors, -errors]).tocsr()
    found = milp(cost, constraints=LinearConstraint(whole, wanted, wanted), bounds=Bounds(0.0, np.inf))
    if found.x is None:
        raise ArithmeticError(f"the elastic programme always has a solution: {found.message}")
    filled[unknown] = np.maximum(0.0, found.x[: free.shape[1]])
    return filled
