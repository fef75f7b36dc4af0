"""Errors of a report: each says in French what is wrong, in which file and on which line."""

from __future__ import annotations

from pathlib import Path

from evalkit.errors import Place, Problem, ReportError
from evalkit.typography import typeset

UNREADABLE = "EVK-Q101"
FRONT_MATTER = "EVK-Q102"
UNSUPPORTED = "EVK-Q103"
CELL_FAILED = "EVK-Q104"
CELL_OPTION = "EVK-Q105"
PARAMETER = "EVK-Q106"
REFERENCE = "EVK-Q107"
ALTERNATIVE_TEXT = "EVK-Q108"
CELL_OUTPUT = "EVK-Q109"
PANDOC = "EVK-Q110"
TYPST = "EVK-Q111"
QUARTO = "EVK-Q112"
REQUEST = "EVK-Q113"
INLINE_VALUE = "EVK-Q114"
STRUCTURE = "EVK-Q115"

_REPAIR_UNSUPPORTED = (
    "Retirez cet élément du document, ou installez le programme Quarto, "
    "que l’on indique par la variable d’environnement QUARTO_PATH."
)


def problem(code: str, message: str, at: tuple[Path | str, int], *, received: str = "", repair: str = "") -> Problem:
    """Return a problem placed in a document.

    Args:
        code: one of the codes of this module.
        message: one French sentence.
        at: the file, and the line counted from 1 (0 when it is not known).
        received: the value at fault.
        repair: one French sentence that says what to do.

    Returns:
        The problem.
    """
    file, line = at
    return Problem(code, typeset(message), Place(str(file), line), received=received, repair=typeset(repair))


def unsupported(what: str, at: tuple[Path | str, int], received: str = "") -> Problem:
    """Return the problem of a part of Quarto that the embedded engine does not render.

    Args:
        what: a French noun group that names the part.
        at: the file and the line.
        received: the text at fault.

    Returns:
        The problem.
    """
    message = f"Le moteur de rendu intégré ne prend pas en charge {what}."
    return problem(UNSUPPORTED, message, at, received=received, repair=_REPAIR_UNSUPPORTED)


def failure(code: str, message: str, at: tuple[Path | str, int] = ("", 0), **details: str) -> ReportError:
    """Return an error made of one problem.

    Args:
        code: one of the codes of this module.
        message: one French sentence.
        at: the file and the line.
        **details: ``received`` and ``repair``, as in `problem`.

    Returns:
        The error, to be raised.
    """
    return ReportError(problem(code, message, at, **details))
