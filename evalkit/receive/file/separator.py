"""Find the character between cells, by the headings it reveals and by how steady its count is."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Set

from evalkit.receive.file.header import known_headings

SEPARATORS = (";", ",", "\t", "|")
_SAMPLED_LINES = 200
_HEADING_LINES = 40


def choose_separator(text: str, known: Set[str]) -> str:
    """Return the separator of a text.

    Args:
        text: the whole text, or its beginning.
        known: every declared heading, normalised; the separator that shows most of them wins.

    Returns:
        One of :data:`SEPARATORS`; ``;`` when the text has a single column.
    """
    lines = [line for line in text[:200_000].split("\n")[:_SAMPLED_LINES] if line.strip()]
    return max(SEPARATORS, key=lambda separator: _score(lines, separator, known))


def split_line(line: str, separator: str) -> list[str]:
    """Cut one record into cells; one that no reader of CSV accepts (an endless cell) is cut at its separators."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return line.split(separator)


def _score(lines: list[str], separator: str, known: Set[str]) -> tuple[int, float, int]:
    """Return headings found, share of lines with the commonest count, and that count: compared in this order."""
    headings = max((known_headings(split_line(line, separator), known) for line in lines[:_HEADING_LINES]), default=0)
    counts = Counter(len(split_line(line, separator)) - 1 for line in lines)
    wide = {count: number for count, number in counts.items() if count > 0}
    if not wide:
        return (headings if headings > 1 else 0, 0.0, 0)
    count, number = max(wide.items(), key=lambda pair: (pair[1], pair[0]))
    return (headings if headings > 1 else 0, number / len(lines), count)
