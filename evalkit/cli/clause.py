"""``evalkit clause``: who owes what, what is late, what to ask for, and what a new version changes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.options import ContractOption, WorkspaceOption, day

BoardDayOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", help="Le jour du point (AAAA-MM-JJ) ; aujourd’hui sinon, la dernière réception en démonstration."
    ),
]
ReminderOption = Annotated[
    str | None, typer.Option("--reminder", help="Écrit la lettre de relance de ce producteur, prête à envoyer.")
]
DiffOption = Annotated[
    tuple[Path, Path] | None,
    typer.Option("--diff", help="Compare deux fichiers de clauses, l’ancien puis le nouveau ; code 1 si rupture."),
]


def clause(
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    as_of: BoardDayOption = None,
    reminder: ReminderOption = None,
    diff: DiffOption = None,
) -> int:
    """Fait le point des clauses DATA : ce qui est dû, reçu, en retard, écrit ou à négocier."""
    from evalkit.cli.clause_board import print_board, print_changes, print_reminder
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    if diff is not None:
        return print_changes(*diff)
    opened = open_workspace(find_workspace(workspace))
    if reminder is not None:
        print_reminder(opened, opened.contract(contract), reminder, day(as_of))
        return 0
    for declarations in [opened.contract(contract)] if contract else opened.contracts.values():
        print_board(opened, declarations, day(as_of))
    return 0
