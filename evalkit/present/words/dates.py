"""Periods and durations in French words, short enough for tables and axes."""

from __future__ import annotations

from evalkit.declare.period import Granularity, granularity_of, season_of, year_of
from evalkit.french_dates import MONTHS, period_in_words
from evalkit.typography import NO_BREAK


def in_period(period: str) -> str:
    """Return « en 2026 », « au 3e trimestre 2026 », « en mars 2026 », « pendant l’année scolaire 2025-2026 »."""
    granularity = granularity_of(period)
    if granularity is Granularity.SCHOOL_YEAR:
        return f"pendant l’{period_in_words(period)}"
    preposition = "au" if granularity in {Granularity.QUARTER, Granularity.HALF_YEAR} else "en"
    return f"{preposition}{NO_BREAK}{period_in_words(period)}"


def short_period(period: str) -> str:
    """Return a period short enough for an axis: ``T3 2026``."""
    is_ranked = granularity_of(period) in {Granularity.QUARTER, Granularity.HALF_YEAR}
    return f"{season_of(period)[1:]} {year_of(period)}" if is_ranked else period


def part_of_year(period: str) -> str:
    """Return the part of its year that a period is: ``T3``, ``S1``, ``mars``; nothing for a year."""
    if granularity_of(period) is Granularity.MONTH:
        return MONTHS[int(period[5:]) - 1]
    return season_of(period)[1:]


def since(period: str) -> str:
    """Return « depuis 2024 », « depuis T1 2024 », short enough for a table."""
    return f"depuis{NO_BREAK}{short_period(period).replace(' ', NO_BREAK)}"


def wave_words(wave: str) -> str:
    """Return a time since entry in words: ``6 mois``, ``2 ans``, ``30 jours``."""
    count, unit = int(wave[1:-1]), wave[-1]
    words = {"D": ("jour", "jours"), "M": ("mois", "mois"), "Y": ("an", "ans")}[unit]
    return f"{count}{NO_BREAK}{words[count > 1]}"
