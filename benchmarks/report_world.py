"""A made-up contract of many quarters, published: what its reports read, without the files behind."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import polars as pl

from evalkit.declare.contract import Contract, Zone
from evalkit.declare.indicator import Indicator
from evalkit.publish.publication import SCHEMAS, Declared, Manifest, Publication, Tables

CONTRACT = "cent-quartiers"
AXES, BY_AXIS = 5, 8
INDICATORS = AXES * BY_AXIS
YEARS = ("2022", "2023", "2024", "2025", "2026")
FEED = "bilans"
MASKED = 0.05
"""Share of the values of a quarter that secrecy hides."""


def publication(quarters: int) -> Publication:
    """Return a publication of 40 indicators over five years, for so many quarters, all of them and the rest.

    Args:
        quarters: number of QPV.
    """
    names = [f"quartier-{rank:03d}" for rank in range(1, quarters + 1)]
    empty = {name: pl.DataFrame(schema=schema) for name, schema in SCHEMAS.items()}
    rows = list(_observations(names))
    tables = Tables(**{**empty, "observations": _frame("observations", rows), "sources": _frame("sources", [_SOURCE])})
    manifest = Manifest("2027-06-30-cent", "mesure", (), ())
    return Publication(_declared(names), tables, dt.date(2027, 6, 30), True, manifest)


_SOURCE = {
    "feed": FEED,
    "label": "Bilans annuels",
    "producers": ["ville"],
    "nature": "exhaustif",
    "window": "année",
    "periods": list(YEARS),
    "deliveries": 5,
    "clause": "signée",
    "fictitious": True,
}


def _frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = SCHEMAS[name]
    return pl.DataFrame([{column: row.get(column) for column in schema} for row in rows], schema=schema)


def _observations(names: list[str]) -> Iterator[dict[str, Any]]:
    chance = random.Random(9)
    for indicator in range(INDICATORS):
        for zone in ("qpv", "hors-qpv", *names):
            level = chance.uniform(20, 40)
            for year in YEARS:
                is_masked = zone in names and chance.random() < MASKED
                below = chance.randint(60, 400)
                above = round(below * (level + chance.uniform(-4, 4)) / 100)
                yield {
                    "contract": CONTRACT,
                    "indicator": f"essai.{indicator:02d}",
                    "version": 1,
                    "zone": zone,
                    "perimeter": 2024,
                    "period": year,
                    "breakdown": "",
                    "availability": "disponible",
                    "confidentiality": "secret" if is_masked else "libre",
                    "reason": "secret statistique : seuil de 5 personnes" if is_masked else "",
                    "numerator": None if is_masked else float(above),
                    "denominator": None if is_masked else float(below),
                    "value": None if is_masked else 100 * above / below,
                    "n": None if is_masked else below,
                    "qualifier": "exact",
                    "nature": "exhaustif",
                    "feed": FEED,
                    "deliveries": [],
                    "text": "",
                    "cause": "",
                }


def _declared(names: list[str]) -> Declared:
    axes = [
        {"id": f"axe-{axis}", "label": f"Axe {axis + 1}", "objectives": [{"id": f"axe-{axis}.un", "label": "Objectif"}]}
        for axis in range(AXES)
    ]
    partners = [{"id": "ville", "label": "Ville"}]
    contract = Contract.model_validate(
        {"contract": CONTRACT, "label": "Contrat de cent quartiers", "axes": axes, "partners": partners}
    )
    zones = [Zone.model_validate({"id": "ville", "label": "Ville", "kind": "commune"})]
    zones += [
        Zone.model_validate({"id": name, "label": f"Quartier {rank}", "kind": "qpv", "within": ["ville"]})
        for rank, name in enumerate(names, start=1)
    ]
    return Declared(contract, tuple(zones), "ville", tuple(_indicator(rank) for rank in range(INDICATORS)), (), ())


def _indicator(rank: int) -> Indicator:
    measure = {
        "type": "ratio",
        "feed": FEED,
        "numerator": "sorties",
        "denominator": "personnes",
        "population": "personnes accompagnées",
    }
    return Indicator.model_validate(
        {
            "id": f"essai.{rank:02d}",
            "label": f"Part des personnes accompagnées, mesure {rank + 1}",
            "objective": f"axe-{rank // BY_AXIS}.un",
            "kind": "resultat",
            "status": "declared",
            "measure": measure,
            "unit": "%",
            "decimals": 1,
            "direction": "up",
            "period": "annee",
            "evidence": {},
        }
    )
