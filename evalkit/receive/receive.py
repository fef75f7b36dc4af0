"""Receive a partner's file: read, protect, check, judge, keep; or only check it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from evalkit.receive.findings.finding import RefusedFileError, found
from evalkit.receive.history.headings_kept import forget_headings, headings_of, keep_headings
from evalkit.receive.history.past import Declared, Past, look_back
from evalkit.receive.judging import judge_table, refusal
from evalkit.receive.opening import Opened, open_case, read_partner_file
from evalkit.receive.order import Case, Judgement, ReceiveOrder
from evalkit.receive.periods import period_counts
from evalkit.receive.privacy.identity import Seal, followed_purposes, seal, without_objectors
from evalkit.receive.privacy.key import IdentityKey, Keyring, check_known_keys, read_keys
from evalkit.receive.receipts.receipt import Receipt
from evalkit.receive.receipts.receipt_files import write_receipt
from evalkit.receive.receipts.words import Words, words_of
from evalkit.store.delivery import Delivery
from evalkit.store.ledger import deliveries, find_delivery
from evalkit.store.rows import Parcel, record, rows_of_delivery
from evalkit.store.store import Store
from evalkit.store.tidy import transaction
from evalkit.territory.zones import Territory
from evalkit.workspace.workspace import ContractDeclarations, Workspace


def receive(workspace: Workspace, path: Path, order: ReceiveOrder) -> Receipt:
    """Receive one file and keep what may be kept.

    A refused delivery is received too: the ledger remembers it, and its receipt says what to do. The same file on the
    same terms is received once. A process killed at any step leaves a store that agrees with its ledger; receiving the
    file again finishes the work.

    Args:
        workspace: the declarations and where data are kept.
        path: the partner's file.
        order: contract, date, and what the file does not say by itself.

    Returns:
        The receipt, also written under ``receipts/`` in HTML and JSON.

    Raises:
        DeliveryError: the person who receives must say more, or repair the installation: feed not recognised
            (``EVK-R020``), producer or period missing (``EVK-R026``, ``EVK-R027``), identity key (``EVK-R034``,
            ``EVK-R035``). Nothing is written then.
    """
    file = read_partner_file(path)
    declarations = workspace.contract(order.contract)
    opened = open_case(workspace, declarations, file, order)
    words = _words(declarations, opened)
    store = Store(workspace.data)
    keys = _keys(workspace, store, opened.case)
    if keys is not None:
        opened = replace(opened, case=_under_key(opened.case, keys))
    known = find_delivery(store, opened.case.delivery_id)
    if known is not None:
        return _given(store, replace(_receipt_of_known(store, known), words=words))
    key = keys.on(order.received_on) if keys is not None else None
    past = look_back(store, opened.case, Declared(workspace.feeds, declarations.clauses), key)
    judgement = _judge(opened, declarations.territory, key, past)
    parcel = Parcel(judgement.delivery, judgement.rows, judgement.refused)
    if keys is not None:
        parcel = seal(parcel, _seal_of(opened.case, keys))
    recorded = record(store, parcel.delivery, parcel.rows, parcel.refused, without_objectors)
    if recorded.is_repeated:
        return _given(store, replace(_receipt_of_known(store, recorded.delivery), words=words))
    with transaction(store):
        _keep_headings(store, opened, recorded.delivery)
    kept = parcel.rows
    if recorded.delivery.rows_accepted != kept.height:
        kept = rows_of_delivery(store, recorded.delivery).collect()
    return _given(store, Receipt(recorded.delivery, period_counts(kept), words=words))


def _given(store: Store, receipt: Receipt) -> Receipt:
    """Write a receipt as the store is written: what an interruption leaves of it is tidied by the next writer."""
    with transaction(store):
        return write_receipt(store, receipt)


def _keys(workspace: Workspace, store: Store, case: Case) -> Keyring | None:
    """Return the identity keys, for a feed that follows persons."""
    if case.feed.identity is None:
        return None
    keys = read_keys(workspace)
    check_known_keys(keys, deliveries(store))
    return keys


def _under_key(case: Case, keys: Keyring) -> Case:
    key = keys.on(case.received_on)
    return case if key == keys.first else replace(case, key=key.fingerprint)


def _seal_of(case: Case, keys: Keyring) -> Seal:
    identity = case.feed.identity
    if identity is None:
        raise TypeError(f"{case.feed.feed} follows nobody; no key is read for it")
    purposes = followed_purposes(case.terms.clause)
    return Seal(case.contract, identity.field, purposes, keys.on(case.received_on), keys.first)


def check_file(workspace: Workspace, path: Path, order: ReceiveOrder) -> Receipt:
    """Judge a file as :func:`receive` does, without a key and without writing anything.

    Raises:
        DeliveryError: the feed is not recognised, or the producer or the period must be given.
    """
    file = read_partner_file(path)
    declarations = workspace.contract(order.contract)
    opened = open_case(workspace, declarations, file, order)
    judgement = _judge(opened, declarations.territory, None, None)
    periods = period_counts(judgement.rows)
    return Receipt(judgement.delivery, periods, words=_words(declarations, opened), is_trial=True)


def _words(declarations: ContractDeclarations, opened: Opened) -> Words:
    """Return what the partner calls the columns of the file, its feed and itself."""
    if opened.table is None:
        return words_of(declarations, opened.case)
    table, matching = opened.table
    return words_of(declarations, opened.case, table.headings, matching)


def _judge(opened: Opened, territory: Territory, key: IdentityKey | None, past: Past | None) -> Judgement:
    if opened.table is None:
        return refusal(opened.case, opened.refused or RefusedFileError(()))
    table, matching = opened.table
    try:
        return judge_table(opened.case, table, matching, territory, key, past)
    except RefusedFileError as error:
        return refusal(opened.case, error)


def _receipt_of_known(store: Store, delivery: Delivery) -> Receipt:
    """Return the receipt of a delivery that the ledger holds already."""
    if delivery.removed_on is not None:
        message = f"Lignes supprimées le {delivery.removed_on:%d/%m/%Y}, au terme de leur conservation."
        delivery = replace(delivery, findings=(*delivery.findings, found("EVK-R068", message)))
    if not delivery.is_accepted:
        return Receipt(delivery, (), is_repeated=True)
    return Receipt(delivery, period_counts(rows_of_delivery(store, delivery).collect()), is_repeated=True)


def _keep_headings(store: Store, opened: Opened, delivery: Delivery) -> None:
    """Keep the headings of an accepted delivery, and forget those of deliveries that are no longer accepted."""
    if opened.table is None or not delivery.is_accepted:
        return
    keep_headings(store, delivery, headings_of(*opened.table))
    forget_headings(store, [each.id for each in deliveries(store) if each.is_accepted])
