"""Options that several verbs share."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from evalkit.errors import Problem, ReportError, WorkspaceError

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
FeedOption = Annotated[str | None, typer.Option("--feed", help="Le flux ; sinon reconnu à ses colonnes.")]
ProducerOption = Annotated[str | None, typer.Option("--producer", help="Qui envoie, s’ils sont plusieurs.")]
PeriodOption = Annotated[str | None, typer.Option("--period", help="La période, si le fichier ne la dit pas.")]
FormatsOption = Annotated[str, typer.Option("--to", help="Formats, séparés par des virgules : html, pdf, docx.")]


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


def formats_of(text: str) -> tuple[str, ...]:
    """Read the formats given on the command line.

    Raises:
        ReportError: a format is unknown (``EVK-Q004``).
    """
    formats = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    for name in formats:
        if name not in {"html", "pdf", "docx"}:
            repair = "Formats possibles : html, pdf, docx."
            raise ReportError(Problem("EVK-Q004", "Format inconnu.", received=name, repair=repair))
    return formats
