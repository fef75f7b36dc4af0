"""Check the rows of returns one by one: those that cannot be are set aside, and said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from evalkit.declare.cohort import Cohort
from evalkit.declare.period import last_day
from evalkit.follow.result.finding import CohortFinding
from evalkit.follow.returns.places import Places
from evalkit.follow.returns.rows import ReturnRow, Terms
from evalkit.follow.waves import last_day_of_wave


def row_finding(row: ReturnRow, cohort: Cohort, terms: Terms, places: Places) -> CohortFinding | None:
    """Return what makes a row impossible; nothing when it can be counted.

    Args:
        row: the row.
        cohort: the protocol, for its waves and its window.
        terms: how the file counts, and rounds.
        places: the words of its place.
    """
    return next(_problems(row, cohort, terms, places), None)


def _problems(row: ReturnRow, cohort: Cohort, terms: Terms, places: Places) -> Iterator[CohortFinding]:
    place = places.of(row)
    if row.wave not in places.waves:
        message = "Cette vague n’est pas dans le protocole : elle n’est pas comptée."
        yield CohortFinding("EVK-M428", f"vague de {places.wave(row.wave)}" if row.wave >= 0 else place, message)
        return
    earliest = last_day_of_wave(cohort.entry.window[0], places.waves[row.wave])
    read_on = last_day(row.period)
    if read_on < earliest:
        message = (
            f"Cette vague est relevée en {row.period}, avant que les premières personnes entrées y arrivent "
            f"({earliest:%d/%m/%Y}) : elle n’est pas comptée."
        )
        yield CohortFinding("EVK-M429", place, message)
    if row.entrants is None:
        yield CohortFinding("EVK-M430", place, "Le nombre de personnes entrées est vide : la ligne n’est pas comptée.")
        return
    yield from _sum_problems(row, place, terms)


def _sum_problems(row: ReturnRow, place: str, terms: Terms) -> Iterator[CohortFinding]:
    entrants = row.entrants or 0
    slack = terms.slack(len(row.exits) + len(terms.remaining) + 1)
    is_told = row.remaining is not None and set(row.exits) == set(terms.read.exits)
    if is_told and abs(row.counted + (row.remaining or 0) - entrants) > slack:
        message = (
            "Les sorties, les personnes encore là et celles sans nouvelle ne font pas le nombre d’entrées : la ligne "
            "n’est pas comptée."
        )
        rest = row.remaining or 0
        told = f"{row.counted} + {rest} = {row.counted + rest}, pour {entrants} entrées"
        yield CohortFinding("EVK-M421", place, message, told)
    elif row.counted + (row.remaining or 0) > entrants + slack:
        message = "Plus de sorties que d’entrées : la ligne n’est pas comptée."
        yield CohortFinding("EVK-M421", place, message, f"{row.counted} sorties, {entrants} entrées")


def due_waves(cohort: Cohort, covered: dt.date) -> tuple[str, ...]:
    """Return the declared waves that the last to enter have not reached on a day."""
    end = cohort.entry.window[1]
    return tuple(wave for wave in cohort.waves if last_day_of_wave(end, wave) > covered)
