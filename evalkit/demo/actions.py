"""Feed ``bilans-actions``: yearly totals of each action, exported from the funding application with its titles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from evalkit.demo.delivery_draft import Draft, Fault, Sheet
from evalkit.demo.nir import fictitious_nir
from evalkit.demo.places import Place
from evalkit.demo.randomness import stream
from evalkit.demo.spelling import Dialect

FEED = "bilans-actions"
PRODUCER = "service-contrat-de-ville"

_ACTIONS_PER_YEAR = 60
_BOTH_QUARTERS = 0.35
_COUNTS = (
    "participants",
    "femmes",
    "seniors",
    "jeunes",
    "peres",
    "contrats_signes",
    "contrats_femmes",
    "contrats_seniors",
    "personnes_formees",
    "permanences",
)
_RECEIVED = {2024: dt.date(2025, 1, 24), 2025: dt.date(2026, 1, 23), 2026: dt.date(2027, 1, 14)}
_UNDECLARED = "N° de sécurité sociale du référent"


@dataclass(frozen=True, slots=True)
class Theme:
    """What actions of one theme look like: a title, and the shares of their public.

    Attributes:
        of: which totals the theme fills beside participants.
    """

    id: str
    title: str
    women: float
    seniors: float
    young: float
    of: tuple[str, ...] = ()


THEMES = (
    Theme("emploi", "Forum de l’emploi au pied des immeubles", 0.48, 0.16, 0.35, ("contrats_signes", "permanences")),
    Theme("femmes", "Femmes diplômées vers l’emploi", 0.96, 0.10, 0.30, ("contrats_signes",)),
    Theme("seniors", "Mentorat et transmission", 0.50, 0.62, 0.20, ("contrats_signes",)),
    Theme("jeunes", "Du stage de 3e à l’entrée dans la vie active", 0.47, 0.02, 0.85, ("contrats_signes",)),
    Theme("entrepreneuriat", "Créer son activité dans le quartier", 0.45, 0.12, 0.30),
    Theme("parentalite", "Café des parents", 0.72, 0.04, 0.10, ("peres",)),
    Theme("education", "Programme de réussite éducative", 0.50, 0.00, 0.95, ("personnes_formees",)),
    Theme("numerique", "Ateliers numériques", 0.58, 0.40, 0.12, ("personnes_formees",)),
    Theme("tranquillite", "Médiation sociale en soirée", 0.40, 0.10, 0.50, ("personnes_formees",)),
    Theme("cadre_de_vie", "Jardins partagés et balades urbaines", 0.55, 0.30, 0.15),
    Theme("mobilite", "Ateliers vélo et mobilités douces", 0.42, 0.15, 0.40),
    Theme("sport_culture", "Sport et culture au pied de chez soi", 0.49, 0.12, 0.55),
    Theme("social", "Premiers rendez-vous délocalisés", 0.57, 0.30, 0.12, ("permanences",)),
    Theme("sante", "Atelier santé ville", 0.62, 0.35, 0.12, ("permanences", "personnes_formees")),
    Theme("precarite_energetique", "Éco-gestes et cuisine partagée", 0.64, 0.28, 0.10),
)


def action_drafts(places: Sequence[Place], seed: int) -> list[Draft]:
    """Return one workbook per year; the one of 2026 is refused for a NIR column, then sent again without it."""
    quarters = [place for place in places if place.treated]
    drafts = [_year(year, quarters, seed) for year in sorted(_RECEIVED)]
    last = drafts.pop()
    return [*drafts, _with_nir_column(last), _corrected(last)]


def _year(year: int, places: Sequence[Place], seed: int) -> Draft:
    rng = stream(seed, FEED, str(year))
    rows = [row for number in range(_ACTIONS_PER_YEAR) for row in _action(year, number, places, rng)]
    titles = (
        "Contrat de ville — export des bilans d’action (données synthétiques de démonstration)",
        f"Exercice {year} — édité par le service Contrat de ville",
        "",
    )
    sheet = Sheet(f"Bilans {year}", titles, (*_COUNTS, "montant"))
    dialect = Dialect(headings=1, words=1, zones="label")
    draft = Draft(
        FEED, PRODUCER, f"bilans_actions_{year}.xlsx", _RECEIVED[year], pl.DataFrame(rows), dialect, sheet=sheet
    )
    expected = "La ligne « TOTAL » n’est pas une action."
    return draft.with_fault(Fault("ligne_de_total", "action", (len(rows),), expected))


def _action(year: int, number: int, places: Sequence[Place], rng: np.random.Generator) -> list[dict[str, object]]:
    theme = THEMES[number % len(THEMES)]
    both = rng.random() < _BOTH_QUARTERS
    weights = np.array([place.residents for place in places], dtype=float)
    one = int(rng.choice(len(places), p=weights / weights.sum()))
    amount = round(float(rng.lognormal(8.6, 0.6)) / 100) * 100.0
    return [
        {
            "action": f"CV{year}-{number + 1:03d}",
            "intitule": theme.title,
            "porteur": f"Association fictive {int(rng.integers(1, 25)):02d}",
            "theme": theme.id,
            "zone": place.id,
            "annee": year,
            **_totals(theme, year, rng),
            "montant": amount / (len(places) if both else 1),
        }
        for index, place in enumerate(places)
        if both or index == one
    ]


def _totals(theme: Theme, year: int, rng: np.random.Generator) -> dict[str, int]:
    public = int(rng.poisson(rng.gamma(4.0, 9.0))) + 4
    women = int(rng.binomial(public, theme.women))
    contracts = int(rng.binomial(public, 0.10 + 0.015 * (year - 2024))) if "contrats_signes" in theme.of else 0
    by_women = int(rng.binomial(contracts, theme.women))
    return {
        "participants": public,
        "femmes": women,
        "seniors": int(rng.binomial(public, theme.seniors)),
        "jeunes": int(rng.binomial(public, theme.young)),
        "peres": int(rng.binomial(public - women, 0.6)) if "peres" in theme.of else 0,
        "contrats_signes": contracts,
        "contrats_femmes": by_women,
        "contrats_seniors": int(rng.binomial(contracts, theme.seniors)),
        "personnes_formees": int(rng.poisson(9)) if "personnes_formees" in theme.of else 0,
        "permanences": int(rng.poisson(22)) if "permanences" in theme.of else 0,
    }


def _with_nir_column(draft: Draft) -> Draft:
    rows = tuple(range(len(draft.table)))
    numbers = pl.Series(_UNDECLARED, [fictitious_nir()] * len(rows))
    wrong = replace(draft, table=draft.table.with_columns(numbers))
    return wrong.with_fault(Fault("colonne_de_nir", _UNDECLARED, rows, "Livraison refusée en entier."))


def _corrected(draft: Draft) -> Draft:
    name = draft.name.replace(".xlsx", "_corrige.xlsx")
    return replace(draft, name=name, received_on=draft.received_on + dt.timedelta(days=13))
