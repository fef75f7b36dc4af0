"""Read YAML as text, with the line of each key: ``no`` stays "no", and a message can point at its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import yaml

from evalkit.report.engine.problems import FRONT_MATTER, failure

Value: TypeAlias = "str | list[Value] | Tree"


@dataclass(frozen=True, slots=True)
class Tree:
    """A YAML mapping.

    Attributes:
        values: the values by key, in the order of the file; every scalar is text, an empty one is ``""``.
        lines: the line of each key, counted from 1.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    def line(self, key: str) -> int:
        """Return the line of a key, 0 when the key is absent."""
        return self.lines.get(key, 0)

    def text(self, key: str, default: str = "") -> str:
        """Return a value that must be text, or the default when it is absent or is not text."""
        value = self.values.get(key, default)
        return value if isinstance(value, str) else default

    def tree(self, key: str) -> Tree:
        """Return a value that must be a mapping, or an empty mapping."""
        value = self.values.get(key)
        return value if isinstance(value, Tree) else Tree()


def read_tree(text: str, path: Path, first_line: int) -> Tree:
    """Read a YAML mapping.

    Args:
        text: the YAML.
        path: the file it comes from, for messages.
        first_line: the line of its first line in that file.

    Returns:
        The mapping, empty when the text is.

    Raises:
        ReportError: the text is not YAML, or not a mapping.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        raise failure(FRONT_MATTER, "Ce YAML est mal écrit.", (path, line)) from None
    if node is None:
        return Tree()
    tree = _value(node, first_line)
    if not isinstance(tree, Tree):
        raise failure(FRONT_MATTER, "Une suite de lignes « clé : valeur » est attendue ici.", (path, first_line))
    return tree


def merged(lower: Tree, upper: Tree) -> Tree:
    """Return two mappings as one, where the second wins and inner mappings are merged in turn."""
    values = dict(lower.values)
    for key, value in upper.values.items():
        under = values.get(key)
        values[key] = merged(under, value) if isinstance(under, Tree) and isinstance(value, Tree) else value
    return Tree(values, {**lower.lines, **upper.lines})


def _value(node: object, first_line: int) -> Value:
    if isinstance(node, yaml.MappingNode):
        values = {str(key.value): _value(value, first_line) for key, value in node.value}
        return Tree(values, {str(key.value): first_line + key.start_mark.line for key, _ in node.value})
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, first_line) for item in node.value]
    if isinstance(node, yaml.ScalarNode):
        is_null = node.tag == "tag:yaml.org,2002:null"
        return "" if is_null else str(node.value)
    raise TypeError(type(node))
