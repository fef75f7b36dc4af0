"""The life table: who is still there at each time, who leaves, and to what. Curves and tests read nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evalkit.errors import ComputationError, Problem
from evalkit.stats.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class LifeTable:
    """Persons by distinct time: a million of them followed by month is a few dozen rows.

    Attributes:
        times: distinct times, increasing, shape (times,).
        at_risk: persons still followed just before each time; those censored at that time are among them.
        events: exits at each time, shape (times, causes).
        censored: persons last seen at each time without any exit.
    """

    times: FloatArray
    at_risk: FloatArray
    events: FloatArray
    censored: FloatArray

    @property
    def all_events(self) -> FloatArray:
        """Exits of any cause at each time."""
        return np.asarray(self.events.sum(axis=1), dtype=np.float64)


def life_table(durations: FloatArray, causes: IntArray, number_of_causes: int | None = None) -> LifeTable:
    """Count persons by time.

    Args:
        durations: time from entry to the exit, or to the last news, shape (persons,), none negative.
        causes: 0 when the exit was not seen, else the exit's number from 1, shape (persons,).
        number_of_causes: columns of the table; the largest cause when absent.

    Raises:
        ComputationError: nobody, or a time that is negative or not a number (``EVK-M410``).
    """
    require_durations(durations)
    times, places = np.unique(durations, return_inverse=True)
    width = max(int(causes.max()), 1) if number_of_causes is None else number_of_causes
    counts = np.bincount(places * (width + 1) + causes, minlength=len(times) * (width + 1))
    table = counts.reshape(len(times), width + 1).astype(np.float64)
    leaving = table.sum(axis=1)
    at_risk = leaving[::-1].cumsum()[::-1]
    return LifeTable(times.astype(np.float64), at_risk, table[:, 1:], table[:, 0])


def require_durations(durations: FloatArray) -> None:
    """Refuse what is not a set of durations (``EVK-M410``)."""
    if not len(durations) or not np.isfinite(durations).all() or float(durations.min()) < 0:
        message = "Une durée de suivi est absente ou négative : une sortie précède l’entrée."
        received = "aucune personne" if not len(durations) else str(durations.min())
        raise ComputationError(Problem("EVK-M410", message, received=received))


@dataclass(frozen=True, slots=True, eq=False)
class GroupedTable:
    """The life tables of several groups on the same times.

    Attributes:
        times: shape (times,).
        at_risk: shape (times, groups).
        events: shape (times, groups, causes).
    """

    times: FloatArray
    at_risk: FloatArray
    events: FloatArray


def align(tables: Sequence[LifeTable]) -> GroupedTable:
    """Put the tables of several groups side by side, on every time of any of them.

    Args:
        tables: one per group, with as many causes.
    """
    times = np.unique(np.concatenate([table.times for table in tables]))
    at_risk = np.zeros((len(times), len(tables)))
    events = np.zeros((len(times), len(tables), tables[0].events.shape[1]))
    for group, table in enumerate(tables):
        at_risk[:, group] = np.append(table.at_risk, 0.0)[np.searchsorted(table.times, times)]
        events[np.searchsorted(times, table.times), group] = table.events
    return GroupedTable(times, at_risk, events)
