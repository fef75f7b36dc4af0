"""From a file to typed values, with every problem of the file at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from evalkit.declare.french import problems_of
from evalkit.declare.model import Declaration
from evalkit.declare.yaml_text import Value, YamlDocument, YamlPath, read_yaml
from evalkit.errors import DeclarationError, Place, Problem

D = TypeVar("D", bound=Declaration)


@dataclass(frozen=True, slots=True)
class Located(Generic[D]):
    """A declared value and where it is written."""

    value: D
    document: YamlDocument
    path: YamlPath

    def place(self, *steps: str | int) -> Place:
        """Return the place of one of its fields, or of the whole when no step is given."""
        return self.document.place((*self.path, *steps))


@dataclass(frozen=True, slots=True)
class Loading(Generic[D]):
    """What a file gave: its good values, and the problems of the others."""

    found: tuple[Located[D], ...] = ()
    problems: tuple[Problem, ...] = ()


def load_file(path: Path, model: type[D], shown_as: str = "") -> Loading[D]:
    """Read a file that holds one value of ``model``, or a list of them.

    Args:
        path: the YAML file.
        model: the declaration expected.
        shown_as: the name of the file in messages.

    Returns:
        The values that are valid and the problems of the others; never raises for what the user wrote.
    """
    try:
        document = read_yaml(path, shown_as)
    except DeclarationError as error:
        return Loading(problems=error.problems)
    if document.value is None:
        problem = Problem("EVK-D005", "Le fichier est vide.", document.place(), repair="Écrivez-le ou supprimez-le.")
        return Loading(problems=(problem,))
    if isinstance(document.value, list):
        parts = [_load_value(document, (index,), value, model) for index, value in enumerate(document.value)]
    else:
        parts = [_load_value(document, (), document.value, model)]
    return Loading(
        tuple(located for part in parts for located in part.found),
        tuple(problem for part in parts for problem in part.problems),
    )


def _load_value(document: YamlDocument, path: YamlPath, value: Value, model: type[D]) -> Loading[D]:
    try:
        return Loading((Located(model.model_validate(value), document, path),))
    except ValidationError as error:
        return Loading(problems=tuple(problems_of(error, document, path, model)))
