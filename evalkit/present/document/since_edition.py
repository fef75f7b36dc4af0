"""A report beside an earlier one: what was published then, what is known now, what was revised or redefined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from evalkit.declare.contract import Axis
from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import MilestoneMeasure, NarrativeMeasure
from evalkit.declare.period import season_of
from evalkit.french_dates import day_words
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Point, Reader, Series
from evalkit.present.results.axes import axis_indicators
from evalkit.present.results.targets import standing
from evalkit.present.tables import Column, Group, GroupedTable, grouped_markdown
from evalkit.present.words.cells import NONE, value_cell
from evalkit.present.words.dates import short_period, since
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.numbers import difference, tally
from evalkit.territory.zones import ALL_QPV
from evalkit.typography import NO_BREAK, typeset

_SAID: Mapping[str, str] = MappingProxyType(
    {
        "label": "document.since_edition.field_label",
        "measure": "document.since_edition.field_measure",
        "unit": "document.since_edition.field_unit",
        "targets": "document.since_edition.field_targets",
        "baselines": "document.since_edition.field_baselines",
        "direction": "document.since_edition.field_direction",
        "period": "document.since_edition.field_period",
        "by": "document.since_edition.field_by",
    }
)
"""What a reader must know of a definition that moved; the other fields change no number."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One indicator in both editions.

    Attributes:
        then: the value that the earlier report judged; ``None`` when it had none.
        now: the series as it is known now.
        moved: the fields of the definition that changed; empty when none did.
    """

    indicator: Indicator
    then: Point | None
    now: Series
    moved: tuple[str, ...]

    @property
    def known_again(self) -> Point | None:
        """Return the point of today's series for the period that was judged then."""
        if self.then is None:
            return None
        same = [each for each in self.now.points if each.period == self.then.period]
        return same[-1] if same else None


def pairs(reader: Reader, before: Reader, indicators: tuple[Indicator, ...]) -> Iterator[Pair]:
    """Give each measured indicator with its value in the earlier edition, in the zone of the main tables."""
    known = {each.id: each for each in before.publication.declared.indicators}
    for indicator in indicators:
        zones = reader.zones_of(indicator)
        if indicator.measure is None or isinstance(indicator.measure, NarrativeMeasure) or not zones:
            continue
        zone = ALL_QPV if ALL_QPV in zones else zones[0]
        older = known.get(indicator.id)
        then = before.series(older, zone).latest if older is not None else None
        kept = then if then is not None and then.is_free else None
        yield Pair(indicator, kept, reader.series(indicator, zone), moved_fields(older, indicator))


def moved_fields(older: Indicator | None, newer: Indicator) -> tuple[str, ...]:
    """Return the parts of a definition that are not the same; none for a new indicator."""
    if older is None:
        return ()
    return tuple(field for field in _SAID if getattr(older, field) != getattr(newer, field))


def since_markdown(reader: Reader, before: Reader, axis: Axis) -> str:
    """Return the table of an axis: published then, known now, evolution, status of the target then and now."""
    found = {each.indicator.id: each for each in pairs(reader, before, axis_indicators(reader, axis))}
    columns = (
        Column(say("document.since_edition.column_indicator"), width=34),
        Column(say("document.since_edition.column_then"), "right", 14),
        Column(say("document.since_edition.column_now"), "right", 14),
        Column(say("document.since_edition.column_change"), width=26),
        Column(say("document.since_edition.column_target"), width=20),
    )
    groups = []
    for objective in axis.objectives:
        rows = tuple(
            _row(reader, before, found[each.id]) for each in reader.indicators_of(objective.id) if each.id in found
        )
        if rows:
            groups.append(Group(f"*{objective.label}*", rows))
    if not groups:
        return typeset(say("document.since_edition.none_measured"))
    return typeset(grouped_markdown(GroupedTable(columns, tuple(groups))))


