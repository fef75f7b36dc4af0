"""How job seekers leave the list: monthly hazards, their common shocks, and the effect that is planted in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.demo.timeline import N_MONTHS, PROGRAMME_MONTH

Floats = npt.NDArray[np.float64]

MINIMUM_DETECTABLE_POINTS = 0.40
"""Smallest effect that the design detects 8 times out of 10, in points of monthly exit rate.

``benchmarks/planted_effect.py`` measures 0.39 over 200 seeds without effect: half the mean width of
the interval, plus 0.84 standard deviations of the estimate.
"""

DEFAULT_EFFECT_POINTS = 0.60
"""The effect planted by default: one and a half times what the design can see."""

SITUATIONS = ("emploi_durable", "emploi_transition", "formation", "inactif", "sans_nouvelle", "recherche")
"""Exits in the order of their hazards, then the situation of those who stay."""

STAYS = len(SITUATIONS) - 1

OTHER_EXITS = np.array([1.8, 1.2, 1.0, 2.0])
"""Monthly hazards of the other exits, in points, alike everywhere."""

AGE_CLASSES = ((16, 26), (26, 50), (50, 63))
"""First age, and the age after the last."""

AGE_MIX = np.array([0.22, 0.55, 0.23])
AGE_OFFSETS = np.array([0.15, 0.20, -0.50])
"""How much easier or harder a durable job is to find, in points: what makes balancing on age matter."""

ACCOMPANIED = np.array([0.75, 0.62, 0.40])
"""Chances of being accompanied, by age class, for those who enter a QPV after the programme began."""

_SEASON = np.array([0.10, 0.00, 0.15, 0.10, 0.05, 0.00, -0.10, -0.20, 0.25, 0.10, -0.15, -0.30])
_YEARS = np.array([0.00, -0.05, 0.20, 0.15, 0.05, -0.05, -0.10, 0.00, 0.05])
_LOCKDOWN = {14: -0.40, 15: -0.90, 16: -0.70, 17: -0.30}
"""Months of 2020 when hiring stopped, in points."""

_SHOCK_SIZE = 0.10
_SHOCK_MEMORY = 0.5
_LOWEST = 0.20


@dataclass(frozen=True, slots=True)
class Plant:
    """An effect put into the data on purpose.

    Attributes:
        zone_points: points added to the monthly rate of durable exit of the QPV, on average over the quarters that
            lie wholly after the programme began.
        person_points: points added to the monthly hazard of each accompanied person, from which it comes.
    """

    zone_points: float
    person_points: float


def plan_effect(zone_points: float) -> Plant:
    """Return the effect on an accompanied person that moves the QPV by ``zone_points``.

    Accompanied people join month after month and leave faster, the younger ones first: the rate of the zone follows
    from the expected make-up of the list, and the effect on a person is found by bisection.

    Args:
        zone_points: the effect wanted on the zone, in points of monthly rate; 0 plants nothing.
    """
    if zone_points == 0:
        return Plant(0.0, 0.0)
    low, high = 0.0, 20.0 * zone_points
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _expected_change(middle) < zone_points else (low, middle)
    return Plant(zone_points, (low + high) / 2)


def _expected_change(person_points: float) -> float:
    """Return the average change of a QPV's rate, in points, that an effect on persons produces.

    The list is followed by age class and arm from the programme's first month, in expectation; its size is kept.
    """
    leaving = (2.0 + AGE_OFFSETS + OTHER_EXITS.sum()) / 100
    alone = AGE_MIX / leaving
    alone, helped = alone / alone.sum(), np.zeros(3)
    before = float(alone @ AGE_OFFSETS)
    changes = []
    for month in range(PROGRAMME_MONTH, N_MONTHS):
        entering = (1.0 - alone.sum() - helped.sum() if month > PROGRAMME_MONTH else 0.0) * AGE_MIX
        alone = alone + entering * (1 - ACCOMPANIED)
        helped = helped + entering * ACCOMPANIED
        changes.append(float((alone + helped) @ AGE_OFFSETS + helped.sum() * person_points) - before)
        alone = alone * (1 - leaving)
        helped = helped * (1 - leaving - person_points / 100)
    return float(np.mean(changes[1:]))


def common_path() -> Floats:
    """Return what every zone shares each month, in points: season, year and the stop of 2020.

    Shocks add up in points, the scale of the comparison, so that without a programme the zones move in parallel.
    """
    months = np.arange(N_MONTHS)
    path: Floats = _SEASON[months % 12] + _YEARS[months // 12]
    for month, drop in _LOCKDOWN.items():
        path[month] += drop
    return path


def zone_levels(treated: npt.NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    """Return the lasting level of each zone's durable exit rate, in points a month."""
    spread = rng.normal(0.0, 1.0, len(treated))
    levels: Floats = np.where(treated, 2.0 + 0.08 * spread, 2.8 + 0.25 * spread)
    return levels


def zone_shocks(n_zones: int, rng: np.random.Generator) -> Floats:
    """Return shocks that last from a quarter to the next, in points; shape (months, zones)."""
    n_quarters = N_MONTHS // 3
    fresh = rng.normal(0.0, _SHOCK_SIZE, (n_quarters, n_zones))
    shocks = np.empty_like(fresh)
    shocks[0] = fresh[0]
    for quarter in range(1, n_quarters):
        shocks[quarter] = _SHOCK_MEMORY * shocks[quarter - 1] + np.sqrt(1 - _SHOCK_MEMORY**2) * fresh[quarter]
    return np.repeat(shocks, 3, axis=0)


def durable_rates(treated: npt.NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    """Return the durable exit rate of each month and zone without any programme, in points; shape (months, zones)."""
    rates = common_path()[:, None] + zone_levels(treated, rng)[None, :] + zone_shocks(len(treated), rng)
    return np.maximum(rates, _LOWEST)
