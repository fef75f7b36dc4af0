"""The results of an objective: values, changes, gaps, targets, with their periods and sources."""

from __future__ import annotations

from evalkit.declare.contract import Axis
from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import (
    DistributionMeasure,
    FlowsMeasure,
    ListMeasure,
    MilestoneMeasure,
    NarrativeMeasure,
)
from evalkit.french_dates import period_in_words
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader, Series
from evalkit.present.results.standings import standings_markdown
from evalkit.present.results.targets import standing
from evalkit.present.results.zones import has_range, latest_of, range_cell, range_column, table_zones, zone_cell
from evalkit.present.tables import Column, Group, GroupedTable, grouped_markdown
from evalkit.present.words.cells import NONE
from evalkit.present.words.dates import short_period, since
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.numbers import PERCENT, difference
from evalkit.present.words.partner_text import excerpt
from evalkit.typography import NO_BREAK, typeset


def axis_indicators(reader: Reader, axis: Axis) -> tuple[Indicator, ...]:
    """Return the indicators of an axis, in the order of its objectives."""
    return tuple(each for objective in axis.objectives for each in reader.indicators_of(objective.id))


def axis_markdown(reader: Reader, axis: Axis) -> str:
    """Return the results of an axis: its indicators by objective, then where its targets stand."""
    indicators = axis_indicators(reader, axis)
    stands = [standing(reader, each, target) for each in indicators for target in each.targets]
    parts = (axis_table(reader, axis), standings_markdown(reader, stands))
    return typeset("\n\n".join(part for part in parts if part))


def axis_notes_markdown(reader: Reader, axis: Axis) -> str:
    """Return what goes with the results of an axis: its latest written reviews, its holes and its sources."""
    indicators = axis_indicators(reader, axis)
    undefined = [each.label for each in indicators if each.measure is None]
    parts = (
        *(text for indicator in indicators for text in _reviews(reader, indicator)),
        say("results.axes.undefined", undefined=enumerate_words(undefined)) if undefined else "",
        unfollowed_sentence(reader, axis),
        sources_sentence(reader, indicators),
    )
    return typeset("\n\n".join(part for part in parts if part))


def axis_table(reader: Reader, axis: Axis, zones: tuple[str, ...] = ()) -> str:
    """Return the table of the indicators of an axis, by objective; empty when none has a value to show.

    Args:
        reader: the publication.
        axis: the axis.
        zones: the zones in columns, those of :func:`table_zones` when none is named, and what the QPV go from and to
            when they are too many; the first one is the subject of the table, and only indicators that have it come
            in.
    """
    measured = tabled_indicators(reader, axis)
    if zones:
        measured = [each for each in measured if zones[0] in reader.zones_of(each)]
    if not measured:
        return ""
    ranged = not zones and has_range(reader, measured)
    zones = zones or table_zones(reader, measured)
    columns = (
        Column(say("results.axes.column_indicator"), width=34),
        Column(say("results.axes.column_period"), width=8),
        *(Column(reader.zone(zone), "right", 11) for zone in zones),
        *((range_column(),) if ranged else ()),
        Column(say("results.axes.column_change"), width=20),
        Column(say("results.axes.column_gap"), "right", 11),
    )
    groups = []
    for objective in axis.objectives:
        mine = [each for each in measured if each.objective == objective.id]
        if mine:
            groups.append(Group(f"*{objective.label}*", tuple(_row(reader, each, zones, ranged) for each in mine)))
    return grouped_markdown(_without_empty(GroupedTable(columns, tuple(groups))))


def _without_empty(table: GroupedTable) -> GroupedTable:
    """Return a table without the columns where no row has anything."""
    rows = [row for group in table.groups for row in group.rows]
    kept = [place for place in range(len(table.columns)) if any(row[place] != NONE for row in rows)]
    groups = (Group(each.heading, tuple(tuple(row[at] for at in kept) for row in each.rows)) for each in table.groups)
    return GroupedTable(tuple(table.columns[place] for place in kept), tuple(groups))


def tabled_indicators(reader: Reader, axis: Axis) -> list[Indicator]:
    """Return the indicators of an axis that a table of values can hold, in order."""
    return [each for each in axis_indicators(reader, axis) if _is_tabled(reader, each)]


def _is_tabled(reader: Reader, indicator: Indicator) -> bool:
    """Tell whether one number sums an indicator up: a text has none, the whole of a distribution is always 100 %."""
    without_number = NarrativeMeasure | DistributionMeasure | FlowsMeasure | ListMeasure
    has_number = indicator.measure is not None and not isinstance(indicator.measure, without_number)
    return has_number and bool(reader.zones_of(indicator))


