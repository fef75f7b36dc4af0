"""What aggregated returns give: a rate per wave, exit and class, and what in them contradicts itself."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.follow.result.finding import CohortFinding

EVERYBODY = "ensemble"
"""Breakdown and class of everybody together."""

ZONE = "zone"
"""Breakdown by place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRate:
    """The share of those who entered that have one exit at one wave, as a partner counted them.

    Attributes:
        wave: time since entry (``P6M``).
        proof: how the exit is known (``dpae_dsn``); empty when the file does not say.
        breakdown: criterion (``ensemble``, ``zone``, ``sexe``).
        word: class of that criterion; the id of the zone for ``zone``.
        exit: role of the exit (``durable``…), ``lost``, or ``en cours`` for those without a counted exit.
        entrants: persons who entered and are followed.
        count: persons with that exit.
        rate: ``count`` over ``entrants``, between 0 and 1.
        low, high: 95 % interval of ``rate``, for a sample; none for an exhaustive count, or for volunteers.
        worst, best: rate if nobody, then everybody, of those without news had that exit.
    """

    wave: str
    proof: str
    breakdown: str
    word: str
    exit: str
    entrants: int
    count: int
    rate: float
    low: float | None
    high: float | None
    worst: float
    best: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """The result of a cohort followed by aggregated returns.

    Attributes:
        rates: by wave, proof, breakdown, class then exit.
        findings: what does not hold, sorted.
        producers: who counted, sorted.
        due: declared waves that are not over yet for the last to enter.
    """

    rates: tuple[ReturnRate, ...]
    findings: tuple[CohortFinding, ...] = ()
    producers: tuple[str, ...] = ()
    due: tuple[str, ...] = ()
