"""Feed ``gsup-signalements``: reports of the neighbourhood management (GSUP) and the time that answers take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from evalkit.declare.period import first_day
from evalkit.demo.delivery_draft import Draft, Fault, received_after
from evalkit.demo.nir import fictitious_nir
from evalkit.demo.places import Place
from evalkit.demo.randomness import stream
from evalkit.demo.spelling import Dialect
from evalkit.demo.timeline import recent_quarters

FEED = "gsup-signalements"
PRODUCER = "ville-chalon"
MISSING_QUARTER = "2025-T4"
"""The quarter that the city never sent."""

_REFUSED_QUARTER = "2026-T2"
_REPORTS_PER_RESIDENT = 0.020
_NATURES = ("proprete", "eclairage", "degradation", "encombrants", "espaces_verts", "autre")
_NATURE_SHARES = (0.30, 0.14, 0.17, 0.24, 0.09, 0.06)
_COMMENTS = (
    "",
    "",
    "",
    "Signalé par la maison de quartier",
    "Déjà signalé le mois dernier",
    "À voir avec le bailleur",
    "Vu pendant la balade urbaine",
    "Accès difficile le jour du marché",
)
_SPREAD = 0.6


def mean_delay(number: int) -> float:
    """Return the mean delay of an answer, in days, in the quarter of that rank from the first of 2024."""
    return 10.5 - 0.22 * number


def report_drafts(places: Sequence[Place], seed: int) -> list[Draft]:
    """Return one file per quarter since 2024; one is refused and sent again, one is never sent."""
    followed = [place for place in places if place.treated or "temoin" not in place.id]
    rng = stream(seed, FEED)
    drafts = []
    for number, quarter in enumerate(recent_quarters()):
        table = _quarter(followed, number, quarter, rng)
        dialect = Dialect(encoding="utf-8", headings=1, words=1, zones="label")
        name = f"signalements_{quarter.replace('-', '_')}.csv"
        draft = Draft(FEED, PRODUCER, name, received_after(quarter, 22), table, dialect)
        if quarter == _REFUSED_QUARTER:
            drafts += _refused_then_corrected(draft)
        elif quarter != MISSING_QUARTER:
            drafts.append(_with_faults(draft))
    return drafts


def _quarter(places: Sequence[Place], number: int, quarter: str, rng: np.random.Generator) -> pl.DataFrame:
    zones = np.concatenate(
        [np.repeat(place.id, rng.poisson(_REPORTS_PER_RESIDENT * place.residents)) for place in places]
    ).astype(object)
    n = len(zones)
    day = np.sort(rng.integers(0, 90, n))
    location = np.log(mean_delay(number)) - _SPREAD**2 / 2
    delay = np.maximum(np.rint(rng.lognormal(location, _SPREAD, n)), 0).astype(np.int64)
    answered = day + delay <= 90 + 18
    start = np.datetime64(first_day(quarter), "D")
    table = pl.DataFrame(
        {
            "signalement": [f"S{quarter.replace('-', '')}-{rank:04d}" for rank in range(1, n + 1)],
            "zone": rng.permutation(zones),
            "trimestre": [quarter] * n,
            "date_signalement": start + day,
            "date_reponse": np.where(answered, start + day + delay, np.datetime64("NaT", "D")),
            "nature": rng.choice(np.array(_NATURES, dtype=object), n, p=_NATURE_SHARES),
            "intervention": answered & (rng.random(n) < 0.62),
            "commentaire": rng.choice(np.array(_COMMENTS, dtype=object), n),
        },
        schema_overrides={"zone": pl.String, "nature": pl.String, "commentaire": pl.String},
    )
    return table.with_columns(pl.col("date_signalement", "date_reponse").cast(pl.Date))


def _refused_then_corrected(draft: Draft) -> list[Draft]:
    row = 17
    wrong = draft.with_cell(row, "commentaire", f"Rappeler la personne, n° {fictitious_nir()}, avant vendredi")
    wrong = wrong.with_fault(Fault("nir_dans_un_texte", "commentaire", (row,), "Livraison refusée en entier."))
    name = draft.name.replace(".csv", "_corrige.csv")
    return [wrong, replace(draft, name=name, received_on=draft.received_on + dt.timedelta(days=7))]


def _with_faults(draft: Draft) -> Draft:
    if draft.name == "signalements_2025_T2.csv":
        draft = draft.with_cell(6, "zone", "Prés Sant Jan")
        return draft.with_fault(Fault("zone_inconnue", "zone", (6,), "Orthographe qui n’est pas déclarée."))
    return draft
