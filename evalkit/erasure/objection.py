"""One person objects: every row of theirs goes from what is not published yet, and later deliveries leave them out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from evalkit.erasure.leftovers import remove_computed
from evalkit.erasure.traces import files_holding
from evalkit.errors import Place, Problem, StoreError, WorkspaceError
from evalkit.receive.privacy.identity import as_received
from evalkit.receive.privacy.key import Keyring, check_known_keys, read_keys
from evalkit.store import delta
from evalkit.store.event import Event, EventKind
from evalkit.store.ledger import Ledger, commit_events, read_ledger
from evalkit.store.quarantine import write_quarantine
from evalkit.store.schema import DELIVERY_ID, USES, pseudonym_column
from evalkit.store.store import Store
from evalkit.store.tidy import row_tables, transaction
from evalkit.workspace.workspace import Workspace

_SHORT = 12
_LONG = 32


@dataclass(frozen=True, slots=True, order=True)
class Pending:
    """An objection that was recorded, and whose removal did not end."""

    contract: str
    day: dt.date
    reference: str


@dataclass(frozen=True, slots=True)
class Objected:
    """What an objection removed.

    Attributes:
        reference: what names the objection in the ledger; it gives no pseudonym away.
        was_known: the person had objected before.
        rows: accepted rows removed.
        deliveries: how many deliveries held them.
        refused: rows removed from the quarantine.
        computed: files of results removed, for they were computed with that person.
    """

    reference: str
    was_known: bool
    rows: int
    deliveries: int
    refused: int
    computed: int


@dataclass(frozen=True, slots=True)
class _Removed:
    rows: int = 0
    deliveries: int = 0


def object_to(workspace: Workspace, contract: str, received: str, day: dt.date) -> Objected:
    """Record the objection of one person, and remove their rows for good.

    The objection is recorded first, by a token: an interruption leaves it in force for every later delivery, and the
    same command ends the removal. What was published stays as it was: an edition holds no person.

    Args:
        workspace: the declarations, the data and the keys.
        contract: id of the contract.
        received: the pseudonym as the partner sends it; it is hashed here, with every key, and neither kept nor told.
        day: the day of the objection.

    Raises:
        WorkspaceError: what was given is no pseudonym (``EVK-W020``).
        DeliveryError: the identity keys cannot be used (``EVK-R034``, ``EVK-R035``).
        StoreError: a trace is left (``EVK-S006``), another process writes (``EVK-S002``) or the disk fails
            (``EVK-S005``).
    """
    theirs = _pseudonym(workspace, received)
    keys, store = read_keys(workspace), Store(workspace.data)
    ours = frozenset(key.pseudonym(contract, use, theirs) for key in keys.keys for use in USES)
    with transaction(store):
        ledger = read_ledger(store)
        check_known_keys(keys, ledger.deliveries())
        (token,) = keys.first.objections(contract, [theirs])
        was_known = any(event.subject == token for event in ledger.events(EventKind.OBJECTION))
        if not was_known:
            commit_events(store, [_objection(keys, contract, token, day)], ledger)
        removed = _remove_rows(store, contract, ours)
        refused = _remove_refused(store, _ids_of(ledger, contract), ours)
        computed = remove_computed(store)
        detail = (("lignes", removed.rows), ("livraisons", removed.deliveries), ("lignes refusées", refused))
        commit_events(store, [Event(EventKind.OBJECTION_APPLIED, token, contract, day, "", detail)])
    # A study number is short: it would be found by chance among other figures.
    _check_gone(store, {*ours, *([theirs] if len(theirs) >= _LONG else [])})
    return Objected(token[:_SHORT], was_known, removed.rows, removed.deliveries, refused, computed)


def pending_objections(ledger: Ledger) -> tuple[Pending, ...]:
    """Return the objections whose removal did not end, sorted."""
    applied = {event.subject for event in ledger.events(EventKind.OBJECTION_APPLIED)}
    recorded = ledger.events(EventKind.OBJECTION)
    return tuple(
        sorted(
            Pending(each.contract, each.day, each.subject[:_SHORT]) for each in recorded if each.subject not in applied
        )
    )


def _pseudonym(workspace: Workspace, received: str) -> str:
    fields = [feed.field(feed.identity.field) for feed in workspace.feeds.values() if feed.identity is not None]
    read = [as_received(field, received) for field in fields if field is not None]
    found = next((text for text in read if text is not None), None)
    if found is None:
        message = "Ce n’est pas un pseudonyme : aucun flux déclaré ne désigne les personnes ainsi."
        repair = (
            "Demandez au partenaire le pseudonyme qu’il envoie pour cette personne (souvent 64 caractères "
            "hexadécimaux) ; n’écrivez jamais son nom."
        )
        # What was typed may be a name: it is not repeated.
        raise WorkspaceError(Problem("EVK-W020", message, repair=repair))
    return found


def _objection(keys: Keyring, contract: str, token: str, day: dt.date) -> Event:
    return Event(EventKind.OBJECTION, token, contract, day, "", (("clé", keys.first.fingerprint),))


def _ids_of(ledger: Ledger, contract: str) -> tuple[str, ...]:
    return tuple(sorted(each.id for each in ledger.deliveries() if each.contract == contract))


def _remove_rows(store: Store, contract: str, ours: Iterable[str]) -> _Removed:
    """Write again, without that person, each delivery that holds them, then remove the former files."""
    rows = deliveries = 0
    for table in row_tables(store, contract):
        stored = delta.scan(table)
        theirs = _is_theirs(stored.collect_schema().names(), ours)
        if theirs is None:
            continue
        touched = stored.filter(theirs).select(DELIVERY_ID).collect()[DELIVERY_ID].unique().sort().to_list()
        for delivery_id in touched:
            mine = delta.scan(table).filter(pl.col(DELIVERY_ID) == delivery_id).collect()
            kept = mine.filter(~theirs)
            delta.replace_partition(table, DELIVERY_ID, delivery_id, kept)
            rows, deliveries = rows + mine.height - kept.height, deliveries + 1
        # A try that was interrupted may have left the former files: they go even when no row is left to remove.
        delta.vacuum(table)
    return _Removed(rows, deliveries)


def _remove_refused(store: Store, ids: Iterable[str], ours: Iterable[str]) -> int:
    removed = 0
    for path in (store.quarantine / f"{each}.parquet" for each in ids):
        if path.exists():
            removed += _remove_from(store, path, ours)
    return removed


def _remove_from(store: Store, path: Path, ours: Iterable[str]) -> int:
    mine = pl.read_parquet(path)
    theirs = _is_theirs(mine.columns, ours)
    kept = mine if theirs is None else mine.filter(~theirs)
    if kept.is_empty() and mine.height:
        path.unlink()
    elif kept.height < mine.height:
        write_quarantine(store, path.stem, kept)
    return mine.height - kept.height


def _is_theirs(columns: Iterable[str], ours: Iterable[str]) -> pl.Expr | None:
    """Tell the rows of that person, under whichever purpose; none when the columns follow nobody."""
    endings = tuple(pseudonym_column("", use) for use in USES)
    held = [name for name in columns if name.endswith(endings)]
    wanted = sorted(ours)
    return pl.any_horizontal(pl.col(name).is_in(wanted).fill_null(False) for name in held) if held else None


def _check_gone(store: Store, needles: set[str]) -> None:
    left = files_holding(store.root, needles)
    if left:
        message = f"Une trace de cette personne reste dans {len(left)} fichier(s) du dossier des données."
        repair = "Supprimez ces fichiers s’ils ne viennent pas d’evalkit, puis relancez la commande."
        raise StoreError(Problem("EVK-S006", message, Place(str(left[0])), repair=repair))
