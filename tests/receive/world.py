"""A small workspace written as values: two neighbourhoods, a commune, and one feed of each kind."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from evalkit.declare.clause import Clause
from evalkit.declare.contract import Contract, Zone
from evalkit.declare.feed import Feed
from evalkit.receive.order import ReceiveOrder
from evalkit.store.atomic import write_text_atomically
from evalkit.territory.zones import Territory
from evalkit.workspace.config import Config
from evalkit.workspace.workspace import ContractDeclarations, Workspace

DAY = dt.date(2026, 4, 20)
CONTRACT = "essai"

PATHWAYS = Feed.model_validate(
    {
        "feed": "parcours",
        "label": "Parcours",
        "grain": "personne",
        "nature": "exhaustif",
        "key": ["personne", "mois"],
        "period": {"granularity": "trimestre", "field": "mois"},
        "identity": {"field": "personne", "made_by": "tiers", "from": ["nom", "prenom"]},
        "fields": [
            {"name": "personne", "headers": ["Pseudonyme"], "type": "identity", "required": "true"},
            {"name": "zone", "headers": ["QPV"], "type": "zone"},
            {"name": "mois", "type": "month", "required": "true"},
            {"name": "sexe", "type": "category", "values": ["F", "H"], "synonyms": {"Femme": "F", "Homme": "H"}},
            {"name": "age", "headers": ["Âge révolu"], "type": "integer", "minimum": "15", "maximum": "99"},
            {"name": "date_entree", "headers": ["Date d'entrée"], "type": "date", "required": "true"},
            {"name": "date_sortie", "type": "date"},
            {"name": "note", "type": "free_text"},
        ],
        "checks": [
            {
                "rule": "date_sortie IS NULL OR date_sortie >= date_entree",
                "severity": "bloquant",
                "message": "La sortie précède l’entrée.",
            },
            {
                "expectation": "expect_column_values_to_not_be_null",
                "column": "age",
                "severity": "majeur",
                "tolerance": "10 %",
                "message": "L’âge manque.",
            },
        ],
    }
)

HOMES = Feed.model_validate(
    {
        "feed": "logements",
        "label": "Logements",
        "grain": "evenement",
        "nature": "exhaustif",
        "key": ["numero"],
        "period": {"granularity": "trimestre", "field": "trimestre"},
        "fields": [
            {"name": "numero", "type": "code", "required": "true", "pattern": "^[0-9]{5}$"},
            {"name": "zone", "type": "zone", "required": "true"},
            {"name": "trimestre", "type": "quarter", "required": "true"},
            {"name": "ressources", "type": "decimal", "scale": "2", "minimum": "0", "personal": "true"},
            {"name": "loyer", "type": "decimal", "scale": "2", "minimum": "0"},
            {"name": "prioritaire", "type": "boolean"},
        ],
    }
)

BASE = Feed.model_validate(
    {
        "feed": "base",
        "label": "Base nationale",
        "grain": "zone",
        "nature": "sondage",
        "key": ["zone"],
        "period": {"granularity": "annee"},
        "perimeter": "2015",
        "other_columns": "listed",
        "total_codes": ["Ensemble", "00"],
        "fields": [
            {"name": "zone", "headers": ["CODGEO"], "type": "zone", "required": "true"},
            {"name": "taux", "headers": ["TX_TOT_EMPL"], "type": "decimal", "scale": "1"},
            {"name": "effectif", "headers": ["ABC"], "type": "integer", "minimum": "0"},
        ],
    }
)

ZONES = (
    {
        "id": "pres-saint-jean",
        "label": "Les Prés Saint-Jean",
        "kind": "qpv",
        "perimeters": [{"vintage": "2024", "code": "QN07102I"}, {"vintage": "2015", "code": "QP071003"}],
        "aliases": ["PSJ"],
    },
    {
        "id": "aubepins",
        "label": "Aubépins",
        "kind": "qpv",
        "perimeters": [{"vintage": "2024", "code": "QN07101I"}, {"vintage": "2015", "code": "QP071001"}],
    },
    {"id": "bourg", "label": "Bourg", "kind": "commune", "code": "01004"},
)

PROTECTION = {
    "legal_basis": "mission d’intérêt public",
    "controller": "agglomération",
    "dpo": "déléguée",
    "information": "remise à l’entrée",
    "aipd": {"status": "done"},
}

CLAUSES: tuple[dict[str, Any], ...] = (
    {
        "feed": "parcours",
        "producers": ["france-travail"],
        "status": "signed",
        "sharing": {"purposes": ["cohorte", "indicateur"]},
        "protection": PROTECTION,
        "production": {"due": "P30D", "from": "2024-01-01"},
    },
    {"feed": "logements", "producers": ["opac", "habellis"], "status": "signed"},
    {"feed": "base", "producers": ["insee"], "status": "absent", "sharing": {"access": "open"}},
)


def territory() -> Territory:
    zones = [Zone.model_validate(zone) for zone in ZONES]
    return Territory({zone.id: zone for zone in zones})


def workspace(root: Path, clauses: Sequence[dict[str, Any]] = CLAUSES, key: bool = True) -> Workspace:
    """Return a workspace in ``root/espace``, with its identity key in ``root/cle`` unless ``key`` is false."""
    place = root / "espace"
    place.mkdir(parents=True, exist_ok=True)
    if key:
        (root / "cle").mkdir(exist_ok=True)
        write_text_atomically(root / "cle" / "identite.key", "# clé d’essai\n" + "k" * 40 + "\n")
    contract = Contract.model_validate(
        {
            "contract": CONTRACT,
            "label": "Essai",
            "axes": [{"id": "axe", "label": "Axe", "objectives": [{"id": "objectif", "label": "Objectif"}]}],
        }
    )
    declared = ContractDeclarations(
        contract, territory(), tuple(Clause.model_validate(clause) for clause in clauses), (), (), ()
    )
    config = Config(key_file="../cle/identite.key" if key else None)
    feeds = {feed.feed: feed for feed in (PATHWAYS, HOMES, BASE)}
    return Workspace(place, config, feeds, {CONTRACT: declared})


def order(**changes: Any) -> ReceiveOrder:
    return ReceiveOrder(**{"contract": CONTRACT, "received_on": DAY, **changes})


def pseudonym(number: int) -> str:
    return hashlib.sha256(f"personne {number}".encode()).hexdigest()


def pathway_lines(count: int, month: str = "2026-03") -> list[str]:
    """Return a heading and ``count`` sound rows of the pathways feed."""
    rows = [
        f"{pseudonym(i)};QN07102I;{month};{'Femme' if i % 2 else 'H'};{20 + i % 40};05/01/2026;;" for i in range(count)
    ]
    return ["personne;zone;mois;sexe;age;date_entree;date_sortie;note", *rows]


def home_lines(count: int, quarter: str = "2026-T1") -> list[str]:
    rows = [f"{10_000 + i};Aubépins;{quarter};1 234,50;{i},5;oui" for i in range(count)]
    return ["numero;zone;trimestre;ressources;loyer;prioritaire", *rows]


def written(folder: Path, lines: Sequence[str], name: str = "fichier.csv", encoding: str = "utf-8") -> Path:
    """Write lines as a partner would, with CRLF."""
    path = folder / name
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def book(rows: Sequence[Sequence[object]]) -> bytes:
    """Return an XLSX workbook of one sheet."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as made:
        sheet = made.add_worksheet("Données")
        day = made.add_format({"num_format": "dd/mm/yyyy"})
        for index, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(index, column, cell, day)
                elif cell is not None:
                    sheet.write(index, column, cell)
    return content.getvalue()


def valid_nir(stem: str) -> str:
    """Return a fictitious NIR: a stem of 13 characters with its key (Code de la sécurité sociale, art. R. 115-1)."""
    number = int(stem.replace("2A", "19").replace("2B", "18"))
    return f"{stem}{97 - number % 97:02d}"
