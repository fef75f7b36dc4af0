"""A feed and its clause as a data contract of the Open Data Contract Standard (ODCS) v3.1.

The words of the standard are used where it has some; the terms of a clause for which it has none (purposes, secrecy
threshold, GDPR block, framework) are custom properties with French descriptions. Only v3.1.0 is written: what later
versions add (enumerations, synonyms) goes through quality rules and custom properties.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evalkit.clause.words import ACCESS_WORDS, STATUS_WORDS, threshold_words
from evalkit.declare.clause import Clause, ClauseStatus
from evalkit.declare.contract import Partner
from evalkit.declare.feed import Feed
from evalkit.errors import Problem, WorkspaceError
from evalkit.exchange.declared import FREE_COST, written
from evalkit.exchange.odcs_schema import schema_object
from evalkit.typography import typeset
from evalkit.workspace.workspace import declaration_hash

if TYPE_CHECKING:
    from open_data_contract_standard.model import OpenDataContractStandard

API_VERSION = "v3.1.0"
PRODUCER_ROLE = "producteur"
ODCS_STATUS = {ClauseStatus.ABSENT: "proposed", ClauseStatus.PLANNED: "draft", ClauseStatus.SIGNED: "active"}
FREQUENCY_MONTHS = {"mois": 1, "trimestre": 3, "semestre": 6, "annee": 12, "deux ans": 24}
SHARING_PROPERTIES = (
    ("purposes", "purposes", "Finalités permises"),
    ("usageConditions", "usage_conditions", "Conditions de définition des usages"),
    ("access", "access", "Accès : open, restricted ou closed"),
    ("openDataDuty", "open_data", "Obligation d’ouverture des données"),
    ("owner", "owner", "Titulaire des droits"),
    ("licence", "licence", "Licence"),
    ("cost", "cost", "Coût"),
)
PRODUCTION_PROPERTIES = (
    ("producerNature", "producer_nature", "Natures de producteur"),
    ("domain", "domain", "Domaine"),
    ("scale", "scale", "Échelle géographique"),
    ("perimeter", "perimeter", "Millésime du périmètre des quartiers"),
    ("granularity", "granularity", "Granularité"),
    ("temporality", "temporality", "Temporalité"),
    ("deadlines", "deadlines", "Échéances datées, chaque année"),
    ("anonymisation", "anonymisation", "Méthode d’anonymisation"),
    ("secrecyThreshold", "threshold", "Seuil de secret statistique"),
    ("generatedBy", "generated_by", "Actions qui produisent ces données"),
)
CLAUSE_PROPERTIES = (
    ("engagement", "État de l’engagement"),
    ("history", "Données déjà fournies à une évaluation"),
    ("amendment", "Avenant qui porte la clause"),
    ("framework", "Cadre de partage"),
    ("protection", "Protection des données personnelles (RGPD)"),
    ("fictitious", "La clause n’existe que dans la démonstration"),
    ("evidence", "D’où viennent ces termes"),
)
"""Names of custom properties, the fields of the declaration that they hold, and their French descriptions."""
DURATION_UNITS = {"D": "d", "M": "mo", "Y": "y"}


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a data contract is about.

    Attributes:
        contract: id of the *contrat de ville*.
        feed: the feed.
        clause: its terms; a proposal without any when the contract has none.
        partners: the partners of the contract, for the names of the producers.
    """

    contract: str
    feed: Feed
    clause: Clause | None
    partners: tuple[Partner, ...] = ()

    @property
    def producers(self) -> tuple[Partner, ...]:
        """Return the producers of the feed."""
        named = self.clause.producers if self.clause else ()
        known = {partner.id: partner for partner in self.partners}
        return tuple(known.get(name) or Partner(id=name, label=name) for name in named)


def odcs_contract(agreement: Agreement) -> OpenDataContractStandard:
    """Return the data contract of a feed, valid under the models of ``open-data-contract-standard``.

    Raises:
        WorkspaceError: that library is not installed (``EVK-W040``).
    """
    model = _library()
    return model.model_validate(odcs_values(agreement))


def odcs_text(agreement: Agreement) -> str:
    """Return the data contract of a feed as the text of a YAML file."""
    return str(odcs_contract(agreement).to_yaml())


def odcs_values(agreement: Agreement) -> dict[str, Any]:
    """Return the data contract as plain values, without what is not stated."""
    feed, clause = agreement.feed, agreement.clause
    values: dict[str, Any] = {
        "version": declaration_hash(feed, clause) if clause else declaration_hash(feed),
        "kind": "DataContract",
        "apiVersion": API_VERSION,
        "id": f"{agreement.contract}.{feed.feed}",
        "name": feed.label,
        "tenant": agreement.contract,
        "status": ODCS_STATUS[clause.status] if clause else "proposed",
        "tags": _tags(agreement),
        "description": _description(feed, clause),
        "schema": [schema_object(feed, clause)],
        "team": _team(agreement),
        "slaProperties": _service_levels(clause) if clause else [],
        "price": _price(clause),
        "customProperties": _custom_properties(clause) if clause else [],
    }
    return {name: value for name, value in values.items() if value}


