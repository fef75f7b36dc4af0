"""A reception on the terminal: the receipt, and the exit code that a script can read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from evalkit.receive.findings.finding import RefusedFileError
from evalkit.receive.order import ReceiveOrder
from evalkit.receive.receipts.receipt import Receipt
from evalkit.receive.receipts.receipt_text import receipt_text
from evalkit.receive.receive import check_file, receive
from evalkit.store.delivery import DeliveryStatus
from evalkit.store.store import Store
from evalkit.typography import typeset
from evalkit.workspace.crosscheck import open_for_reception
from evalkit.workspace.find import find_workspace
from evalkit.workspace.workspace import Workspace

EXIT_CODES = {DeliveryStatus.ACCEPTED: 0, DeliveryStatus.WITH_RESERVES: 1, DeliveryStatus.REFUSED: 2}

EXIT_UNREADABLE = 3
"""There is no verdict: the file cannot be read, or nobody can tell what it is."""

_UNREADABLE = frozenset({f"EVK-R{number:03d}" for number in range(1, 9)} | {"EVK-R010"})


def check_partner_file(file: Path, workspace: Path | None, order: ReceiveOrder) -> int:
    """Judge a file without keeping anything, print its receipt and return the exit code."""
    opened = open_for_reception(find_workspace(workspace))
    return _print(lambda: check_file(opened, file, order))


def receive_partner_file(file: Path, workspace: Path | None, order: ReceiveOrder) -> int:
    """Receive a file, print its receipt with the place of its page, and return the exit code."""
    opened = open_for_reception(find_workspace(workspace))
    return _print(lambda: receive(opened, file, order), opened)


def _print(judge: Callable[[], Receipt], kept_in: Workspace | None = None) -> int:
    try:
        receipt = judge()
    except RefusedFileError as error:
        _print_without_verdict(error)
        return EXIT_UNREADABLE
    typer.echo(receipt_text(receipt))
    if kept_in is not None:
        page = Store(kept_in.data).receipts / f"{receipt.delivery.id}.html"
        typer.echo(typeset(f"Accusé de réception : {page}"))
    if any(finding.code in _UNREADABLE for finding in receipt.delivery.findings if not receipt.delivery.is_accepted):
        return EXIT_UNREADABLE
    return EXIT_CODES[receipt.delivery.status]


def _print_without_verdict(error: RefusedFileError) -> None:
    """Print why there is no verdict: what is wrong and what to do, each on its line."""
    typer.echo(typeset("Pas de verdict : ce fichier ne peut pas être contrôlé en l’état. Rien n’a été reçu."), err=True)
    for problem in error.problems:
        received = f" Reçu : « {problem.received} »." if problem.received else ""
        place = f" (ligne {problem.place.line})" if problem.place.line else ""
        typer.echo(typeset(f"  - {problem.message.rstrip('.')}{place}.{received} [{problem.code}]"), err=True)
        if problem.repair:
            typer.echo(typeset(f"    {problem.repair}"), err=True)
