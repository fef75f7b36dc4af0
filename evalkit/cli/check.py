"""``evalkit check``: the declarations of a workspace, or a partner's file before it is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.options import ContractOption, FeedOption, PeriodOption, ProducerOption, WorkspaceOption


def check(
    file: Annotated[
        Path | None, typer.Argument(metavar="FICHIER", help="Un fichier de données ; sinon les déclarations.")
    ] = None,
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    feed: FeedOption = None,
    producer: ProducerOption = None,
    period: PeriodOption = None,
    holes: Annotated[bool, typer.Option("--holes", help="Liste chaque trou des déclarations.")] = False,
) -> int:
    """Contrôle les déclarations, ou un fichier de partenaire avant son envoi (rien n’est gardé)."""
    if file is not None:
        import datetime as dt

        from evalkit.cli.receipts import check_partner_file
        from evalkit.receive.order import ReceiveOrder

        today = dt.datetime.now(dt.UTC).astimezone().date()
        return check_partner_file(file, workspace, ReceiveOrder(contract, today, feed, producer, period))
    from evalkit.cli.declarations import print_declarations
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    print_declarations(open_workspace(find_workspace(workspace)), contract, every_hole=holes)
    return 0
