"""What only the demonstration knows: the planted effect, the true rates and every planted fault."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import polars as pl

from evalkit.demo.allocations import first_quartile_share
from evalkit.demo.delivery_draft import Draft
from evalkit.demo.job_seekers import JobSeekers
from evalkit.demo.labour_market import MINIMUM_DETECTABLE_POINTS, Plant
from evalkit.demo.local_reports import FEED as REPORTS
from evalkit.demo.local_reports import MISSING_QUARTER
from evalkit.demo.panel import exit_panel, rates_per_zone
from evalkit.demo.places import Place
from evalkit.demo.timeline import FIRST_QUARTER_AFTER, PROGRAMME_BEGINS, PROGRAMME_MONTH, quarters


def sealed_truth(places: Sequence[Place], job_seekers: JobSeekers, plant: Plant, drafts: Sequence[Draft]) -> str:
    """Return the truth as JSON, with sorted keys.

    Args:
        places: the places that are declared.
        job_seekers: the simulated list.
        plant: the effect planted in it.
        drafts: every delivery, with its faults.
    """
    panel = exit_panel(places, job_seekers)
    truth = {
        "donnees": "Données synthétiques : aucune ne décrit une personne, un logement ou un service réels.",
        "effet": _effect(panel, plant),
        "sorties_durables": {
            "unite": "points de taux mensuel de sortie vers l’emploi durable",
            "observe": rates_per_zone(panel).to_dicts(),
            "vrai_sans_programme": _true_rates(places, job_seekers),
        },
        "attributions": {
            "part_premier_quartile_hors_qpv": {
                str(year): round(first_quartile_share(year, in_qpv=False), 4) for year in range(2019, 2028)
            },
            "part_premier_quartile_qpv": round(first_quartile_share(2024, in_qpv=True), 4),
            "effet_sur_les_mutations": 0,
        },
        "fautes": faults_of(drafts),
        "jamais_recu": [{"flux": REPORTS, "producteur": "ville-chalon", "periode": MISSING_QUARTER}],
        "livraisons": len(drafts),
    }
    return json.dumps(truth, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def faults_of(drafts: Sequence[Draft]) -> list[dict[str, object]]:
    """Return every planted fault with the lines of its file, in the order of the files."""
    return [
        {
            "fichier": draft.path,
            "recu_le": draft.received_on.isoformat(),
            "genre": fault.kind,
            "champ": fault.field,
            "lignes": [draft.line(row) for row in fault.rows],
            "attendu": fault.expected,
        }
        for draft in sorted(drafts, key=lambda each: each.path)
        for fault in draft.faults
    ]


def _effect(panel: pl.DataFrame, plant: Plant) -> dict[str, object]:
    followed = panel.filter(pl.col("treated"))
    added = (plant.person_points * pl.col("accompanied_months") / pl.col("person_months")).round(4)
    sums = pl.sum("accompanied_months", "person_months")
    by_quarter = followed.group_by("period").agg(sums).sort("period").select("period", added.alias("points"))
    after = followed.filter(pl.col("period") >= FIRST_QUARTER_AFTER).select(sums).select(added).item()
    return {
        "programme": "Cité de l’emploi (fictive)",
        "debut": PROGRAMME_BEGINS.isoformat(),
        "moyenne_a_partir_de": FIRST_QUARTER_AFTER,
        "effet_zone_voulu_points": plant.zone_points,
        "effet_zone_realise_points": after,
        "effet_par_personne_accompagnee_points": round(plant.person_points, 4),
        "plus_petit_effet_detectable_points": MINIMUM_DETECTABLE_POINTS,
        "par_trimestre": {row["period"]: row["points"] for row in by_quarter.to_dicts() if row["points"]},
        "calcul": (
            "points ajoutés au risque mensuel des personnes accompagnées, multipliés par leur part "
            "parmi les personnes-mois des deux QPV"
        ),
    }


def _true_rates(places: Sequence[Place], job_seekers: JobSeekers) -> dict[str, dict[str, float]]:
    """Return the mean rate that each zone was drawn from without the programme, before and after it began."""
    first = 3 * quarters().index(FIRST_QUARTER_AFTER)
    before, after = job_seekers.rates[:PROGRAMME_MONTH], job_seekers.rates[first:]
    return {
        place.id: {
            "avant": round(float(np.mean(before[:, rank])), 4),
            "apres": round(float(np.mean(after[:, rank])), 4),
        }
        for rank, place in enumerate(places)
    }
