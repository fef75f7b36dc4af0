"""Break receptions on purpose: killed at the n-th change of a file, a disk full from there on, many at once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import IO, Any

import polars as pl
import pytest
from deltalake import DeltaTable

from evalkit.store.ledger import deliveries
from evalkit.store.store import Store
from tests.receive.world import CONTRACT

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(__file__).with_name("faults.c")


class Fault(IntEnum):
    """What happens at the step; as numbered in ``faults.c``."""

    NONE = 0
    KILL = 1
    FULL_DISK = 2


@dataclass(frozen=True, slots=True)
class Server:
    """The process that forks one reception per question."""

    asked: IO[str]
    answers: IO[str]

    def receive(self, root: Path, file: str, **more: Any) -> list[dict[str, Any]]:
        """Receive ``file`` in the workspace of ``root``, and say how each process ended."""
        self.asked.write(json.dumps({"root": str(root), "file": file, **more}) + "\n")
        self.asked.flush()
        answer: list[dict[str, Any]] = json.loads(self.answers.readline())
        return answer


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Start the server, with the calls that change files under watch."""
    compiler = shutil.which("cc")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("posix: faults are injected under Linux, with a C compiler")
    shim = folder / "faults.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-w", "-o", shim, SOURCE, "-ldl"], check=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.store.reception_server"],
        cwd=ROOT,
        env={**os.environ, "LD_PRELOAD": str(shim), "POLARS_MAX_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if process.stdin is None or process.stdout is None:
        raise TypeError("the server is spoken to")
    try:
        yield Server(process.stdin, process.stdout)
    finally:
        process.stdin.close()
        process.wait(timeout=60)


@dataclass(frozen=True, slots=True)
class Inventory:
    """What the disk really holds, counted, beside what the ledger says.

    Attributes:
        told: accepted rows by delivery, in the ledger.
        held: rows by delivery in the tables.
        stray: files that nothing reads: row files out of the tables, unfinished files, quarantine without a delivery.
        refused: rows in quarantine by delivery.
    """

    told: dict[str, int]
    held: dict[str, int]
    stray: tuple[str, ...]
    refused: dict[str, int]


def inventory(store: Store, feed: str) -> Inventory:
    """Count everything that a store holds for a feed."""
    known = deliveries(store, CONTRACT)
    table = store.rows(CONTRACT, feed)
    held: dict[str, int] = {}
    read: set[Path] = set()
    if (table / "_delta_log").is_dir() and list((table / "_delta_log").glob("*.json")):
        counts = pl.read_delta(str(table)).group_by("_delivery_id").len()
        held = {str(name): int(rows) for name, rows in counts.iter_rows()}
        read = {Path(uri) for uri in DeltaTable(table).file_uris()}
    if (store.ledger / "_delta_log").is_dir():
        read |= {Path(uri) for uri in DeltaTable(store.ledger).file_uris()}
    ids = {delivery.id for delivery in known}
    quarantine = {path: pl.read_parquet(path).height for path in store.quarantine.glob("*.parquet")}
    on_disk = {path for path in store.root.rglob("*.parquet") if "_delta_log" not in path.parts}
    stray = on_disk - read - {path for path in quarantine if path.stem in ids}
    stray |= {path for path in store.root.rglob("*") if path.suffix in {".part", ".tmp"} and path.is_file()}
    return Inventory(
        told={each.id: each.rows_accepted for each in known},
        held=held,
        stray=tuple(sorted(path.name for path in stray)),
        refused={path.stem: rows for path, rows in quarantine.items()},
    )
