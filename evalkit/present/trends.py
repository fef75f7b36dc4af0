"""Small trends of the indicators of an axis: one panel per indicator, zones told apart without colour alone."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from evalkit.declare.indicator import Indicator, Kind, MilestoneMeasure, NarrativeMeasure
from evalkit.declare.period import first_day, granularity_of
from evalkit.present.chart import LOOKS, Chart, Look, draw_line, drawing, french_axis, spread
from evalkit.present.dates import in_period, short_period
from evalkit.present.numbers import quantity
from evalkit.present.reading import Point, Reader, Series
from evalkit.territory.zones import ALL_QPV, OUTSIDE_QPV

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 3
MOST_ZONES = 4
MOST_PANELS = 6
LONG = 12
"""Beyond so many periods, only the two sides are drawn: more lines would not be read."""
_SCHEMA = pl.Schema({"indicateur": pl.String(), "zone": pl.String(), "période": pl.String(), "valeur": pl.Float64()})


def drawable(reader: Reader, indicators: Sequence[Indicator]) -> tuple[Indicator, ...]:
    """Return the indicators that a line can show: two values in one zone, neither a text nor a yes or no."""
    return tuple(
        indicator
        for indicator in indicators
        if not isinstance(indicator.measure, NarrativeMeasure | MilestoneMeasure)
        and any(len(reader.series(indicator, zone).whole) > 1 for zone in reader.zones_of(indicator))
    )


def chosen(reader: Reader, indicators: Sequence[Indicator]) -> tuple[Indicator, ...]:
    """Return at most :data:`MOST_PANELS` indicators to draw: with a target first, then results, then the others."""

    def rank(indicator: Indicator) -> tuple[bool, bool]:
        return not indicator.targets, indicator.kind not in {Kind.RESULT, Kind.IMPACT}

    return tuple(sorted(drawable(reader, indicators), key=rank))[:MOST_PANELS]


def trend_chart(reader: Reader, indicators: Sequence[Indicator]) -> Chart:
    """Draw the trend of some indicators, one panel each.

    Args:
        reader: the publication.
        indicators: those of :func:`drawable`.

    Returns:
        A chart whose alternative text gives the first and the last value of each line.
    """
    rows = -(-len(indicators) // COLUMNS)
    columns = min(COLUMNS, len(indicators))
    lines = {indicator.id: _lines(reader, indicator) for indicator in indicators}
    with drawing((3.2, 5.2, 7.4)[columns - 1], 1.6 * rows, rows, columns) as (figure, axes):
        for panel, indicator in zip(axes, indicators, strict=False):
            _panel(panel, reader, lines[indicator.id])
        for empty in axes[len(indicators) :]:
            empty.set_axis_off()
    table = [
        {"indicateur": series.indicator.label, "zone": reader.zone(series.zone), "période": p.period, "valeur": p.value}
        for each in lines.values()
        for series in each
        for p in series.points
    ]
    alt = " ".join(_sentence(reader, lines[indicator.id]) for indicator in indicators)
    return Chart(figure, alt, pl.DataFrame(table, schema=_SCHEMA))


def _lines(reader: Reader, indicator: Indicator) -> tuple[Series, ...]:
    found = (reader.series(indicator, zone) for zone in reader.zones_of(indicator))
    lines = tuple(series for series in found if series.whole)
    if max((len(series.whole) for series in lines), default=0) > LONG:
        sides = tuple(series for series in lines if series.zone in {ALL_QPV, OUTSIDE_QPV})
        return sides or lines[:2]
    return lines[:MOST_ZONES]


def _panel(axes: Axes, reader: Reader, lines: tuple[Series, ...]) -> None:
    indicator = lines[0].indicator
    periods = sorted({p.period for series in lines for p in series.whole if granularity_of(p.period)}, key=first_day)
    place = {period: index for index, period in enumerate(periods)}
    for series in lines:
        look = _look(reader, series.zone)
        shown = [p for p in series.points if p.period in place and p not in _unfinished(series)]
        for run in _runs(reader, series, shown):
            draw_line(axes, [(place[p.period], p.value) for p in run], look)
    axes.set_title(_wrapped(f"{indicator.label} ({indicator.unit})"))
    step = max(1, -(-len(periods) // 3))
    axes.set_xticks(
        list(place.values())[::step], [short_period(period).replace(" ", "\n") for period in periods[::step]]
    )
    axes.set_xlim(-0.3, len(periods) - 0.7 + 0.85 * max(1, len(periods) - 1))
    axes.margins(y=0.15)
    _target_line(axes, indicator)
    _break_lines(axes, reader, indicator, periods)
    _direct_labels(axes, reader, lines, place)
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


def _unfinished(series: Series) -> tuple[Point, ...]:
    """Return the points left out of a line: counts of an unfinished period."""
    return tuple(point for point in series.free if point not in series.whole)


def _look(reader: Reader, zone: str) -> Look:
    """Return the look of a zone, the same in every panel."""
    qpv = reader.publication.declared.territory.qpv
    if zone == ALL_QPV:
        return LOOKS[0]
    if zone == OUTSIDE_QPV:
        return LOOKS[3]
    named = (LOOKS[1], LOOKS[2], LOOKS[4])
    return named[qpv.index(zone) % len(named)] if zone in qpv else LOOKS[5]


def _target_line(axes: Axes, indicator: Indicator) -> None:
    for target in indicator.targets:
        value = float(target.value)
        axes.axhline(value, color="#666666", linewidth=0.9, linestyle=(0, (2, 2)))
        axes.annotate("cible", (-0.25, value), fontsize=7, color="#444444", va="bottom")


def _break_lines(axes: Axes, reader: Reader, indicator: Indicator, periods: list[str]) -> None:
    feed = indicator.measure.feed if indicator.measure else ""
    for row in reader.publication.tables.breaks.filter(pl.col("feed") == feed).iter_rows(named=True):
        at = _before(periods, row["date"])
        if at is not None:
            axes.axvline(at - 0.5, color="#666666", linewidth=0.9, linestyle=":")
            axes.annotate("rupture", (at - 0.46, 0.02), xycoords=("data", "axes fraction"), fontsize=7, color="#444444")


def _before(periods: list[str], date: dt.date) -> int | None:
    """Return the place of the first period that a break touches, when it is not the first of all."""
    after = [index for index, period in enumerate(periods) if first_day(period) >= date.replace(day=1)]
    return after[0] if after and after[0] > 0 else None


def _direct_labels(axes: Axes, reader: Reader, lines: tuple[Series, ...], place: dict[str, int]) -> None:
    low, high = axes.get_ylim()
    ends = [(series, series.whole[-1]) for series in lines]
    heights = spread([point.value or 0.0 for _, point in ends], 0.13 * (high - low))
    for (series, point), height in zip(ends, heights, strict=True):
        axes.annotate(
            _wrapped(reader.zone(series.zone), 18),
            (place.get(point.period, 0), point.value or 0.0),
            (1.05 * (len(place) - 1) + 0.1, height),
            fontsize=6.5,
            color=_look(reader, series.zone).colour,
            va="center",
            annotation_clip=False,
        )


def _sentence(reader: Reader, lines: tuple[Series, ...]) -> str:
    indicator = lines[0].indicator
    parts = []
    for series in lines:
        first, last = series.whole[0], series.whole[-1]
        end = f"{quantity(last.value or 0.0, indicator.decimals, indicator.unit)} {in_period(last.period)}"
        start = quantity(first.value or 0.0, indicator.decimals, indicator.unit)
        path = end if first is last else f"de {start} {in_period(first.period)} à {end}"
        parts.append(f"{reader.zone(series.zone)}, {path}")
    return f"{indicator.label} : {' ; '.join(parts)}."


def _wrapped(title: str, width: int = 34) -> str:
    return "\n".join(textwrap.wrap(title, width))
