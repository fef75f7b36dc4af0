"""Persons drawn month by month, with a planted effect and a planted way of being lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from evalkit.follow.persons import ACCOMPANIED, COMPARISON, STILL_THERE, Persons

LAST_DAY = dt.date(2026, 12, 31)
FIRST_ENTRY = dt.date(2024, 1, 15)
MONTHS = 36
WAVE = 12


@dataclass(frozen=True, slots=True)
class World:
    """How persons behave, by month.

    Attributes:
        accompanied, compared: persons of each group.
        effect: added to the monthly chance of a job of the accompanied.
        confounded: the accompanied are younger, and the young find jobs faster.
        loss: ``none``; ``seen`` (depends on the age); ``outcome`` (those about to find a job vanish before).
    """

    accompanied: int = 300
    compared: int = 400
    effect: float = 0.0
    confounded: bool = True
    loss: str = "none"


def drawn(rng: np.random.Generator, world: World) -> tuple[Persons, float]:
    """Return the persons as they are seen, and the true rate of the accompanied at 12 months, seen or not."""
    size = world.accompanied + world.compared
    inside = np.arange(size) < world.accompanied
    young = rng.random(size) < np.where(inside & world.confounded, 0.7, 0.4)
    woman = rng.random(size) < 0.5
    entry = rng.integers(0, 12, size)
    chance = 0.025 + 0.035 * young + world.effect * inside
    job, training = rng.geometric(chance), rng.geometric(0.02, size)
    first = np.minimum(job, training)
    lost = _lost(rng, world.loss, young, job, first)
    last = 3 * 12 - 1 - entry
    ended = np.minimum(first, lost)
    words = np.where(first <= lost, np.where(job <= training, "durable", "transition"), "lost")
    frame = pl.DataFrame(
        {
            "group": np.where(inside, ACCOMPANIED, COMPARISON),
            "zone": np.where(rng.random(size) < 0.5, "pres", "aubepins"),
            "entry": pl.Series([FIRST_ENTRY]).dt.offset_by("0d").extend_constant(FIRST_ENTRY, size - 1),
            "month": entry,
            "ended": np.minimum(ended, 120),
            "exit": np.where(ended <= last, words, STILL_THERE),
            "age": np.where(young, 22, 45).astype(float),
            "sexe": np.where(woman, "F", "H"),
            "agence": rng.integers(0, 15, size),
        }
    ).with_columns(pl.col("entry").dt.offset_by(pl.format("{}mo", "month")))
    left = pl.col("entry").dt.offset_by(pl.format("{}mo", "ended"))
    frame = frame.with_columns(exit_date=pl.when(pl.col("exit") != STILL_THERE).then(left)).drop("month", "ended")
    truth = float(((job <= WAVE) & (job <= training))[inside].mean())
    return Persons(frame, LAST_DAY, size, size, 0, 0, 0), truth


def _lost(rng: np.random.Generator, loss: str, young: np.ndarray, job: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return the month at the end of which each person is lost."""
    never = np.full(len(job), 10_000)
    if loss == "seen":
        return rng.geometric(np.where(young, 0.01, 0.06))
    if loss == "outcome":
        return np.where((job == first) & (rng.random(len(job)) < 0.4), np.maximum(first - 1, 1), never)
    return never
