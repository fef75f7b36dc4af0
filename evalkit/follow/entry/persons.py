"""One row per person: entry, covariates at entry, exit. It lives inside one process and is never written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import polars as pl

from evalkit.declare.cohort import Cohort

ACCOMPANIED, COMPARISON = "accompagnés", "comparaison"


@dataclass(frozen=True, slots=True, eq=False)
class Persons:
    """The persons of a cohort and of its comparison group.

    Attributes:
        frame: ``group``, ``zone``, ``entry`` and ``exit_date`` (dates), ``exit`` and the balancing variables at entry.
            ``exit`` is a declared role, ``autre`` for a dated exit that the protocol does not name, or ``en cours``
            while there is none. No identity: rows are only counted.
        last_day: last day that the deliveries cover.
        spells: entries in the window and in the zones of the protocol; one person may have several.
        persons: the persons who made them.
        contradictory: entries of either group left out because they end before they begin.
        repeated: entries of either group left out because the same person counts by another one.
        both: persons with an entry of each group; they count as accompanied.
        known: the same persons as ``frame`` with the number of their pseudonym
            (:func:`evalkit.follow.calendar_months.person_number`), to find their rows before the entry; in memory only.
    """

    frame: pl.DataFrame
    last_day: dt.date
    spells: int
    persons: int
    repeated: int
    both: int
    contradictory: int
    known: pl.DataFrame = field(default_factory=pl.DataFrame, repr=False)


def covariates(cohort: Cohort) -> tuple[str, ...]:
    """Return the columns, the zone apart, on which the protocol balances the groups."""
    return tuple(name for name in (cohort.against.balance if cohort.against else ()) if name != "zone")


def entry_columns(cohort: Cohort) -> tuple[str, ...]:
    """Return the columns, the zone apart, that are read at entry: those of balancing, then those of the analyses."""
    return tuple(dict.fromkeys((*covariates(cohort), *cohort.analysis.columns)))
