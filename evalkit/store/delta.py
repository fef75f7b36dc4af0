"""The few operations on Delta tables that the store needs."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from evalkit.errors import Problem, StoreError
from evalkit.store.disk import told_as_disk

_ENTRIES = "10"
"""Log entries after which Delta writes a summary of its log: a table is opened at every delivery, and stays quick."""

_LOG = "_delta_log"
_LOG_ENTRY = "[0-9]" * 20 + ".json"


def table_exists(path: Path) -> bool:
    """Tell whether a Delta table stands at ``path``."""
    return (path / _LOG).is_dir() and any((path / _LOG).glob(_LOG_ENTRY))


def version_mark(path: Path) -> tuple[str, int]:
    """Return what changes whenever a Delta table does: its last log entry, and when that was written."""
    last = max((path / "_delta_log").glob("*.json"), key=lambda entry: entry.name)
    return last.name, last.stat().st_mtime_ns


def append(path: Path, frame: pl.DataFrame, partition_by: str | None = None, indexed: str | None = None) -> None:
    """Append rows to a Delta table as one commit; columns that the table does not have yet are added to it.

    Delta writes its log entry last, so a process killed before leaves the table as it was.

    Args:
        path: the table.
        frame: the rows.
        partition_by: the column whose values have a folder each.
        indexed: the only column whose extremes the log remembers. Without it the log would keep values of every
            column, pseudonyms too, after their rows have gone.

    Raises:
        StoreError: the table has a column of another type (``EVK-S003``), or the disk does not take the rows
            (``EVK-S005``).
    """
    from deltalake import write_deltalake  # noqa: PLC0415
    from deltalake.exceptions import DeltaError  # noqa: PLC0415

    with told_as_disk():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write_deltalake(
                path,
                frame,
                mode="append",
                schema_mode="merge",
                partition_by=partition_by,
                configuration=_configuration(indexed),
            )
        except DeltaError as error:
            if not _is_of_types(error):
                raise OSError(str(error)) from error
            message = (
                "L’entrepôt n’accepte pas ces lignes : une colonne a changé de type depuis les livraisons précédentes."
            )
            repair = "Donnez un nouveau nom au champ dont le type a changé dans la déclaration du flux."
            raise StoreError(Problem("EVK-S003", message, received=path.name, repair=repair)) from error


def _configuration(indexed: str | None) -> dict[str, str | None]:
    statistics = {} if indexed is None else {"delta.dataSkippingStatsColumns": indexed}
    return {"delta.checkpointInterval": _ENTRIES, **statistics}


def _is_of_types(error: Exception) -> bool:
    return any(word in str(error).lower() for word in ("schema", "type", "cast"))


def compact(path: Path, files: int) -> None:
    """Merge the files of a table that has more than ``files`` of them; its rows do not change."""
    from deltalake import DeltaTable  # noqa: PLC0415

    table = DeltaTable(path)
    if len(table.file_uris()) > files:
        table.optimize.compact()


def scan(path: Path) -> pl.LazyFrame:
    """Read the latest version of a Delta table, lazily."""
    return pl.scan_delta(path)


def partitions(path: Path, column: str) -> tuple[str, ...]:
    """Return the values of the partition column that a table holds, sorted."""
    from deltalake import DeltaTable  # noqa: PLC0415

    return tuple(sorted({str(partition[column]) for partition in DeltaTable(path).partitions()}))


def keep_partitions(path: Path, column: str, kept: Sequence[str]) -> tuple[str, ...]:
    """Remove every partition whose value is not in ``kept``, and the files that the table no longer reads.

    Returns:
        The values removed, sorted.
    """
    removed = tuple(sorted(set(partitions(path, column)) - set(kept)))
    for value in removed:
        remove_partition(path, column, value)
    vacuum(path)
    return removed


def remove_partition(path: Path, column: str, value: str) -> None:
    """Remove the rows of one partition, when it has some; ``value`` is a delivery id, hexadecimal by construction."""
    from deltalake import DeltaTable  # noqa: PLC0415

    if value in partitions(path, column):
        DeltaTable(path).delete(f"{column} = '{value}'")


def replace_partition(path: Path, column: str, value: str, rows: pl.DataFrame) -> None:
    """Put other rows in the place of one partition, in one commit.

    The log says which partition was written, and nothing of what changed in it: a condition on a pseudonym would stay
    there for ever.
    """
    from deltalake import write_deltalake  # noqa: PLC0415

    if rows.is_empty():
        remove_partition(path, column, value)
    else:
        write_deltalake(path, rows, mode="overwrite", predicate=f"{column} = '{value}'")


def vacuum(path: Path) -> None:
    """Remove from the disk every file that the latest version of a table does not read, and unfinished log entries."""
    from deltalake import DeltaTable  # noqa: PLC0415

    DeltaTable(path).vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False, full=True)
    for left in (path / _LOG).iterdir():
        if left.is_file() and left.suffix not in {".json", ".parquet", ".crc"} and left.name != "_last_checkpoint":
            left.unlink()
    # An emptied partition leaves its folder, whose name is a delivery id.
    for folder in path.iterdir():
        if folder.is_dir() and folder.name != _LOG and not any(folder.iterdir()):
            folder.rmdir()


def discard(path: Path) -> None:
    """Remove a folder whose first commit never happened: what it holds is no table."""
    shutil.rmtree(path)
