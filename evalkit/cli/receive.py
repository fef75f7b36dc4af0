"""``evalkit receive``: receive one file of a partner."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.options import ContractOption, FeedOption, PeriodOption, ProducerOption, WorkspaceOption, day


def receive(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Le fichier du partenaire.")],
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    feed: FeedOption = None,
    producer: ProducerOption = None,
    period: PeriodOption = None,
    received_on: Annotated[
        str | None, typer.Option("--on", help="Jour de réception (AAAA-MM-JJ) ; aujourd’hui sinon.")
    ] = None,
) -> int:
    """Reçoit un fichier : le contrôle, range ses lignes et écrit l’accusé de réception."""
    import datetime as dt

    from evalkit.cli.receipts import receive_partner_file
    from evalkit.receive.order import ReceiveOrder

    today = dt.datetime.now(dt.UTC).astimezone().date()
    order = ReceiveOrder(contract, day(received_on) or today, feed, producer, period)
    return receive_partner_file(file, workspace, order)