def moved_markdown(reader: Reader, before: Reader) -> str:
    """Return what changed under the numbers: definitions, revised values, indicators that came or went."""
    declared, older = reader.publication.declared.indicators, before.publication.declared.indicators
    lines = [
        say(
            "document.since_edition.moved",
            label=each.indicator.label,
            fields=enumerate_words([say(_SAID[field]) for field in each.moved]),
        )
        for each in pairs(reader, before, declared)
        if _breaks(each.moved)
    ]
    for each in pairs(reader, before, declared):
        revised = _revised(each)
        lines += [f"- **{each.indicator.label}** : {revised}."] if revised else []
    come = [each.label for each in declared if each.id not in {one.id for one in older}]
    gone = [each.label for each in older if each.id not in {one.id for one in declared}]
    lines += [say("document.since_edition.come", come=enumerate_words(come))] if come else []
    lines += [say("document.since_edition.gone", gone=enumerate_words(gone))] if gone else []
    day = day_words(before.publication.as_of)
    opening = say("document.since_edition.opening", edition=before.publication.manifest.edition, day=day)
    if not lines:
        return typeset(say("document.since_edition.unchanged", opening=opening))
    heading = tally("document.since_edition.changes", len(lines))
    return typeset(say("document.since_edition.changed", opening=opening, heading=heading) + "\n".join(lines))


def _row(reader: Reader, before: Reader, pair: Pair) -> tuple[str, ...]:
    indicator = pair.indicator
    unit = "" if indicator.unit.startswith("%") else f" ({indicator.unit})"
    then = _dated(pair.then, indicator) if pair.then else NONE
    return (
        f"**{indicator.label}**{unit}",
        then,
        _dated(pair.now.latest, indicator),
        _evolution(reader, pair),
        _statuses(reader, before, pair),
    )


def _dated(point: Point | None, indicator: Indicator) -> str:
    value = value_cell(point, indicator, with_unit=False)
    if point is None or not point.is_free:
        return value
    return f"{value} ({short_period(point.period).replace(' ', NO_BREAK)})"


def _evolution(reader: Reader, pair: Pair) -> str:
    """Return the change on today's series, or why there is none: a revised value is compared as it is known now."""
    then, now = pair.known_again, pair.now.latest
    if pair.then is None or isinstance(pair.indicator.measure, MilestoneMeasure):
        return NONE
    if _breaks(pair.moved):
        return say("document.since_edition.redefined")
    if then is None or not then.is_free or now is None or not now.is_free:
        return NONE
    # A quarter is read against the same quarter of another year.
    later = [each for each in pair.now.whole if each.period > then.period and _season(each) == _season(then)]
    if not later:
        return say("document.since_edition.no_new_period")
    objection = reader.objection(pair.now, then, later[-1])
    if objection:
        return say("document.since_edition.not_comparable", objection=objection)
    amount = (later[-1].value or 0.0) - (then.value or 0.0)
    until = (
        ""
        if later[-1].period == now.period
        else say("document.since_edition.until", period=short_period(later[-1].period))
    )
    return f"{difference(amount, pair.indicator.decimals, pair.indicator.unit)} {since(then.period)}{until}"


def _season(point: Point) -> str:
    return season_of(point.period)


def _statuses(reader: Reader, before: Reader, pair: Pair) -> str:
    if not pair.indicator.targets:
        return NONE
    now = standing(reader, pair.indicator, pair.indicator.targets[0]).status.words()
    older = next((each for each in before.publication.declared.indicators if each.id == pair.indicator.id), None)
    if older is None or not older.targets:
        return say("document.since_edition.new_target", then=NONE, now=now)
    return say(
        "document.since_edition.statuses", then=standing(before, older, older.targets[0]).status.words(), now=now
    )


def _revised(pair: Pair) -> str:
    """Return the words for a value that was published then and is not the same now; empty when it is."""
    again = pair.known_again
    if pair.then is None or _breaks(pair.moved):
        return ""
    when = short_period(pair.then.period)
    was = value_cell(pair.then, pair.indicator)
    if again is None:
        return say("document.since_edition.gone_value", when=when, was=was)
    now = value_cell(again, pair.indicator)
    return say("document.since_edition.revised", when=when, was=was, now=now) if was != now else ""


def _breaks(moved: tuple[str, ...]) -> bool:
    """Tell whether what moved in a definition changes what its numbers mean."""
    return bool({"measure", "unit", "period"} & set(moved))
