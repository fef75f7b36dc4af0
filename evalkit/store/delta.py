"""The few operations on Delta tables that the store needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from evalkit.errors import Problem, StoreError

_ENTRIES = "10"
"""Log entries after which Delta writes a summary of its log: a table is opened at every delivery, and stays quick."""


def table_exists(path: Path) -> bool:
    """Tell whether a Delta table stands at ``path``."""
    return (path / "_delta_log").is_dir() and any((path / "_delta_log").glob("*.json"))


def append(path: Path, frame: pl.DataFrame, partition_by: str | None = None) -> None:
    """Append rows to a Delta table as one commit; columns that the table does not have yet are added to it.

    Delta writes its log entry last, so a process killed before leaves the table as it was.

    Raises:
        StoreError: the table has a column of another type (``EVK-S003``).
    """
    from deltalake import write_deltalake  # noqa: PLC0415
    from deltalake.exceptions import DeltaError  # noqa: PLC0415

    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_deltalake(
            path,
            frame,
            mode="append",
            schema_mode="merge",
            partition_by=partition_by,
            configuration={"delta.checkpointInterval": _ENTRIES},
        )
    except DeltaError as error:
        message = (
            "L’entrepôt n’accepte pas ces lignes : une colonne a changé de type depuis les livraisons précédentes."
        )
        repair = "Donnez un nouveau nom au champ dont le type a changé dans la déclaration du flux."
        raise StoreError(Problem("EVK-S003", message, received=path.name, repair=repair)) from error


def compact(path: Path, files: int) -> None:
    """Merge the files of a table that has more than ``files`` of them; its rows do not change."""
    from deltalake import DeltaTable  # noqa: PLC0415

    table = DeltaTable(path)
    if len(table.file_uris()) > files:
        table.optimize.compact()


def scan(path: Path) -> pl.LazyFrame:
    """Read the latest version of a Delta table, lazily."""
    return pl.scan_delta(path)


def keep_partitions(path: Path, column: str, kept: Sequence[str]) -> tuple[str, ...]:
    """Remove every partition whose value is not in ``kept``, and the files that the table no longer reads.

    Returns:
        The values removed, sorted.
    """
    from deltalake import DeltaTable  # noqa: PLC0415

    table = DeltaTable(path)
    present = {str(partition[column]) for partition in table.partitions()}
    removed = tuple(sorted(present - set(kept)))
    for value in removed:
        remove_partition(path, column, value)
    DeltaTable(path).vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False, full=True)
    return removed


def remove_partition(path: Path, column: str, value: str) -> None:
    """Remove the rows of one partition, when it has some; ``value`` is a delivery id, hexadecimal by construction."""
    from deltalake import DeltaTable  # noqa: PLC0415

    table = DeltaTable(path)
    if any(str(partition[column]) == value for partition in table.partitions()):
        table.delete(f"{column} = '{value}'")
