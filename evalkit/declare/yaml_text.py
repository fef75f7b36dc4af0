"""Read YAML as text: every scalar stays what was typed, and every value keeps its line.

YAML 1.1 turns ``01004`` into 516 and ``no`` into false. Codes must not change, so nothing is resolved here: a scalar
is a ``str``, except a plain ``null``, ``~`` or nothing at all, which is ``None``. Types are given later by the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from evalkit.errors import DeclarationError, Place, Problem

# The loader written in C reads ten times faster and marks the same places; it is not built on every machine.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

YamlPath = tuple[str | int, ...]
Value = str | None | list["Value"] | dict[str, "Value"]


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """One YAML file read as text.

    Attributes:
        file: the name shown to the user.
        value: nested dictionaries, lists and texts.
        marks: line and column (from 1) of each value, by its path in ``value``.
    """

    file: str
    value: Value
    marks: dict[YamlPath, tuple[int, int]]

    def place(self, path: YamlPath = ()) -> Place:
        """Return the place of the value at ``path``, or of its nearest parent that is written in the file."""
        for length in range(len(path), -1, -1):
            if (mark := self.marks.get(path[:length])) is not None:
                return Place(self.file, *mark)
        return Place(self.file)


def read_yaml(path: Path, shown_as: str = "") -> YamlDocument:
    """Read one YAML file as text.

    Args:
        path: the file.
        shown_as: the name given to the user in messages; the path itself by default.

    Returns:
        The document, its values being texts.

    Raises:
        DeclarationError: the file is not readable, not UTF-8, not YAML, or says the same key twice.
    """
    shown = shown_as or str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise DeclarationError(
            Problem("EVK-D002", "Le fichier n’est pas en UTF-8.", Place(shown, line), repair="Enregistrez-le en UTF-8.")
        ) from None
    except OSError as error:
        raise DeclarationError(Problem("EVK-D001", f"Fichier illisible ({error.strerror}).", Place(shown))) from None
    return parse_yaml(text, shown)


def parse_yaml(text: str, shown: str) -> YamlDocument:
    """Parse the text of a YAML file; see :func:`read_yaml`."""
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise DeclarationError(_syntax_problem(error, shown)) from None
    if root is None:
        return YamlDocument(shown, None, {})
    if repeated := _repeated_keys(root, shown):
        raise DeclarationError(repeated)
    marks: dict[YamlPath, tuple[int, int]] = {}
    return YamlDocument(shown, _build(root, (), marks), marks)


def _build(node: yaml.Node, path: YamlPath, marks: dict[YamlPath, tuple[int, int]]) -> Value:
    marks[path] = (node.start_mark.line + 1, node.start_mark.column + 1 + _quote(node))
    if isinstance(node, yaml.MappingNode):
        return {key.value: _build(child, (*path, key.value), marks) for key, child in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_build(child, (*path, index), marks) for index, child in enumerate(node.value)]
    plain = not getattr(node, "style", None)
    return None if plain and node.value in {"", "~", "null"} else str(node.value)


def _quote(node: yaml.Node) -> int:
    """Return the width of the quote before the text, so that a column counts from the text itself."""
    return 1 if getattr(node, "style", None) in {"'", '"'} else 0


def _repeated_keys(node: yaml.Node, shown: str) -> list[Problem]:
    """Return each key that one mapping says twice: YAML would silently keep the last."""
    if isinstance(node, yaml.SequenceNode):
        return [problem for child in node.value for problem in _repeated_keys(child, shown)]
    if not isinstance(node, yaml.MappingNode):
        return []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for key, child in node.value:
        line = key.start_mark.line + 1
        if key.value in seen:
            message = f"La clé est écrite deux fois (déjà ligne {seen[key.value]})."
            place = Place(shown, line, key.start_mark.column + 1)
            problems.append(Problem("EVK-D004", message, place, str(key.value), "Gardez une seule des deux."))
        seen[str(key.value)] = line
        problems += _repeated_keys(child, shown)
    return problems


def _syntax_problem(error: yaml.YAMLError, shown: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    place = Place(shown, mark.line + 1, mark.column + 1) if mark is not None else Place(shown)
    repair = "Vérifiez l’alignement, les deux-points, les guillemets et les crochets à cet endroit ou juste avant."
    return Problem("EVK-D003", "Le fichier n’est pas du YAML bien formé.", place, repair=repair)
