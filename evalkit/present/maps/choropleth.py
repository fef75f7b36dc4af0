"""Values of an indicator on the map of the zones: masked and missing ones drawn as such, never as a low value."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import DurationMeasure, PublishedMeasure, RatioMeasure, SurveyMeasure
from evalkit.declare.period import first_day
from evalkit.french_dates import period_in_words
from evalkit.present.chart import Chart, drawing
from evalkit.present.maps.shapes import Frame, Plane, Surface, frame_of, middle_of, plane_of, shape, show_frame
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Point, Reader
from evalkit.present.results.trends import by_interest
from evalkit.present.tables import Column, Group, GroupedTable
from evalkit.present.words.cells import MISSING, SECRET, absence_cell, number_cell
from evalkit.present.words.numbers import PERCENT, number, quantity
from evalkit.territory.zones import ALL_QPV, OUTSIDE_QPV
from evalkit.typography import NO_BREAK, typeset

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch

COLUMNS = 3
MOST_MAPS = 3
LEAST_ZONES = 2
_TONES = ("#dbe9f4", "#a3c4dd", "#6096bf", "#2b6a9b", "#0b3c5d")
"""One hue from light to dark, told apart in grey and by every kind of sight."""
_TALLEST = 0.8
"""Of a map, its height over its width."""
_MARGIN, _LINE, _LEGEND = 0.1, 0.14, 0.3
"""Heights around the heading of a map, of a line of it, and of the legend, in inches."""
_WIDE = 36
"""Characters of a line of a heading."""
_DARK = 3
"""From this tone on, text is written in white."""
_SECRET = Surface("#ffffff", "#444444", 0.8, "/////")
_ABSENT = Surface("#ffffff", "#8a8a85", 0.8, "....")
_AROUND = Surface("#f4f4f2", "#b5b5b0", 0.5)
_MOST_WRITTEN = 8
"""Beyond so many zones, values are read in the table, not on the map."""


@dataclass(frozen=True, slots=True)
class ZoneMap:
    """What one map shows: an indicator in one period.

    Attributes:
        points: the published point of each zone that has a contour; nothing where there is no line.
        beside: the zones that have no contour of their own and are read beside, with their points.
    """

    indicator: Indicator
    period: str
    points: Mapping[str, Point | None]
    beside: Mapping[str, Point | None]

    @property
    def values(self) -> tuple[float, ...]:
        """Return the values that may be read, sorted."""
        return tuple(sorted(point.value for point in self.points.values() if point and point.value is not None))


def mapped(reader: Reader, indicators: Sequence[Indicator]) -> tuple[ZoneMap, ...]:
    """Return the maps worth drawing: rates, delays, survey and published values, in two zones at least.

    A number of people or of actions is not mapped: a large zone would look worse for being large.
    """
    compared = RatioMeasure | DurationMeasure | SurveyMeasure | PublishedMeasure
    kept = [each for each in indicators if isinstance(each.measure, compared) and _is_rate(each)]
    maps = [_zone_map(reader, each) for each in by_interest(kept)]
    return tuple(each for each in maps if each is not None)[:MOST_MAPS]


def choropleth(reader: Reader, maps: Sequence[ZoneMap]) -> Chart:
    """Draw maps side by side, each with its own scale of tones.

    Args:
        reader: the publication.
        maps: those of :func:`mapped`.

    Returns:
        A chart whose alternative text gives the value of every zone, or says that it is secret or missing.
    """
    drawn = reader.publication.declared.contours.by_zone
    shown = [drawn[zone] for zone in dict.fromkeys(zone for each in maps for zone in each.points)]
    plane = plane_of(shown)
    frame = frame_of(shown, plane).no_taller_than(_TALLEST)
    columns = min(COLUMNS, len(maps))
    has_legend = any(_handles(each, class_limits(each.values)) for each in maps)
    rows = -(-len(maps) // columns)
    side = 7.4 / COLUMNS
    titles = _MARGIN + _LINE * max(len(_title(each)) for each in maps)
    height = side * max(0.5, frame.height / frame.width) + titles + (_LEGEND if has_legend else 0.0)
    with drawing(side * columns, height * rows, rows, columns) as (figure, axes):
        for panel, each in zip(axes, maps, strict=False):
            _panel(panel, reader, each, (plane, frame))
        for empty in axes[len(maps) :]:
            empty.set_axis_off()
    return Chart(figure, " ".join(_sentence(reader, each) for each in maps), _data(reader, maps))


def _is_rate(indicator: Indicator) -> bool:
    return not isinstance(indicator.measure, PublishedMeasure) or indicator.unit.startswith((PERCENT, "€", "euro"))


def _zone_map(reader: Reader, indicator: Indicator) -> ZoneMap | None:
    """Return the map of the last whole period of an indicator; nothing when fewer than two zones have a line in it."""
    qpv = reader.publication.declared.territory.qpv
    drawn = reader.publication.declared.contours.by_zone
    known = reader.zones_of(indicator)
    series = {zone: reader.series(indicator, zone) for zone in qpv if zone in drawn and zone in known}
    whole = {point.period for each in series.values() for point in each.whole}
    if len(series) < LEAST_ZONES or not whole:
        return None
    period = max(whole, key=first_day)
    points = {zone: _at(each.points, period) for zone, each in series.items()}
    others = {zone: reader.series(indicator, zone).points for zone in (ALL_QPV, OUTSIDE_QPV) if zone in known}
    return ZoneMap(indicator, period, points, {zone: _at(found, period) for zone, found in others.items()})


def _at(points: Sequence[Point], period: str) -> Point | None:
    found = [point for point in points if point.period == period]
    return found[-1] if found else None


def _panel(axes: Axes, reader: Reader, each: ZoneMap, map_: tuple[Plane, Frame]) -> None:
    plane, frame = map_
    drawn = reader.publication.declared.contours.by_zone
    for zone, contour in drawn.items():
        if zone not in each.points and zone not in reader.publication.declared.territory.controls:
            axes.add_patch(shape(contour, plane, _AROUND))
    limits = class_limits(each.values)
    for zone, point in each.points.items():
        axes.add_patch(shape(drawn[zone], plane, _look(point, limits)))
    show_frame(axes, frame)
    if len(each.points) <= _MOST_WRITTEN:
        _write_values(axes, reader, each, (plane, limits))
    axes.set_title("\n".join(_title(each)))
    # The room that is left stands above, for the heading.
    axes.set_anchor("S")
    _legend(axes, each, limits)


def _title(each: ZoneMap) -> list[str]:
    """Return the lines of the title of a map."""
    unit = f" ({each.indicator.unit})" if each.indicator.unit else ""
    heading = f"{each.indicator.label}{unit}, {period_in_words(each.period)}"
    return textwrap.wrap(typeset(heading), _WIDE)


def class_limits(values: Sequence[float]) -> tuple[float, ...]:
    """Return the limits of the tones of a map: classes of about as many zones, at most five, no value in two.

    Args:
        values: sorted.

    Returns:
        One limit more than there are classes; the first and the last are the smallest and the largest value.
    """
    distinct = sorted(set(values))
    count = min(len(_TONES), len(distinct))
    if not count:
        return ()
    inner = [distinct[round(place * len(distinct) / count)] for place in range(1, count)]
    return (distinct[0], *inner, distinct[-1])


def _tone(value: float, limits: Sequence[float]) -> int:
    """Return the rank of the tone of a value: a class holds its lower limit, the last one its upper limit too."""
    classes = len(limits) - 1
    rank = sum(value >= limit for limit in limits[1:-1])
    # Few classes take neighbouring tones: the lightest beside the darkest would make two values look far apart.
    return rank + (len(_TONES) - classes) // 2


def _look(point: Point | None, limits: Sequence[float]) -> Surface:
    if point is not None and point.value is not None:
        return Surface(_TONES[_tone(point.value, limits)], "#33475b")
    return _SECRET if point is not None and point.is_secret else _ABSENT


def _write_values(axes: Axes, reader: Reader, each: ZoneMap, map_: tuple[Plane, Sequence[float]]) -> None:
    from matplotlib.patheffects import withStroke  # noqa: PLC0415

    plane, limits = map_
    drawn = reader.publication.declared.contours.by_zone
    for zone, point in each.points.items():
        is_dark = point is not None and point.value is not None and _tone(point.value, limits) >= _DARK
        ink, halo = ("white", _TONES[-1]) if is_dark else ("#16232d", "white")
        axes.annotate(
            f"{reader.zone(zone)}\n{_said(each.indicator, point)}",
            middle_of(drawn[zone], plane),
            ha="center",
            va="center",
            fontsize=6.8,
            color=ink,
            path_effects=[withStroke(linewidth=1.8, foreground=halo)],
        )


def _said(indicator: Indicator, point: Point | None) -> str:
    """Return what is written on a zone: its value with its unit, or the word that stands for its absence."""
    if point is None or point.value is None:
        return absence_cell(point)
    return quantity(point.value, indicator.decimals, indicator.unit if indicator.unit.startswith(PERCENT) else "")


def _legend(axes: Axes, each: ZoneMap, limits: Sequence[float]) -> None:
    if handles := _handles(each, limits):
        axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=3, fontsize=6.5)


def _handles(each: ZoneMap, limits: Sequence[float]) -> list[Patch]:
    """Return what each tone and each hatching means; a map with its values written needs the hatchings only."""
    from matplotlib.patches import Patch  # noqa: PLC0415

    decimals = each.indicator.decimals
    handles = []
    if len(each.points) > _MOST_WRITTEN:
        for low, high in pairwise(limits):
            label = say("maps.choropleth.class", low=number(low, decimals), high=number(high, decimals))
            handles.append(Patch(facecolor=_TONES[_tone(low, limits)], label=label))
    if any(point is not None and point.is_secret for point in each.points.values()):
        handles.append(Patch(**_SECRET.words(), label=SECRET))
    if any(_is_missing(point) for point in each.points.values()):
        handles.append(Patch(**_ABSENT.words(), label=MISSING))
    return handles


def _is_missing(point: Point | None) -> bool:
    return point is None or (point.value is None and not point.is_secret)


def _sentence(reader: Reader, each: ZoneMap) -> str:
    said = [f"{reader.zone(zone)}, {_told(each.indicator, point)}" for zone, point in each.points.items()]
    return typeset(
        say(
            "maps.choropleth.map",
            label=each.indicator.label,
            period=period_in_words(each.period),
            values=" ; ".join(said),
        )
    )


def _told(indicator: Indicator, point: Point | None) -> str:
    if point is None or point.value is None:
        return absence_cell(point)
    return quantity(point.value, indicator.decimals, indicator.unit)


def _data(reader: Reader, maps: Sequence[ZoneMap]) -> GroupedTable:
    groups = []
    for each in maps:
        rows = {**each.beside, **each.points}
        unit = f" ({each.indicator.unit})" if each.indicator.unit else ""
        heading = f"*{each.indicator.label}{unit}*"
        shown = period_in_words(each.period).replace(" ", NO_BREAK)
        cells = ((reader.zone(zone), shown, number_cell(point, each.indicator)) for zone, point in rows.items())
        groups.append(Group(heading, tuple(cells)))
    return GroupedTable(
        (
            Column(say("maps.choropleth.column_zone"), width=30),
            Column(say("maps.choropleth.column_period"), width=14),
            Column(say("maps.choropleth.column_value"), "right", 12),
        ),
        tuple(groups),
    )
