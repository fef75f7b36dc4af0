"""Print the measures that contracts share, the lines that open the reading, and what was read."""

from __future__ import annotations

from evalkit.declare.indicator import Indicator
from evalkit.present.document.method import definition
from evalkit.present.messages.catalogue import say
from evalkit.present.regional.coverage import coverage_line
from evalkit.present.regional.measures import Read, Shared, near_measures, shared_measures
from evalkit.present.regional.members import Region
from evalkit.present.regional.printed_shares import printed_shares, shares_sentence
from evalkit.present.regional.traits import traits_lines
from evalkit.present.tables import Column, Group, GroupedTable, grouped_markdown, markdown_table
from evalkit.present.words.cells import value_cell
from evalkit.present.words.dates import short_period
from evalkit.present.words.numbers import tally
from evalkit.territory.zones import ALL_QPV
from evalkit.typography import typeset

MOST_NEAR = 8
_COLUMNS = ("numerator", "of", "value", "score", "start")
"""Fields of a measure that name what it reads, the most telling first."""


def essentials_markdown(region: Region) -> str:
    """Return what the reading shows, one numbered line each."""
    lines = [*traits_lines(region), coverage_line(region), _shared_line(region)]
    lines += [typeset(f"{each.label} : {shares_sentence(printed_shares(each))}") for each in region.studies]
    return typeset("\n".join(f"{rank}. {line}" for rank, line in enumerate(lines, start=1)))


def shared_markdown(region: Region) -> str:
    """Return each shared measure with the value of each contract side by side, and whether they compare."""
    found = shared_measures(region)
    if not found:
        return typeset(say("regional.shared.none_shared"))
    rows = [[_measure_cell(region, each), _values_cell(each), _verdict(each)] for each in found]
    columns = (
        Column(say("regional.shared.column_measure"), width=40),
        Column(say("regional.shared.column_values"), width=34),
        Column(say("regional.shared.column_verdict"), width=24),
    )
    return typeset(markdown_table(columns, rows, say("regional.shared.caption_shared")))


def near_markdown(region: Region) -> str:
    """Return the measures that look alike and are not: the same column, other filters."""
    found = near_measures(region)
    if not found:
        return typeset(say("regional.shared.none_near"))
    groups = tuple(Group(_near_heading(region, each), tuple(map(_near_row, each.reads))) for each in found[:MOST_NEAR])
    columns = (
        Column(say("regional.shared.column_contract"), width=20),
        Column(say("regional.shared.column_indicator"), width=40),
        Column(say("regional.shared.column_filter"), width=36),
    )
    table = grouped_markdown(GroupedTable(columns, groups), say("regional.shared.caption_near"))
    rest = len(found) - MOST_NEAR
    more = say("regional.shared.more_near", measures=tally("regional.shared.measures", rest)) if rest > 0 else ""
    return typeset("\n\n".join(part for part in (table, more) if part))


def colophon_markdown(region: Region) -> str:
    """Return the hash of what each contract declares: the same hashes and editions give the same reading."""
    rows = [[each.label, f"`{each.declarations.fingerprint}`"] for each in region.members]
    columns = (
        Column(say("regional.shared.column_contract"), width=60),
        Column(say("regional.shared.column_hash"), width=24),
    )
    return typeset(markdown_table(columns, rows, say("regional.shared.caption_hash")))


def _shared_line(region: Region) -> str:
    found = shared_measures(region)
    compared = sum(not each.objection for each in found)
    words = tally("regional.shared.compared", compared) if compared else say("regional.shared.none_compared")
    return typeset(say("regional.shared.line", shared=tally("regional.shared.shared", len(found)), compared=words))


def _measure_cell(region: Region, shared: Shared) -> str:
    """Return what is measured: the label of the first contract, then the definition that all of them have."""
    indicator = shared.reads[0].indicator
    fields = {"what": definition(indicator), "source": _feed(region, indicator)}
    return say("regional.shared.measure", label=indicator.label, **fields)


def _values_cell(shared: Shared) -> str:
    return " ; ".join(_named_value(each) for each in shared.reads)


def _named_value(read: Read) -> str:
    """Return the value of a contract with its name; of another zone than all QPV, the zone is said."""
    reader = read.member.reader
    elsewhere = reader is not None and read.zone not in {"", ALL_QPV}
    zone = say("regional.shared.zone", zone=reader.zone(read.zone)) if reader is not None and elsewhere else ""
    return say("regional.shared.value", contract=read.member.label, zone=zone, value=_value(read))


def _value(read: Read) -> str:
    if read.member.reader is None:
        return say("regional.members.none")
    if read.point is None or not read.point.is_free:
        return value_cell(read.point, read.indicator)
    value = value_cell(read.point, read.indicator)
    return say("regional.shared.dated", value=value, period=short_period(read.point.period))


def _verdict(shared: Shared) -> str:
    return say(shared.objection) if shared.objection else say("regional.shared.comparable")


def _feed(region: Region, indicator: Indicator) -> str:
    feed = indicator.measure.feed if indicator.measure is not None else ""
    return region.feeds.get(feed, feed)


def _near_heading(region: Region, shared: Shared) -> str:
    """Return the column that is read, and the feed: what the group has in common."""
    indicator = shared.reads[0].indicator
    named = (getattr(indicator.measure, name, None) for name in _COLUMNS)
    column = next((f"`{each}`" for each in named if each), say("regional.shared.every_line"))
    return say("regional.shared.near", column=column, source=_feed(region, indicator))


def _near_row(read: Read) -> tuple[str, ...]:
    where = read.indicator.measure.where if read.indicator.measure is not None else None
    return (read.member.label, read.indicator.label, f"`{where}`" if where else say("regional.shared.no_filter"))
