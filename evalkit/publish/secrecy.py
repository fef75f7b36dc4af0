"""Which hidden counts can be computed back, and which further cells must be hidden so that none can.

The publication is seen as an attacker sees it: *quantities* (counts), *cells* that show some of them, and *links*,
linear equations between quantities that everybody can guess (a total is the sum of its parts). A hidden quantity is
recoverable when the equations determine it once the shown ones are known, which Gaussian elimination decides exactly.

Scope: exact recovery. How narrowly a hidden count can be *bounded* (two linear programmes per hidden cell) and what
public tables or earlier editions add are not examined here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

Key = tuple[str, ...]
"""Name of a quantity; two cells that show the same quantity name it alike."""

_Row = dict[Key, Fraction]


@dataclass(frozen=True, slots=True)
class Cell:
    """One published cell, and the quantities that a reader gets from it.

    Attributes:
        id: name of the cell.
        shows: the quantities that it gives.
        size: units behind it; the smallest cell is sacrificed first.
    """

    id: Key
    shows: tuple[Key, ...]
    size: float


@dataclass(frozen=True, slots=True)
class Link:
    """An equation that readers know: the whole is the sum of its parts."""

    whole: Key
    parts: tuple[Key, ...]

    @property
    def keys(self) -> tuple[Key, ...]:
        """Return the whole and the parts."""
        return (self.whole, *self.parts)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that secrecy is decided on.

    Attributes:
        sensitive: the quantities that nobody may compute.
        hidden: the cells masked for themselves.
    """

    cells: tuple[Cell, ...]
    links: tuple[Link, ...]
    sensitive: frozenset[Key]
    hidden: frozenset[Key]


def join(plans: Iterable[Plan]) -> Plan:
    """Return one plan of several: what is shown together is decided together."""
    parts = tuple(plans)
    return Plan(
        tuple(cell for part in parts for cell in part.cells),
        tuple(dict.fromkeys(link for part in parts for link in part.links)),
        frozenset().union(*(part.sensitive for part in parts)),
        frozenset().union(*(part.hidden for part in parts)),
    )


def recoverable(plan: Plan, hidden: frozenset[Key]) -> frozenset[Key]:
    """Return the sensitive quantities that can be computed from the cells that are not hidden.

    Args:
        plan: cells, links and sensitive quantities.
        hidden: the cells that are masked.

    Returns:
        Sensitive quantities that are shown, or determined by the links.
    """
    known = _known(plan, hidden)
    solved = set(known)
    for component in _components(plan.links, known):
        solved |= _determined(component, known)
    return plan.sensitive & solved


def complete(plan: Plan) -> frozenset[Key]:
    """Return the cells to hide so that no sensitive quantity can be computed back.

    Cells that show a sensitive quantity are hidden first. Then, as long as one can be recovered, the smallest cell
    that helps to recover it is hidden too (a cell that counts nobody only when nothing else is left).

    Args:
        plan: cells, links, sensitive quantities, and cells masked for themselves.

    Returns:
        Every cell to hide.
    """
    return frozenset().union(plan.hidden, *(_complete(part) for part in _split(plan)))


def _complete(plan: Plan) -> frozenset[Key]:
    hidden = plan.hidden | {cell.id for cell in plan.cells if plan.sensitive & set(cell.shows)}
    showing: dict[Key, list[Cell]] = {}
    for cell in plan.cells:
        for key in cell.shows:
            showing.setdefault(key, []).append(cell)
    while leaks := recoverable(plan, hidden):
        hidden |= {_sacrifice(plan, hidden, min(leaks), showing)}
    return hidden


