"""The headings of a delivery, kept so that the next one can be compared with them.

Rows say nothing of the columns that are not kept. The headings stand in the restricted folder, one small file per
delivery, without any value; they were searched for personal data with the rest of the file. They die with their
delivery: a file whose delivery is no longer accepted in the ledger is never read, and is removed at the next reception.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evalkit.receive.file.table import TextTable
from evalkit.receive.headings import Matching
from evalkit.store.atomic import write_text_atomically
from evalkit.store.delivery import Delivery
from evalkit.store.store import Store, checked_name


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings of one delivery.

    Attributes:
        fields: the heading under which each declared field came.
        others: the headings of the columns that are not declared, in order.
    """

    fields: dict[str, str]
    others: tuple[str, ...]


def headings_of(table: TextTable, matching: Matching) -> Headings:
    """Return the headings of a table as it was matched with the fields of its feed."""
    named = {field: table.headings[int(column[1:])] for field, column in sorted(matching.columns.items())}
    return Headings(named, tuple(heading for heading in matching.unknown.values() if heading))


def headings_folder(store: Store) -> Path:
    """Return the folder of the headings, in the restricted zone."""
    return store.quarantine.parent / "headings"


def keep_headings(store: Store, delivery: Delivery, headings: Headings) -> None:
    """Keep the headings of an accepted delivery."""
    path = headings_folder(store) / f"{checked_name(delivery.id)}.json"
    content = {"fields": headings.fields, "others": headings.others}
    write_text_atomically(path, json.dumps(content, ensure_ascii=False, sort_keys=True) + "\n")
    path.parent.parent.chmod(0o700)


def read_headings(store: Store, delivery: Delivery) -> Headings | None:
    """Return the headings of a delivery; none when they were not kept."""
    path = headings_folder(store) / f"{checked_name(delivery.id)}.json"
    if not delivery.is_accepted or not path.exists():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    return Headings(dict(content["fields"]), tuple(content["others"]))


def forget_headings(store: Store, accepted: Iterable[str]) -> tuple[str, ...]:
    """Remove the headings of every delivery that is not among the accepted ones; return their ids, sorted."""
    kept = set(accepted)
    gone = [path for path in sorted(headings_folder(store).glob("*.json")) if path.stem not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return tuple(path.stem for path in gone)
