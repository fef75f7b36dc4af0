"""Returns of a cohort as a partner sends them, in a store, and the protocol that reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evalkit.declare.clause import Clause
from evalkit.declare.cohort import Cohort
from evalkit.declare.contract import Contract
from evalkit.declare.feed import Feed
from evalkit.follow.result.cohort import CohortResult
from evalkit.follow.run import follow
from evalkit.store.store import Store
from evalkit.territory.zones import Territory
from evalkit.workspace.config import Config
from evalkit.workspace.workspace import ContractDeclarations, Workspace
from tests.follow.world import PATHWAYS, SIGNED, TERRITORY
from tests.measure.world import CONTRACT, put

PLACES = Territory(
    {name: zone.model_copy(update={"label": name.capitalize()}) for name, zone in TERRITORY.zones.items()}
)
COUNTS = ("emplois", "missions", "formations", "en_recherche", "inactifs", "sans_nouvelle")

RETURNS = Feed.model_validate(
    {
        "feed": "retours",
        "label": "Retours agrégés",
        "grain": "total",
        "nature": "exhaustif",
        "key": ["cohorte", "vague", "zone", "ventilation", "modalite", "preuve"],
        "period": {"granularity": "trimestre", "field": "trimestre"},
        "fields": [
            {"name": "cohorte", "type": "code"},
            {"name": "trimestre", "type": "quarter"},
            {"name": "vague", "type": "integer"},
            {"name": "zone", "type": "zone"},
            {"name": "ventilation", "type": "category", "values": ["ensemble", "sexe", "age"]},
            {"name": "modalite", "type": "code"},
            {"name": "preuve", "type": "category", "values": ["declaration", "dpae_dsn", "enquete"]},
            {"name": "suivis", "type": "integer"},
            *({"name": name, "type": "integer"} for name in COUNTS),
        ],
        "checks": [{"total": "suivis", "parts": list(COUNTS), "severity": "bloquant", "message": "Total."}],
    }
)

_PROTOCOL: dict[str, Any] = {
    "cohort": "essai.neet",
    "contract": CONTRACT,
    "label": "Jeunes",
    "mode": "returns",
    "feed": "retours",
    "definition": "Des jeunes accompagnés",
    "zones": ["pres", "aubepins"],
    "entry": {"window": ["2025-01-01", "2025-03-31"]},
    "waves": ["P3M", "P6M", "P12M"],
    "exits": {"durable": "emplois", "transition": "missions", "positive": "formations", "lost": "sans_nouvelle"},
    "outcome": "durable",
    "protocol": {"proofs": {"durable": "DPAE", "transition": "DPAE", "positive": "DPAE"}},
}

Row = dict[str, Any]
READ_IN = {3: "2025-T2", 6: "2025-T3", 12: "2026-T1"}


def protocol(**fields: Any) -> Cohort:
    return Cohort.model_validate({**_PROTOCOL, **fields})


def row(wave: int, zone: str, counts: tuple[int, ...], **fields: Any) -> Row:
    """One row: the six counts in order, the entrants their sum unless ``suivis`` says otherwise."""
    base = {"cohorte": "neet", "trimestre": READ_IN.get(wave, "2026-T1"), "vague": wave, "zone": zone}
    base |= {"ventilation": "ensemble", "modalite": "ensemble", "preuve": "dpae_dsn"}
    return {**base, **dict(zip(COUNTS, counts, strict=True)), "suivis": sum(counts), **fields}


def sound() -> list[Row]:
    """60 entrants in one zone, 40 in the other, at three waves; women and men in the first."""
    return [
        row(3, "pres", (6, 4, 5, 35, 4, 6)),
        row(3, "pres", (2, 2, 3, 20, 2, 1), ventilation="sexe", modalite="F"),
        row(3, "pres", (4, 2, 2, 15, 2, 5), ventilation="sexe", modalite="H"),
        row(3, "aubepins", (4, 3, 3, 24, 2, 4)),
        row(6, "pres", (12, 6, 8, 20, 5, 9)),
        row(6, "aubepins", (9, 4, 5, 14, 3, 5)),
        row(12, "pres", (20, 8, 9, 8, 5, 10)),
        row(12, "aubepins", (14, 5, 6, 6, 3, 6)),
    ]


def space_of(root: Path, cohort: Cohort, feed: Feed = RETURNS, signed: bool = True) -> Workspace:
    contract = Contract.model_validate(
        {
            "contract": CONTRACT,
            "label": "Essai",
            "axes": [{"id": "axe", "label": "Axe", "objectives": [{"id": "axe.un", "label": "Un"}]}],
        }
    )
    threshold = {"threshold": {"units": 5, "of": "persons", "source": "convention, art. 4"}}
    clause = {"feed": "retours", "producers": ["france-travail"], "sharing": {"purposes": ["cohorte"]}}
    clauses = [Clause.model_validate({**clause, "status": "signed" if signed else "planned", "production": threshold})]
    clauses.append(Clause.model_validate({**SIGNED, "status": "planned"}))
    declared = ContractDeclarations(contract, PLACES, tuple(clauses), (), (), (cohort,))
    return Workspace(root, Config(), {"retours": feed, "parcours": PATHWAYS}, {CONTRACT: declared})


def followed(root: Path, rows: list[Row], cohort: Cohort | None = None, feed: Feed = RETURNS) -> CohortResult:
    """Receive rows, by producer, and follow the cohort."""
    space = space_of(root, cohort or protocol(), feed)
    store = Store(space.data)
    producers = sorted({each.get("producer", "france-travail") for each in rows})
    for producer in producers:
        mine = [each for each in rows if each.get("producer", "france-travail") == producer]
        put(store, mine, feed=feed, delivery_id=f"d-{producer}", producer=producer)
    (found,) = follow(space, store, CONTRACT)
    return found
