"""What secrecy is decided on: quantities, the cells that show them, and the equations that readers know.

The publication is seen as an attacker sees it. *Quantities* are counts; *cells* show some of them; *links* are linear
equations that everybody can guess (a total is the sum of its parts). A hidden quantity is protected when the equations,
the shown numbers and the fact that no count is negative leave it an interval at least as wide as its protection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Key = tuple[str, ...]
"""Name of a quantity; two cells that show the same quantity name it alike."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One published cell, and the quantities that a reader gets from it.

    Attributes:
        id: name of the cell.
        shows: the quantities that it gives.
        size: units behind it.
        loss: what readers lose when it is masked; the cells hidden to protect others make the smallest sum of losses
            that was found.
    """

    id: Key
    shows: tuple[Key, ...]
    size: float
    loss: float = 1.0


@dataclass(frozen=True, slots=True)
class Link:
    """An equation that readers know: the whole is the sum of its parts, give or take ``margin``."""

    whole: Key
    parts: tuple[Key, ...]
    margin: float = 0.0

    @property
    def keys(self) -> tuple[Key, ...]:
        """Return the whole and the parts."""
        return (self.whole, *self.parts)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that secrecy is decided on.

    Attributes:
        sensitive: the quantities that nobody may compute, with the width of the narrowest interval that may be left.
        hidden: the cells masked for themselves.
        values: the quantities that we know; the others are never negative, and the equations hold for them too.
        public: the quantities that everybody knows already, from public tables or earlier editions.
    """

    cells: tuple[Cell, ...]
    links: tuple[Link, ...]
    sensitive: Mapping[Key, float] = field(default_factory=dict)
    hidden: frozenset[Key] = frozenset()
    values: Mapping[Key, float] = field(default_factory=dict)
    public: frozenset[Key] = frozenset()

    @property
    def primary(self) -> frozenset[Key]:
        """Return the cells masked for themselves, and those that show a sensitive quantity."""
        small = {cell.id for cell in self.cells if any(key in self.sensitive for key in cell.shows)}
        return self.hidden | small

    def shown(self, hidden: frozenset[Key]) -> set[Key]:
        """Return the quantities that readers know when some cells are hidden."""
        return {key for cell in self.cells if cell.id not in hidden for key in cell.shows} | self.public


def join(plans: Iterable[Plan]) -> Plan:
    """Return one plan of several: what is shown together is decided together.

    A quantity that several plans protect keeps its widest protection; the first value given for a quantity is kept.
    """
    parts = tuple(plans)
    sensitive: dict[Key, float] = {}
    values: dict[Key, float] = {}
    for part in parts:
        for key, width in part.sensitive.items():
            sensitive[key] = max(width, sensitive.get(key, 0.0))
        for key, value in part.values.items():
            values.setdefault(key, value)
    return Plan(
        tuple(cell for part in parts for cell in part.cells),
        tuple(dict.fromkeys(link for part in parts for link in part.links)),
        sensitive,
        frozenset().union(*(part.hidden for part in parts)),
        values,
        frozenset().union(*(part.public for part in parts)),
    )
