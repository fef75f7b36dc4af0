"""``evalkit receive``: receive one file of a partner, or everything that has arrived with a slip."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.options import ContractOption, FeedOption, PeriodOption, ProducerOption, WorkspaceOption, day
from evalkit.errors import Problem, WorkspaceError


def receive(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FICHIER", help="Le fichier du partenaire ; sinon tous ceux que nomme le bordereau."),
    ] = None,
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    feed: FeedOption = None,
    producer: ProducerOption = None,
    period: PeriodOption = None,
    received_on: Annotated[
        str | None, typer.Option("--on", help="Jour de réception (AAAA-MM-JJ) ; aujourd’hui sinon.")
    ] = None,
) -> int:
    """Reçoit un fichier, ou tous ceux du bordereau : contrôles, lignes rangées, accusés de réception."""
    import datetime as dt

    if file is None:
        from evalkit.cli.receptions import receive_everything

        _require_alone(feed=feed, producer=producer, period=period, on=received_on)
        return receive_everything(workspace, contract)
    from evalkit.cli.receipts import receive_partner_file
    from evalkit.receive.order import ReceiveOrder

    today = dt.datetime.now(dt.UTC).astimezone().date()
    order = ReceiveOrder(contract, day(received_on) or today, feed, producer, period)
    return receive_partner_file(file, workspace, order)


def _require_alone(**given: str | None) -> None:
    """Refuse what is said of one file when none is given.

    Raises:
        WorkspaceError: an option is given (``EVK-W011``).
    """
    named = [f"--{name}" for name, value in given.items() if value is not None]
    if named:
        message = "Sans fichier, c’est le bordereau qui dit le flux, le producteur, la période et le jour."
        repair = "Nommez le fichier, ou retirez l’option."
        raise WorkspaceError(Problem("EVK-W011", message, received=" ".join(named), repair=repair))
