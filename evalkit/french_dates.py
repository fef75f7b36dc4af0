"""Days and periods in French words, for texts that are written before anything is published."""

from __future__ import annotations

import datetime as dt

from evalkit.declare.period import Granularity, granularity_of
from evalkit.typography import NO_BREAK

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def day_words(date: dt.date) -> str:
    """Return a date in words: ``1er janvier 2025``."""
    number = "1er" if date.day == 1 else str(date.day)
    return f"{number}{NO_BREAK}{MONTHS[date.month - 1]}{NO_BREAK}{date.year}"


def period_in_words(period: str) -> str:
    """Return a period in words: ``2026``, ``1er semestre 2026``, ``mars 2026``; other texts as they are."""
    granularity = granularity_of(period)
    if granularity in {Granularity.QUARTER, Granularity.HALF_YEAR}:
        rank = "1er" if period[6] == "1" else f"{period[6]}e"
        return f"{rank}{NO_BREAK}{granularity}{NO_BREAK}{period[:4]}"
    if granularity is Granularity.SCHOOL_YEAR:
        return f"année scolaire{NO_BREAK}{period}"
    if granularity is Granularity.MONTH:
        return f"{MONTHS[int(period[5:]) - 1]}{NO_BREAK}{period[:4]}"
    return period


def span_in_words(first: str, last: str) -> str:
    """Return « de 2024 à 2026 », « du 1er trimestre 2024 au 4e », « des années scolaires 2023-2024 à 2025-2026 »."""
    granularity = granularity_of(first)
    if granularity is Granularity.SCHOOL_YEAR:
        return f"des années scolaires{NO_BREAK}{first} à{NO_BREAK}{last}"
    ranked = granularity in {Granularity.QUARTER, Granularity.HALF_YEAR}
    start, end = ("du", "au") if ranked else ("de", "à")
    return f"{start}{NO_BREAK}{period_in_words(first)} {end}{NO_BREAK}{period_in_words(last)}"
