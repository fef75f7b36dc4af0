"""Persons drawn month by month, with a planted effect, a planted difference between groups and a planted loss.

The truth is written in closed form, and no test reads it from the draws that it judges.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from scipy.stats import gamma

from evalkit.follow.entry.persons import ACCOMPANIED, COMPARISON, Persons
from evalkit.follow.states import STILL_THERE

LAST_DAY = dt.date(2026, 12, 31)
FIRST_ENTRY = dt.date(2024, 1, 15)
WAVE = 12
"""Months after entry at which the truth is known."""

TRAINING = 0.02
"""Monthly chance of the other exit."""

_MOST = 0.9
_SLICES = 4000

YOUNG = (0.7, 0.4)
"""Share of the young among the accompanied, when groups differ, and in the comparison group."""


@dataclass(frozen=True, slots=True)
class World:
    """How persons behave, by month.

    Attributes:
        accompanied, compared: persons of each group.
        effect: added to the monthly chance of a job of the accompanied.
        confounded: the accompanied are younger, and the young find jobs faster.
        loss: ``none``; ``seen`` (depends on the age); ``outcome`` (those about to find a job vanish before).
        agencies: how much the pace of jobs differs between agencies; 0 for not at all.
    """

    accompanied: int = 300
    compared: int = 400
    effect: float = 0.0
    confounded: bool = True
    loss: str = "none"
    agencies: float = 0.0

    @property
    def young(self) -> float:
        """Share of the young among the accompanied."""
        return YOUNG[0] if self.confounded else YOUNG[1]

    @property
    def rate(self) -> float:
        """True rate of the accompanied at 12 months, seen or not."""
        paces = np.ones(1)
        if self.agencies:
            paces = gamma.ppf((np.arange(_SLICES) + 0.5) / _SLICES, 1 / self.agencies, scale=self.agencies)
        return _mixed(self.young, self.effect, paces)

    @property
    def gap(self) -> float:
        """True gap of the accompanied, in points, to what they would have had alone."""
        return 100 * (self.rate - replace(self, effect=0.0).rate)


def _mixed(young: float, effect: float, paces: np.ndarray) -> float:
    return young * _by_wave((0.06 + effect) * paces) + (1 - young) * _by_wave((0.025 + effect) * paces)


def _by_wave(chances: np.ndarray) -> float:
    """Return the mean chance of a job within 12 months and not after the other exit, both counted in months."""
    chances = np.minimum(chances, _MOST)
    still = (1 - chances) * (1 - TRAINING)
    return float((chances * (1 - still**WAVE) / (1 - still)).mean())


def drawn(rng: np.random.Generator, world: World) -> Persons:
    """Return the persons as they are seen."""
    size = world.accompanied + world.compared
    inside = np.arange(size) < world.accompanied
    young = rng.random(size) < np.where(inside, world.young, YOUNG[1])
    woman = rng.random(size) < 0.5
    entry = rng.integers(0, 12, size)
    agency = rng.integers(0, 15, size)
    pace = rng.gamma(1 / world.agencies, world.agencies, 15)[agency] if world.agencies else 1.0
    job = rng.geometric(np.minimum((0.025 + 0.035 * young + world.effect * inside) * pace, _MOST))
    training = rng.geometric(TRAINING, size)
    first = np.minimum(job, training)
    lost = _lost(rng, world.loss, young, job, first)
    ended = np.minimum(first, lost)
    words = np.where(first <= lost, np.where(job <= training, "durable", "transition"), "lost")
    frame = pl.DataFrame(
        {
            "group": np.where(inside, ACCOMPANIED, COMPARISON),
            "zone": np.where(rng.random(size) < 0.5, "pres", "aubepins"),
            "month": entry,
            "ended": np.minimum(ended, 120),
            "exit": np.where(ended <= 35 - entry, words, STILL_THERE),
            "age": np.where(young, 22.0, 45.0),
            "sexe": np.where(woman, "F", "H"),
            "agence": agency,
        }
    ).with_columns(entry=pl.lit(FIRST_ENTRY).dt.offset_by(pl.format("{}mo", "month")))
    left = pl.col("entry").dt.offset_by(pl.format("{}mo", "ended"))
    frame = frame.with_columns(exit_date=pl.when(pl.col("exit") != STILL_THERE).then(left)).drop("month", "ended")
    return Persons(frame, LAST_DAY, size, size, 0, 0, 0)


def _lost(rng: np.random.Generator, loss: str, young: np.ndarray, job: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return the month at the end of which each person is lost."""
    if loss == "seen":
        return rng.geometric(np.where(young, 0.01, 0.06))
    if loss == "outcome":
        vanishes = (job == first) & (rng.random(len(job)) < 0.4)
        return np.where(vanishes, np.maximum(first - 1, 1), 10_000)
    return np.full(len(job), 10_000)
