"""Results of the stages: confidential Parquet files that exist whole or not at all."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from evalkit.errors import Problem, StoreError
from evalkit.store.atomic import write_atomically
from evalkit.store.store import Store


def write_result(store: Store, kind: str, name: str, frame: pl.DataFrame) -> Path:
    """Write one result of a stage in place of the former one.

    Args:
        store: the store.
        kind: the stage (``observations``, ``cohorts``, ``estimates``).
        name: the result, most often its contract.
        frame: its rows.

    Returns:
        The Parquet file.
    """
    return write_atomically(store.result(kind, name), frame.write_parquet)


def read_result(store: Store, kind: str, name: str) -> pl.DataFrame:
    """Read one result of a stage.

    Raises:
        StoreError: the stage has not written it (``EVK-S004``).
    """
    path = store.result(kind, name)
    if not path.exists():
        repair = "Lancez d’abord l’étape qui le produit."
        raise StoreError(
            Problem("EVK-S004", "Ce résultat n’existe pas encore.", received=f"{kind}/{name}", repair=repair)
        )
    return pl.read_parquet(path)
