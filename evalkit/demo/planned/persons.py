"""Rows that follow persons: a few dozen in each zone, one row a month from the entry to the exit."""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from evalkit.demo.planned.rows import PERIOD
from evalkit.demo.randomness import stream

_THIRD_PARTY_KEY = hashlib.sha256("tiers de confiance fictif des petites démonstrations".encode()).digest()
_ACCOMPANIED, _WOMEN = 0.5, 0.5
_AGES = ((16, 26, 0.42), (26, 50, 0.36), (50, 65, 0.22))
"""Bounds and share of each age class."""

_EXITS = ("emploi_durable", "emploi_transition", "formation", "inactif", "sans_nouvelle")
_ORDINARY = (0.028, 0.026, 0.020, 0.008, 0.022)
_HELPED = (0.042, 0.032, 0.030, 0.006, 0.018)
"""Monthly chances of each exit, for ordinary follow-up and for the « Cité de l’emploi » (fictitious)."""

_LONGEST = 30
"""Months after which nobody is followed any more."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who is drawn: how many persons in each zone, over which years."""

    feed: str
    zones: Sequence[str]
    years: Sequence[int]
    per_zone: int
    seed: int


def pathways(crowd: Crowd) -> pl.DataFrame:
    """Return the rows of the feed ``france-travail-parcours``, by person then month, with their quarter beside."""
    rng = stream(crowd.seed, crowd.feed, "persons")
    rows = [
        row
        for zone in crowd.zones
        for rank in range(crowd.per_zone)
        for row in _person(crowd, zone, f"{zone} {rank}", rng)
    ]
    return pl.DataFrame(rows, infer_schema_length=None).sort("personne", "mois")


def _person(crowd: Crowd, zone: str, name: str, rng: np.random.Generator) -> Iterator[dict[str, object]]:
    months = 12 * len(crowd.years)
    entry = int(rng.integers(0, months - 1))
    entered = _day(crowd.years[0], entry, int(rng.integers(1, 29)))
    helped = bool(rng.random() < _ACCOMPANIED)
    low, high, _ = _AGES[int(rng.choice(len(_AGES), p=[share for *_, share in _AGES]))]
    age = int(rng.integers(low, high))
    sex = "F" if rng.random() < _WOMEN else "H"
    pseudonym = hmac.digest(_THIRD_PARTY_KEY, f"personne fictive {name}".encode(), "sha256").hex()
    chances = np.array(_HELPED if helped else _ORDINARY)
    for month in range(entry, min(months, entry + _LONGEST)):
        leaves = month > entry and rng.random() < chances.sum()
        exit_ = str(rng.choice(_EXITS, p=chances / chances.sum())) if leaves else ""
        first = _day(crowd.years[0], month, 1)
        yield {
            "personne": pseudonym,
            "zone": zone,
            "mois": f"{first:%Y-%m}",
            "sexe": sex,
            "age": age + (month - entry) // 12,
            "date_entree": entered,
            "accompagnement": "cite_emploi" if helped else "droit_commun",
            "situation": exit_ or "recherche",
            "date_sortie": _day(crowd.years[0], month, int(rng.integers(1, 29))) if exit_ else None,
            PERIOD: f"{first.year}-T{(first.month - 1) // 3 + 1}",
        }
        if exit_:
            return


def _day(first_year: int, month: int, day: int) -> dt.date:
    year, rank = first_year + month // 12, month % 12 + 1
    return dt.date(year, rank, min(day, calendar.monthrange(year, rank)[1]))
