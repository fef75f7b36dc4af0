"""Read what people decide on the publication of a contract, in ``publication/<contract>.yml``."""

from __future__ import annotations

from pathlib import Path

from evalkit.declare.decisions import FOLDER, Decisions
from evalkit.declare.load import load_file
from evalkit.errors import Problem, PublicationError


def read_decisions(root: Path, contract: str) -> Decisions:
    """Read the decisions of a contract; a contract without a file has none, which hides more and never less.

    What they name is checked with the other declarations, by :mod:`evalkit.workspace.check_decisions`.

    Raises:
        PublicationError: a file is not valid, or there are two.
    """
    names = [f"{FOLDER}/{contract}.{suffix}" for suffix in ("yml", "yaml")]
    loadings = [load_file(root / name, Decisions, name) for name in names if (root / name).is_file()]
    problems = [problem for loading in loadings for problem in loading.problems]
    if problems:
        raise PublicationError(problems)
    found = [located for loading in loadings for located in loading.found]
    if len(found) > 1:
        message, repair = "Les décisions de publication sont un seul bloc de clés.", "Réunissez-les en un bloc."
        raise PublicationError(Problem("EVK-P005", message, found[1].place(), repair=repair))
    return found[0].value if found else Decisions()
