"""The yearly report: the orientations, what was done in the year, what comes next.

Its headings are those of decree 2015-1118 of 3 September 2015 on the yearly report on the *politique de la ville*
(articles L. 1111-2 and L. 1811-2 of the general code of local authorities).
"""

from __future__ import annotations

from evalkit.declare.contract import Axis
from evalkit.declare.indicator import Indicator, Kind
from evalkit.declare.measures import NarrativeMeasure
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.results.axes import axis_indicators
from evalkit.present.results.standings import standings_markdown
from evalkit.present.results.targets import TargetStatus, standings
from evalkit.present.results.zones import has_range, range_cell, range_column, table_zones
from evalkit.present.tables import Column, Group, GroupedTable, grouped_markdown
from evalkit.present.words.cells import NONE, value_cell
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.numbers import tally
from evalkit.typography import typeset


def year_of(reader: Reader) -> int:
    """Return the year that the report is about: the last one that had ended on the day of the data."""
    return reader.publication.as_of.year - 1


def orientations_markdown(reader: Reader) -> str:
    """Return the axes of the contract with their objectives."""
    lines = [
        f"- **{axis.label}** : {enumerate_words([_small(each.label) for each in axis.objectives])}."
        for axis in reader.publication.declared.contract.axes
    ]
    return typeset("\n".join(lines))


def actions_markdown(reader: Reader, axis: Axis) -> str:
    """Return what was done on an axis in the year: its output indicators, zone by zone, and what has no figure."""
    year = str(year_of(reader))
    outputs = [each for each in axis_indicators(reader, axis) if each.kind is Kind.OUTPUT]
    counted_ = [each for each in outputs if not isinstance(each.measure, NarrativeMeasure)]
    valued = [each for each in counted_ if _has_value(reader, each, year)]
    silent = [each.label for each in counted_ if each not in valued]
    parts = [_year_table(reader, axis, valued, year)] if valued else []
    if silent:
        named = enumerate_words([say("document.yearly.label", label=label) for label in silent])
        parts.append(say("document.yearly.silent", year=year, named=named))
    if not outputs:
        parts.append(say("document.yearly.no_output"))
    return typeset("\n\n".join(parts))


def prospects_markdown(reader: Reader) -> str:
    """Return the targets that are not reached yet, and what the data of the next year should bring."""
    stands = [each for each in standings(reader) if each.status is not TargetStatus.REACHED]
    questions = reader.publication.tables.questions.height
    closing = (
        say("document.yearly.questions", questions=tally("document.yearly.asked", questions))
        if questions
        else say("document.yearly.no_question")
    )
    return typeset(f"{standings_markdown(reader, stands) or say('document.yearly.no_target')}\n\n{closing}")


def to_write(what: str) -> str:
    """Return the mark of a part that only its authors can write: the decree asks for it, no figure gives it.

    Args:
        what: what is to be written, a French sentence.
    """
    return typeset(say("document.yearly.to_write", what=what))


def _year_table(reader: Reader, axis: Axis, indicators: list[Indicator], year: str) -> str:
    zones, ranged = table_zones(reader, indicators), has_range(reader, indicators)
    columns = (
        Column(say("document.yearly.column_output"), width=40),
        *(Column(reader.zone(zone), "right", 12) for zone in zones),
        *((range_column(),) if ranged else ()),
    )
    groups = []
    for objective in axis.objectives:
        mine = [each for each in indicators if each.objective == objective.id]
        rows = []
        for each in mine:
            cells = [_cell(reader, each, zone, year) for zone in zones]
            rows.append((_heading(each), *cells, *([range_cell(reader, each, year)] if ranged else [])))
        if rows:
            groups.append(Group(f"*{objective.label}*", tuple(rows)))
    return grouped_markdown(GroupedTable(columns, tuple(groups)))


def _heading(indicator: Indicator) -> str:
    return f"**{indicator.label}** ({indicator.unit})"


def _cell(reader: Reader, indicator: Indicator, zone: str, year: str) -> str:
    if zone not in reader.zones_of(indicator):
        return NONE
    points = [each for each in reader.series(indicator, zone).points if each.period == year]
    return value_cell(points[-1], indicator, with_unit=False) if points else NONE


def _has_value(reader: Reader, indicator: Indicator, year: str) -> bool:
    zones = reader.zones_of(indicator)
    return any(each.period == year for zone in zones for each in reader.series(indicator, zone).points)


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]
