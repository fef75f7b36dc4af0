"""``evalkit clause``: who owes what, what is late, what to ask for, what changes, what is to be signed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.options import ContractOption, FormatsOption, WorkspaceOption, day, formats_of

ContractArgument = Annotated[
    str | None, typer.Argument(metavar="CONTRAT", help="Le contrat ; tous, l’un après l’autre, s’il n’est pas nommé.")
]
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
AnnexOption = Annotated[
    bool, typer.Option("--annex", help="Écrit l’annexe à signer : une fiche par flux, ce qui manque « à compléter ».")
]
AipdOption = Annotated[
    bool, typer.Option("--aipd", help="Écrit le projet d’analyse d’impact de chaque flux qui désigne des personnes.")
]
FeedOption = Annotated[str | None, typer.Option("--feed", help="Avec --aipd : ce flux seulement.")]
FolderOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="DOSSIER", help="Où écrire ; sinon data/documents/.")
]


def clause(
    name: ContractArgument = None,
    workspace: WorkspaceOption = None,
    contract: ContractOption = None,
    as_of: BoardDayOption = None,
    reminder: ReminderOption = None,
    diff: DiffOption = None,
    annex: AnnexOption = False,
    aipd: AipdOption = False,
    feed: FeedOption = None,
    to: FormatsOption = "html,pdf",
    output: FolderOption = None,
) -> int:
    """Fait le point des clauses DATA : ce qui est dû, reçu, en retard, écrit ou à négocier."""
    from evalkit.cli.clause_board import print_board, print_changes, print_reminder
    from evalkit.cli.clause_documents import Wanted, write_documents
    from evalkit.workspace.crosscheck import open_workspace
    from evalkit.workspace.find import find_workspace

    if diff is not None:
        return print_changes(*diff)
    formats = formats_of(to)
    opened = open_workspace(find_workspace(workspace))
    named = name or contract
    if reminder is not None:
        print_reminder(opened, opened.contract(named), reminder, day(as_of))
        return 0
    if annex or aipd:
        wanted = Wanted(annex=annex, aipd=aipd, feed=feed, formats=formats, folder=output, as_of=day(as_of))
        write_documents(opened, opened.contract(named), wanted)
        return 0
    for declarations in [opened.contract(named)] if named else opened.contracts.values():
        print_board(opened, declarations, day(as_of))
    return 0
