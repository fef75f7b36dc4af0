"""Tables in Markdown: pipe tables and grid tables that every format renders, never HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evalkit.present.messages.catalogue import say

_MARKS = {"left": (":", "="), "right": ("=", ":"), "center": (":", ":")}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its side, and its share of the width."""

    heading: str
    side: str = "left"
    width: int = 12


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading that takes the whole width; no heading when it is empty."""

    heading: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class GroupedTable:
    """A table whose rows come in groups."""

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]


def markdown_table(columns: Sequence[Column], rows: Sequence[Sequence[str]], caption: str = "") -> str:
    """Return a Markdown table.

    Args:
        columns: headings, with alignment (``left``, ``right``, ``center``) and relative widths.
        rows: one text per column; a vertical bar in a text is escaped.
        caption: the sentence above or below the table, in Markdown; may be empty.

    Returns:
        The lines of the table, its widths given by the number of dashes; a French sentence when there is no row.
    """
    if not rows:
        return say("tables.empty")
    rule = "|".join(_dashes(column) for column in columns)
    lines = [_line([column.heading for column in columns]), f"|{rule}|", *(_line(row) for row in rows)]
    table = "\n".join(lines)
    return f"{table}\n\n: {one_line(caption)}" if caption else table


def grouped_markdown(table: GroupedTable, caption: str = "", label: str = "") -> str:
    """Return a Markdown grid table where the heading of each group spans every column.

    Args:
        table: its columns and groups.
        caption: the sentence above the table, in Markdown; may be empty.
        label: ``tbl-…``, when the table is numbered and referred to.

    Returns:
        The lines of the table; a French sentence when there is no row.
    """
    rows = [row for group in table.groups for row in group.rows]
    if not rows:
        return say("tables.empty")
    widths = [_grid_width(column, [row[place] for row in rows]) for place, column in enumerate(table.columns)]
    lines = [_rule(widths), *_grid_row([column.heading for column in table.columns], widths), _head(table, widths)]
    for group in table.groups:
        if group.heading:
            lines += [*_grid_row([group.heading], [sum(widths) + 3 * (len(widths) - 1)]), _rule(widths)]
        for row in group.rows:
            lines += [*_grid_row(row, widths), _rule(widths)]
    mark = f" {{#{label}}}" if label else ""
    return "\n".join([*lines, *(["", f": {one_line(caption)}{mark}"] if caption or label else [])])


def one_line(text: str) -> str:
    """Return a text without line breaks, that a table row or a caption can hold."""
    return " ".join(text.split(" ")).replace("\n", " ").strip()


def _grid_width(column: Column, cells: Sequence[str]) -> int:
    """Return the characters of a column of a grid: its share, or its longest word."""
    words = [word for text in (column.heading, *cells) for word in _safe(text).split(" ")]
    return max(column.width, 3, *(len(word) for word in words))


def _grid_row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """Give the lines of a row, each cell wrapped in its column."""
    wrapped = [_wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for place in range(max(len(lines) for lines in wrapped)):
        shown = [lines[place] if place < len(lines) else "" for lines in wrapped]
        yield "| " + " | ".join(text.ljust(width) for text, width in zip(shown, widths, strict=True)) + " |"


def _wrapped(cell: str, width: int) -> list[str]:
    return textwrap.wrap(_safe(cell), width, break_long_words=False, break_on_hyphens=False) or [""]


def _safe(cell: str) -> str:
    return one_line(cell).replace("|", "&#124;")


def _rule(widths: Sequence[int]) -> str:
    return "+" + "+".join("-" * (width + 2) for width in widths) + "+"


def _head(table: GroupedTable, widths: Sequence[int]) -> str:
    marks = [_MARKS[column.side] for column in table.columns]
    return "+" + "+".join(f"{a}{'=' * width}{b}" for (a, b), width in zip(marks, widths, strict=True)) + "+"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(one_line(cell).replace("|", "\\|") for cell in cells) + " |"


def _dashes(column: Column) -> str:
    dashes = "-" * max(3, column.width)
    if column.side == "right":
        return f"{dashes}:"
    return f":{dashes}:" if column.side == "center" else f":{dashes}"
