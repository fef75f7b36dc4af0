"""Other partners' files on the same persons: a quarterly one and one of events, beside the monthly file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from evalkit.declare.clause import Clause
from evalkit.declare.cohort import Cohort
from evalkit.declare.contract import Contract
from evalkit.declare.feed import Feed
from evalkit.declare.period import Granularity, period_of_date
from evalkit.follow.result.cohort import CohortResult
from evalkit.follow.run import follow
from evalkit.store.store import Store
from evalkit.workspace.config import Config
from evalkit.workspace.workspace import ContractDeclarations, Workspace
from tests.follow.world import PATHWAYS, SIGNED, TERRITORY, day, protocol
from tests.measure.world import CONTRACT, put

Row = dict[str, Any]

_PERSON = {"name": "personne", "type": "identity", "required": "true"}
_STATE = {"name": "etat", "type": "category", "values": ["emploi", "mission", "suivi", "perdu"]}


def _feed(name: str, key: list[str], period: dict[str, str], *fields: dict[str, Any]) -> Feed:
    return Feed.model_validate(
        {
            "feed": name,
            "label": name.capitalize(),
            "grain": "personne",
            "nature": "exhaustif",
            "key": key,
            "period": period,
            "identity": {"field": "personne", "made_by": "tiers", "from": ["nom"]},
            "fields": [_PERSON, _STATE, {"name": "zone", "type": "zone"}, *fields],
        }
    )


QUARTERLY = _feed(
    "mission",
    ["personne", "trimestre"],
    {"granularity": "trimestre", "field": "trimestre"},
    {"name": "trimestre", "type": "quarter"},
)
EVENTS = _feed(
    "contrats",
    ["personne", "debut"],
    {"granularity": "trimestre"},
    {"name": "debut", "type": "date"},
    {"name": "fin", "type": "date"},
)
MISSION = {"feed": "mission", "situation": "etat", "month": "trimestre"}
CONTRACTS = {"feed": "contrats", "situation": "etat", "start": "debut", "end": "fin"}


def quarter(person: str, period: str, state: str, **fields: Any) -> Row:
    return {"personne": person, "trimestre": period, "etat": state, **fields}


def event(person: str, start: str, end: str | None, state: str = "emploi", **fields: Any) -> Row:
    return {"personne": person, "debut": day(start), "fin": day(end) if end else None, "etat": state, **fields}


def followed(
    root: Path,
    own: list[Row],
    mission: list[Row] | None = None,
    contracts: list[Row] | None = None,
    keys: dict[str, str] | None = None,
    **fields: Any,
) -> CohortResult:
    """Receive the three files and follow the cohort; a file that is ``None`` is not declared.

    Args:
        own: rows of the monthly file.
        mission: rows of the quarterly file.
        contracts: rows of the file of events.
        keys: fingerprint of the key by feed.
        fields: what changes in the protocol.
    """
    given = {"mission": (QUARTERLY, MISSION, mission), "contrats": (EVENTS, CONTRACTS, contracts)}
    sources = [source for _, source, rows in given.values() if rows is not None]
    cohort = protocol(**{"against": None, "sources": sources, **fields})
    space = _space(root, cohort)
    store = Store(space.data)
    _receive(store, PATHWAYS, own, "2026-01-10", "mois")
    for number, (feed, _, rows) in enumerate(given.values()):
        _receive(store, feed, rows or [], f"2026-0{number + 2}-10", feed.period.field or "debut", (keys or {}))
    (found,) = follow(space, store, CONTRACT)
    return found


def _receive(
    store: Store, feed: Feed, rows: list[Row], received: str, dated: str, keys: dict[str, str] | None = None
) -> None:
    if rows:
        placed = [{**row, "_period": row.get("_period", _quarter(row[dated]))} for row in rows]
        put(
            store,
            placed,
            feed=feed,
            delivery_id=f"d-{feed.feed}",
            received_on=day(received),
            key=(keys or {}).get(feed.feed, ""),
        )


def _quarter(value: object) -> str:
    text = f"{value:%Y-%m}" if isinstance(value, dt.date) else str(value)
    return text if "T" in text else period_of_date(day(f"{text}-01"), Granularity.QUARTER)


def _space(root: Path, cohort: Cohort) -> Workspace:
    contract = Contract.model_validate(
        {
            "contract": CONTRACT,
            "label": "Essai",
            "axes": [{"id": "axe", "label": "Axe", "objectives": [{"id": "axe.un", "label": "Un"}]}],
        }
    )
    feeds = {feed.feed: feed for feed in (PATHWAYS, QUARTERLY, EVENTS)}
    clauses = tuple(Clause.model_validate({**SIGNED, "feed": name}) for name in feeds)
    declared = ContractDeclarations(contract, TERRITORY, clauses, (), (), (cohort,))
    return Workspace(root, Config(), feeds, {CONTRACT: declared})