def _row(reader: Reader, indicator: Indicator, zones: tuple[str, ...], ranged: bool) -> tuple[str, ...]:
    given = [zone for zone in zones if zone in reader.zones_of(indicator)]
    main = latest_of([reader.series(indicator, zone) for zone in given[:1] or reader.zones_of(indicator)])
    period = main.latest.period if main.latest else ""
    cells = [zone_cell(reader, indicator, zone, period) if zone in given else NONE for zone in zones]
    spread = [range_cell(reader, indicator, period)] if ranged else []
    shown = short_period(period).replace(" ", NO_BREAK) or NONE
    change = change_cell(reader, main, with_unit=False)
    if ranged and main.zone in reader.publication.declared.territory.qpv:
        change = NONE
    elif change != NONE and main.zone not in zones[:1]:
        change = say("results.axes.elsewhere", zone=reader.zone(main.zone), change=change)
    return (indicator_heading(indicator), shown, *cells, *spread, change, gap_cell(reader, main, with_unit=False))


def indicator_heading(indicator: Indicator) -> str:
    """Return the label of an indicator as a row begins with it, its unit behind; a percentage bears its own sign."""
    unit = "" if indicator.unit.startswith(PERCENT) else f" ({indicator.unit})"
    return f"**{indicator.label}**{unit}"


def unfollowed_sentence(reader: Reader, axis: Axis) -> str:
    """Return the objectives of an axis that no indicator follows; empty when there is none."""
    empty = [each.label for each in axis.objectives if not reader.indicators_of(each.id)]
    if not empty:
        return ""
    quoted = enumerate_words([say("results.axes.label", label=label) for label in empty])
    return typeset(say("results.axes.unfollowed", objectives=quoted))


def change_cell(reader: Reader, series: Series, with_unit: bool = True) -> str:
    """Return the change since the first comparable value, or why there is none; points are always named."""
    indicator = series.indicator
    if len(series.whole) < 2 or isinstance(indicator.measure, NarrativeMeasure | MilestoneMeasure):
        return NONE
    change = reader.change(series)
    if change is None:
        reason = reader.objection(series, series.whole[-2], series.whole[-1])
        return say("results.axes.not_comparable", reason=reason) if reason else NONE
    return f"{_difference(change.amount, indicator, with_unit)} {since(change.since.period)}"


def gap_cell(reader: Reader, series: Series, with_unit: bool = True) -> str:
    """Return the gap to the reference zone in the same period, when the measure compares; points are always named."""
    gap = reader.gap(series)
    return _difference(gap.amount, series.indicator, with_unit) if gap else NONE


def _difference(amount: float, indicator: Indicator, with_unit: bool) -> str:
    unit = indicator.unit if with_unit or indicator.unit.startswith(PERCENT) else ""
    return difference(amount, indicator.decimals, unit)


def _reviews(reader: Reader, indicator: Indicator) -> list[str]:
    """Return the latest written review of each zone; or that it is awaited."""
    if not isinstance(indicator.measure, NarrativeMeasure):
        return []
    lines = [f"**{indicator.label}.**"]
    for zone in reader.zones_of(indicator):
        written = [point for point in reader.series(indicator, zone).points if point.text]
        if written:
            latest = written[-1]
            lines.append(f"{reader.zone(zone)}, {period_in_words(latest.period)} : {excerpt(latest.text)}")
        else:
            lines.append(say("results.axes.no_review", zone=reader.zone(zone)))
    return [" ".join(lines)]


def sources_sentence(reader: Reader, indicators: tuple[Indicator, ...]) -> str:
    """Return the sources of some indicators: feed, producers, perimeter; windows and natures stand in the annex."""
    feeds = dict.fromkeys(each.measure.feed for each in indicators if each.measure)
    parts = []
    for feed in feeds:
        source = reader.source(feed)
        if not source:
            continue
        producers = source["producers"]
        names = (
            enumerate_words([reader.partner(str(each)) for each in producers]) if isinstance(producers, list) else ""
        )
        perimeters = _perimeters(reader, [each for each in indicators if each.measure and each.measure.feed == feed])
        said = " ; ".join(part for part in (names, perimeters) if part)
        parts.append(
            f"{source['label']} ({said})" if said else say("results.axes.nothing_received", label=source["label"])
        )
    return typeset(say("results.axes.sources", sources=" ; ".join(parts))) if parts else ""


def _perimeters(reader: Reader, indicators: list[Indicator]) -> str:
    known = {
        point.perimeter
        for indicator in indicators
        for zone in reader.zones_of(indicator)
        for point in reader.series(indicator, zone).free
        if point.perimeter
    }
    return say("results.axes.perimeters", years=enumerate_words([str(year) for year in sorted(known)])) if known else ""