def _split(plan: Plan) -> Iterator[Plan]:
    """Give the parts of a plan that have no quantity in common and hold a sensitive one: they are decided apart."""
    groups = _Groups()
    for keys in (*(cell.shows for cell in plan.cells), *(link.keys for link in plan.links)):
        groups.join(keys)
    touched = {groups.root(key) for key in plan.sensitive}
    cells: dict[Key, list[Cell]] = {root: [] for root in touched}
    links: dict[Key, list[Link]] = {root: [] for root in touched}
    sensitive: dict[Key, set[Key]] = {root: set() for root in touched}
    for cell in plan.cells:
        if cell.shows and groups.root(cell.shows[0]) in touched:
            cells[groups.root(cell.shows[0])].append(cell)
    for link in plan.links:
        if groups.root(link.whole) in touched:
            links[groups.root(link.whole)].append(link)
    for key in plan.sensitive:
        sensitive[groups.root(key)].add(key)
    for root in sorted(touched):
        inside = frozenset(cell.id for cell in cells[root])
        yield Plan(tuple(cells[root]), tuple(links[root]), frozenset(sensitive[root]), plan.hidden & inside)


def _known(plan: Plan, hidden: frozenset[Key]) -> set[Key]:
    return {key for cell in plan.cells if cell.id not in hidden for key in cell.shows}


def _sacrifice(plan: Plan, hidden: frozenset[Key], leak: Key, showing: dict[Key, list[Cell]]) -> Key:
    """Return the cell to hide for one leak: nearest equations first, then smallest cell."""
    reached, frontier = {leak}, {leak}
    while frontier:
        near = [link for link in plan.links if frontier & set(link.keys)]
        keys = {key for link in near for key in link.keys}
        candidates = {cell.id: cell for key in keys | reached for cell in showing.get(key, ()) if cell.id not in hidden}
        if candidates:
            return min(candidates.values(), key=lambda cell: (cell.size <= 0, cell.size, cell.id)).id
        frontier = keys - reached
        reached |= keys
    raise ArithmeticError("a recoverable quantity is always reached by a visible cell")


class _Groups:
    """Quantities that belong together (union-find with path halving)."""

    def __init__(self) -> None:
        self._parent: dict[Key, Key] = {}

    def root(self, key: Key) -> Key:
        parent = self._parent
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    def join(self, keys: Iterable[Key]) -> None:
        first: Key | None = None
        for key in keys:
            if first is None:
                first = self.root(key)
            self._parent[self.root(key)] = first


def _components(links: Iterable[Link], known: set[Key]) -> Iterator[list[Link]]:
    """Give groups of links that share unknown quantities; links without any unknown say nothing new."""
    groups = _Groups()
    useful = []
    for link in links:
        unknown = [key for key in link.keys if key not in known]
        if unknown:
            useful.append((link, unknown[0]))
            groups.join(unknown)
    found: dict[Key, list[Link]] = {}
    for link, key in useful:
        found.setdefault(groups.root(key), []).append(link)
    yield from found.values()


def _determined(links: list[Link], known: set[Key]) -> set[Key]:
    """Return the unknown quantities of some equations that have one solution: a reduced row with a single entry."""
    reduced: dict[Key, _Row] = {}
    for link in links:
        row = _without_known(link, known)
        for pivot, other in reduced.items():
            _subtract(row, other, row.get(pivot, Fraction(0)))
        if not row:
            continue
        pivot = min(row)
        scale = row[pivot]
        row = {key: value / scale for key, value in row.items()}
        for other in reduced.values():
            _subtract(other, row, other.get(pivot, Fraction(0)))
        reduced[pivot] = row
    return {pivot for pivot, row in reduced.items() if len(row) == 1}


def _without_known(link: Link, known: set[Key]) -> _Row:
    row: _Row = {}
    for key, sign in ((link.whole, 1), *((part, -1) for part in link.parts)):
        if key not in known:
            row[key] = row.get(key, Fraction(0)) + sign
    return {key: value for key, value in row.items() if value}


def _subtract(row: _Row, other: _Row, factor: Fraction) -> None:
    if not factor:
        return
    for key, value in other.items():
        left = row.get(key, Fraction(0)) - factor * value
        if left:
            row[key] = left
        else:
            row.pop(key, None)
