"""What goes with every exported table: what it is, of when, under which rules, and how to read its marks."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from evalkit.publish.outputs.status import MEANING
from evalkit.publish.publication import Publication
from evalkit.typography import typeset

_TITLES = {
    "observations": "indicateurs par zone et période",
    "cohorts": "cohortes suivies",
    "flow": "parcours des personnes d’une cohorte",
    "rates": "taux de sortie par vague",
    "returns": "retours agrégés par vague",
    "paths": "états, passages, maintien et déplacements des personnes",
    "cohort_findings": "ce qui ne concorde pas dans les fichiers d’une cohorte",
    "balance": "ressemblance des groupes à l’entrée",
    "contrasts": "écarts entre groupes",
    "curves": "courbes de sortie par mois depuis l’entrée",
    "means": "temps moyens jusqu’à un horizon",
    "group_tests": "tests entre groupes et sous-groupes déclarés",
    "ratios": "rapports des régressions déclarées",
    "attrition": "taux redressés des personnes sans nouvelle",
    "differential": "écart des sans nouvelle entre les groupes",
    "overlap": "recouvrement des groupes à l’entrée",
    "subgroups": "écarts par sous-groupe déclaré",
    "past": "part dans la situation suivie, par mois autour de l’entrée",
    "before_after": "les mêmes personnes avant et après",
    "estimates": "comparaisons estimées",
    "refusals": "comparaisons refusées, avec le motif",
    "series": "courbes des comparaisons",
    "deliveries": "livraisons reçues",
    "reception": "ce qui est dû et ce qui est venu",
    "sources": "flux lus, avec leur seuil",
    "breaks": "ruptures de série",
    "not_computed": "ce qui n’a aucun nombre, et pourquoi",
    "questions": "ce que le document laisse ouvert",
    "audit": "audit du secret statistique",
}


def metadata_frame(publication: Publication) -> pl.DataFrame:
    """Return the metadata of a publication: a frame of ``rubrique``, ``nom`` and ``texte``."""
    rows = [(group, name, typeset(text)) for group, name, text in _rows(publication)]
    return pl.DataFrame(rows, schema={"rubrique": pl.String, "nom": pl.String, "texte": pl.String}, orient="row")


def _rows(publication: Publication) -> Iterator[tuple[str, str, str]]:
    manifest = publication.manifest
    yield "édition", "nom", manifest.edition
    yield "édition", "contrat", publication.declared.contract.label
    yield "édition", "données arrêtées au", publication.as_of.isoformat()
    yield "édition", "fait par", f"evalkit {manifest.evalkit}"
    if publication.demonstration:
        yield "édition", "avertissement", "Données synthétiques de démonstration."
    for name, digest in manifest.declarations:
        yield "déclarations", name, digest
    for status, meaning in MEANING.items():
        yield "statuts", status.value, meaning
    for source in publication.tables.sources.iter_rows(named=True):
        yield "seuils", source["label"], _threshold(source)
    for row in publication.tables.audit.iter_rows(named=True):
        count = row["count"]
        yield "audit", row["check"], row["verdict"] if count is None else f"{row['verdict']} ({count})"
    for name, _ in publication.tables.named():
        yield "tables", name, _TITLES.get(name, name)


def _threshold(source: dict[str, object]) -> str:
    if source["threshold"] is None:
        return "aucun seuil déclaré : rien de ce flux n’est publié"
    if source["threshold_of"] == "none":
        return f"aucun seuil à appliquer ({source['threshold_source']})"
    return f"{source['threshold']} unités ({source['threshold_source']})"
