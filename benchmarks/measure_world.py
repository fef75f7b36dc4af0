"""One hundred indicators on one feed of events, and the rows that they read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from evalkit.declare.contract import Contract, Zone
from evalkit.declare.feed import Feed
from evalkit.declare.indicator import Indicator
from evalkit.store.delivery import Delivery, DeliveryStatus
from evalkit.store.rows import record
from evalkit.store.schema import DELIVERY_ID, stored_schema
from evalkit.store.store import Store
from evalkit.territory.zones import Territory
from evalkit.workspace.config import Config
from evalkit.workspace.workspace import ContractDeclarations, Workspace

CONTRACT = "banc"
ZONES = tuple(f"qpv-{number}" for number in range(1, 9))
PLACES = (*ZONES, "outside", "unknown")
WORDS = ("accueil", "emploi", "logement", "sante", "droits")
LANDLORDS = tuple(f"organisme-{number}" for number in range(1, 7))
QUARTERS = tuple(f"{year}-T{quarter}" for year in (2024, 2025, 2026) for quarter in (1, 2, 3, 4))

FEED = Feed.model_validate(
    {
        "feed": "evenements",
        "label": "Événements",
        "grain": "evenement",
        "nature": "exhaustif",
        "key": ["numero"],
        "period": {"granularity": "trimestre", "field": "trimestre"},
        "fields": [
            {"name": "numero", "type": "code", "required": "true"},
            {"name": "zone", "type": "zone", "required": "true"},
            {"name": "trimestre", "type": "quarter", "required": "true"},
            {"name": "organisme", "type": "category", "values": list(LANDLORDS)},
            {"name": "motif", "type": "category", "values": list(WORDS)},
            {"name": "sexe", "type": "category", "values": ["F", "H"]},
            {"name": "age", "type": "integer"},
            {"name": "montant", "type": "decimal", "scale": "2"},
            {"name": "debut", "type": "date"},
            {"name": "fin", "type": "date"},
        ],
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One indicator: its name, its measure, and whether it is also given by landlord."""

    name: str
    measure: dict[str, str]
    by: bool


def asked() -> tuple[Asked, ...]:
    """Return the hundred indicators: 40 counts, 20 sums, 30 ratios, 10 delays, one in two by landlord."""
    found = []
    for number in range(100):
        word, age = WORDS[number % len(WORDS)], 18 + number % 40
        if number < 40:
            measure = {"type": "count", "where": f"motif = '{word}' AND age >= {age}"}
        elif number < 60:
            measure = {"type": "sum", "of": "montant", "where": f"motif = '{word}' AND age < {age}"}
        elif number < 90:
            measure = {"type": "ratio", "numerator": f"sexe = 'F' AND age < {age}", "denominator": "age IS NOT NULL"}
            measure |= {"population": "événements", "where": f"motif = '{word}'"}
        else:
            measure = {"type": "duration", "start": "debut", "end": "fin", "statistic": "mean"}
            measure |= {"where": f"motif = '{word}' AND age >= {age}"}
        found.append(Asked(f"banc.{number:03d}", {"feed": FEED.feed, **measure}, number % 2 == 0))
    return tuple(found)


def workspace(root: Path) -> Workspace:
    """Return the declarations of the benchmark."""
    zones = {name: Zone.model_validate({"id": name, "label": name, "kind": "qpv"}) for name in ZONES}
    objective = {"id": "axe.objectif", "label": "Objectif"}
    contract = Contract.model_validate(
        {"contract": CONTRACT, "label": "Banc", "axes": [{"id": "axe", "label": "Axe", "objectives": [objective]}]}
    )
    indicators = tuple(
        Indicator.model_validate(
            {
                "id": each.name,
                "label": each.name,
                "objective": "axe.objectif",
                "kind": "resultat",
                "status": "declared",
                "measure": each.measure,
                "unit": "unités",
                "direction": "none",
                "by": ["organisme"] if each.by else [],
                "zones": [*ZONES, "qpv", "hors-qpv"],
                "period": "annee",
                "evidence": {},
            }
        )
        for each in asked()
    )
    declared = ContractDeclarations(contract, Territory(zones), (), indicators, (), ())
    return Workspace(root, Config(), {FEED.feed: FEED}, {CONTRACT: declared})


def write_rows(root: Path, rows: int) -> None:
    """Put rows into the store of a workspace, one accepted delivery per quarter."""
    store = Store(root / Config().data)
    for place, quarter in enumerate(QUARTERS):
        frame = _quarter(quarter, rows // len(QUARTERS) + (place < rows % len(QUARTERS)), seed=place)
        delivery = Delivery(
            id=f"livraison-{place:02d}",
            contract=CONTRACT,
            feed=FEED.feed,
            producer="banc",
            periods=(quarter,),
            received_on=dt.date(2027, 1, 15),
            file_name=f"{quarter}.csv",
            file_hash=f"{place:064d}",
            rows_accepted=frame.height,
            rows_refused=0,
            status=DeliveryStatus.ACCEPTED,
            findings=(),
            declaration="",
        )
        record(store, delivery, frame)


def _quarter(quarter: str, count: int, seed: int) -> pl.DataFrame:
    chance = np.random.default_rng(seed)
    start = np.datetime64("2024-01-01") + chance.integers(0, 1000, count)
    drawn = pl.DataFrame(
        {
            "_line": np.arange(2, count + 2),
            "numero": np.arange(count),
            "zone": np.array(PLACES)[chance.integers(0, len(PLACES), count)],
            "organisme": np.array(LANDLORDS)[chance.integers(0, len(LANDLORDS), count)],
            "motif": np.array(WORDS)[chance.integers(0, len(WORDS), count)],
            "sexe": np.array(["F", "H"])[chance.integers(0, 2, count)],
            "age": chance.integers(15, 70, count),
            "montant": chance.integers(0, 500_000, count),
            "debut": start,
            "fin": start + chance.integers(1, 200, count),
            "_known": chance.random(count) < 0.95,
        }
    )
    known = pl.col("_known")
    made = drawn.with_columns(
        pl.lit(quarter).alias("_period"),
        pl.lit(quarter).alias("trimestre"),
        pl.format("{}-{}", pl.lit(quarter), "numero").alias("numero"),
        pl.when(known).then("age").alias("age"),
        pl.when(known).then("fin").cast(pl.Date).alias("fin"),
        pl.col("debut").cast(pl.Date),
        (pl.col("montant").cast(pl.Decimal(18, 2)) / 100).cast(pl.Decimal(18, 2)).alias("montant"),
    )
    schema = {name: kind for name, kind in stored_schema(FEED).items() if name != DELIVERY_ID}
    return made.select(
        pl.col(name).cast(kind) if name in made.columns else pl.lit(None, kind).alias(name)
        for name, kind in schema.items()
    )
