"""Find the Quarto document that makes a kind of report."""

from __future__ import annotations

from pathlib import Path

from evalkit.errors import Problem, ReportError
from evalkit.workspace.find import shipped_workspace

FOLDER = "reports"
"""Folder of a workspace that holds them, one ``<kind>.qmd`` per kind."""


def find_document(kind: str, root: Path) -> Path:
    """Return the document of a kind: that of the workspace, else the shipped one.

    Args:
        kind: the name of the document, without extension.
        root: the folder of the workspace.

    Raises:
        ReportError: none has it (``EVK-Q002``).
    """
    roots = (root, shipped_workspace())
    for each in roots:
        document = each / FOLDER / f"{kind}.qmd"
        if document.is_file():
            return document
    known = sorted({path.stem for each in roots for path in (each / FOLDER).glob("*.qmd")})
    repair = f"Documents présents : {', '.join(known) or 'aucun'}."
    raise ReportError(Problem("EVK-Q002", "Aucun document ne fait ce rapport.", received=kind, repair=repair))
