"""What in the returns of a cohort holds together, and what does not: each fault is said, the rest is counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evalkit.declare.cohort import Cohort
from evalkit.follow.result.finding import CohortFinding
from evalkit.follow.result.returns import EVERYBODY
from evalkit.follow.returns.places import Places
from evalkit.follow.returns.row_checks import due_waves, row_finding
from evalkit.follow.returns.rows import Reading, ReturnRow, Terms
from evalkit.follow.returns.wave_checks import Home, between_waves, classes_against_total, home_of
from evalkit.typography import typeset

Part = tuple[str, int, str]
"""Proof, wave and breakdown: what is added up over zones."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows that can be counted.

    Attributes:
        rows: the rows kept.
        partial: sums that miss a zone at their wave: not computed as a whole.
        findings: what does not hold, sorted, each once.
    """

    rows: tuple[ReturnRow, ...]
    partial: frozenset[Part]
    findings: tuple[CohortFinding, ...]


def check_returns(reading: Reading, cohort: Cohort, terms: Terms, places: Places, covered: dt.date) -> Checked:
    """Set aside the rows that cannot be, and say what contradicts what.

    Args:
        reading: the rows of the cohort.
        cohort: the protocol.
        terms: how the file counts, and rounds.
        places: the words of a place.
        covered: last day that the returns cover: a wave that is over by then and absent is missing.
    """
    findings: list[CohortFinding] = []
    possible: list[ReturnRow] = []
    refused: set[Home] = set()
    for row in reading.rows:
        found = row_finding(row, cohort, terms, places)
        if found is None:
            possible.append(row)
        else:
            findings.append(found)
            refused |= {home_of(row)} if row.is_whole else set()
    kept, unequal = classes_against_total(possible, terms, places, refused)
    cumulated = terms.read.counts != "on_the_day"
    findings += [*unequal, *between_waves(kept, places, cumulated=cumulated), *_replaced(reading, places)]
    partial = _partial((*reading.rows, *kept), kept, places)
    findings += [finding for _, finding in partial]
    findings += [*_missing_waves(kept, cohort, places, covered), *_nobody(kept, places), *_several(kept)]
    findings += _empty(kept, terms, places)
    told = sorted({_typeset(finding) for finding in findings})
    return Checked(kept, frozenset(part for part, _ in partial), tuple(told))


def _typeset(finding: CohortFinding) -> CohortFinding:
    return CohortFinding(finding.code, typeset(finding.place), typeset(finding.message), typeset(finding.received))


def _replaced(reading: Reading, places: Places) -> Iterator[CohortFinding]:
    for earlier, last in reading.replaced:
        if (earlier.entrants, earlier.exits, earlier.remaining) != (last.entrants, last.exits, last.remaining):
            message = f"Cette vague a été relevée de nouveau : le relevé de {last.period} remplace {earlier.period}."
            told = f"{earlier.entrants} entrées, {earlier.counted} sorties ; puis {last.entrants}, {last.counted}"
            yield CohortFinding("EVK-M431", places.of(last), message, told)


def _partial(
    every: Iterable[ReturnRow], kept: Iterable[ReturnRow], places: Places
) -> tuple[tuple[Part, CohortFinding], ...]:
    """Return the sums that miss a zone which the same producer counts at another wave."""
    zones: dict[tuple[str, str, str], dict[str, ReturnRow]] = {}
    for row in every:
        zones.setdefault((row.producer, row.proof, row.breakdown), {})[row.zone] = row
    here: dict[tuple[str, str, str], dict[int, dict[str, ReturnRow]]] = {}
    for row in kept:
        waves = here.setdefault((row.producer, row.proof, row.breakdown), {})
        waves.setdefault(row.wave, {})[row.zone] = row
    found = []
    for (producer, proof, breakdown), waves in sorted(here.items()):
        for wave, present in sorted(waves.items()):
            absent = sorted(set(zones.get((producer, proof, breakdown), {})) - set(present))
            if absent:
                names = ", ".join(places.zones.get(zone, zone) for zone in absent)
                what = "Le total" if breakdown == EVERYBODY else f"La ventilation « {breakdown} »"
                message = f"{what} n’est pas calculé{'' if what == 'Le total' else 'e'} : il manque {names}."
                place = places.of(next(iter(present.values())), zone=False)
                found.append(((proof, wave, breakdown), CohortFinding("EVK-M437", place, message)))
    return tuple(found)


def _missing_waves(
    kept: Iterable[ReturnRow], cohort: Cohort, places: Places, covered: dt.date
) -> Iterator[CohortFinding]:
    seen = {row.wave for row in kept}
    due = due_waves(cohort, covered)
    for months, wave in sorted(places.waves.items()):
        if months not in seen and wave not in due:
            message = "Cette vague est passée pour toutes les personnes entrées, et aucun effectif n’en est reçu."
            yield CohortFinding("EVK-M425", f"vague de {places.wave(months)}", message)


def _nobody(kept: Iterable[ReturnRow], places: Places) -> Iterator[CohortFinding]:
    entrants: dict[int, int] = {}
    for row in kept:
        if row.is_whole:
            entrants[row.wave] = entrants.get(row.wave, 0) + (row.entrants or 0)
    for wave, count in sorted(entrants.items()):
        if not count:
            message = "Personne n’est compté à cette vague : aucun taux n’en est tiré."
            yield CohortFinding("EVK-M427", f"vague de {places.wave(wave)}", message)


def _several(kept: Iterable[ReturnRow]) -> Iterator[CohortFinding]:
    producers = sorted({row.producer for row in kept})
    if len(producers) > 1:
        message = (
            f"{len(producers)} partenaires comptent : leurs effectifs sont additionnés, et une personne suivie par "
            "deux d’entre eux y est deux fois."
        )
        yield CohortFinding("EVK-M435", ", ".join(producers), message)


def _empty(kept: Iterable[ReturnRow], terms: Terms, places: Places) -> Iterator[CohortFinding]:
    for row in kept:
        if row.is_whole and set(terms.read.exits) - set(row.exits):
            message = "Des effectifs sont vides, ou masqués par le partenaire : leurs taux ne sont pas calculés."
            yield CohortFinding("EVK-M432", places.of(row), message)
