"""The store of a workspace: which folder holds what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import Problem, StoreError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Store:
    """Everything that is kept, under one folder.

    Attributes:
        root: the data folder of the workspace; nothing in it is public.
    """

    root: Path

    @property
    def ledger(self) -> Path:
        """Return the Delta table whose append is the only commit."""
        return self.root / "store" / "ledger"

    @property
    def lock(self) -> Path:
        """Return the file that a writer holds."""
        return self.root / "store" / "writer.lock"

    def rows(self, contract: str, feed: str) -> Path:
        """Return the Delta table of the rows of one feed of one contract."""
        return self.root / "store" / "rows" / checked_name(contract) / checked_name(feed)

    @property
    def quarantine(self) -> Path:
        """Return the folder of refused rows, readable by its owner only."""
        return self.root / "restricted" / "quarantine"

    @property
    def receipts(self) -> Path:
        """Return the folder of receipts."""
        return self.root / "receipts"

    def result(self, kind: str, name: str) -> Path:
        """Return the Parquet file of one result of a stage."""
        return self.root / "results" / checked_name(kind) / f"{checked_name(name)}.parquet"

    @property
    def editions(self) -> Path:
        """Return the folder of the editions."""
        return self.root / "editions"

    def edition(self, name: str) -> Path:
        """Return the folder of one edition; nothing is made."""
        return self.editions / checked_name(name)


def checked_name(name: str) -> str:
    """Return a name that can be a file or a folder.

    Raises:
        StoreError: it has another character than letters, digits, dot, dash and underscore (``EVK-S001``).
    """
    if not _NAME.fullmatch(name):
        repair = "Lettres, chiffres, points et tirets seulement."
        raise StoreError(
            Problem("EVK-S001", "Ce nom ne peut pas être celui d’un fichier.", received=name, repair=repair)
        )
    return name
