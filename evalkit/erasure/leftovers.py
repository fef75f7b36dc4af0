"""What was computed from rows: results and caches, which the next computation makes again."""

from __future__ import annotations

from pathlib import Path

from evalkit.arrivals import ARRIVALS
from evalkit.receive.slip import SLIP
from evalkit.store.store import Store


def computed_files(store: Store) -> tuple[Path, ...]:
    """Return the confidential files that were computed from rows and can be computed again, sorted."""
    folders = (store.root / "results", store.root / "cache")
    return tuple(sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()))


def remove_computed(store: Store) -> int:
    """Remove every computed file; return how many there were."""
    files = computed_files(store)
    for path in files:
        path.unlink()
    return len(files)


def partner_files(root: Path, contract: str) -> tuple[Path, ...]:
    """Return the partners' files that still lie in the arrivals of a contract, sorted; they are never removed here."""
    folder = root / ARRIVALS / contract
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SLIP))
