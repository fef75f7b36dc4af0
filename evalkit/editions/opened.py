"""Open the files of an edition as they are, whatever the version that wrote them: nothing is computed again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from evalkit.editions.seal import DOCUMENTS, Integrity, integrity
from evalkit.errors import Place, Problem, PublicationError
from evalkit.publish.edition import PUBLICATION_FILE
from evalkit.store.store import Store


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """An edition as its files say it.

    Attributes:
        name: its id.
        folder: where it is.
        text: its ``publication.json``.
        integrity: whether its files are those that were sealed.
    """

    name: str
    folder: Path
    text: dict[str, Any]
    integrity: Integrity

    @property
    def contract(self) -> str:
        """Return the id of the contract."""
        return str(self.text["contract"]["contract"])

    @property
    def as_of(self) -> str:
        """Return the day of its data."""
        return str(self.text["as_of"])

    @property
    def deliveries(self) -> tuple[str, ...]:
        """Return the deliveries that it was made of."""
        return tuple(self.text["manifest"]["deliveries"])

    @property
    def documents(self) -> tuple[str, ...]:
        """Return the documents kept with it, sorted."""
        return tuple(sorted(path.name for path in (self.folder / DOCUMENTS).glob("*") if path.is_file()))

    def table(self, name: str) -> pl.DataFrame:
        """Return one of its tables; without rows when the version that wrote it had none of that name."""
        path = self.folder / f"{name}.parquet"
        return pl.read_parquet(path) if path.is_file() else pl.DataFrame()

    def declared(self, group: str) -> dict[str, dict[str, Any]]:
        """Return the declarations of a group (``indicators``, ``cohorts``…) by id."""
        key = "cohort" if group == "cohorts" else "id"
        return {str(each[key]): each for each in self.text.get(group, [])}


def open_edition(folder: Path) -> Opened:
    """Open one edition.

    Raises:
        PublicationError: the folder is no edition (``EVK-P003``), or what it says cannot be read (``EVK-P004``).
    """
    path = folder / PUBLICATION_FILE
    if not path.is_file():
        repair = "« evalkit editions » montre celles qui existent."
        raise PublicationError(Problem("EVK-P003", "Cette édition n’existe pas.", Place(folder.name), repair=repair))
    try:
        text = json.loads(path.read_text(encoding="utf-8"))
        opened = Opened(folder.name, folder, text, integrity(folder))
        _ = (opened.contract, opened.as_of, opened.deliveries)
    except (KeyError, TypeError, ValueError) as error:
        repair = "Reprenez la copie conservée de cette édition."
        raise PublicationError(
            Problem("EVK-P004", "L’édition est incomplète ou modifiée.", Place(str(path)), repair=repair)
        ) from error
    return opened


def list_editions(store: Store, contract: str | None = None) -> tuple[Opened, ...]:
    """Return the editions of a store, the oldest data first; those of one contract when it is named."""
    folders = sorted(path.parent for path in store.editions.glob(f"*/{PUBLICATION_FILE}"))
    opened = [open_edition(folder) for folder in folders]
    return tuple(each for each in opened if contract is None or each.contract == contract)


def find_edition(store: Store, name: str) -> Opened:
    """Open the edition of that name, or the only one whose name begins so.

    Raises:
        PublicationError: there is none, or several (``EVK-P003``).
    """
    found = [path.parent for path in store.editions.glob(f"*/{PUBLICATION_FILE}") if path.parent.name.startswith(name)]
    exact = [folder for folder in found if folder.name == name]
    if len(exact or found) == 1:
        return open_edition((exact or found)[0])
    message = "Plusieurs éditions commencent ainsi." if found else "Cette édition n’existe pas."
    listed = ", ".join(sorted(folder.name for folder in found)) or "« evalkit editions » montre celles qui existent"
    raise PublicationError(Problem("EVK-P003", message, received=name, repair=f"{listed}."))
