"""Tables in Markdown: pipe tables that every format renders, never HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its side, and its share of the width."""

    heading: str
    side: str = "left"
    width: int = 12


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
        return "*Aucune ligne.*"
    rule = "|".join(_dashes(column) for column in columns)
    lines = [_line([column.heading for column in columns]), f"|{rule}|", *(_line(row) for row in rows)]
    table = "\n".join(lines)
    return f"{table}\n\n: {one_line(caption)}" if caption else table


def one_line(text: str) -> str:
    """Return a text without line breaks, that a table row or a caption can hold."""
    return " ".join(text.split(" ")).replace("\n", " ").strip()


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(one_line(cell).replace("|", "\\|") for cell in cells) + " |"


def _dashes(column: Column) -> str:
    dashes = "-" * max(3, column.width)
    if column.side == "right":
        return f"{dashes}:"
    return f":{dashes}:" if column.side == "center" else f":{dashes}"
