"""Cut a text into records: one line each, except where a quoted cell runs over several lines."""

from __future__ import annotations

import re

import polars as pl

from evalkit.receive.findings.finding import Where, refused

LINE = "line"
TEXT = "text"

_LONGEST_CELL = 60
"""Lines that one quoted cell may span; beyond, the quote was never meant to open."""


def split_records(text: str, separator: str) -> tuple[pl.DataFrame, pl.Series]:
    r"""Cut a text into records, leaving out those that hold nothing but separators.

    Args:
        text: the text, with ``\n`` at line ends.
        separator: one character.

    Returns:
        ``line`` (from 1) and ``text``, where line ends inside a quoted cell have become spaces; the lines left out.

    Raises:
        RefusedFileError: a quote opens a cell and is never closed (``EVK-R007``); the line where it opens is given.
    """
    frame = (
        pl.DataFrame({TEXT: text.split("\n")}).with_row_index(LINE, offset=1).with_columns(pl.col(LINE).cast(pl.Int64))
    )
    if '"' in text:
        frame = _join_quoted_lines(frame, separator)
    is_blank = frame[TEXT].str.strip_chars(f'{separator} \t"\N{NO-BREAK SPACE}') == ""
    return frame.filter(~is_blank), frame[LINE].filter(is_blank)


def without_quoted(column: pl.Expr, separator: str) -> pl.Expr:
    """Return records whose quoted cells are emptied, so that the separators left are those between cells."""
    sep = re.escape(separator)
    return column.str.replace_all(rf'(^|{sep}) *"(?:[^"]|"")*"', "${1}")


def count_cells(column: pl.Expr, separator: str, has_quotes: bool) -> pl.Expr:
    """Return the number of cells of each record."""
    bare = without_quoted(column, separator) if has_quotes else column
    return bare.str.count_matches(separator, literal=True).cast(pl.Int64) + 1


def _join_quoted_lines(frame: pl.DataFrame, separator: str) -> pl.DataFrame:
    sep = re.escape(separator)
    opens = without_quoted(pl.col(TEXT), separator).str.contains(rf'(^|{sep}) *"')
    opening = frame.with_row_index("row").filter(pl.col(TEXT).str.contains('"', literal=True) & opens)["row"].to_list()
    if not opening:
        return frame
    lines = frame[TEXT].to_list()
    joined: dict[int, str] = {}
    swallowed: set[int] = set()
    still_open = re.compile(rf'(?:^|{sep}) *"(?:[^"]|"")*"(?= *(?:{sep}|$))|((?:^|{sep}) *")')
    for start in opening:
        if start not in swallowed:
            end = _closing_line(lines, start, still_open, separator)
            joined[start] = " ".join(lines[start : end + 1])
            swallowed.update(range(start + 1, end + 1))
    texts = [joined.get(row, line) for row, line in enumerate(lines) if row not in swallowed]
    numbers = [row + 1 for row in range(len(lines)) if row not in swallowed]
    return pl.DataFrame({LINE: numbers, TEXT: texts}, schema={LINE: pl.Int64, TEXT: pl.String})


def _closing_line(lines: list[str], start: int, still_open: re.Pattern[str], separator: str) -> int:
    """Return the line on which the quoted cell opened on line ``start`` is closed."""
    width = max(lines[start].count(separator), 1)
    record = lines[start]
    for end in range(start, min(start + _LONGEST_CELL, len(lines))):
        if end > start:
            # A following line with as many separators as a record was swallowed by a stray quote.
            if lines[end].count(separator) >= 2 * width + 2:
                break
            record = f"{record} {lines[end]}"
        if not any(match.group(1) for match in still_open.finditer(record)):
            return end
    raise refused("EVK-R007", "Un guillemet ouvert n’est jamais fermé.", Where("", (start + 1,), 1))
