"""The masks while they are chosen: which quantities readers still see, and what it costs to hide one more."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from evalkit.publish.secrecy import Cell, Key, Plan
from evalkit.publish.system import Flags, Floats, System


class Masked:
    """A plan with the cells hidden so far.

    Attributes:
        plan, system: what is decided on.
        open: the quantities that may be shown or hidden: neither masked for themselves nor public.
    """

    def __init__(self, plan: Plan, system: System) -> None:
        """Start from the cells masked for themselves."""
        self.plan = plan
        self.system = system
        self._primary = plan.primary
        self._hidden = set(self._primary)
        self._showing: dict[int, list[int]] = {}
        for index, cell in enumerate(plan.cells):
            for key in cell.shows:
                self._showing.setdefault(system.place[key], []).append(index)
        self._public = system.flags(plan.public)
        self._seen = np.zeros(len(system.keys), dtype=np.int64)
        self._loss = np.where(self._public, np.inf, 0.0)
        for cell in plan.cells:
            if cell.id not in self._hidden:
                self._count(cell, 1)
        self.open: Flags = (self._seen > 0) & ~self._public

    def __contains__(self, cell: Key) -> bool:
        """Tell whether a cell is hidden."""
        return cell in self._hidden

    @property
    def hidden(self) -> frozenset[Key]:
        """Return every hidden cell."""
        return frozenset(self._hidden)

    @property
    def secondary(self) -> list[Cell]:
        """Return the cells hidden to protect others, the dearest first."""
        found = [cell for cell in self.plan.cells if cell.id in self._hidden and cell.id not in self._primary]
        return sorted(found, key=lambda cell: (-cell.loss, -cell.size, cell.id))

    @property
    def known(self) -> Flags:
        """Return a mark on the quantities that readers see."""
        return self._public | (self._seen > 0)

    @property
    def loss(self) -> Floats:
        """Return what hiding each quantity would lose: nothing when it is hidden, infinity when it is public."""
        return self._loss

    @property
    def required(self) -> Floats:
        """Return the width that each quantity must keep, 0 when nothing is asked."""
        asked = np.zeros(len(self.system.keys))
        for key, width in self.plan.sensitive.items():
            asked[self.system.place[key]] = width
        return asked

    def hide(self, columns: Iterable[int]) -> None:
        """Hide every cell that shows one of some quantities."""
        for column in columns:
            for cell in (self.plan.cells[index] for index in self._showing.get(column, ())):
                if cell.id not in self._hidden:
                    self._hidden.add(cell.id)
                    self._count(cell, -1)

    def protect_with(self, cells: Iterable[Cell]) -> None:
        """Hide some cells to protect others, and show again those that were hidden for it."""
        chosen = {cell.id: cell for cell in cells}
        for cell in self.secondary:
            if cell.id not in chosen:
                self.show(cell)
        for cell in chosen.values():
            if cell.id not in self._hidden:
                self._hidden.add(cell.id)
                self._count(cell, -1)

    def showing(self, column: int) -> tuple[int, ...]:
        """Return the places in the plan of the cells that show a quantity, those masked for themselves left out."""
        cells = self.plan.cells
        return tuple(index for index in self._showing.get(column, ()) if cells[index].id not in self._primary)

    def show(self, cell: Cell) -> None:
        """Show a hidden cell again."""
        self._hidden.remove(cell.id)
        self._count(cell, 1)

    def unseen(self, cell: Cell) -> list[int]:
        """Return the quantities that only this hidden cell would show."""
        places = [self.system.place[key] for key in cell.shows]
        return [place for place in places if not self._public[place] and not self._seen[place]]

    def _count(self, cell: Cell, sense: int) -> None:
        for key in cell.shows:
            place = self.system.place[key]
            self._seen[place] += sense
            self._loss[place] += sense * cell.loss
