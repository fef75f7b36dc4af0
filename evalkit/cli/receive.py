"""``evalkit receive``: receive one file of a partner."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.options import ContractOption, WorkspaceOption


def receive(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Le fichier du partenaire.")],
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    feed: Annotated[str | None, typer.Option("--feed", help="Le flux ; sinon reconnu à ses colonnes.")] = None,
    producer: Annotated[str | None, typer.Option("--producer", help="Qui envoie, s’ils sont plusieurs.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="La période, si le fichier ne la dit pas.")] = None,
    received_on: Annotated[
        str | None, typer.Option("--on", help="Jour de réception (AAAA-MM-JJ) ; aujourd’hui.")
    ] = None,
) -> int:
    """Reçoit un fichier : le contrôle, range ses lignes et écrit l’accusé de réception."""
    from evalkit.cli.receipts import receive_partner_file
    from evalkit.cli.reception_order import order_of

    return receive_partner_file(file, workspace, order_of(workspace, contract, feed, producer, period, received_on))
