"""Random linked tables: zones nested in groups and in the whole, fields that cut the same persons, two editions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linprog

from evalkit.publish.quantities import links_between
from evalkit.publish.secrecy import Cell, Key, Plan

THRESHOLD = 5
YEAR = "2026"


@dataclass(frozen=True)
class Shape:
    """How large a publication is."""

    zones: int
    groups: int
    classes: int
    tables: int
    mean: float


@dataclass(frozen=True)
class Tables:
    """True counts: one array of zones by classes per field; every field cuts the same persons of a zone."""

    shape: Shape
    counts: tuple[np.ndarray, ...]

    @property
    def parts(self) -> dict[str, tuple[str, ...]]:
        """The elementary zones of each zone, group and of the whole."""
        zones = [f"z{index}" for index in range(self.shape.zones)]
        found = {zone: (zone,) for zone in zones}
        for group in range(self.shape.groups):
            found[f"g{group}"] = tuple(zones[group :: self.shape.groups])
        return {**found, "ensemble": tuple(zones)}

    def values(self, fields: range) -> dict[Key, float]:
        """The number of every cell of some fields, margins included."""
        found: dict[Key, float] = {}
        for zone, inside in self.parts.items():
            rows = [int(each[1:]) for each in inside]
            found["personnes", zone, YEAR, ""] = float(self.counts[0][rows].sum())
            for field in fields:
                for index, count in enumerate(self.counts[field][rows].sum(axis=0)):
                    found["personnes", zone, YEAR, f"champ{field}=c{index}"] = float(count)
        return found


def draw_tables(shape: Shape, seed: int) -> Tables:
    """Persons of each zone drawn once, then cut by each field with shares of its own (few in some classes)."""
    chance = np.random.default_rng(seed)
    zones = np.maximum(1, chance.lognormal(0.0, 0.8, shape.zones) * shape.mean * shape.classes).astype(int)
    counts = []
    for _ in range(shape.tables):
        shares = chance.dirichlet(np.full(shape.classes, 0.8))
        mixed = [chance.dirichlet(1 + 30 * shares) for _ in range(shape.zones)]
        counts.append(np.array([chance.multinomial(total, each) for total, each in zip(zones, mixed, strict=True)]))
    return Tables(shape, tuple(counts))


def plan_of(tables: Tables, fields: range, public: frozenset[Key] = frozenset()) -> Plan:
    """The plan of one edition; the package finds the links."""
    values = tables.values(fields)
    links = tuple(links_between(values, [list(values)], tables.parts))
    cells = tuple(
        Cell(key, (key,), count, (1.0 if key[3] else 2.0) + (1.0 if not count else 0.0))
        for key, count in values.items()
    )
    small = {key: float(THRESHOLD) for key, count in values.items() if 0 < count < THRESHOLD}
    return Plan(cells, links, small, frozenset(), values, public)


def shown_by(plan: Plan, hidden: frozenset[Key]) -> frozenset[Key]:
    """What readers see of an edition."""
    return frozenset(cell.id for cell in plan.cells if cell.id not in hidden)


def second_plan(tables: Tables, fields: range, shown: frozenset[Key]) -> Plan:
    """The plan of the next edition, which knows what readers have."""
    return replace(plan_of(tables, fields), public=shown)


class Attacker:
    """Somebody who has both editions: equations written from the names of the cells, solved by numpy and scipy."""

    def __init__(self, tables: Tables, fields: range, seen: frozenset[Key]) -> None:
        values = tables.values(fields)
        self.masked = sorted(set(values) - seen)
        place = {key: index for index, key in enumerate(self.masked)}
        rows, right = [], []
        for whole, parts in self._equations(tables, fields):
            row, left = np.zeros(len(place)), 0.0
            for sign, key in ((1.0, whole), *((-1.0, part) for part in parts)):
                if key in place:
                    row[place[key]] += sign
                else:
                    left -= sign * values[key]
            if row.any():
                rows.append(row)
                right.append(left)
        self.matrix = np.array(rows).reshape(len(rows), len(place))
        self.right = np.array(right)

    def determined(self) -> set[Key]:
        """The masked cells that move in no direction of the null space."""
        if not self.masked:
            return set()
        _, sizes, directions = np.linalg.svd(self.matrix, full_matrices=True)
        free = np.abs(directions[int((sizes > 1e-9).sum()) :]).max(axis=0, initial=0.0)
        return {key for index, key in enumerate(self.masked) if free[index] < 1e-9}

    def interval(self, key: Key) -> tuple[float, float]:
        """What can be said of a masked cell, counts being at least nought."""
        cost = np.zeros(len(self.masked))
        cost[self.masked.index(key)] = 1.0
        low = linprog(cost, A_eq=self.matrix, b_eq=self.right, bounds=(0, None), method="highs")
        high = linprog(-cost, A_eq=self.matrix, b_eq=self.right, bounds=(0, None), method="highs")
        return low.fun, (-high.fun if high.status == 0 else float("inf"))

    @staticmethod
    def _equations(tables: Tables, fields: range) -> list[tuple[Key, list[Key]]]:
        found = []
        names = ["", *(f"champ{field}=c{index}" for field in fields for index in range(tables.shape.classes))]
        for zone, inside in tables.parts.items():
            for name in names:
                if len(inside) > 1:
                    found.append(
                        (("personnes", zone, YEAR, name), [("personnes", each, YEAR, name) for each in inside])
                    )
            for field in fields:
                classes = [("personnes", zone, YEAR, f"champ{field}=c{index}") for index in range(tables.shape.classes)]
                found.append((("personnes", zone, YEAR, ""), classes))
        return found
