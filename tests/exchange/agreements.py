"""Every feed with each of its clauses, and one whose fields use every property of the declarations."""

from __future__ import annotations

from evalkit.declare.clause import Clause
from evalkit.declare.feed import Feed
from evalkit.exchange.odcs import Agreement
from evalkit.workspace.workspace import Workspace

EVERYTHING = Feed.model_validate(
    {
        "feed": "tout",
        "label": "Tout ce qu’un flux peut dire : « essai »",
        "grain": "personne",
        "nature": "modélisé",
        "key": ["personne", "mois"],
        "period": {"granularity": "trimestre", "field": "mois"},
        "identity": {"field": "personne", "made_by": "tiers", "from": ["nom", "prénom"]},
        "perimeter": "2024",
        "window": "trimestre ; fin de mois",
        "spacing": "P5Y",
        "other_columns": "listed",
        "total_codes": ["00", "null"],
        "source": "Source: à citer # telle quelle",
        "breaks": [{"date": "2025-01-01", "text": "Loi : rupture", "fields": ["age"]}],
        "evidence": {"document": "essai", "line": "3", "inferred": ["key"], "note": "« lu »"},
        "fields": [
            {"name": "personne", "type": "identity", "required": "true", "pattern": "^[0-9a-f]{64}$"},
            {"name": "mois", "type": "month", "required": "true", "headers": ["Mois, année", "no"]},
            {"name": "trimestre", "type": "quarter"},
            {"name": "annee", "type": "year", "minimum": "2015", "maximum": "2035"},
            {"name": "zone", "type": "zone"},
            {"name": "sexe", "type": "category", "values": ["F", "H", "null"], "synonyms": {"1": "H", "Elle : F": "F"}},
            {"name": "vide", "type": "category"},
            {"name": "age", "label": "Âge", "type": "integer", "minimum": "-1", "unit": "ans"},
            {"name": "part", "type": "decimal", "scale": "4", "minimum": "0.1", "maximum": "99.9", "personal": "true"},
            {"name": "oui", "type": "boolean", "evidence": "déclaration"},
            {"name": "jour", "type": "date"},
            {"name": "numero", "type": "code", "pattern": '^[A-Z]\\d{3}"$'},
            {"name": "texte", "type": "free_text"},
        ],
        "checks": [
            {"rule": "age >= 0", "severity": "bloquant", "message": "L’âge est négatif.", "tolerance": "0,5 %"},
            {
                "expectation": "expect_column_values_to_be_between",
                "severity": "mineur",
                "tolerance": "10 %",
                "column": "part",
                "min_value": "0.5",
                "max_value": "10",
            },
            {
                "expectation": "expect_column_values_to_be_in_set",
                "severity": "majeur",
                "column": "sexe",
                "value_set": ["F"],
            },
            {
                "expectation": "expect_column_pair_values_a_to_be_greater_than_b",
                "severity": "majeur",
                "column_A": "age",
                "column_B": "part",
                "or_equal": "true",
            },
        ],
    }
)

EVERY_TERM = Clause.model_validate(
    {
        "feed": "tout",
        "producers": ["opac71", "inconnu-du-contrat"],
        "status": "signed",
        "fictitious": True,
        "engagement": {"state": "interrupted", "since": "2026-09-01", "reason": "logiciel : changé"},
        "history": {"provided": True, "evaluation": "évaluation finale de 2022"},
        "amendment": {"reference": "Avenant n° 3", "date": "2025-01-01"},
        "production": {
            "producer_nature": ["signataire", "privé"],
            "domain": "logement",
            "scale": "quartier",
            "perimeter": 2024,
            "granularity": "une ligne par mois",
            "temporality": "situation au 31 décembre",
            "frequency": "deux ans",
            "due": "P2M",
            "deadlines": [
                {"day": "03-30", "what": "bilan", "sends": True, "evidence": {"document": "essai", "line": 12}},
                {"day": "02-29", "years_after": 0, "what": "réunion « tous »"},
            ],
            "from": "2025-01-01",
            "until": "2030-12-31",
            "anonymisation": "tiers de confiance : clé gardée",
            "threshold": {"units": 11, "of": "households", "source": "art. 4"},
            "generated_by": ["action A, suite", "action B"],
        },
        "sharing": {
            "purposes": ["indicateur", "cohorte", "comparaison", "observation", "pilotage", "prototypage",
                         "analyse sectorielle"],
            "usage_conditions": "décidées par le comité",
            "access": "closed",
            "open_data": {"applies": False, "reason": "données personnelles"},
            "owner": "Office",
            "licence": "convention",
            "cost": "500 € par an",
        },
        "framework": {
            "body": "Comité", "participates": False, "objectives": ["voir", "savoir"], "modalities": "deux réunions",
        },
        "protection": {
            "legal_basis": "mission d’intérêt public", "controller": "Agglomération", "dpo": "dpo@exemple.invalid",
            "information": "mention", "aipd": {"status": "planned"},
        },
        "retention": "P30M",
        "evidence": {"document": "essai", "line": 3, "inferred": ["access"], "note": "lu"},
    }
)  # fmt: skip
"""A clause that states every term, each with a value that is not the usual one."""


def agreements(workspace: Workspace) -> list[Agreement]:
    """Return every feed with each of its clauses in the demonstration, and the example that states everything."""
    declarations = workspace.contract("grand-chalon")
    clauses: list[tuple[Feed, Clause | None]] = [
        (feed, clause) for feed in workspace.feeds.values() for clause in declarations.clauses_of(feed.feed) or (None,)
    ]
    partners = declarations.contract.partners
    return [Agreement("grand-chalon", feed, clause, partners) for feed, clause in [*clauses, (EVERYTHING, EVERY_TERM)]]


def other_agreements(workspace: Workspace) -> list[Agreement]:
    """Return every clause of the other contracts."""
    return [
        Agreement(name, workspace.feeds[clause.feed], clause, declarations.contract.partners)
        for name, declarations in workspace.contracts.items()
        if name != "grand-chalon"
        for clause in declarations.clauses
    ]
