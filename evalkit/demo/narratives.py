"""Feed ``bilans-qualitatifs``: what those who carry the actions write, and what they have not sent yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from evalkit.demo.delivery_draft import Draft
from evalkit.demo.places import Place
from evalkit.demo.randomness import stream
from evalkit.demo.spelling import Dialect

FEED = "bilans-qualitatifs"
PRODUCER = "service-contrat-de-ville"

_RECEIVED = {2024: dt.date(2025, 1, 28), 2025: dt.date(2026, 1, 27), 2026: dt.date(2027, 1, 26)}
_ROLES = ("porteur", "service", "conseil_citoyen", "bailleur")
_STILL_EXPECTED = 0.22
_PUBLISHABLE = 0.7
SENTENCES = (
    "Les rendez-vous tenus au pied des immeubles ont touché des personnes qui ne venaient pas dans les structures.",
    "La fréquentation reste irrégulière pendant les vacances scolaires.",
    "Le lien avec les bailleurs s’est nettement amélioré depuis la nomination d’un référent.",
    "Les horaires en soirée conviennent mieux aux personnes qui travaillent en horaires décalés.",
    "Le manque de solutions de garde reste le premier frein cité.",
    "Les participants demandent que l’action se poursuive à la même adresse.",
    "Deux séances ont été annulées faute d’intervenant.",
    "Le bouche-à-oreille fonctionne mieux que les affiches.",
)
"""What is written in a text; each says that it is synthetic."""


def narrative_drafts(places: Sequence[Place], objectives: Sequence[str], seed: int) -> list[Draft]:
    """Return one file per year with one row per objective and QPV; some texts are still expected.

    Args:
        places: the places of the demonstration; only QPV have texts.
        objectives: ids of the strategic objectives of the contract itself.
        seed: the seed of the demonstration.
    """
    quarters = [place.id for place in places if place.treated]
    return [_year(year, quarters, objectives, seed) for year in _RECEIVED]


def _year(year: int, zones: Sequence[str], objectives: Sequence[str], seed: int) -> Draft:
    rng = stream(seed, FEED, str(year))
    rows = []
    for objective in objectives:
        for zone in zones:
            expected = bool(rng.random() < _STILL_EXPECTED)
            chosen = sorted(rng.choice(len(SENTENCES), size=2, replace=False).tolist())
            text = "[Texte synthétique] " + " ".join(SENTENCES[index] for index in chosen)
            rows.append(
                {
                    "objectif": objective,
                    "zone": zone,
                    "annee": year,
                    "auteur_role": _ROLES[int(rng.integers(len(_ROLES)))],
                    "statut": "attendu" if expected else "recu",
                    "texte": None if expected else text,
                    "publiable": None if expected else bool(rng.random() < _PUBLISHABLE),
                }
            )
    schema = {
        "objectif": pl.String,
        "zone": pl.String,
        "annee": pl.Int64,
        "auteur_role": pl.String,
        "statut": pl.String,
        "texte": pl.String,
        "publiable": pl.Boolean,
    }
    table = pl.DataFrame(rows, schema=schema)
    dialect = Dialect(headings=1, words=1, zones="label")
    return Draft(FEED, PRODUCER, f"bilans_qualitatifs_{year}.csv", _RECEIVED[year], table, dialect)
