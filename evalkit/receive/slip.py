"""The delivery slip (*bordereau*): which files came, of which feed, from whom, on which day."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evalkit.declare.french import nearest
from evalkit.errors import DeliveryError, Place, Problem

SLIP = "bordereau.csv"
_NO_DELIVERY = frozenset({SLIP, "LISEZ-MOI.txt", "Thumbs.db", "desktop.ini"})
_COLUMNS = ("fichier", "flux", "producteur", "periode", "recu_le")


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One file announced by the slip."""

    file: Path
    feed: str
    producer: str
    period: str | None
    received_on: dt.date


def read_slip(folder: Path) -> tuple[SlipLine, ...]:
    """Read the slip of a folder of arrivals, in the order of reception.

    Args:
        folder: the folder that holds ``bordereau.csv`` and the files that it names.

    Returns:
        The lines, by day of reception then by file.

    Raises:
        DeliveryError: no slip (``EVK-R900``), a missing column (``EVK-R901``), a bad line (``EVK-R902``), a file that
            is not there (``EVK-R903``); every problem at once.
    """
    path = folder / SLIP
    if not path.exists():
        repair = f"Ajoutez {SLIP} (colonnes {' ; '.join(_COLUMNS)})."
        raise DeliveryError(Problem("EVK-R900", "Le bordereau des arrivées manque.", Place(str(path)), repair=repair))
    problems: list[Problem] = []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, delimiter=";")
        missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
        for name in missing:
            repair = nearest(name, reader.fieldnames or ())
            problems.append(Problem("EVK-R901", f"La colonne « {name} » manque.", Place(str(path), 1), repair=repair))
        lines = [] if missing else [line for row in reader for line in _line(row, reader.line_num, path, problems)]
    if problems:
        raise DeliveryError(problems)
    return tuple(sorted(lines, key=lambda line: (line.received_on, str(line.file))))


def _line(row: dict[str, str], number: int, path: Path, problems: list[Problem]) -> Iterator[SlipLine]:
    file = path.parent / (row["fichier"] or "")
    if not file.is_file():
        message = "Fichier annoncé et absent."
        problems.append(Problem("EVK-R903", message, Place(str(path), number), row["fichier"], "Déposez-le."))
        return
    try:
        day = dt.date.fromisoformat(row["recu_le"])
    except ValueError:
        message = "Date de réception illisible."
        problems.append(Problem("EVK-R902", message, Place(str(path), number), row["recu_le"], "Écrivez AAAA-MM-JJ."))
        return
    yield SlipLine(file, row["flux"], row["producteur"], row["periode"] or None, day)


def unannounced_files(folder: Path, lines: tuple[SlipLine, ...]) -> tuple[Path, ...]:
    """Return the files of the folder that the slip does not name, sorted: they are not received, and said so.

    What office software and systems leave beside files is no delivery.
    """
    announced = {line.file for line in lines}
    found = (path for path in folder.rglob("*") if path.is_file() and not _is_no_delivery(path.name))
    return tuple(sorted(path for path in found if path not in announced))


def _is_no_delivery(name: str) -> bool:
    return name in _NO_DELIVERY or name.startswith((".", "~$"))
