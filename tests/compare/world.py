"""Leases by quarter in two QPV and twelve control neighbourhoods, and what compares them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Mapping
from pathlib import Path

from evalkit.compare.estimate import Estimate, Refusal
from evalkit.compare.run import compare
from evalkit.declare.clause import Clause
from evalkit.declare.comparison import Comparison
from evalkit.declare.contract import Contract, Zone
from evalkit.declare.feed import Feed
from evalkit.declare.load import Located
from evalkit.declare.yaml_text import YamlDocument
from evalkit.store.store import Store
from evalkit.territory.zones import Territory
from evalkit.workspace.config import Config
from evalkit.workspace.workspace import ContractDeclarations, Workspace
from tests.measure.world import CONTRACT, HOMES, put

TREATED = ("aubepins", "pres")
CONTROLS = tuple(f"temoin-{number:02d}" for number in range(12))
QUARTERS = tuple(f"{year}-T{quarter}" for year in (2022, 2023, 2024) for quarter in (1, 2, 3, 4))
BEGINS = dt.date(2024, 1, 1)
LEASES = 60

Row = dict[str, object]
Counts = Mapping[tuple[str, str], tuple[int, int]]


def feed(**fields: object) -> Feed:
    return Feed.model_validate({**HOMES.model_dump(by_alias=True, exclude_none=True), **fields})


def zone(name: str, **fields: object) -> Zone:
    kind = "qpv" if name in TREATED else "quartier"
    return Zone.model_validate({"id": name, "label": name, "kind": kind, "control": name in CONTROLS, **fields})


def territory(**changed: Mapping[str, object]) -> Territory:
    """The zones; ``temoin_01={...}`` changes one of them, or adds it."""
    names = sorted({*TREATED, *CONTROLS, *(name.replace("_", "-") for name in changed)})
    return Territory({name: zone(name, **changed.get(name.replace("-", "_"), {})) for name in names})


def comparison(**fields: object) -> Comparison:
    outcome = {
        "type": "ratio",
        "feed": "attributions",
        "numerator": "quartile = 1",
        "denominator": "quartile IS NOT NULL",
        "population": "baux",
    }
    given = {**outcome, **fields.pop("outcome", {})}  # type: ignore[dict-item]
    return Comparison.model_validate(
        {
            "id": "essai.comparaison",
            "label": "Comparaison",
            "objective": "axe.un",
            "outcome": given,
            "programme": {"label": "Programme", "begins": str(BEGINS)},
            "treated": list(TREATED),
            "estimand": "Différentiel",
            "role": "primary",
            **fields,
        }
    )


def declared(found: Comparison) -> Located[Comparison]:
    """A comparison as if it had been read in a file."""
    return Located(found, YamlDocument("comparisons.yml", {}, {}), ())


def counts(
    *, effect: int = 0, quarters: Iterable[str] = QUARTERS, zones: Iterable[str] = (*TREATED, *CONTROLS)
) -> Counts:
    """Leases and those of the first quartile: about a third, more in the treated zones from 2024 on."""
    chance = random.Random(11)
    made = {(name, quarter): chance.randint(14, 26) for name in (*TREATED, *CONTROLS) for quarter in QUARTERS}
    return {
        (name, quarter): (LEASES, made[name, quarter] + effect * (name in TREATED and quarter >= "2024"))
        for name in zones
        for quarter in quarters
    }


def leases(found: Counts) -> list[Row]:
    rows: list[Row] = []
    for (name, quarter), (total, low) in found.items():
        for number in range(total):
            quartile = 1 if number < low else 3
            given = {"zone": name, "trimestre": quarter, "quartile": quartile, "loyer": 1}
            rows.append({"numero": f"{name}-{quarter}-{number}", **given})
    return rows


def workspace(root: Path, *comparisons: Comparison, source: Feed | None = None, **fields: object) -> Workspace:
    contract = Contract.model_validate(
        {
            "contract": CONTRACT,
            "label": "Essai",
            "axes": [{"id": "axe", "label": "Axe", "objectives": [{"id": "axe.un", "label": "Un"}]}],
        }
    )
    clause = {"feed": "attributions", "producers": ["bailleur"], "status": "signed", **fields.pop("clause", {})}  # type: ignore[dict-item]
    zones = fields.pop("territory", None) or territory()
    declared = ContractDeclarations(contract, zones, (Clause.model_validate(clause),), (), comparisons, ())  # type: ignore[arg-type]
    return Workspace(root, Config(), {"attributions": source or feed()}, {CONTRACT: declared})


def result(root: Path, found: Counts, declared: Comparison | None = None, **fields: object) -> Estimate | Refusal:
    """Put the counts in a store as leases, and run one comparison."""
    space = workspace(root, declared or comparison(), **fields)  # type: ignore[arg-type]
    store = Store(space.data)
    if found:
        put(store, leases(found), feed=space.feeds["attributions"])
    (compared,) = compare(space, store, CONTRACT)
    return compared
