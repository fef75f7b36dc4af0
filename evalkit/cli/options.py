"""Options that several verbs share."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from evalkit.errors import Problem, WorkspaceError

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", help="Dossier de l’espace de travail ; sinon le dossier courant ou un parent."),
]
ContractOption = Annotated[
    str | None, typer.Option("--contract", "-c", help="Identifiant du contrat ; inutile s’il n’y en a qu’un.")
]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", help="Ne lire que ce qui était reçu à cette date (AAAA-MM-JJ).")
]


def day(text: str | None) -> dt.date | None:
    """Read a day given on the command line.

    Raises:
        WorkspaceError: the text is no date (``EVK-W010``).
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        repair = "Écrivez AAAA-MM-JJ, par exemple 2027-06-30."
        raise WorkspaceError(Problem("EVK-W010", "Date illisible.", received=text, repair=repair)) from None
