"""An attack on published tables: it reads numbers and marks, writes its own equations, and solves them with numpy and
scipy. Nothing of ``evalkit.publish`` helps it, save the tables that everybody can read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from evalkit.publish.publication import Publication

Quantity = tuple[str, str, str, str]
"""A part (``suivis``, ``sortis``, ``durables``, ``autres``), a zone, a year, a class."""

_PARTS = {("emploi.suivis", "numerator"): "suivis", ("emploi.sortis", "denominator"): "sortis"}
_PARTS |= {("emploi.sortis", "numerator"): "durables"}
_CLASSES = {"sexe": ("F", "H"), "age": ("16-25", "26-49", "50-99")}


@dataclass(frozen=True)
class Spoils:
    """What the attacker made of the editions.

    Attributes:
        masked: quantities that are masked in an edition and shown in none.
        intervals: what can be said of each of them.
    """

    masked: frozenset[Quantity]
    intervals: dict[Quantity, tuple[float, float]]

    def recovered(self) -> set[Quantity]:
        return {name for name, (low, high) in self.intervals.items() if high - low < 1e-6}


def attack_editions(editions: Iterable[Publication], wanted: Iterable[Quantity] | None = None) -> Spoils:
    """Put every edition together and bound the masked quantities.

    Args:
        editions: what readers have.
        wanted: the quantities to bound by linear programmes; every masked one when absent.
    """
    known: dict[Quantity, float] = {}
    masked: set[Quantity] = set()
    for edition in editions:
        for name, value in _read(edition):
            if value is None:
                masked.add(name)
            else:
                known[name] = value
    masked -= set(known)
    names = sorted({*known, *masked})
    zones = {zone for _, zone, _, _ in names}
    equations = list(dict.fromkeys(_equations(names, zones)))
    every = sorted({each for whole, parts in equations for each in (whole, *parts)} | set(names))
    unknown = [name for name in every if name not in known]
    place = {name: index for index, name in enumerate(unknown)}
    matrix, right = np.zeros((len(equations), len(unknown))), np.zeros(len(equations))
    for row, (whole, parts) in enumerate(equations):
        for sign, each in ((1.0, whole), *((-1.0, part) for part in parts)):
            if each in place:
                matrix[row, place[each]] += sign
            else:
                right[row] -= sign * known[each]
    fixed = _determined(matrix, unknown)
    asked = sorted(masked if wanted is None else masked & set(wanted))
    intervals = {name: _bounds(matrix, right, place[name]) for name in asked}
    for name in masked & fixed:
        low, _ = _bounds(matrix, right, place[name])
        intervals[name] = (low, low)
    return Spoils(frozenset(masked), intervals)


def _read(edition: Publication) -> Iterator[tuple[Quantity, float | None]]:
    for row in edition.tables.observations.iter_rows(named=True):
        for (indicator, column), part in _PARTS.items():
            if row["indicator"] == indicator:
                yield (part, row["zone"], row["period"], row["breakdown"]), row[column]


def _equations(names: list[Quantity], zones: set[str]) -> Iterator[tuple[Quantity, tuple[Quantity, ...]]]:
    quarters = tuple(sorted(zone for zone in zones if zone.startswith("quartier")))
    for part, zone, year, name in {(part, zone, year, name) for part, zone, year, name in names}:
        yield (part, "qpv", year, name), tuple((part, each, year, name) for each in quarters)
        yield (part, "ensemble", year, name), ((part, "qpv", year, name), (part, "hors-qpv", year, name))
        yield ("sortis", zone, year, name), (("durables", zone, year, name), ("autres", zone, year, name))
        field = name.partition("=")[0]
        if field:
            whole = (part, zone, year, "")
            yield whole, tuple((part, zone, year, f"{field}={each}") for each in _CLASSES[field])


def _determined(matrix: np.ndarray, unknown: list[Quantity]) -> set[Quantity]:
    """The unknowns that move in no direction of the null space."""
    if not len(unknown):
        return set()
    _, sizes, directions = np.linalg.svd(matrix, full_matrices=True)
    null = directions[int((sizes > 1e-9).sum()) :]
    free = np.abs(null).max(axis=0, initial=0.0)
    return {name for index, name in enumerate(unknown) if free[index] < 1e-9}


def _bounds(matrix: np.ndarray, right: np.ndarray, place: int) -> tuple[float, float]:
    ends = []
    for sense in (1.0, -1.0):
        cost = np.zeros(matrix.shape[1])
        cost[place] = sense
        found = linprog(cost, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs")
        ends.append(sense * found.fun if found.status == 0 else sense * -np.inf)
    return ends[0], ends[1]
