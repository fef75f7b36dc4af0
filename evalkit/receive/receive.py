"""Receive a partner's file: read, protect, check, judge, keep; or only check it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from evalkit.receive.findings.finding import RefusedFileError, Where, found
from evalkit.receive.judging import judge_table, refusal
from evalkit.receive.opening import Opened, open_case, read_partner_file
from evalkit.receive.order import Judgement, ReceiveOrder
from evalkit.receive.periods import period_counts
from evalkit.receive.privacy.key import IdentityKey, check_same_key, read_key
from evalkit.receive.receipts.receipt import Receipt
from evalkit.receive.receipts.receipt_files import write_receipt
from evalkit.store.delivery import Delivery
from evalkit.store.ledger import deliveries, find_delivery
from evalkit.store.quarantine import write_quarantine
from evalkit.store.rows import record, rows_of_delivery
from evalkit.store.store import Store
from evalkit.territory.zones import Territory
from evalkit.workspace.workspace import Workspace

_USUAL_CHANGE = 0.30
"""Change in the number of rows, from one delivery to the next, above which it is worth a look."""


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
    store = Store(workspace.data)
    known = find_delivery(store, opened.case.delivery_id)
    if known is not None:
        return write_receipt(store, _receipt_of_known(store, known))
    key = None
    if opened.case.feed.identity is not None:
        key = read_key(workspace)
        check_same_key(workspace, key)
    judgement = _with_volume_note(store, _judge(opened, declarations.territory, key))
    if judgement.refused is not None and judgement.refused.height:
        write_quarantine(store, judgement.delivery.id, judgement.refused)
    recorded = record(store, judgement.delivery, judgement.rows)
    if recorded.is_repeated:
        return write_receipt(store, _receipt_of_known(store, recorded.delivery))
    return write_receipt(store, Receipt(recorded.delivery, period_counts(judgement.rows)))


def check_file(workspace: Workspace, path: Path, order: ReceiveOrder) -> Receipt:
    """Judge a file as :func:`receive` does, without a key and without writing anything.

    Raises:
        DeliveryError: the feed is not recognised, or the producer or the period must be given.
    """
    file = read_partner_file(path)
    declarations = workspace.contract(order.contract)
    opened = open_case(workspace, declarations, file, order)
    judgement = _judge(opened, declarations.territory, None)
    return Receipt(judgement.delivery, period_counts(judgement.rows))


def _judge(opened: Opened, territory: Territory, key: IdentityKey | None) -> Judgement:
    if opened.table is None:
        return refusal(opened.case, opened.refused or RefusedFileError(()))
    table, matching = opened.table
    try:
        return judge_table(opened.case, table, matching, territory, key)
    except RefusedFileError as error:
        return refusal(opened.case, error)


def _receipt_of_known(store: Store, delivery: Delivery) -> Receipt:
    """Return the receipt of a delivery that the ledger holds already."""
    if not delivery.is_accepted:
        return Receipt(delivery, (), is_repeated=True)
    return Receipt(delivery, period_counts(rows_of_delivery(store, delivery).collect()), is_repeated=True)


def _with_volume_note(store: Store, judgement: Judgement) -> Judgement:
    """Add a note when the rows per period have changed much since the producer's latest accepted delivery."""
    delivery = judgement.delivery
    if not delivery.is_accepted or not delivery.periods:
        return judgement
    earlier = [
        one
        for one in deliveries(store, delivery.contract, delivery.feed, delivery.received_on)
        if one.is_accepted and one.periods and one.producer == delivery.producer
    ]
    if not earlier:
        return judgement
    before = earlier[-1].rows_accepted / len(earlier[-1].periods)
    now = delivery.rows_accepted / len(delivery.periods)
    change = now / before - 1 if before else 0.0
    if abs(change) <= _USUAL_CHANGE:
        return judgement
    message = f"Le nombre de lignes par période change de {100 * change:+.0f} % depuis la livraison précédente."
    note = found("EVK-R070", message, Where("", (), delivery.rows_accepted))
    return replace(judgement, delivery=replace(delivery, findings=(*delivery.findings, note)))
