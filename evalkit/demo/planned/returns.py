"""Counts that a partner returns at each wave of a cohort: who is followed, and what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from evalkit.declare.model import months_of
from evalkit.declare.period import Granularity, period_of_date
from evalkit.demo.planned.rows import PERIOD
from evalkit.demo.randomness import stream

_BY_WAVE = {
    3: (0.08, 0.09, 0.10, 0.60, 0.06, 0.07),
    6: (0.14, 0.12, 0.13, 0.44, 0.06, 0.11),
    12: (0.23, 0.13, 0.12, 0.28, 0.07, 0.17),
    24: (0.31, 0.12, 0.08, 0.18, 0.08, 0.23),
}
"""Share of each situation, months after the entry: durable, transition, training, searching, inactive, unknown."""

_SITUATIONS = (
    "sorties_emploi_durable",
    "sorties_emploi_transition",
    "sorties_formation",
    "en_recherche",
    "inactifs",
    "sans_nouvelle",
)
_SEXES = ("F", "H")
_WOMEN = 0.5
_EVIDENCE = "dpae_dsn"


@dataclass(frozen=True, slots=True)
class ReturnedCohort:
    """A cohort whose partner returns counts.

    Attributes:
        name: the word that its rows hold.
        entered_by: last day of the entries.
        waves: declared durations, ``P6M``.
        zones: zones where people live.
        size: people followed in each zone.
        only: one sex, when the cohort holds no other.
    """

    name: str
    entered_by: dt.date
    waves: tuple[str, ...]
    zones: tuple[str, ...]
    size: int
    only: str = ""


def returned_counts(cohorts: Sequence[ReturnedCohort], until: dt.date, seed: int) -> pl.DataFrame:
    """Return one row per cohort, wave, zone and sex, and their sum, for the waves past on a day.

    Args:
        cohorts: the cohorts.
        until: the last day of the data.
        seed: of the demonstration.
    """
    rows = [row for cohort in cohorts for row in _rows(cohort, until, seed)]
    return pl.DataFrame(rows, infer_schema_length=None)


def _rows(cohort: ReturnedCohort, until: dt.date, seed: int) -> Iterator[dict[str, object]]:
    for zone in cohort.zones:
        rng = stream(seed, "france-travail-retours", cohort.name, zone)
        women = cohort.size if cohort.only == "F" else int(rng.binomial(cohort.size, _WOMEN))
        followed = {"F": women, "H": cohort.size - women}
        for wave in cohort.waves:
            months = round(months_of(wave))
            seen = _add_months(cohort.entered_by, months)
            if seen > until:
                continue
            counts = {sex: _situations(followed[sex], months, rng) for sex in _SEXES if followed[sex]}
            whole = {name: sum(each[name] for each in counts.values()) for name in ("suivis", *_SITUATIONS)}
            for (kind, word), row in {("ensemble", "ensemble"): whole, **_by_sex(counts)}.items():
                yield {
                    "cohorte": cohort.name,
                    "trimestre": period_of_date(seen, Granularity.QUARTER),
                    "vague": months,
                    "zone": zone,
                    "ventilation": kind,
                    "modalite": word,
                    "preuve": _EVIDENCE,
                    **row,
                    PERIOD: period_of_date(seen, Granularity.QUARTER),
                }


def _by_sex(counts: dict[str, dict[str, int]]) -> dict[tuple[str, str], dict[str, int]]:
    return {("sexe", sex): row for sex, row in counts.items()}


def _situations(followed: int, months: int, rng: np.random.Generator) -> dict[str, int]:
    nearest = min(_BY_WAVE, key=lambda wave: abs(wave - months))
    drawn = rng.multinomial(followed, _BY_WAVE[nearest])
    return {"suivis": followed, **dict(zip(_SITUATIONS, (int(each) for each in drawn), strict=True))}


def _add_months(day: dt.date, months: int) -> dt.date:
    rank = day.year * 12 + day.month - 1 + months
    following = dt.date((rank + 1) // 12, (rank + 1) % 12 + 1, 1)
    return min(following - dt.timedelta(days=1), dt.date(rank // 12, rank % 12 + 1, min(day.day, 28)))
