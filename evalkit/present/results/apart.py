"""The zones that the tables of an axis do not name, one by one: an annex."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evalkit.declare.contract import Axis
from evalkit.declare.indicator import Indicator
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.results.axes import indicator_heading, tabled_indicators
from evalkit.present.results.zones import latest_of, unnamed_zones, zone_cell
from evalkit.present.tables import Column, Group, GroupedTable, grouped_markdown
from evalkit.present.words.cells import NONE
from evalkit.present.words.dates import short_period
from evalkit.typography import NO_BREAK, typeset

MOST_COLUMNS = 6
"""Zones side by side in one table; beyond it, another table follows."""


def is_apart(reader: Reader) -> bool:
    """Tell whether the tables of an axis leave zones out, so that a report needs the annex."""
    axes = reader.publication.declared.contract.axes
    return any(unnamed_zones(reader, tabled_indicators(reader, axis)) for axis in axes)


def apart_markdown(reader: Reader, axis: Axis) -> str:
    """Return the values of an axis zone by zone, where its table leaves zones out; empty when it leaves none."""
    measured = tabled_indicators(reader, axis)
    zones, qpv = unnamed_zones(reader, measured), reader.publication.declared.territory.qpv
    kinds = ([zone for zone in zones if zone in qpv], [zone for zone in zones if zone not in qpv])
    parts = [part for kind in kinds for part in _shared_out(kind)]
    return typeset("\n\n".join(_table(reader, axis, measured, part) for part in parts))


def _shared_out(zones: Sequence[str]) -> Iterator[Sequence[str]]:
    """Give zones in as few tables as can hold them, of about the same width."""
    tables = -(-len(zones) // MOST_COLUMNS)
    for rank in range(tables):
        yield zones[rank * len(zones) // tables : (rank + 1) * len(zones) // tables]


def _table(reader: Reader, axis: Axis, measured: Sequence[Indicator], zones: Sequence[str]) -> str:
    columns = (
        Column(say("results.apart.column_indicator"), width=34),
        Column(say("results.apart.column_period"), width=8),
        *(Column(reader.zone(zone), "right", 11) for zone in zones),
    )
    groups = []
    for objective in axis.objectives:
        mine = [each for each in measured if each.objective == objective.id]
        if rows := tuple(_rows(reader, mine, zones)):
            groups.append(Group(f"*{objective.label}*", rows))
    return grouped_markdown(GroupedTable(columns, tuple(groups)), say("results.apart.caption", axis=axis.label))


def _rows(reader: Reader, indicators: Sequence[Indicator], zones: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for each in indicators:
        known = [reader.series(each, zone) for zone in zones if zone in reader.zones_of(each)]
        if not known:
            continue
        latest = latest_of(known).latest
        period = latest.period if latest else ""
        cells = (zone_cell(reader, each, zone, period) if zone in reader.zones_of(each) else NONE for zone in zones)
        yield (indicator_heading(each), short_period(period).replace(" ", NO_BREAK) or NONE, *cells)
