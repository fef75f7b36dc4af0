"""Check the tables that tie places to zones: their zones exist, their shares make one place at most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from evalkit.declare.contract import AttachmentTable, TerritoryFile, Zone
from evalkit.declare.load import Located
from evalkit.errors import Place, Problem
from evalkit.workspace.load import ContractFiles
from evalkit.workspace.unknown import unless_known


def attachment_problems(files: ContractFiles, zones: Mapping[str, Zone]) -> Iterator[Problem]:
    """Return what is wrong in the tables of attachments of a contract.

    Codes: ``EVK-D021`` an id taken, ``EVK-D032`` an unknown zone, ``EVK-D029`` a place given twice or whose shares
    exceed one, ``EVK-D039`` two tables for one place on one day.
    """
    tables = [
        (located, index, table)
        for located in files.territories
        for index, table in enumerate(located.value.attachments)
    ]
    yield from _repeated_ids(tables)
    for located, index, table in tables:
        for number, place in enumerate(table.places):
            at = located.place("attachments", index, "places", number, "zone")
            yield from unless_known("Zone", place.zone, zones, at)
        yield from _share_problems(located, index, table)
    yield from _overlaps(tables)


_Written = tuple[Located[TerritoryFile], int, AttachmentTable]


def _repeated_ids(tables: list[_Written]) -> Iterator[Problem]:
    seen: dict[str, Place] = {}
    for located, index, table in tables:
        place = located.place("attachments", index, "id")
        if table.id in seen:
            message = f"Identifiant déjà pris ({seen[table.id]})."
            yield Problem("EVK-D021", message, place, table.id, "Changez l’un des deux.")
        seen.setdefault(table.id, place)


def _share_problems(located: Located[TerritoryFile], index: int, table: AttachmentTable) -> Iterator[Problem]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    seen: set[tuple[str, str]] = set()
    for number, place in enumerate(table.places):
        at = located.place("attachments", index, "places", number)
        code = _written(place.code)
        before = totals[code]
        totals[code] += place.share
        if (code, place.zone) in seen:
            message = "Ce lieu est déjà rattaché à cette zone."
            yield Problem("EVK-D029", message, at, place.code, "Gardez une seule ligne.")
        elif before <= 1 < totals[code]:
            message = "Les parts de ce lieu dépassent 1."
            yield Problem("EVK-D029", message, at, place.code, "Donnez à chaque zone la part qui lui revient.")
        seen.add((code, place.zone))


def _overlaps(tables: list[_Written]) -> Iterator[Problem]:
    """Two tables that hold on one day would count a place twice."""
    for number, (located, index, table) in enumerate(tables):
        for _, _, earlier in tables[:number]:
            if (table.field, table.kind) != (earlier.field, earlier.kind) or not _meet(table, earlier):
                continue
            shared = sorted(
                {_written(one.code) for one in table.places} & {_written(one.code) for one in earlier.places}
            )
            if shared:
                message = f"La table « {earlier.label} » rattache déjà ces lieux aux mêmes dates."
                at = located.place("attachments", index, "from")
                yield Problem("EVK-D039", message, at, ", ".join(shared[:5]), "Fermez l’ancienne avec « until ».")


def _meet(one: AttachmentTable, other: AttachmentTable) -> bool:
    return (one.until is None or other.from_ <= one.until) and (other.until is None or one.from_ <= other.until)


def _written(code: str) -> str:
    return code.strip().upper()
