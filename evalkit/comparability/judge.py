"""May two figures be compared? Every verdict at once, the most basic first.

The rules are those of design and of the producers: no comparison across a moved perimeter, a dated break of a source,
two notions, or windows that overlap, unless somebody declares why it stands, and then with a printed warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.comparability.concept import confusion
from evalkit.comparability.side import Side
from evalkit.comparability.source_rules import break_verdicts, window_verdicts, year_verdicts
from evalkit.comparability.verdict import Code, Judgement, Verdict, verdict
from evalkit.comparability.words import quoted
from evalkit.comparability.zone_rules import containment_verdicts, perimeter_verdicts
from evalkit.declare.period import first_day, granularity_of
from evalkit.territory.zones import Territory


def judge_change(before: Side, after: Side, territory: Territory | None = None) -> Judgement:
    """Judge a change: one measure of one zone in two periods.

    Args:
        before: one figure, most often the earlier one.
        after: the other; the order of the two changes nothing.
        territory: the zones; the rules of contours are left out without it.

    Returns:
        What forbids the difference (two sources, two notions or units, equal figures, overlapping windows, vintages
        too near, dated break, moved contour) and what must be printed beside it (a year that nobody has checked).
    """
    before, after = _in_order(before, after)
    found = [
        *_nature_verdicts(before, after),
        *year_verdicts((before, after), refuses=False),
        *window_verdicts(before, after),
        *break_verdicts(before, after),
        *(perimeter_verdicts(before, after, territory) if territory is not None else ()),
    ]
    return Judgement(_once(found))


def judge_gap(zone: Side, reference: Side, territory: Territory | None = None) -> Judgement:
    """Judge a gap: one measure of two zones.

    Args:
        zone: the figure of the zone.
        reference: the figure of the zone that it is read against.
        territory: the zones; the rules of contours and of containment are left out without it.

    Returns:
        What forbids the gap (two sources, two notions or units, data of two years or of an unknown year, two vintages
        of contours) and what must be printed beside it (a reference that holds the zone).
    """
    found = [*_nature_verdicts(zone, reference)]
    if (zone.feed.feed, zone.period) != (reference.feed.feed, reference.period):
        found += [*year_verdicts((zone, reference), refuses=True), *_data_year_verdicts(zone, reference)]
    if territory is not None:
        found += [*perimeter_verdicts(zone, reference, territory), *containment_verdicts(zone, reference, territory)]
    return Judgement(_once(found))


def _in_order(one: Side, other: Side) -> tuple[Side, Side]:
    """Put the earlier figure first, where their periods tell it: a break is crossed in both directions."""
    if granularity_of(one.period) is None or granularity_of(other.period) is None:
        return one, other
    return (other, one) if first_day(other.period) < first_day(one.period) else (one, other)


def _nature_verdicts(one: Side, other: Side) -> Iterator[Verdict]:
    """Yield what makes two figures of two things: no origin in common, two notions, two units."""
    if not {each.origin for each in one.observed} & {each.origin for each in other.observed}:
        sources = f"{quoted(one.feed.label)} et {quoted(other.feed.label)}"
        sentence = f"Deux sources : {sources} ne comptent pas la même chose."
        yield verdict(Code.SOURCES, sentence)
    mixed = confusion((one.feed.feed, one.columns), (other.feed.feed, other.columns))
    if mixed is not None:
        sentence = f"Deux notions : {mixed.first} ; {mixed.second}. Elles ne se comparent pas : {mixed.reason}."
        yield verdict(Code.CONCEPTS, sentence)
    if one.units and other.units and one.units != other.units:
        units = f"{quoted(', '.join(sorted(one.units)))} et {quoted(', '.join(sorted(other.units)))}"
        yield verdict(Code.UNITS, f"Deux unités : {units}.")


def _data_year_verdicts(zone: Side, reference: Side) -> Iterator[Verdict]:
    """Yield the gaps whose figures are of two years, whatever their labels say."""
    others = {each.origin: each for each in reference.observed}
    for one in zone.observed:
        other = others.get(one.origin)
        if other is None or one.year is None or other.year is None:
            continue
        if (one.first, one.last) != (other.first, other.last):
            sentence = (
                f"Deux années : {quoted(zone.feed.label)} {one.label} porte les données de {one.year}, "
                f"{quoted(reference.feed.label)} {other.label} celles de {other.year}."
            )
            yield verdict(Code.DATA_YEARS, sentence)


def _once(found: list[Verdict]) -> tuple[Verdict, ...]:
    return tuple(dict.fromkeys(found))
