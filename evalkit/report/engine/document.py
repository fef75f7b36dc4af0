"""The nouns of a Quarto source: prose, cells, and the document that holds them in order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Prose:
    """A run of Markdown between two cells.

    Attributes:
        text: the Markdown, as written.
        line: line of its first character in the document, counted from 1.
    """

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One ``#| key: value`` line (or its continuation), without the ``#|``."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A Python cell.

    Attributes:
        code: the Python code, without the option lines.
        options: the option lines, in order.
        line: line of the first line of code.
        opening: line of the opening fence.
        closing: line of the closing fence.
    """

    code: str
    options: tuple[OptionLine, ...]
    line: int
    opening: int
    closing: int


@dataclass(frozen=True, slots=True)
class Source:
    """A document cut into blocks, its front matter still text.

    Attributes:
        path: the file that a user edits, for messages.
        front: the YAML text between the first two ``---``.
        blocks: prose and cells, in the order of the document.
    """

    path: Path
    front: str
    blocks: tuple[Prose | Cell, ...]
