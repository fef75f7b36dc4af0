"""Remove what may be kept no longer, physically, and record it in the ledger."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from evalkit.erasure.due import Expired, Unbounded, expired, unbounded
from evalkit.erasure.leftovers import computed_files, remove_computed
from evalkit.erasure.objection import Pending, pending_objections
from evalkit.receive.history.headings_kept import forget_headings
from evalkit.store.event import Event, EventKind
from evalkit.store.ledger import commit_events, read_ledger
from evalkit.store.quarantine import quarantine_path
from evalkit.store.store import Store
from evalkit.store.tidy import sweep, transaction
from evalkit.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PurgePlan:
    """What a purge would do on a day.

    Attributes:
        expired: deliveries whose rows would go, with their refused rows.
        quarantines: how many of them have refused rows in quarantine.
        computed: results that were computed from rows, and would go with them.
        unbounded: rows that follow persons and that no clause bounds: nothing is removed of them.
        pending: objections that an interruption left unfinished.
    """

    day: dt.date
    expired: tuple[Expired, ...]
    quarantines: int
    computed: tuple[Path, ...]
    unbounded: tuple[Unbounded, ...]
    pending: tuple[Pending, ...]


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge removed.

    Attributes:
        deliveries: their ids, sorted.
        rows: rows that they held.
        computed: files of results removed.
        freed: bytes that the data folder lost.
    """

    deliveries: tuple[str, ...]
    rows: int
    computed: int
    freed: int


def plan_purge(workspace: Workspace, store: Store, day: dt.date) -> PurgePlan:
    """Return what may be kept no longer on a day; nothing is written."""
    ledger = read_ledger(store)
    known = ledger.deliveries()
    over = expired(workspace, known, day)
    quarantines = sum(quarantine_path(store, each.delivery.id).exists() for each in over)
    computed = computed_files(store) if over else ()
    return PurgePlan(day, over, quarantines, computed, unbounded(workspace, known), pending_objections(ledger))


def purge(workspace: Workspace, store: Store, day: dt.date) -> Purged:
    """Remove what may be kept no longer on a day.

    The ledger is written first: from then on the rows are not read, and the next writer removes those that an
    interruption left. Then the rows, the refused rows, the results and every older version of the tables go from the
    disk. Orphans of interrupted receptions go too. Editions and reports stay: they are what is kept.

    Raises:
        StoreError: another process writes (``EVK-S002``), or the disk fails (``EVK-S005``).
    """
    before = _size(store.root)
    with transaction(store):
        ledger = read_ledger(store)
        over = expired(workspace, ledger.deliveries(), day)
        commit_events(store, [_removal(each, day) for each in over], ledger)
        sweep(store)
        kept = [each.id for each in read_ledger(store).deliveries() if each.is_accepted]
        forget_headings(store, kept)
        computed = remove_computed(store) if over else 0
    ids = tuple(sorted(each.delivery.id for each in over))
    rows = sum(each.delivery.rows_accepted + each.delivery.rows_refused for each in over)
    return Purged(ids, rows, computed, max(before - _size(store.root), 0))


def _removal(each: Expired, day: dt.date) -> Event:
    delivery = each.delivery
    detail = (
        ("conservation", each.retention),
        ("lignes", delivery.rows_accepted),
        ("lignes refusées", delivery.rows_refused),
        ("échéance", each.until.isoformat()),
    )
    return Event(EventKind.REMOVAL, delivery.id, delivery.contract, day, delivery.feed, detail)


def _size(root: Path) -> int:
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
