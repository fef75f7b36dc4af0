"""A reception on the terminal: the receipt, and the exit code that a script can read."""

from __future__ import annotations

from pathlib import Path

import typer

from evalkit.receive.order import ReceiveOrder
from evalkit.receive.receipts.receipt import Receipt, receipt_text
from evalkit.receive.receive import check_file, receive
from evalkit.store.delivery import DeliveryStatus
from evalkit.store.store import Store
from evalkit.typography import typeset
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.find import find_workspace

EXIT_CODES = {DeliveryStatus.ACCEPTED: 0, DeliveryStatus.WITH_RESERVES: 1, DeliveryStatus.REFUSED: 2}


def check_partner_file(file: Path, workspace: Path | None, order: ReceiveOrder) -> int:
    """Judge a file without keeping anything, print its receipt and return the exit code."""
    opened = open_workspace(find_workspace(workspace))
    return _print(check_file(opened, file, order))


def receive_partner_file(file: Path, workspace: Path | None, order: ReceiveOrder) -> int:
    """Receive a file, print its receipt with the place of its page, and return the exit code."""
    opened = open_workspace(find_workspace(workspace))
    receipt = receive(opened, file, order)
    code = _print(receipt)
    page = Store(opened.data).receipts / f"{receipt.delivery.id}.html"
    typer.echo(typeset(f"Accusé de réception : {page}"))
    return code


def _print(receipt: Receipt) -> int:
    typer.echo(receipt_text(receipt))
    return EXIT_CODES[receipt.delivery.status]
