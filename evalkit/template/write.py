"""Write a template where the user asks, without ever replacing a file that somebody filled."""

from __future__ import annotations

from pathlib import Path

from evalkit.errors import Problem, WorkspaceError
from evalkit.template.plan import Template
from evalkit.template.twin import csv_of
from evalkit.template.workbook import workbook_of


def write_template(template: Template, folder: Path) -> tuple[Path, Path]:
    """Write ``<feed>.xlsx`` and ``<feed>.csv``; the same declarations give the same bytes.

    Args:
        template: what to write.
        folder: where; made when it does not exist.

    Returns:
        The workbook and its CSV twin.

    Raises:
        WorkspaceError: a file of that name exists and holds something else (``EVK-W020``), or the folder cannot be
            written (``EVK-W021``); nothing is written then.
    """
    contents = {
        folder / f"{template.feed.feed}.xlsx": workbook_of(template),
        folder / f"{template.feed.feed}.csv": csv_of(template),
    }
    for path, content in contents.items():
        if path.exists() and not (path.is_file() and path.read_bytes() == content):
            repair = "Choisissez un autre dossier avec --to, ou renommez ce fichier s’il est déjà rempli."
            raise WorkspaceError(
                Problem("EVK-W020", "Ce fichier existe déjà et serait écrasé.", received=str(path), repair=repair)
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in contents.items():
            path.write_bytes(content)
    except OSError as error:
        message = f"Impossible d’écrire dans ce dossier ({error.strerror})."
        raise WorkspaceError(
            Problem("EVK-W021", message, received=str(folder), repair="Choisissez-en un autre.")
        ) from None
    workbook, twin = contents
    return workbook, twin
