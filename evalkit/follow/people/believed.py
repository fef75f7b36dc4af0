"""Several files on the same months, read as one: which file is believed for each month, and where they disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.follow.people.cells import BLOCK, NO_DAY, Codes, FileCells, Grid, Numbers, States, states_in
from evalkit.follow.states import KINDS, LOST, NOTHING, severity
from evalkit.stats.arrays import IntArray

_TAKEN, _TWICE, _APART = 1, 2, 4
"""What comes of a cell when a file is laid on those before: it is believed, it tells it too, it contradicts them."""


@dataclass(frozen=True, slots=True, eq=False)
class Months:
    """The months of the persons of a cohort, several files read as one.

    Attributes:
        grid: persons and months.
        codes: place and state believed, shape (persons, months).
        states: the state believed, ``NOTHING`` where no file tells, same shape.
        owner: place of the file believed, same shape.
        dated: ``cell`` and ``day`` of what each file tells with a day.
    """

    grid: Grid
    codes: Codes
    states: States
    owner: States
    dated: tuple[pl.DataFrame, ...]

    def days(self, months: IntArray) -> Numbers:
        """Return the day told with one month of each person.

        Args:
            months: a month of each person, -1 for none, shape (persons,).

        Returns:
            Days counted from the first of the grid, ``NO_DAY`` where none is told, shape (persons,).
        """
        days = np.full(self.grid.persons, NO_DAY, dtype=np.int16)
        for place, dated in enumerate(self.dated):
            for part in dated.iter_slices(BLOCK):
                cells = part["cell"].to_numpy()
                persons = cells // self.grid.width
                asked = np.flatnonzero(months[persons] == cells - persons * self.grid.width)
                told = asked[self.owner.ravel()[cells[asked]] == place]
                days[persons[told]] = part["day"].to_numpy()[told]
        return days


@dataclass(frozen=True, slots=True, eq=False)
class Believed:
    """What is believed of several files.

    Attributes:
        months: state and place of each person each month.
        told: months told, each file counted apart, by the place of the file.
        linked: persons of the cohort that each file tells of, by its place.
        overlapping: months of one person for which one file says several things.
        twice: months told by several files.
        contradictory: those for which they do not agree.
        persons: persons with such a month.
    """

    months: Months
    told: tuple[int, ...]
    linked: tuple[int, ...]
    overlapping: int
    twice: int
    contradictory: int
    persons: int


def believe(files: Sequence[FileCells], grid: Grid, cohort: Cohort) -> Believed:
    """Choose, month by month, the file that is believed; persons keep their order.

    No news is never believed against news, and contradicts nothing. Then the declared rule: the first file, the one
    received last, or the state furthest from the outcome; the first file where the rule leaves several.

    Args:
        files: in the order in which they are believed; the cells of the first become those believed.
        grid: how cells are numbered.
        cohort: the protocol, for its rule.
    """
    codes, verdicts = files[0].codes, _verdicts(cohort)
    states, owner = (np.empty(codes.shape, dtype=np.uint8) for _ in range(2))
    twice = contradictory = persons = 0
    for mine in grid.blocks():
        owner[mine], marks = _lay(files, mine, verdicts)
        states[mine] = states_in(codes[mine])
        apart = marks & _APART > 0
        twice += int(np.count_nonzero(marks & _TWICE))
        contradictory += int(np.count_nonzero(apart))
        persons += int(np.count_nonzero(apart.any(axis=1)))
    return Believed(
        months=Months(grid, codes, states, owner, tuple(each.dated for each in files)),
        told=tuple(each.told for each in files),
        linked=tuple(each.linked for each in files),
        overlapping=sum(each.overlapping for each in files),
        twice=twice,
        contradictory=contradictory,
        persons=persons,
    )


def _lay(files: Sequence[FileCells], mine: slice, verdicts: States) -> tuple[States, States]:
    """Lay the files one on the other, for some persons: the cells of the first become those believed.

    Returns:
        The place of the file believed, and what came of the cells.
    """
    held = files[0]
    owner, marks = (np.zeros(held.codes[mine].shape, dtype=np.uint8) for _ in range(2))
    for place, file in enumerate(files[1:], start=1):
        pairs = states_in(held.codes[mine]) * np.uint16(KINDS) + states_in(file.codes[mine])
        if held.received is not None and file.received is not None:
            pairs += np.uint16(KINDS**2) * (file.received[mine] > held.received[mine])
        found = np.take(verdicts, pairs)
        taken = found & _TAKEN > 0
        marks |= found
        np.copyto(owner, np.uint8(place), where=taken)
        np.copyto(held.codes[mine], file.codes[mine], where=taken)
        if held.received is not None and file.received is not None:
            np.copyto(held.received[mine], file.received[mine], where=taken)
    return owner, marks


def _verdicts(cohort: Cohort) -> States:
    """Return what comes of a cell, by its number: received later or not, the state held, the one told."""
    later, held, told = np.indices((2, KINDS, KINDS))
    strict = np.array([*severity(cohort), 0, 0])
    rules = {"priority": later < 0, "latest": later > 0, "strictest": strict[told] < strict[held]}
    tells, holds = told != NOTHING, held != NOTHING
    news, known = tells & (told != LOST), holds & (held != LOST)
    preferred = rules[cohort.contradictions] & (news & known | (told == held))
    taken = tells & (~holds | news & ~known | preferred)
    apart = news & known & (told != held)
    verdicts: States = (_TAKEN * taken + _TWICE * (tells & holds) + _APART * apart).astype(np.uint8)
    return verdicts.ravel()
