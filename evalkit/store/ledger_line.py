"""A delivery, or an event, as one line of the ledger, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import polars as pl

from evalkit.declare.feed import Severity
from evalkit.store.delivery import Delivery, DeliveryStatus, Finding, Outcome
from evalkit.store.event import Event, EventKind

SEQUENCE = "sequence"
EVENT = "event"
DETAIL = "detail"

LEDGER_SCHEMA = pl.Schema(
    {
        SEQUENCE: pl.Int64(),
        "id": pl.String(),
        "contract": pl.String(),
        "feed": pl.String(),
        "producer": pl.String(),
        "periods": pl.String(),
        "received_on": pl.Date(),
        "file_name": pl.String(),
        "file_hash": pl.String(),
        "rows_accepted": pl.Int64(),
        "rows_refused": pl.Int64(),
        "status": pl.String(),
        "findings": pl.String(),
        "declaration": pl.String(),
        "fictitious": pl.Boolean(),
        "key": pl.String(),
        EVENT: pl.String(),
        DETAIL: pl.String(),
    }
)
"""Lines of deliveries have no ``event``; those of events have one, and leave empty what only deliveries have."""

_OF_LINES = frozenset({SEQUENCE, EVENT, DETAIL})


def line_of(delivery: Delivery, sequence: int) -> pl.DataFrame:
    """Return the ledger line of a delivery; ``sequence`` orders the deliveries of one day."""
    values = {name: getattr(delivery, name) for name in LEDGER_SCHEMA.names() if name not in _OF_LINES}
    values |= {
        SEQUENCE: sequence,
        "periods": json.dumps(delivery.periods),
        "status": delivery.status.value,
        "findings": json.dumps([asdict(finding) for finding in delivery.findings], ensure_ascii=False),
    }
    return pl.DataFrame([values], schema=LEDGER_SCHEMA)


def line_of_event(event: Event, sequence: int) -> pl.DataFrame:
    """Return the ledger line of an event."""
    values = {
        SEQUENCE: sequence,
        "id": event.subject,
        "contract": event.contract,
        "feed": event.feed,
        "received_on": event.day,
        EVENT: event.kind.value,
        DETAIL: json.dumps(dict(event.detail), ensure_ascii=False, sort_keys=True),
    }
    return pl.DataFrame([values], schema=LEDGER_SCHEMA)


def delivery_of(line: Mapping[str, Any]) -> Delivery:
    """Return the delivery that a ledger line describes."""
    values = {name: line[name] for name in LEDGER_SCHEMA.names() if name not in _OF_LINES}
    values |= {
        "periods": tuple(json.loads(line["periods"])),
        "status": DeliveryStatus(line["status"]),
        "findings": tuple(_finding_of(finding) for finding in json.loads(line["findings"])),
        "key": line["key"] or "",
    }
    return Delivery(**values)


def event_of(line: Mapping[str, Any]) -> Event:
    """Return the event that a ledger line describes."""
    detail = tuple(sorted(json.loads(line[DETAIL]).items()))
    return Event(EventKind(line[EVENT]), line["id"], line["contract"], line["received_on"], line["feed"] or "", detail)


def _finding_of(values: dict[str, Any]) -> Finding:
    return Finding(
        **{
            **values,
            "severity": Severity(values["severity"]),
            "outcome": Outcome(values["outcome"]),
            "lines": tuple(values["lines"]),
        }
    )
