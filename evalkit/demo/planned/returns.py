"""Counts that a partner returns at each wave of a cohort: who is followed, and what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from evalkit.declare.model import months_of
from evalkit.declare.period import Granularity, period_of_date
from evalkit.demo.planned.rows import PERIOD
from evalkit.demo.randomness import stream

_MONTHS = (0, 3, 6, 12, 24)
_LEFT = {
    "sorties_emploi_durable": (0.0, 0.08, 0.14, 0.23, 0.31),
    "sorties_emploi_transition": (0.0, 0.09, 0.12, 0.14, 0.15),
    "sorties_formation": (0.0, 0.09, 0.12, 0.14, 0.15),
    "inactifs": (0.0, 0.04, 0.06, 0.07, 0.08),
    "sans_nouvelle": (0.0, 0.07, 0.11, 0.17, 0.23),
}
"""Share whose first exit is each one, by the months of :data:`_MONTHS` since the entry (fictitious)."""

_SITUATIONS = (*_LEFT, "en_recherche")
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
        lives = {sex: _Lives.drawn(followed[sex], rng) for sex in _SEXES if followed[sex]}
        for wave in cohort.waves:
            months = round(months_of(wave))
            seen = _add_months(cohort.entered_by, months)
            if seen > until:
                continue
            counts = {sex: each.situations(months) for sex, each in lives.items()}
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


@dataclass(frozen=True, slots=True, eq=False)
class _Lives:
    """Persons drawn once, then counted at each wave: a first exit stays one, so that counts never fall.

    Attributes:
        exit: place in :data:`_LEFT` of the first exit of each person, their number when there is none.
        month: months from the entry to it.
    """

    exit: npt.NDArray[np.int64]
    month: npt.NDArray[np.float64]

    @classmethod
    def drawn(cls, persons: int, rng: np.random.Generator) -> _Lives:
        shares = np.array(list(_LEFT.values()))
        exit_ = np.searchsorted(shares[:, -1].cumsum(), rng.random(persons), "right").astype(np.int64)
        rank, month = rng.random(persons), np.full(persons, np.inf)
        for place, share in enumerate(shares):
            mine = exit_ == place
            month[mine] = np.interp(rank[mine] * share[-1], share, _MONTHS)
        return cls(exit_, month)

    def situations(self, months: int) -> dict[str, int]:
        """Return the persons followed, and those in each situation, some months after the entry."""
        left = np.bincount(self.exit[self.month <= months], minlength=len(_LEFT))
        counts = [*(int(count) for count in left), len(self.exit) - int(left.sum())]
        return {"suivis": len(self.exit), **dict(zip(_SITUATIONS, counts, strict=True))}


def _by_sex(counts: dict[str, dict[str, int]]) -> dict[tuple[str, str], dict[str, int]]:
    return {("sexe", sex): row for sex, row in counts.items()}


def _add_months(day: dt.date, months: int) -> dt.date:
    rank = day.year * 12 + day.month - 1 + months
    following = dt.date((rank + 1) // 12, (rank + 1) % 12 + 1, 1)
    return min(following - dt.timedelta(days=1), dt.date(rank // 12, rank % 12 + 1, min(day.day, 28)))
