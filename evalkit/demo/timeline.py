"""The months that the demonstration covers, counted from January 2019."""

from __future__ import annotations

import datetime as dt

FIRST_YEAR = 2019
"""Five years before the contract, so that there is a before."""

LAST_QUARTER = "2027-T2"
"""The last quarter delivered when the mid-term evaluation begins."""

HISTORY_YEARS = (2019, 2020, 2021, 2022, 2023)
"""The years delivered at once, when the agreements are signed."""

PROGRAMME_BEGINS = dt.date(2024, 9, 1)
"""First day of the « Cité de l’emploi » in the two QPV (fictitious)."""

N_MONTHS = 12 * (2027 - FIRST_YEAR) + 6


def month_index(day: dt.date) -> int:
    """Return how many months separate a day from January 2019."""
    return 12 * (day.year - FIRST_YEAR) + day.month - 1


def month_label(index: int) -> str:
    """Return a month as ``2024-09``."""
    return f"{FIRST_YEAR + index // 12:04d}-{index % 12 + 1:02d}"


def quarter_label(index: int) -> str:
    """Return the quarter of a month as ``2024-T3``."""
    return f"{FIRST_YEAR + index // 12:04d}-T{index % 12 // 3 + 1}"


def quarters() -> tuple[str, ...]:
    """Return every quarter covered, in order."""
    return tuple(quarter_label(index) for index in range(0, N_MONTHS, 3))


def recent_quarters() -> tuple[str, ...]:
    """Return the quarters delivered one by one, from the first of 2024."""
    return tuple(quarter for quarter in quarters() if int(quarter[:4]) not in HISTORY_YEARS)


PROGRAMME_MONTH = month_index(PROGRAMME_BEGINS)
FIRST_QUARTER_AFTER = "2024-T4"
"""The first quarter that lies wholly after the programme began: the planted effect is its average from there on."""