def _library() -> type[OpenDataContractStandard]:
    try:
        from open_data_contract_standard.model import OpenDataContractStandard  # noqa: PLC0415 (optional)
    except ImportError:
        message = "L’export ODCS demande la bibliothèque open-data-contract-standard."
        repair = "Installez « evalkit-quartiers[exchange] »."
        raise WorkspaceError(Problem("EVK-W040", message, repair=repair)) from None
    return OpenDataContractStandard


def _tags(agreement: Agreement) -> list[str]:
    clause = agreement.clause
    status = STATUS_WORDS[clause.status] if clause else "absente"
    fictitious = ["fictif"] if clause and clause.fictitious else []
    return ["contrat-de-ville", f"clause-{status}", agreement.feed.nature.value, *fictitious]


def _description(feed: Feed, clause: Clause | None) -> dict[str, str]:
    limits = [f"Fenêtre d’observation : {feed.window}."] if feed.window else []
    limits += [f"Rupture au {dated.date.isoformat()} : {dated.text}" for dated in feed.breaks]
    texts = {"limitations": typeset(" ".join(limits))}
    if clause is None:
        return {name: text for name, text in texts.items() if text}
    if clause.sharing.purposes:
        texts["purpose"] = typeset(f"Finalités : {', '.join(clause.sharing.purposes)}.")
    if clause.sharing.access:
        texts["usage"] = typeset(f"Accès {ACCESS_WORDS[clause.sharing.access]}.")
    if clause.production.threshold:
        limits.append(f"Seuil de secret : {threshold_words(clause.production.threshold)}.")
        texts["limitations"] = typeset(" ".join(limits))
    return {name: text for name, text in texts.items() if text}


def _team(agreement: Agreement) -> dict[str, Any]:
    """Return who answers for the data: the producers, then who protects persons."""
    members = [
        {"username": partner.id, "name": partner.label, "role": PRODUCER_ROLE} for partner in agreement.producers
    ]
    protection = agreement.clause.protection if agreement.clause else None
    if protection is not None:
        members += [
            {
                "username": "responsable-de-traitement",
                "name": protection.controller,
                "role": "responsable de traitement",
            },
            {"username": "dpo", "name": protection.dpo, "role": "délégué à la protection des données"},
        ]
    return {"name": agreement.feed.feed, "members": members} if members else {}


def _service_levels(clause: Clause) -> list[dict[str, Any]]:
    """Return what the standard calls service levels: how often, how late, from when to when, for how long."""
    terms = clause.production
    levels: list[dict[str, Any]] = []
    if terms.frequency:
        months = FREQUENCY_MONTHS[terms.frequency]
        levels.append(_level("frequency", months, "mo", f"Un envoi par période : {terms.frequency}"))
    if terms.due:
        levels.append(_level("latency", *_duration(terms.due), "Délai d’envoi après la fin de la période"))
    if terms.from_:
        levels.append(_level("generalAvailability", terms.from_.isoformat(), None, "Début de la production"))
    if terms.until:
        levels.append(_level("endOfSupport", terms.until.isoformat(), None, "Fin de la production"))
    if clause.retention:
        levels.append(_level("retention", *_duration(clause.retention), "Durée de conservation des lignes"))
    return levels


def _level(name: str, value: int | str, unit: str | None, description: str) -> dict[str, Any]:
    level = {"property": name, "value": value, "unit": unit, "description": typeset(description)}
    return {key: each for key, each in level.items() if each is not None}


def _duration(duration: str) -> tuple[int, str]:
    return int(duration[1:-1]), DURATION_UNITS[duration[-1]]


def _price(clause: Clause | None) -> dict[str, Any]:
    """Return the price when it is nothing; any other cost is a sentence, kept as a custom property."""
    free = clause is not None and clause.sharing.cost == FREE_COST
    return {"priceAmount": 0, "priceCurrency": "EUR", "priceUnit": "livraison"} if free else {}


def _custom_properties(clause: Clause) -> list[dict[str, Any]]:
    """Return the terms that the standard has no word for, as they are declared."""
    values = written(clause)
    production, sharing = values.get("production", {}), values.get("sharing", {})
    stated = (
        *((name, sharing.get(field), words) for name, field, words in SHARING_PROPERTIES),
        *((name, production.get(field), words) for name, field, words in PRODUCTION_PROPERTIES),
        *((name, values.get(name), words) for name, words in CLAUSE_PROPERTIES),
    )
    return [
        {"property": name, "value": value, "description": description}
        for name, value, description in stated
        if value is not None
    ]
