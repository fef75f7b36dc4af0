"""The breakdowns of an axis in one compact table: women and men, landlords, kinds, moves; a masked cell says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from evalkit.declare.contract import Axis
from evalkit.declare.indicator import Indicator
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Point, Reader, Series
from evalkit.present.results.axes import axis_indicators
from evalkit.present.tables import Column, Group, GroupedTable, grouped_markdown, markdown_table
from evalkit.present.words.breakdowns import SEX, field_words, word_label
from evalkit.present.words.cells import NONE, number_cell
from evalkit.present.words.dates import short_period
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.numbers import tally
from evalkit.territory.zones import ALL_QPV, EVERYWHERE, OUTSIDE_QPV
from evalkit.typography import NO_BREAK, typeset

MOST_GROUPS, MOST_WORDS = 6, 8
"""What the body of a report shows; the rest stands in the annexed tables."""

MOST_ACROSS = 3
"""A field of so few words has them in columns: women and men are read side by side."""

_FIRST = {SEX: 0, "tranche_age": 1, "age": 1}
_ENDS = frozenset({"venus de", "partis vers"})
"""Where those who move come from and go to is too fine for the body."""


@dataclass(frozen=True, slots=True)
class Broken:
    """An indicator by one field, in its last period: the points of each word, by zone."""

    indicator: Indicator
    field: str
    period: str
    words: tuple[str, ...]
    zones: tuple[str, ...]


def breakdowns_markdown(reader: Reader, axis: Axis) -> str:
    """Return the tables of the breakdowns of an axis, women and men first; empty when no indicator has one."""
    found = [each for indicator in axis_indicators(reader, axis) for each in _broken(reader, indicator)]
    found.sort(key=lambda each: (_FIRST.get(each.field, 2), not each.indicator.targets))
    shown = found[:MOST_GROUPS]
    if not shown:
        return ""
    across: dict[tuple[str, tuple[str, ...]], list[Broken]] = {}
    for each in shown:
        if len(each.words) <= MOST_ACROSS:
            across.setdefault((each.field, each.words), []).append(each)
    down = [each for each in shown if len(each.words) > MOST_ACROSS]
    tables = [_across(reader, *key, lines) for key, lines in across.items()]
    tables += [_down(reader, down)] if down else []
    return typeset("\n\n".join([*tables, *_left_out(found)]))


def _across(reader: Reader, field: str, words: Sequence[str], lines: Sequence[Broken]) -> str:
    """Return the table of the indicators broken down by one field, its words in columns, one row for each zone."""
    zones = dict.fromkeys(zone for each in lines for zone in each.zones)
    is_one = len(zones) == 1
    head = say("results.breakdowns.column_by", field=field_words(field))
    if is_one:
        head = say("results.breakdowns.column_where", by=head, zone=reader.zone(next(iter(zones))))
    columns = (
        Column(head, width=44),
        *(() if is_one else (Column(say("results.breakdowns.column_zone"), width=18),)),
        *(Column(_capital(word_label(reader, field, word)), "right", 10) for word in words),
    )
    rows = []
    for each in lines:
        label = say("results.breakdowns.line", label=each.indicator.label, unit=each.indicator.unit, when=_when(each))
        for zone in each.zones:
            points = (_point(reader, each, zone, word) for word in words)
            cells = [number_cell(point, each.indicator) for point in points]
            rows.append([label, *([] if is_one else [reader.zone(zone)]), *cells])
            label = ""
    return markdown_table(columns, rows)


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _down(reader: Reader, shown: Sequence[Broken]) -> str:
    """Return the table of the indicators broken down by fields of many words, one row for each word."""
    order = (ALL_QPV, OUTSIDE_QPV, EVERYWHERE)
    zones = tuple(zone for zone in order if any(zone in each.zones for each in shown))
    columns = (
        Column(say("results.breakdowns.column_breakdown"), width=34),
        *(Column(reader.zone(zone), "right", 14) for zone in zones),
    )
    groups = tuple(Group(_heading(each), tuple(_rows(reader, each, zones))) for each in shown)
    return grouped_markdown(GroupedTable(columns, groups))


def _broken(reader: Reader, indicator: Indicator) -> Iterator[Broken]:
    """Give an indicator by each of its fields, in the last whole period that has a value in its first zone."""
    rows = reader.publication.tables.observations.filter(
        (pl.col("indicator") == indicator.id)
        & (pl.col("version") == indicator.version)
        & (pl.col("breakdown") != "")
        & pl.col("zone").is_in([ALL_QPV, OUTSIDE_QPV, EVERYWHERE])
    )
    told = {str(each) for each in rows["breakdown"].unique()}
    for field in sorted({each.partition("=")[0] for each in told} - _ENDS):
        words = tuple(sorted(each.partition("=")[2] for each in told if each.startswith(f"{field}=")))
        here = rows.filter(pl.col("breakdown").str.starts_with(f"{field}="))
        zones = tuple(each for each in (ALL_QPV, OUTSIDE_QPV, EVERYWHERE) if each in set(here["zone"]))
        lines = [reader.series(indicator, zones[0], f"{field}={word}") for word in words]
        if period := _last_period(lines):
            yield Broken(indicator, field, period, words, zones)


def _last_period(lines: Sequence[Series]) -> str:
    """Return the last period that a word has, whole where one is; empty when no word ever has a value."""
    latest = [each.latest for each in lines if each.latest is not None]
    for kept in ([each for each in latest if each.is_free and each.qualifier == "exact"], latest):
        if kept:
            return max(each.period for each in kept)
    return ""


def _heading(each: Broken) -> str:
    fields = {"label": each.indicator.label, "unit": each.indicator.unit}
    return say("results.breakdowns.heading", field=field_words(each.field), when=_when(each), **fields)


def _when(each: Broken) -> str:
    return short_period(each.period).replace(" ", NO_BREAK)


def _rows(reader: Reader, each: Broken, zones: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for word in each.words[:MOST_WORDS]:
        points = [_point(reader, each, zone, word) if zone in each.zones else None for zone in zones]
        cells = (
            number_cell(point, each.indicator) if zone in each.zones else NONE
            for zone, point in zip(zones, points, strict=True)
        )
        yield (word_label(reader, each.field, word), *cells)


def _point(reader: Reader, each: Broken, zone: str, word: str) -> Point | None:
    points = reader.series(each.indicator, zone, f"{each.field}={word}").points
    return next((point for point in points if point.period == each.period), None)


def _left_out(found: Sequence[Broken]) -> Iterator[str]:
    """Say what the table leaves to the annexed tables."""
    groups = max(0, len(found) - MOST_GROUPS)
    words = sum(max(0, len(each.words) - MOST_WORDS) for each in found[:MOST_GROUPS])
    parts = [tally("results.breakdowns.left_breakdowns", groups)] if groups else []
    parts += [tally("results.breakdowns.left_words", words)] if words else []
    if parts:
        yield say("results.breakdowns.left_out", parts=enumerate_words(parts))
