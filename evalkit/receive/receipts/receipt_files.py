"""Write receipts: one HTML page and one JSON file, each whole or not at all."""

from __future__ import annotations

from evalkit.receive.receipts.receipt import Receipt, receipt_json
from evalkit.receive.receipts.receipt_html import receipt_html
from evalkit.store.atomic import write_text_atomically
from evalkit.store.store import Store


def write_receipt(store: Store, receipt: Receipt) -> Receipt:
    """Write a receipt under ``receipts/<delivery id>`` and return it.

    It depends on the ledger and on the stored rows alone, so it can be written again at any time.
    """
    path = store.receipts / receipt.delivery.id
    write_text_atomically(path.with_suffix(".json"), receipt_json(receipt))
    write_text_atomically(path.with_suffix(".html"), receipt_html(receipt))
    return receipt
