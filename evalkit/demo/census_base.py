"""Feed ``insee-qpv-insertion``: a synthetic base in the layout of Insee's, with its oddities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl

from evalkit.demo.delivery_draft import Draft, Fault
from evalkit.demo.places import Place
from evalkit.demo.randomness import stream
from evalkit.demo.spelling import Dialect

FEED = "insee-qpv-insertion"
PRODUCER = "insee"

_RECEIVED = {
    2021: dt.date(2024, 4, 9),
    2022: dt.date(2024, 10, 7),
    2023: dt.date(2025, 10, 6),
    2024: dt.date(2026, 10, 5),
}
_ELSEWHERE = 40
_EMPLOYMENT = {"pres-saint-jean": 43.0, "aubepins": 36.6, "stade": 23.8}
_SEEKERS = {"pres-saint-jean": 1_077, "aubepins": 475, "stade": 104}
"""Levels of Insee's base of 2021 on the perimeters of 2015."""

_MASKED = "3"
_PHANTOM_COLUMNS = 120


def census_drafts(places: Sequence[Place], seed: int) -> list[Draft]:
    """Return one base per vintage; the year is given with the delivery, for no column holds it."""
    dialect = Dialect(headings=1, thousands="\N{NARROW NO-BREAK SPACE}")
    return [
        Draft(
            FEED,
            PRODUCER,
            f"base_insertion_qp15_{year}_synthetique.csv",
            received,
            _vintage(year, places, seed),
            dialect,
            period=str(year),
            blank_headings=_PHANTOM_COLUMNS,
        ).with_fault(Fault("ligne_de_total", "zone", (0,), "La ligne « Ensemble » est mise à part."))
        for year, received in _RECEIVED.items()
    ]


def _vintage(year: int, places: Sequence[Place], seed: int) -> pl.DataFrame:
    rng = stream(seed, FEED, str(year))
    known = [(place.names["2015"], place.names["label"], place.id) for place in places if place.id in _EMPLOYMENT]
    others = [(f"QP999{rank:03d}", f"Quartier fictif {rank:03d}", "") for rank in range(1, _ELSEWHERE + 1)]
    rows = [_row(code, label, zone, year, rng) for code, label, zone in sorted([*known, *others])]
    return pl.DataFrame([_whole(rows), *rows], infer_schema_length=None)


def _row(code: str, label: str, zone: str, year: int, rng: np.random.Generator) -> dict[str, object]:
    level = _EMPLOYMENT.get(zone, float(rng.normal(43.0, 6.0)))
    rate = level + 0.35 * (year - 2021) + rng.normal(0.0, 0.15)
    seekers = int(rng.poisson(_SEEKERS.get(zone, int(rng.integers(90, 1_400)))))
    women = int(rng.binomial(seekers, 0.49))
    young = int(rng.binomial(seekers, 0.15))
    senior = int(rng.binomial(seekers - young, 0.31))
    masked = zone == "stade"
    rates = {
        "taux_emploi": rate,
        "taux_emploi_femmes": rate - 5.0 + rng.normal(0.0, 0.4),
        "taux_emploi_etrangers": rate - 7.0 + rng.normal(0.0, 0.8),
        "part_emploi_duree_limitee": 30.0 + rng.normal(0.0, 2.0),
    }
    counts = {
        "defm_abc": seekers,
        "defm_abc_femmes": women,
        "defm_abc_hommes": seekers - women,
        "defm_abc_rsa": int(rng.binomial(seekers, 0.38)),
        "defm_abc_moins_26": young,
        "defm_abc_50_plus": senior,
    }
    return {
        "zone": code,
        "libelle": label,
        **{name: None if masked and name == "taux_emploi_etrangers" else float(value) for name, value in rates.items()},
        "CA": int(rng.poisson(6)),
        "EVOL_CA_N_E ": round(float(rng.normal(-8.0, 12.0)), 1),
        **{name: None if masked else value for name, value in counts.items()},
        "note_pe": _MASKED if masked else "0",
        "note_rp": _MASKED if masked else "0",
    }


def _whole(rows: Sequence[dict[str, object]]) -> dict[str, object]:
    """Return the row ``Ensemble``, rounded to the hundred as Insee does; its notes are blank."""
    whole: dict[str, object] = {"zone": "Ensemble", "libelle": "Ensemble des QPV (fictif)"}
    for name in rows[0]:
        values = [row[name] for row in rows if isinstance(row[name], int | float)]
        if name not in whole:
            numbers = [float(value) for value in values if isinstance(value, int | float)]
            is_count = bool(values) and all(isinstance(value, int) for value in values)
            if not numbers:
                whole[name] = None
            else:
                whole[name] = round(sum(numbers) / 100) * 100 if is_count else round(sum(numbers) / len(numbers), 1)
    return whole
