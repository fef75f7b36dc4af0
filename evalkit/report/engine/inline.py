"""The ``{python}`` expressions written inside the prose: where they stand, and how their values are put back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.report.engine.document import Prose
from evalkit.report.engine.split import fences

_EXPRESSION = re.compile(r"`\{python\}[ \t]+([^`\n]+?)[ \t]*`")


@dataclass(frozen=True, slots=True)
class Expression:
    """An inline expression.

    Attributes:
        code: the Python expression.
        start: offset of its first character in the prose.
        end: offset after its last one.
        line: its line in the document.
    """

    code: str
    start: int
    end: int
    line: int


def expressions(block: Prose, path: Path) -> tuple[Expression, ...]:
    """Return the inline expressions of some prose, in order, those of code listings left out.

    Args:
        block: the prose.
        path: its document, for messages.

    Returns:
        The expressions.
    """
    return tuple(_found(block, path))


def filled(block: Prose, places: Sequence[Expression], values: Sequence[str]) -> str:
    """Return the prose with each expression replaced by its value.

    Args:
        block: the prose.
        places: its expressions.
        values: the Markdown of each.

    Returns:
        The Markdown.
    """
    pieces = []
    done = 0
    for place, value in zip(places, values, strict=True):
        pieces += [block.text[done : place.start], value]
        done = place.end
    return "".join([*pieces, block.text[done:]])


def _found(block: Prose, path: Path) -> Iterator[Expression]:
    listed = [range(fence.first, fence.last + 1) for fence in fences(block.text.split("\n"), 0, path, block.line)]
    for match in _EXPRESSION.finditer(block.text):
        index = block.text.count("\n", 0, match.start())
        if not any(index in lines for lines in listed):
            yield Expression(match[1], match.start(), match.end(), block.line + index)
