"""Put the store in order: what no ledger line speaks for goes, physically."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evalkit.store import delta
from evalkit.store.disk import told_as_disk
from evalkit.store.ledger import read_ledger
from evalkit.store.lock import writing
from evalkit.store.schema import DELIVERY_ID
from evalkit.store.store import Store


@contextmanager
def transaction(store: Store) -> Iterator[None]:
    """Hold the store for writing, after putting in order what an interrupted writer may have left.

    Raises:
        StoreError: another process kept the store (``EVK-S002``), or the disk does not take what is written
            (``EVK-S005``).
    """
    with writing(store) as was_interrupted, told_as_disk():
        if was_interrupted:
            sweep(store)
        yield


def sweep_orphans(store: Store) -> tuple[str, ...]:
    """Remove what interrupted receptions left: rows and quarantined rows that no ledger line speaks for.

    Returns:
        The ids of the deliveries that never were, or whose time is over, sorted.
    """
    with writing(store), told_as_disk():
        return sweep(store)


def sweep(store: Store) -> tuple[str, ...]:
    """Do the work of :func:`sweep_orphans`; the caller holds :func:`evalkit.store.lock.writing`."""
    known = read_ledger(store).deliveries()
    accepted = [delivery.id for delivery in known if delivery.is_accepted]
    swept: set[str] = set()
    for table in row_tables(store):
        if delta.table_exists(table):
            swept |= set(delta.keep_partitions(table, DELIVERY_ID, accepted))
        else:
            delta.discard(table)
    if delta.table_exists(store.ledger):
        delta.vacuum(store.ledger)
    kept = {delivery.id for delivery in known if delivery.removed_on is None}
    swept |= _sweep_quarantine(store, kept)
    for part in sorted(store.root.rglob(".*.part")):
        part.unlink()
    return tuple(sorted(swept))


def row_tables(store: Store, contract: str = "*") -> tuple[Path, ...]:
    """Return the folders of rows, one per contract and feed, sorted; of one contract when it is given."""
    return tuple(sorted(each for each in (store.root / "store" / "rows").glob(f"{contract}/*") if each.is_dir()))


def _sweep_quarantine(store: Store, known: set[str]) -> set[str]:
    left = [path for path in sorted(store.quarantine.glob("*.parquet")) if path.stem not in known]
    for path in left:
        path.unlink()
    return {path.stem for path in left}
