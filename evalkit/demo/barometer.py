"""Feed ``barometre-habitants``: voluntary answers of residents, each summer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl

from evalkit.demo.delivery_draft import Draft, Sheet
from evalkit.demo.places import Place
from evalkit.demo.randomness import stream
from evalkit.demo.spelling import Dialect

FEED = "barometre-habitants"
PRODUCER = "service-contrat-de-ville"

_ANSWERS = 180
_YEARS = (2024, 2025, 2026)
_GRADES = {
    2024: (0.12, 0.24, 0.33, 0.23, 0.08),
    2025: (0.11, 0.22, 0.33, 0.25, 0.09),
    2026: (0.10, 0.20, 0.32, 0.28, 0.10),
}
_AGES = ("moins_25", "25_49", "50_plus")
_SEXES = ("F", "H", "non_precise")


def barometer_drafts(places: Sequence[Place], seed: int) -> list[Draft]:
    """Return one workbook per summer."""
    quarters = [place for place in places if place.treated]
    return [_year(year, quarters, seed) for year in _YEARS]


def _year(year: int, places: Sequence[Place], seed: int) -> Draft:
    rng = stream(seed, FEED, str(year))
    n = int(rng.poisson(_ANSWERS))
    weights = np.array([place.residents for place in places], dtype=float)
    table = pl.DataFrame(
        {
            "questionnaire": [f"B{year}-{rank:03d}" for rank in range(1, n + 1)],
            "zone": rng.choice([place.id for place in places], n, p=weights / weights.sum()),
            "annee": [year] * n,
            "qualite_vie": rng.choice(np.arange(1, 6), n, p=_GRADES[year]),
            "tranche_age": rng.choice(_AGES, n, p=(0.22, 0.43, 0.35)),
            "sexe": rng.choice(_SEXES, n, p=(0.57, 0.39, 0.04)),
            "participe": rng.random(n) < 0.31,
        }
    )
    sheet = Sheet("Réponses", (f"Baromètre des habitants, été {year} (données synthétiques)",))
    dialect = Dialect(headings=1, words=1, zones="alias")
    return Draft(FEED, PRODUCER, f"barometre_{year}.xlsx", dt.date(year, 9, 24), table, dialect, sheet=sheet)
