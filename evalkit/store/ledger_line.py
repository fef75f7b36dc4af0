"""A delivery as one line of the ledger, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import polars as pl

from evalkit.declare.feed import Severity
from evalkit.store.delivery import Delivery, DeliveryStatus, Finding, Outcome

SEQUENCE = "sequence"

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
    }
)


def line_of(delivery: Delivery, sequence: int) -> pl.DataFrame:
    """Return the ledger line of a delivery; ``sequence`` orders the deliveries of one day."""
    values = {name: getattr(delivery, name) for name in LEDGER_SCHEMA.names() if name != SEQUENCE}
    values |= {
        SEQUENCE: sequence,
        "periods": json.dumps(delivery.periods),
        "status": delivery.status.value,
        "findings": json.dumps([asdict(finding) for finding in delivery.findings], ensure_ascii=False),
    }
    return pl.DataFrame([values], schema=LEDGER_SCHEMA)


def delivery_of(line: dict[str, Any]) -> Delivery:
    """Return the delivery that a ledger line describes."""
    values = {name: line[name] for name in LEDGER_SCHEMA.names() if name != SEQUENCE}
    values |= {
        "periods": tuple(json.loads(line["periods"])),
        "status": DeliveryStatus(line["status"]),
        "findings": tuple(_finding_of(finding) for finding in json.loads(line["findings"])),
    }
    return Delivery(**values)


def _finding_of(values: dict[str, Any]) -> Finding:
    return Finding(
        **{
            **values,
            "severity": Severity(values["severity"]),
            "outcome": Outcome(values["outcome"]),
            "lines": tuple(values["lines"]),
        }
    )
