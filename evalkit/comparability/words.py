"""Labels and numbers in French words, and how far apart two days are."""

from __future__ import annotations

import datetime as dt
import re


def months_between(earlier: dt.date, later: dt.date) -> int:
    """Return the number of months from the month of one day to the month of another."""
    return 12 * (later.year - earlier.year) + later.month - earlier.month


def quoted(label: str) -> str:
    """Return a label in French quotation marks; those that it holds become English ones, as printers do."""
    inner = re.sub(r"«\s*(.*?)\s*»", r"“\1”", label)
    return f"« {inner} »"
