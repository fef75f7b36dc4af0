"""The shipped declarations with every clause signed, and rows that a careful partner would type."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from functools import cache

from evalkit.declare.clause import Clause
from evalkit.receive.order import ReceiveOrder
from evalkit.template.workbook import Cell
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.find import shipped_workspace
from evalkit.workspace.workspace import Workspace

CONTRACT = "grand-chalon"
PRODUCER = "service-contrat-de-ville"
DAY = dt.date(2026, 4, 20)

_PROTECTION = {
    "legal_basis": "mission d’intérêt public",
    "controller": "agglomération",
    "dpo": "Déléguée à la protection des données",
    "information": "remise à l’entrée",
    "aipd": {"status": "done"},
}


@cache
def shipped() -> Workspace:
    return open_workspace(shipped_workspace())


@cache
def signed(feed: str) -> Workspace:
    """Return the shipped workspace where one signed clause covers ``feed``."""
    terms = {"status": "signed", "protection": _PROTECTION, "sharing": {"purposes": ["indicateur", "cohorte"]}}
    clause = Clause.model_validate({"feed": feed, "producers": [PRODUCER], **terms})
    declared = replace(shipped().contract(CONTRACT), clauses=(clause,))
    return replace(shipped(), contracts={CONTRACT: declared})


def order(period: str | None = None) -> ReceiveOrder:
    return ReceiveOrder(CONTRACT, DAY, None, None, period)


def pseudonym(number: int) -> str:
    return hashlib.sha256(f"personne {number}".encode()).hexdigest()


def _day(month: int, day: int) -> dt.date:
    return dt.date(2026, month, day)


ROWS: dict[str, list[dict[str, Cell]]] = {
    "bilans-actions": [
        {"action": f"00{number}", "intitule": "Atelier, vélo", "porteur": "Association", "theme": theme, "zone": zone,
         "annee": 2025, "participants": 1200 + number, "femmes": 6, "seniors": 0, "contrats_signes": 2,
         "contrats_femmes": 1, "montant": 1250.5}
        for number, (theme, zone) in enumerate(
            [("emploi", "Aubépins"), ("sante", "Prés-Saint-Jean"), ("sport_culture", "hors QPV")]
        )
    ],
    "barometre-habitants": [
        {"questionnaire": f"Q{number:03}", "zone": "Aubépins", "annee": 2026, "qualite_vie": 1 + number % 5,
         "tranche_age": "25_49", "sexe": "F", "participe": "oui"}
        for number in range(12)
    ],
    "bilans-qualitatifs": [
        {"objectif": "emploi.retour", "zone": "Aubépins", "annee": 2025, "auteur_role": "service", "statut": "recu",
         "texte": "Les permanences ont trouvé leur public.", "publiable": "non"},
        {"objectif": "emploi.jeunes", "zone": "Aubépins", "annee": 2025, "statut": "attendu"},
    ],
    "france-travail-demandeurs": [
        {"zone": zone, "trimestre": "2026-T1", "defm_abc": 30, "defm_abc_femmes": 14, "defm_abc_hommes": 16,
         "defm_abc_moins_26": 6, "defm_abc_50_plus": 8, "defm_a": 21}
        for zone in ("Aubépins", "Prés-Saint-Jean")
    ],
    "france-travail-parcours": [
        {"personne": pseudonym(number), "zone": "Aubépins", "mois": "2026-01", "sexe": "F", "age": 30 + number,
         "date_entree": _day(1, 5), "accompagnement": "droit_commun", "situation": "recherche"}
        for number in range(4)
    ],
    "logement-attributions": [
        {"attribution": "0071", "bailleur": "OPAC 71", "reservataire": "Etat", "zone": "Aubépins",
         "trimestre": "2026-T1", "date_decision": _day(1, 12), "date_bail": _day(2, 1), "rang": 1, "quartile": 1,
         "prioritaire": "oui", "mutation": "non", "ressources": 9800.25},
    ],
    "gsup-signalements": [
        {"signalement": "0001", "zone": "Prés-Saint-Jean", "trimestre": "2026-T1", "date_signalement": _day(1, 12),
         "date_reponse": _day(1, 14), "nature": "eclairage", "intervention": "oui", "commentaire": "Lampe remplacée."},
        {"signalement": "0002", "zone": "inconnu", "trimestre": "2026-T1", "date_signalement": _day(2, 12),
         "nature": "proprete", "intervention": "non"},
    ],
    "insee-qpv-insertion": [
        {"zone": "Aubépins", "libelle": "Aubépins", "taux_emploi": 41.5, "taux_emploi_femmes": 37,
         "defm_abc": 30, "defm_abc_femmes": 14, "defm_abc_hommes": 16},
    ],
}  # fmt: skip
