"""Refused rows, kept apart with their reasons for whoever may see them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from evalkit.store.atomic import write_atomically
from evalkit.store.store import Store, checked_name

REASONS = "_reasons"
"""The codes of the rules that a refused row breaks, separated by a space."""


def quarantine_path(store: Store, delivery_id: str) -> Path:
    """Return the file of the refused rows of a delivery."""
    return store.quarantine / f"{checked_name(delivery_id)}.parquet"


def write_quarantine(store: Store, delivery_id: str, rows: pl.DataFrame) -> Path:
    """Keep the refused rows of a delivery in the restricted folder, which only its owner can open.

    A delivery refused for personal data must not be given here: the partner keeps the file.
    """
    store.quarantine.mkdir(parents=True, exist_ok=True)
    store.quarantine.parent.chmod(0o700)
    return write_atomically(quarantine_path(store, delivery_id), rows.write_parquet)


def read_quarantine(store: Store, delivery_id: str) -> pl.DataFrame | None:
    """Return the refused rows of a delivery, or ``None`` when it has none."""
    path = quarantine_path(store, delivery_id)
    return pl.read_parquet(path) if path.exists() else None
