"""Deliveries and rows made by hand for the tests of the store."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from evalkit.declare.feed import Feed, Severity
from evalkit.store.delivery import Delivery, DeliveryStatus, Finding, Outcome
from evalkit.store.schema import LINE, PERIOD

FEED = Feed.model_validate(
    {
        "feed": "flux",
        "label": "Flux",
        "grain": "evenement",
        "nature": "exhaustif",
        "key": ["numero"],
        "period": {"granularity": "annee"},
        "fields": [
            {"name": "numero", "type": "code", "required": "true"},
            {"name": "montant", "type": "decimal", "scale": "2"},
        ],
    }
)


def delivery(name: str, **changes: Any) -> Delivery:
    """Return an accepted delivery whose id is ``name``."""
    values: dict[str, Any] = {
        "id": name,
        "contract": "essai",
        "feed": "flux",
        "producer": "opac",
        "periods": ("2025",),
        "received_on": dt.date(2026, 1, 10),
        "file_name": "f.csv",
        "file_hash": "0" * 64,
        "rows_accepted": 2,
        "rows_refused": 0,
        "status": DeliveryStatus.ACCEPTED,
        "findings": (
            Finding("EVK-R040", Severity.MINOR, "Réparé.", Outcome.REPAIRED, "montant", (2, 3), 2, "1 234", "", ""),
        ),
        "declaration": "abc",
    }
    return Delivery(**{**values, **changes})


def rows(*codes: str, period: str = "2025") -> pl.DataFrame:
    """Return stored rows with these codes, without a delivery id."""
    return pl.DataFrame(
        {
            PERIOD: [period] * len(codes),
            LINE: list(range(2, len(codes) + 2)),
            "numero": list(codes),
            "numero__cause": [None] * len(codes),
            "montant": ["1.10"] * len(codes),
            "montant__cause": [None] * len(codes),
        },
        schema_overrides={LINE: pl.Int64, "numero__cause": pl.String, "montant__cause": pl.String},
    ).with_columns(pl.col("montant").cast(pl.Decimal(18, 2)))
