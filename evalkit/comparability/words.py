"""Durations and labels in French words, and how far apart two days are."""

from __future__ import annotations

import datetime as dt
import re


def duration_words(duration: str) -> str:
    """Return a declared duration in French (``5 ans``)."""
    count = int(duration[1:-1])
    plural = "s" if count > 1 else ""
    return f"{count} {({'D': f'jour{plural}', 'M': 'mois', 'Y': f'an{plural}'})[duration[-1]]}"


def months_between(earlier: dt.date, later: dt.date) -> int:
    """Return the number of months from the month of one day to the month of another."""
    return 12 * (later.year - earlier.year) + later.month - earlier.month


def quoted(label: str) -> str:
    """Return a label in French quotation marks; those that it holds become English ones, as printers do."""
    inner = re.sub(r"«\s*(.*?)\s*»", r"“\1”", label)
    return f"« {inner} »"


def counted(number: int, one: str, many: str) -> str:
    """Return a number with its words, in the singular under two as French has it."""
    return f"{number} {one if abs(number) < 2 else many}"
