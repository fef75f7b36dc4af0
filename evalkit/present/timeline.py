"""Periods on an axis and in the columns of a table: a missing period keeps its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evalkit.declare.period import Granularity, first_day, granularity_of, months_in, season_of, year_of
from evalkit.present.messages.catalogue import say
from evalkit.present.tables import Column, Group, GroupedTable
from evalkit.present.words.cells import MISSING, NONE
from evalkit.present.words.dates import part_of_year


@dataclass(frozen=True, slots=True)
class DataLine:
    """A line of a figure, in words: its name and the text of its value at each period."""

    name: str
    values: Mapping[str, str]


def places(periods: Sequence[str]) -> dict[str, int]:
    """Return the place of each period, counted in periods since the first: a hole keeps its width.

    Args:
        periods: periods of one granularity, in any order; other texts are left out.
    """
    known = sorted({period for period in periods if granularity_of(period)}, key=first_day)
    if not known:
        return {}
    start = _rank(known[0])
    return {period: _rank(period) - start for period in known}


def year_ticks(place: Mapping[str, int], most: int) -> tuple[list[int], list[str]]:
    """Return where to write the years under an axis, at most so many, and their texts.

    Each stands at the first period of its year; a period that begins no year on the axis has no tick.

    Args:
        place: the place of each period, in order.
        most: the largest number of years written.
    """
    begins = [(at, year_of(period)) for period, at in place.items() if _begins_year(period)]
    if not begins:
        begins = [(at, f"{season_of(period)[1:]}\n{year_of(period)}") for period, at in place.items()]
    step = max(1, -(-len(begins) // most))
    kept = begins[::step]
    return [at for at, _ in kept], [text for _, text in kept]


def time_table(groups: Sequence[tuple[str, Sequence[DataLine]]]) -> GroupedTable:
    """Return the data of lines over time: years in columns, one row per line, or per part of the year.

    Args:
        groups: heading of each group, and its lines.
    """
    shown = {period for _, lines in groups for line in lines for period in line.values}
    years = sorted({year_of(period) for period in shown})
    columns = (Column(say("timeline.column_series"), width=26), *(Column(year, "right", 8) for year in years))
    made = [Group(heading, tuple(row for line in lines for row in _rows(line, years))) for heading, lines in groups]
    return GroupedTable(columns, tuple(made))


def _rows(line: DataLine, years: Sequence[str]) -> list[tuple[str, ...]]:
    known = sorted(line.values, key=first_day)
    rows = []
    for part in sorted({season_of(period) for period in known}):
        words = part_of_year(f"2000{part}") if part else ""
        name = f"{line.name}, {words}" if words else line.name
        rows.append((name, *(_cell(line, f"{year}{part}", (known[0], known[-1])) for year in years)))
    return rows


def _cell(line: DataLine, period: str, span: tuple[str, str]) -> str:
    """Return what a line has at a period: a hole between its first and its last one is a missing value."""
    is_inside = first_day(span[0]) <= first_day(period) <= first_day(span[1])
    return line.values.get(period, MISSING if is_inside else NONE)


def _begins_year(period: str) -> bool:
    return first_day(period).month == 1 or granularity_of(period) is Granularity.SCHOOL_YEAR


def _rank(period: str) -> int:
    start = first_day(period)
    months = months_in(granularity_of(period) or Granularity.YEAR)
    return (12 * start.year + start.month - 1) // months
