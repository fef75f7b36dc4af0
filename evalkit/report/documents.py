"""Find the Quarto document that makes a kind of report."""

from __future__ import annotations

from pathlib import Path

from evalkit.errors import Problem, ReportError

FOLDER = "reports"
"""Folder of a workspace that holds them, one ``<kind>.qmd`` per kind."""


def find_document(kind: str, *roots: Path) -> Path:
    """Return the document of a kind.

    Args:
        kind: the name of the document, without extension.
        roots: where to look, the first that has it wins: a workspace, then the shipped one where that is wanted.

    Raises:
        ReportError: none has it (``EVK-Q002``).
    """
    for root in roots:
        document = root / FOLDER / f"{kind}.qmd"
        if document.is_file():
            return document
    known = sorted({path.stem for root in roots for path in (root / FOLDER).glob("*.qmd")})
    repair = f"Documents présents : {', '.join(known) or 'aucun'}."
    raise ReportError(Problem("EVK-Q002", "Aucun document ne fait ce rapport.", received=kind, repair=repair))
