"""Cut a Quarto source into its front matter, its prose and its Python cells, with the line of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.report.engine.document import Cell, OptionLine, Prose, Source
from evalkit.report.engine.problems import STRUCTURE, UNREADABLE, failure

_FENCE = re.compile(r"^( {0,3})(`{3,}|~{3,})[ \t]*(.*?)[ \t]*$")
_PYTHON_CELL = re.compile(r"^\{python\}$")
_OPTION = re.compile(r"^#\|(.*)$")


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block of the prose: its ticks, what follows them, its first and last lines (counted from 0)."""

    ticks: str
    info: str
    first: int
    last: int


def read_source(path: Path) -> Source:
    """Read a document and cut it into blocks.

    Args:
        path: a ``.qmd`` file in UTF-8.

    Returns:
        The source.

    Raises:
        ReportError: the file is missing or not UTF-8, or one of its blocks is not closed.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise failure(UNREADABLE, "Le document n’existe pas.", (path, 0)) from None
    except (OSError, UnicodeDecodeError):
        repair = "Enregistrez-le en UTF-8 et vérifiez vos droits de lecture."
        raise failure(UNREADABLE, "Le document ne peut pas être lu.", (path, 0), repair=repair) from None
    return split_source(text, path)


def split_source(text: str, path: Path) -> Source:
    """Cut the text of a document into blocks.

    Args:
        text: the whole text.
        path: the file it comes from, for messages.

    Returns:
        The source.

    Raises:
        ReportError: the front matter or a fenced block is not closed.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    start = _front_matter_end(lines, path)
    front = "\n".join(lines[1 : start - 1]) if start else ""
    return Source(path, front, tuple(_blocks(lines, start, path)))


def fences(lines: Sequence[str], start: int, path: Path, first_line: int = 1) -> Iterator[Fence]:
    """Yield the fenced blocks of some lines, in order.

    Args:
        lines: lines of Markdown.
        start: index of the line to begin at.
        path: the file they come from, for messages.
        first_line: number, in that file, of the line of index 0.

    Yields:
        The fences.

    Raises:
        ReportError: a block is not closed.
    """
    index = start
    while index < len(lines):
        found = _FENCE.match(lines[index])
        if found is None or (found[2][0] == "`" and "`" in found[3]):
            index += 1
            continue
        last = _closing(lines, index, found[2])
        if last is None:
            message = "Ce bloc de code n’est pas fermé."
            raise failure(STRUCTURE, message, (path, first_line + index), received=lines[index].strip())
        yield Fence(found[2], found[3], index, last)
        index = last + 1


def _front_matter_end(lines: Sequence[str], path: Path) -> int:
    if not lines or lines[0].rstrip() != "---":
        return 0
    for index in range(1, len(lines)):
        if lines[index].rstrip() in {"---", "..."}:
            return index + 1
    raise failure(STRUCTURE, "L’en-tête YAML du document n’est pas fermé par « --- ».", (path, 1))


def _closing(lines: Sequence[str], opening: int, ticks: str) -> int | None:
    pattern = re.compile(rf"^ {{0,3}}{re.escape(ticks[0])}{{{len(ticks)},}}[ \t]*$")
    return next((index for index in range(opening + 1, len(lines)) if pattern.match(lines[index])), None)


def _blocks(lines: Sequence[str], start: int, path: Path) -> Iterator[Prose | Cell]:
    done = start
    for fence in fences(lines, start, path):
        if not _PYTHON_CELL.match(fence.info):
            continue
        yield from _prose(lines, done, fence.first)
        yield _cell(lines, fence)
        done = fence.last + 1
    yield from _prose(lines, done, len(lines))


def _prose(lines: Sequence[str], first: int, end: int) -> Iterator[Prose]:
    text = "\n".join(lines[first:end])
    if text.strip():
        yield Prose(text, first + 1)


def _cell(lines: Sequence[str], fence: Fence) -> Cell:
    index = fence.first + 1
    options = []
    while index < fence.last and (found := _OPTION.match(lines[index])):
        options.append(OptionLine(found[1].removeprefix(" "), index + 1))
        index += 1
    code = "\n".join(lines[index : fence.last])
    return Cell(code, tuple(options), index + 1, fence.first + 1, fence.last + 1)
