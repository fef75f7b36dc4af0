"""The kinds of reports that evalkit ships, and which of them a contract must foresee."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of report.

    Attributes:
        title: its French name.
        is_evaluation: the contract's document decides whether it exists; the others may always be made.
    """

    title: str
    is_evaluation: bool = False


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "suivi-annuel": Kind("Rapport annuel de la politique de la ville", is_evaluation=True),
        "mi-parcours": Kind("Évaluation à mi-parcours", is_evaluation=True),
        "final": Kind("Évaluation finale", is_evaluation=True),
        "synthese-cohorte": Kind("Synthèse de cohorte pour le comité de pilotage"),
        "portrait": Kind("Portrait de quartier"),
        "annexe-clause": Kind("Annexe « clause DATA »"),
        "aipd": Kind("Analyse d’impact relative à la protection des données"),
        "lecture-regionale": Kind("Lecture régionale de plusieurs contrats"),
    }
)
"""By the name of their document, ``reports/<kind>.qmd``."""
