"""A file of persons by month, its protocol, and a store that holds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from evalkit.declare.clause import Clause
from evalkit.declare.cohort import Cohort
from evalkit.declare.contract import Contract, Zone
from evalkit.declare.feed import Feed
from evalkit.follow.entry.enter import read_persons
from evalkit.follow.entry.persons import ACCOMPANIED, Persons
from evalkit.territory.zones import Territory
from evalkit.workspace.config import Config
from evalkit.workspace.workspace import ContractDeclarations, Workspace
from tests.measure.world import CONTRACT

PATHWAYS = Feed.model_validate(
    {
        "feed": "parcours",
        "label": "Parcours",
        "grain": "personne",
        "nature": "exhaustif",
        "key": ["personne", "mois"],
        "period": {"granularity": "trimestre", "field": "mois"},
        "identity": {"field": "personne", "made_by": "tiers", "from": ["nom"]},
        "fields": [
            {"name": "personne", "type": "identity", "required": "true"},
            {"name": "zone", "type": "zone"},
            {"name": "mois", "type": "month", "required": "true"},
            {"name": "age", "type": "integer"},
            {"name": "accompagnement", "type": "category", "values": ["cite", "commun", "autre"]},
            {"name": "debut", "type": "date", "required": "true"},
            {
                "name": "etat",
                "type": "category",
                "values": ["emploi", "mission", "recherche", "inactif", "perdu"],
                "required": "true",
            },
            {"name": "fin", "type": "date"},
        ],
    }
)

_PROTOCOL = {
    "cohort": "essai.cite",
    "contract": CONTRACT,
    "label": "Accompagnés",
    "feed": "parcours",
    "public": "accompagnement = 'cite'",
    "definition": "Personnes accompagnées",
    "zones": ["pres", "aubepins"],
    "entry": {"date": "debut", "window": ["2024-01-01", "2024-12-31"]},
    "waves": ["P6M", "P12M"],
    "situation": "etat",
    "exit_date": "fin",
    "exits": {"durable": "emploi", "transition": "mission", "lost": "perdu"},
    "outcome": "durable",
    "against": {"where": "accompagnement = 'commun'", "zone": "same", "balance": ["age"]},
    "minimum": "30",
}

TERRITORY = Territory(
    {
        name: Zone.model_validate({"id": name, "label": name, "kind": kind, "within": within})
        for name, kind, within in (
            ("pres", "qpv", ["ville"]),
            ("aubepins", "qpv", ["ville"]),
            ("ville", "commune", []),
        )
    }
)

SIGNED = {
    "feed": "parcours",
    "producers": ["france-travail"],
    "status": "signed",
    "sharing": {"purposes": ["cohorte"]},
    "protection": {"legal_basis": "a", "controller": "b", "dpo": "c", "information": "d", "aipd": {"status": "done"}},
    "retention": "P5Y",
}

Row = dict[str, object]


def protocol(**fields: object) -> Cohort:
    return Cohort.model_validate({**_PROTOCOL, **fields})


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def stay(person: str, entry: str, last_month: str, **fields: object) -> list[Row]:
    """One row per month from the entry to ``last_month``; the exit, if any, is written in the last one."""
    entered, end = day(entry), dict(fields)
    situation, left = str(end.pop("etat", "recherche")), end.pop("fin", None)
    rows: list[Row] = []
    for month in months(f"{entered:%Y-%m}", last_month):
        rows.append({"personne": person, "mois": month, "debut": entered, "etat": "recherche", **_COMMON, **end})
    rows[-1] |= {"etat": situation, "fin": day(str(left)) if left else None}
    return rows


_COMMON = {"zone": "pres", "age": 40, "accompagnement": "cite"}


def months(first: str, last: str) -> Iterator[str]:
    year, month = int(first[:4]), int(first[5:])
    while f"{year:04d}-{month:02d}" <= last:
        yield f"{year:04d}-{month:02d}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


SCHEMA = {
    "personne": pl.String,
    "zone": pl.String,
    "mois": pl.String,
    "age": pl.Int64,
    "accompagnement": pl.String,
    "debut": pl.Date,
    "etat": pl.String,
    "fin": pl.Date,
}


def table(rows: Iterable[Row]) -> pl.LazyFrame:
    return pl.DataFrame([{name: row.get(name) for name in SCHEMA} for row in rows], schema=SCHEMA).lazy()


def read(rows: Iterable[Row], cohort: Cohort | None = None, last_day: str = "2024-12-31") -> Persons:
    return read_persons(table(rows), "personne", "mois", cohort or protocol(), day(last_day))


def followed(persons: Persons) -> pl.DataFrame:
    return persons.frame.filter(group=ACCOMPANIED)


def workspace(root: Path, *cohorts: Cohort, clause: dict[str, object] | None = None) -> Workspace:
    contract = Contract.model_validate(
        {
            "contract": CONTRACT,
            "label": "Essai",
            "axes": [{"id": "axe", "label": "Axe", "objectives": [{"id": "axe.un", "label": "Un"}]}],
        }
    )
    clauses = (Clause.model_validate(clause or SIGNED),)
    declared = ContractDeclarations(contract, TERRITORY, clauses, (), (), cohorts)
    return Workspace(root, Config(), {"parcours": PATHWAYS}, {CONTRACT: declared})
