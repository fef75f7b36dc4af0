"""Begin a document of one's own from a shipped kind of report: then its text is the author's, and stays."""

from __future__ import annotations

import re
from pathlib import Path

from evalkit.errors import Place, Problem, ReportError
from evalkit.report.documents import FOLDER, find_document

_NAME = re.compile(r"^[a-z0-9][a-z0-9-]*$")
_GUIDE = """
<!--
Ce document est le vôtre : écrivez entre les blocs, déplacez-les, retirez-en. Aucun rendu n’y touche.
« evalkit report {name} » le rend avec les résultats de l’édition ; « evalkit report {kind} » rend toujours l’original.
-->
"""


def begin_document(root: Path, kind: str, name: str) -> Path:
    """Copy the document of a kind under a new name, with a word on how to write in it.

    Args:
        root: the folder of the workspace.
        kind: the kind to start from, a document of ``reports/`` or a shipped one.
        name: the name of the new document, without extension.

    Returns:
        The new document, ``reports/<name>.qmd``.

    Raises:
        ReportError: the kind has no document (``EVK-Q002``), the name is not one (``EVK-Q006``), or is taken
            (``EVK-Q007``).
    """
    template = find_document(kind, root)
    if not _NAME.match(name):
        repair = "Un nom n’a que des minuscules sans accent, des chiffres et des tirets : « evaluation-2027 »."
        raise ReportError(Problem("EVK-Q006", "Nom de document impossible.", received=name, repair=repair))
    path = root / FOLDER / f"{name}.qmd"
    if path.exists():
        repair = "Choisissez un autre nom : ce document existe et n’est pas écrasé."
        raise ReportError(Problem("EVK-Q007", "Ce nom est pris.", Place(str(path)), received=name, repair=repair))
    path.parent.mkdir(exist_ok=True)
    front, body = _cut(template.read_text(encoding="utf-8"))
    path.write_text(front + _GUIDE.format(name=name, kind=kind) + body, encoding="utf-8")
    return path


def _cut(text: str) -> tuple[str, str]:
    """Return the front matter with its closing line, and the rest."""
    end = text.index("\n---\n", 4) + len("\n---\n")
    return text[:end], text[end:]
