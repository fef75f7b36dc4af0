"""Days, periods and durations in French words."""

from __future__ import annotations

import datetime as dt

from evalkit.declare.period import Granularity, granularity_of
from evalkit.typography import NO_BREAK

_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


def day(date: dt.date) -> str:
    """Return a date in words: ``1er janvier 2025``."""
    number = "1er" if date.day == 1 else str(date.day)
    return f"{number}{NO_BREAK}{_MONTHS[date.month - 1]}{NO_BREAK}{date.year}"


def period_words(period: str) -> str:
    """Return a period in words: ``2026``, ``3e trimestre 2026``, ``mars 2026``; other texts as they are."""
    granularity = granularity_of(period)
    if granularity is Granularity.QUARTER:
        rank = "1er" if period[6] == "1" else f"{period[6]}e"
        return f"{rank}{NO_BREAK}trimestre{NO_BREAK}{period[:4]}"
    if granularity is Granularity.MONTH:
        return f"{_MONTHS[int(period[5:]) - 1]}{NO_BREAK}{period[:4]}"
    return period


def in_period(period: str) -> str:
    """Return « en 2026 », « au 3e trimestre 2026 », « en mars 2026 »."""
    preposition = "au" if granularity_of(period) is Granularity.QUARTER else "en"
    return f"{preposition}{NO_BREAK}{period_words(period)}"


def between(first: str, last: str) -> str:
    """Return « de 2024 à 2026 », « du 1er trimestre 2024 au 4e trimestre 2026 »."""
    start = "du" if granularity_of(first) is Granularity.QUARTER else "de"
    end = "au" if granularity_of(last) is Granularity.QUARTER else "à"
    return f"{start}{NO_BREAK}{period_words(first)} {end}{NO_BREAK}{period_words(last)}"


def short_period(period: str) -> str:
    """Return a period short enough for an axis: ``T3 2026``."""
    return f"{period[5:]} {period[:4]}" if granularity_of(period) is Granularity.QUARTER else period


def part_of_year(period: str) -> str:
    """Return the part of its year that a period is: ``T3``, ``mars``; nothing for a year."""
    if granularity_of(period) is Granularity.MONTH:
        return _MONTHS[int(period[5:]) - 1]
    return period[5:]


def since(period: str) -> str:
    """Return « depuis 2024 », « depuis T1 2024 », short enough for a table."""
    return f"depuis{NO_BREAK}{short_period(period).replace(' ', NO_BREAK)}"


def wave_words(wave: str) -> str:
    """Return a time since entry in words: ``6 mois``, ``2 ans``, ``30 jours``."""
    count, unit = int(wave[1:-1]), wave[-1]
    words = {"D": ("jour", "jours"), "M": ("mois", "mois"), "Y": ("an", "ans")}[unit]
    return f"{count}{NO_BREAK}{words[count > 1]}"
