"""Rows put straight into a store, as an accepted delivery would have left them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from evalkit.declare.clause import Clause
from evalkit.declare.contract import Contract, Zone
from evalkit.declare.feed import Feed
from evalkit.declare.indicator import Indicator
from evalkit.declare.parameter import Parameter
from evalkit.store.delivery import Delivery, DeliveryStatus
from evalkit.store.rows import record
from evalkit.store.schema import DELIVERY_ID, USES, pseudonym_column, stored_schema
from evalkit.store.store import Store
from evalkit.territory.zones import Territory
from evalkit.workspace.config import Config
from evalkit.workspace.workspace import ContractDeclarations, Workspace

CONTRACT = "essai"

HOMES = Feed.model_validate(
    {
        "feed": "attributions",
        "label": "Attributions",
        "grain": "evenement",
        "nature": "exhaustif",
        "key": ["numero"],
        "period": {"granularity": "trimestre", "field": "trimestre"},
        "fields": [
            {"name": "numero", "type": "code", "required": "true"},
            {"name": "zone", "type": "zone"},
            {"name": "trimestre", "type": "quarter", "required": "true"},
            {"name": "bailleur", "type": "category", "values": ["OPAC 71", "Habellis"]},
            {"name": "quartile", "type": "integer"},
            {"name": "demande", "type": "date"},
            {"name": "bail", "type": "date"},
            {"name": "loyer", "type": "decimal", "scale": "2"},
        ],
    }
)

TERRITORY = Territory(
    {
        each["id"]: Zone.model_validate(each)
        for each in (
            {"id": "aubepins", "label": "Aubépins", "kind": "qpv"},
            {"id": "pres", "label": "Prés-Saint-Jean", "kind": "qpv"},
        )
    }
)

_INDICATOR = {
    "id": "essai.indicateur",
    "label": "Essai",
    "objective": "axe.objectif",
    "kind": "resultat",
    "status": "declared",
    "unit": "attributions",
    "direction": "up",
    "period": "annee",
    "evidence": {},
}


def indicator(measure: dict[str, object], **fields: object) -> Indicator:
    return Indicator.model_validate({**_INDICATOR, "measure": measure, **fields})


def workspace(
    root: Path,
    *indicators: Indicator,
    feed: Feed = HOMES,
    territory: Territory = TERRITORY,
    others: tuple[Feed, ...] = (),
    parameters: tuple[Parameter, ...] = (),
) -> Workspace:
    contract = Contract.model_validate(
        {
            "contract": CONTRACT,
            "label": "Essai",
            "axes": [{"id": "axe", "label": "Axe", "objectives": [{"id": "axe.objectif", "label": "Objectif"}]}],
        }
    )
    feeds = (feed, *others)
    clauses = tuple(
        Clause.model_validate({"feed": each.feed, "producers": ["bailleur"], "status": "signed"}) for each in feeds
    )
    declared = ContractDeclarations(contract, territory, clauses, indicators, (), (), parameters)
    return Workspace(root, Config(), {each.feed: each for each in feeds}, {CONTRACT: declared})


def territory_of(*zones: dict[str, object], reference: str | None = None) -> Territory:
    return Territory({str(each["id"]): Zone.model_validate(each) for each in zones}, reference)


def feed_of(name: str, *fields: str | dict[str, object], **declared: object) -> Feed:
    """A feed of yearly rows: a field is a block, or « name:type »."""
    blocks = [
        dict(zip(("name", "type"), each.split(":"), strict=True)) if isinstance(each, str) else each for each in fields
    ]
    return Feed.model_validate(
        {
            "feed": name,
            "label": name,
            "grain": "evenement",
            "nature": "exhaustif",
            "key": [blocks[0]["name"]],
            "period": {"granularity": "annee", "field": "annee"},
            "fields": [*blocks, {"name": "annee", "type": "year", "required": "true"}],
            **declared,
        }
    )


def put(store: Store, rows: list[dict[str, object]], *, feed: Feed = HOMES, delivery_id: str = "d1", **fields: object):
    """Record rows as one accepted delivery; ``_period`` comes from the feed's period field."""
    schema = {name: kind for name, kind in stored_schema(feed).items() if name != DELIVERY_ID}
    period = feed.period.field
    complete = [
        {"_line": line, "_period": row.get("_period", row.get(period or "")), **row}
        for line, row in enumerate(rows, start=2)
    ]
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in complete], schema=schema)
    delivery = Delivery(
        id=delivery_id,
        contract=CONTRACT,
        feed=feed.feed,
        producer=str(fields.get("producer", "bailleur")),
        periods=tuple(sorted(set(frame["_period"].to_list()))),
        received_on=fields.get("received_on", dt.date(2026, 1, 15)),  # type: ignore[arg-type]
        file_name="essai.csv",
        file_hash="0" * 64,
        rows_accepted=frame.height,
        rows_refused=0,
        status=DeliveryStatus.ACCEPTED,
        findings=(),
        declaration="",
        key=str(fields.get("key", "")),
    )
    if feed.identity is not None:
        name = feed.identity.field
        frame = frame.with_columns(pl.col(name).alias(pseudonym_column(name, use)) for use in USES).drop(name)
    return record(store, delivery, frame)
