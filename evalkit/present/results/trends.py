"""Small trends of the indicators of an axis: one panel per indicator, zones told apart without colour alone."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from evalkit.declare.indicator import Indicator, Kind
from evalkit.declare.measures import (
    DistributionMeasure,
    FlowsMeasure,
    ListMeasure,
    MilestoneMeasure,
    NarrativeMeasure,
)
from evalkit.declare.period import first_day, granularity_of
from evalkit.present.chart import LOOKS, Chart, Look, draw_line, drawing, french_axis
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Point, Reader, Series
from evalkit.present.timeline import DataLine, places, time_table, year_ticks
from evalkit.present.words.cells import number_cell
from evalkit.present.words.dates import in_period
from evalkit.present.words.numbers import quantity
from evalkit.territory.zones import ALL_QPV, OUTSIDE_QPV

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 3
MOST_ZONES = 4
MOST_QPV = 3
"""Beyond so many QPV, a panel draws them together, or the lowest and the highest, never the first of a list."""
MOST_PANELS = 6
LONG = 12
"""Beyond so many periods, only the two sides are drawn: more lines would not be read."""
_MOST_YEARS = 5
_TITLE = 31
"""Characters of a line of a title, that a panel with wide numbers on its axis still holds."""
_HANDLE, _LETTER = 0.5, 0.052
"""Inches of a legend: a handle with its spaces, a letter of its text."""
_TARGET = Look("#555555", "", (0, (2, 2)))


def drawable(reader: Reader, indicators: Sequence[Indicator], zone: str | None = None) -> tuple[Indicator, ...]:
    """Return the indicators that a line can show: two values in the zone, or in one of them, and a number that moves.

    A text, a yes or no and a list have none; the whole of a distribution is always 100 %.
    """

    def has_line(indicator: Indicator) -> bool:
        zones = reader.zones_of(indicator) if zone is None else (zone,)
        return any(len(reader.series(indicator, each).whole) > 1 for each in zones)

    still = NarrativeMeasure | MilestoneMeasure | DistributionMeasure | FlowsMeasure | ListMeasure
    return tuple(each for each in indicators if not isinstance(each.measure, still) and has_line(each))


def chosen(reader: Reader, indicators: Sequence[Indicator], zone: str | None = None) -> tuple[Indicator, ...]:
    """Return at most :data:`MOST_PANELS` indicators to draw: with a target first, then results, then the others.

    Args:
        reader: the publication.
        indicators: those to choose from.
        zone: only those that have a line in this zone.
    """
    return by_interest(drawable(reader, indicators, zone))[:MOST_PANELS]


def by_interest(indicators: Sequence[Indicator]) -> tuple[Indicator, ...]:
    """Return indicators in the order in which a reader wants them: with a target, then results, then the others."""

    def rank(indicator: Indicator) -> tuple[bool, bool]:
        return not indicator.targets, indicator.kind not in {Kind.RESULT, Kind.IMPACT}

    return tuple(sorted(indicators, key=rank))


def trend_chart(reader: Reader, indicators: Sequence[Indicator], zones: Sequence[str] = ()) -> Chart:
    """Draw the trend of some indicators, one panel each, under one legend.

    Args:
        reader: the publication.
        indicators: those of :func:`drawable`.
        zones: the lines to draw; the most telling ones when none is named.

    Returns:
        A chart whose alternative text gives the first and the last value of each line.
    """
    rows = -(-len(indicators) // COLUMNS)
    columns = min(COLUMNS, len(indicators))
    lines = [_lines(reader, indicator, zones) for indicator in indicators]
    looks, width = _looks(reader, lines), (3.6, 5.6, 7.4)[columns - 1]
    entries = [(reader.zone(zone), look) for zone, look in looks.items()]
    if any(indicator.targets for indicator in indicators):
        entries.append((say("results.trends.target"), _TARGET))
    across = legend_columns([name for name, _ in entries], width)
    height = 0.15 + 0.15 * -(-len(entries) // across) + 1.3 * rows
    with drawing(width, height, rows, columns) as (figure, axes):
        for panel, drawn in zip(axes, lines, strict=False):
            _panel(panel, reader, drawn, looks)
        for empty in axes[len(indicators) :]:
            empty.set_axis_off()
        _legend(figure, entries, across)
    alt = " ".join(_sentence(reader, each) for each in lines)
    return Chart(figure, alt, time_table([(_heading(each), _data(reader, each)) for each in lines]))


def _lines(reader: Reader, indicator: Indicator, zones: Sequence[str]) -> tuple[Series, ...]:
    known = reader.zones_of(indicator)
    found = (reader.series(indicator, zone) for zone in (zones or known) if zone in known)
    lines = tuple(series for series in found if series.whole)
    if zones:
        return lines
    if max((len(series.whole) for series in lines), default=0) > LONG:
        sides = tuple(series for series in lines if series.zone in {ALL_QPV, OUTSIDE_QPV})
        return sides or lines[:2]
    qpv = reader.publication.declared.territory.qpv
    if len(qpv) <= MOST_QPV:
        return lines[:MOST_ZONES]
    together = tuple(series for series in lines if series.zone not in qpv)
    return together[:MOST_ZONES] or _ends(lines)


def _ends(lines: tuple[Series, ...]) -> tuple[Series, ...]:
    """Return the series of the lowest and of the highest last value."""
    ordered = sorted(lines, key=lambda series: series.whole[-1].value or 0.0)
    return (ordered[0], ordered[-1]) if len(ordered) > 1 else lines


def _panel(axes: Axes, reader: Reader, lines: tuple[Series, ...], looks: Mapping[str, Look]) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    indicator = lines[0].indicator
    place = places([point.period for series in lines for point in series.whole])
    for series in lines:
        look = looks[series.zone]
        for run in _runs(reader, series, [point for point in series.points if point.period in place]):
            draw_line(axes, _with_holes(series, run, place), look)
    axes.set_title("\n".join(textwrap.wrap(f"{indicator.label} ({indicator.unit})", _TITLE)))
    axes.set_xticks(*year_ticks(place, _MOST_YEARS))
    last = max(place.values())
    axes.set_xlim(-0.3 - 0.02 * last, last + 0.3 + 0.02 * last)
    axes.margins(y=0.15)
    for target in indicator.targets:
        axes.axhline(float(target.value), color=_TARGET.colour, linewidth=1.0, linestyle=_TARGET.dashes)
    _break_lines(axes, reader, indicator, place)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=indicator.decimals == 0))
    french_axis(axes)


def _runs(reader: Reader, series: Series, points: Sequence[Point]) -> list[list[Point]]:
    """Return the points cut where two neighbours must not be compared: no line joins them."""
    runs: list[list[Point]] = []
    for point in points:
        if runs and not reader.is_cut(series, runs[-1][-1], point):
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def _with_holes(series: Series, run: Sequence[Point], place: Mapping[str, int]) -> list[tuple[float, float | None]]:
    """Return the places and values of a run; nothing at a missing or unfinished period, so that no line crosses it."""
    values = {place[point.period]: point.value for point in run if point in series.whole}
    ends = [place[point.period] for point in run]
    return [(at, values.get(at)) for at in range(min(ends), max(ends) + 1)]


def _looks(reader: Reader, panels: Sequence[tuple[Series, ...]]) -> dict[str, Look]:
    """Return the look of each zone of some panels, in the order of a legend; no two alike while there are enough."""
    qpv = reader.publication.declared.territory.qpv
    zones = sorted({series.zone for lines in panels for series in lines}, key=lambda zone: _rank(reader, zone))
    named, others = (LOOKS[1], LOOKS[2], LOOKS[4], LOOKS[6]), (LOOKS[5], LOOKS[6], LOOKS[4])
    sides = {ALL_QPV: LOOKS[0], OUTSIDE_QPV: LOOKS[3]}
    shown = qpv if len(qpv) <= len(named) else [zone for zone in zones if zone in qpv]
    apart = [zone for zone in zones if zone not in qpv and zone not in sides]
    found = {zone: named[rank % len(named)] for rank, zone in enumerate(shown)}
    taken = {found[zone] for zone in zones if zone in found}
    free = [look for look in others if look not in taken] or list(others)
    found |= {zone: free[rank % len(free)] for rank, zone in enumerate(apart)}
    return {zone: sides.get(zone) or found[zone] for zone in zones}


def legend_columns(names: Sequence[str], width: float) -> int:
    """Return how many entries of a legend stand side by side in a figure, by column as matplotlib fills them.

    Args:
        names: texts of the entries, in order.
        width: that of the figure, in inches.
    """
    for count in range(len(names), 1, -1):
        rows, longer = divmod(len(names), count)
        ends = [rank * rows + min(rank, longer) for rank in range(count + 1)]
        columns = [names[start:end] for start, end in pairwise(ends)]
        if sum(_HANDLE + _LETTER * max(len(name) for name in column) for column in columns) <= width:
            return count
    return 1


def _break_lines(axes: Axes, reader: Reader, indicator: Indicator, place: Mapping[str, int]) -> None:
    feed = indicator.measure.feed if indicator.measure else ""
    for row in reader.publication.tables.breaks.filter(pl.col("feed") == feed).iter_rows(named=True):
        at = _first_after(place, row["date"])
        if at is not None:
            axes.axvline(at - 0.5, color="#555555", linewidth=0.9, linestyle=":")
            axes.annotate("rupture", (at - 0.46, 0.02), xycoords=("data", "axes fraction"), fontsize=7, color="#444444")


def _first_after(place: Mapping[str, int], date: dt.date) -> int | None:
    """Return the place of the first period that a break touches, when it is not the first of all."""
    after = [at for period, at in place.items() if first_day(period) >= date.replace(day=1)]
    return after[0] if after and after[0] > 0 else None


def _legend(figure: Figure, entries: Sequence[tuple[str, Look]], across: int) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415

    handles = [
        Line2D([], [], color=look.colour, marker=look.marker, linestyle=look.dashes, markersize=5, label=name)
        for name, look in entries
    ]
    figure.legend(
        handles=handles,
        loc="outside upper left",
        ncols=across,
        fontsize=7.2,
        handlelength=2.7,
        columnspacing=1.4,
    )


def _rank(reader: Reader, zone: str) -> tuple[int, int, str]:
    """Return the place of a zone in a legend: all QPV, each of them, the rest of the territory, the others."""
    qpv = reader.publication.declared.territory.qpv
    if zone in qpv:
        return 1, qpv.index(zone), zone
    return {ALL_QPV: 0, OUTSIDE_QPV: 2}.get(zone, 3), 0, zone


def _heading(lines: tuple[Series, ...]) -> str:
    indicator = lines[0].indicator
    return f"*{indicator.label} ({indicator.unit})*"


def _data(reader: Reader, lines: tuple[Series, ...]) -> list[DataLine]:
    """Return the data of a panel: a line per zone, or per zone and perimeter when its perimeter has moved."""
    found = []
    for series in lines:
        known = [point for point in series.points if granularity_of(point.period)]
        perimeters = sorted({point.perimeter for point in known if point.perimeter is not None})
        if len(perimeters) < 2 or not reader.has_moved(series.zone, known[0], known[-1]):
            found.append(_data_line(reader, series, known, ""))
            continue
        for year in perimeters:
            mine = [point for point in known if (point.perimeter or perimeters[-1]) == year]
            found.append(_data_line(reader, series, mine, say("results.trends.perimeter", year=year)))
    return found


def _data_line(reader: Reader, series: Series, points: Sequence[Point], suffix: str) -> DataLine:
    values = {point.period: number_cell(point, series.indicator) for point in points}
    return DataLine(f"{reader.zone(series.zone)}{suffix}", values)


def _sentence(reader: Reader, lines: tuple[Series, ...]) -> str:
    indicator = lines[0].indicator
    parts = []
    for series in lines:
        first, last = series.whole[0], series.whole[-1]
        end = f"{quantity(last.value or 0.0, indicator.decimals, indicator.unit)} {in_period(last.period)}"
        start = quantity(first.value or 0.0, indicator.decimals, indicator.unit)
        path = (
            end
            if first is last
            else say("results.trends.from_to", start=start, period=in_period(first.period), end=end)
        )
        parts.append(f"{reader.zone(series.zone)}, {path}")
    return say("results.trends.line", label=indicator.label, points=" ; ".join(parts))
