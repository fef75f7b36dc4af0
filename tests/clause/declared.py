"""Clauses, a feed of each kind and deliveries, written as values."""

from __future__ import annotations

import datetime as dt
from typing import Any

from evalkit.declare.clause import Clause
from evalkit.declare.contract import Contract
from evalkit.declare.feed import Feed
from evalkit.store.delivery import Delivery, DeliveryStatus
from evalkit.territory.zones import Territory
from evalkit.workspace.workspace import ContractDeclarations

CONTRACT = Contract.model_validate(
    {
        "contract": "essai",
        "label": "Contrat de ville d’essai",
        "pilots": ["État", "Agglomération"],
        "partners": [
            {"id": "office", "label": "Office de l’habitat"},
            {"id": "regie", "label": "Régie du logement"},
            {"id": "ville", "label": "Ville"},
        ],
        "axes": [{"id": "a", "label": "A", "objectives": [{"id": "a.b", "label": "B"}]}],
    }
)


def feed(name: str = "attributions", granularity: str = "trimestre", **more: Any) -> Feed:
    return Feed.model_validate(
        {
            "feed": name,
            "label": f"Flux {name}",
            "grain": "evenement",
            "nature": "exhaustif",
            "key": ["numero"],
            "period": {"granularity": granularity},
            "fields": [{"name": "numero", "type": "code"}],
            **more,
        }
    )


def clause(**changes: Any) -> Clause:
    """Return a whole clause; ``changes`` replace or add fields, a dictionary being merged."""
    values: dict[str, Any] = {
        "feed": "attributions",
        "producers": ["office"],
        "status": "signed",
        "amendment": {"reference": "Avenant n° 1", "date": "2025-01-01"},
        "history": {"provided": True, "evaluation": "évaluation finale de 2022"},
        "production": {
            "producer_nature": ["signataire"],
            "domain": "logement",
            "temporality": "trimestre civil",
            "anonymisation": "aucun nom, aucune adresse",
            "generated_by": ["commissions d’attribution"],
            "scale": "quartier",
            "perimeter": 2024,
            "granularity": "une ligne par décision",
            "frequency": "trimestre",
            "due": "P30D",
            "from": "2025-01-01",
            "until": "2026-12-31",
            "threshold": {"units": 5, "of": "households", "source": "art. 4"},
        },
        "sharing": {
            "purposes": ["indicateur", "comparaison"],
            "access": "restricted",
            "open_data": {"applies": False, "reason": "données personnelles"},
            "owner": "Office",
            "licence": "convention",
            "cost": "gratuit",
        },
        "framework": {
            "body": "Comité des données",
            "participates": True,
            "objectives": ["observer les attributions"],
            "modalities": "réunion trimestrielle",
        },
        "protection": {
            "legal_basis": "mission d’intérêt public",
            "controller": "Agglomération",
            "dpo": "dpo@exemple.invalid",
            "information": "mention",
            "aipd": {"status": "done", "date": "2024-12-01"},
        },
        "retention": "P5Y",
    }
    for name, value in changes.items():
        merged = isinstance(value, dict) and isinstance(values.get(name), dict)
        values[name] = {**values[name], **value} if merged else value
    return Clause.model_validate(values)


def delivery(period: str, day: dt.date, status: DeliveryStatus = DeliveryStatus.ACCEPTED, **more: Any) -> Delivery:
    values: dict[str, Any] = {
        "id": f"{period}-{day}",
        "contract": "essai",
        "feed": "attributions",
        "producer": "office",
        "periods": (period,),
        "received_on": day,
        "file_name": "f.csv",
        "file_hash": "0",
        "rows_accepted": 1,
        "rows_refused": 0,
        "status": status,
        "findings": (),
        "declaration": "0",
        "fictitious": False,
    }
    return Delivery(**{**values, **more})


def declarations(*clauses: Clause) -> ContractDeclarations:
    return ContractDeclarations(CONTRACT, Territory({}, None), clauses, (), (), ())
