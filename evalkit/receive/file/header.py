"""Find the line of headings: exports often put a title above it."""

from __future__ import annotations

from collections.abc import Sequence, Set

from evalkit.receive.findings.finding import refused
from evalkit.territory.zones import normalise_name

SEARCHED_ROWS = 40
"""Rows among which the headings are looked for."""

Row = Sequence[str | None]


def header_index(rows: Sequence[Row], known: Set[str]) -> int:
    """Return the index of the row of headings.

    The row with the most declared headings wins when it has at least two of them; else the first row that is nearly as
    full as the fullest one and holds no number.

    Args:
        rows: the first rows of the file, cut into cells.
        known: every declared heading, normalised.

    Raises:
        RefusedFileError: no row can be one of headings (``EVK-R005``).
    """
    scores = [known_headings(row, known) for row in rows]
    if scores and max(scores) >= min(2, max(1, len(known))):
        return scores.index(max(scores))
    fullness = [sum(bool(cell and cell.strip()) for cell in row) for row in rows]
    for index, row in enumerate(rows):
        if fullness[index] >= 0.8 * max(fullness) and not any(_is_number(cell) for cell in row):
            return index
    raise refused("EVK-R005", "Aucune des premières lignes du fichier ne ressemble à des titres de colonnes.")


def known_headings(row: Row, known: Set[str]) -> int:
    """Return how many different declared headings a row holds."""
    return len({normalise_name(cell) for cell in row if cell} & known)


def _is_number(cell: str | None) -> bool:
    text = "".join(character for character in (cell or "") if not character.isspace())
    return text.replace(",", "").replace(".", "").replace("-", "").isdigit()
