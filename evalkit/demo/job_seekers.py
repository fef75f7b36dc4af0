"""Job seekers, simulated one by one and month after month: all persons of a month are drawn together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from evalkit.demo.labour_market import (
    ACCOMPANIED,
    AGE_CLASSES,
    AGE_MIX,
    AGE_OFFSETS,
    OTHER_EXITS,
    STAYS,
    Floats,
    Plant,
    durable_rates,
)
from evalkit.demo.places import Place
from evalkit.demo.randomness import stream
from evalkit.demo.timeline import N_MONTHS, PROGRAMME_MONTH

Integers = npt.NDArray[np.int64]

_BEFORE = 48
"""Months that run before January 2019, so that the first list already holds people of every length of stay."""


@dataclass(frozen=True, slots=True)
class Persons:
    """Who the job seekers are; one entry per person.

    Attributes:
        zone: position of the zone among the places.
        female: 1 for a woman.
        birth: month of birth, from January 2019 (negative).
        entry: month of entry, from January 2019.
        entry_day: day of entry in its month.
        accompanied: followed by the programme.
    """

    zone: Integers
    female: Integers
    birth: Integers
    entry: Integers
    entry_day: Integers
    accompanied: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class JobSeekers:
    """The list month after month: one entry per person and month.

    Attributes:
        persons: the people.
        person: position of the person.
        month: month, from January 2019.
        situation: position in ``SITUATIONS``; everything but the last one is an exit.
        rates: durable exit rate drawn from, before any programme, in points; shape (months, zones).
    """

    persons: Persons
    person: Integers
    month: Integers
    situation: Integers
    rates: Floats

    def among(self, n_places: int) -> JobSeekers:
        """Return the rows of the first ``n_places`` places."""
        kept = self.persons.zone[self.person] < n_places
        return replace(self, person=self.person[kept], month=self.month[kept], situation=self.situation[kept])


def simulate_job_seekers(places: Sequence[Place], plant: Plant, seed: int) -> JobSeekers:
    """Simulate the list of job seekers of every place, January 2019 to June 2027.

    Args:
        places: the zones; their number of job seekers is the size at which the list is kept.
        plant: the effect on accompanied persons.
        seed: the seed of the demonstration.
    """
    rng = stream(seed, "france-travail-parcours")
    treated = np.array([place.treated for place in places])
    rates = durable_rates(treated, rng)
    size = np.array([place.job_seekers for place in places])
    batches: list[Persons] = []
    listed: list[tuple[Integers, Integers, Integers]] = []
    waiting = _WaitingList.empty()
    born = 0
    for month in range(-_BEFORE, N_MONTHS):
        missing = size - np.bincount(waiting.zone, minlength=len(places))
        drawn = rng.poisson(np.maximum(missing, 0)) if month > -_BEFORE else size
        batch = _newcomers(np.repeat(np.arange(len(places)), drawn), treated, month, rng)
        batches.append(batch)
        waiting = waiting.joined(batch, born, month)
        born += len(batch.zone)
        durable = rates[max(month, 0), waiting.zone] + waiting.offset + plant.person_points * waiting.accompanied
        situation = _draw_situations(durable, rng)
        if month >= 0:
            listed.append((waiting.person, np.full(len(situation), month), situation))
        waiting = waiting.kept(situation == STAYS)
    return _assemble(batches, listed, rates)


@dataclass(frozen=True, slots=True)
class _WaitingList:
    """Those who are on the list, with what their chances depend on."""

    person: Integers
    zone: Integers
    offset: Floats
    accompanied: npt.NDArray[np.bool_]

    @staticmethod
    def empty() -> _WaitingList:
        none = np.empty(0, dtype=np.int64)
        return _WaitingList(none, none, np.empty(0), np.empty(0, dtype=bool))

    def joined(self, batch: Persons, first: int, month: int) -> _WaitingList:
        offset = AGE_OFFSETS[_age_class((month - batch.birth) // 12)]
        return _WaitingList(
            np.concatenate([self.person, first + np.arange(len(batch.zone))]),
            np.concatenate([self.zone, batch.zone]),
            np.concatenate([self.offset, offset]),
            np.concatenate([self.accompanied, batch.accompanied]),
        )

    def kept(self, mask: npt.NDArray[np.bool_]) -> _WaitingList:
        return _WaitingList(self.person[mask], self.zone[mask], self.offset[mask], self.accompanied[mask])


def _age_class(age: Integers) -> Integers:
    return np.searchsorted([first for first, _ in AGE_CLASSES[1:]], age, side="right").astype(np.int64)


def _newcomers(zone: Integers, treated: npt.NDArray[np.bool_], month: int, rng: np.random.Generator) -> Persons:
    n = len(zone)
    age_class = rng.choice(3, size=n, p=AGE_MIX)
    first, after = (np.array(bounds)[age_class] for bounds in zip(*AGE_CLASSES, strict=True))
    birth = month - rng.integers(12 * first, 12 * after)
    chosen = rng.random(n) < ACCOMPANIED[age_class]
    return Persons(
        zone=zone,
        female=(rng.random(n) < 0.49).astype(np.int64),
        birth=birth,
        entry=np.full(n, month),
        entry_day=rng.integers(1, 29, n),
        accompanied=chosen & treated[zone] & (month >= PROGRAMME_MONTH),
    )


def _draw_situations(durable: Floats, rng: np.random.Generator) -> Integers:
    """Draw one situation per person, from competing monthly hazards given in points."""
    bounds = np.cumsum(np.concatenate([[0.0], OTHER_EXITS])) / 100
    beyond = rng.random(len(durable)) - np.maximum(durable, 0.0) / 100
    situation = 1 + np.searchsorted(bounds[1:], beyond, side="right")
    return np.where(beyond < 0, 0, np.minimum(situation, STAYS)).astype(np.int64)


def _assemble(batches: list[Persons], listed: list[tuple[Integers, Integers, Integers]], rates: Floats) -> JobSeekers:
    persons = Persons(
        zone=np.concatenate([batch.zone for batch in batches]),
        female=np.concatenate([batch.female for batch in batches]),
        birth=np.concatenate([batch.birth for batch in batches]),
        entry=np.concatenate([batch.entry for batch in batches]),
        entry_day=np.concatenate([batch.entry_day for batch in batches]),
        accompanied=np.concatenate([batch.accompanied for batch in batches]),
    )
    person, month, situation = (np.concatenate(parts) for parts in zip(*listed, strict=True))
    return JobSeekers(persons, person, month, situation, rates)
