"""Counts in French sentences."""

from __future__ import annotations

from evalkit.typography import NARROW


def french_count(number: int) -> str:
    """Return a whole number with narrow spaces between thousands."""
    return f"{number:,}".replace(",", NARROW)


def counted(number: int, one: str, many: str) -> str:
    """Return a number and what it counts; in French the plural begins at two."""
    return f"{french_count(number)} {many if abs(number) >= 2 else one}"
