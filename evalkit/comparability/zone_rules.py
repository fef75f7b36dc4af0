"""What zones forbid: a contour that moved, two vintages of contours, a reference that holds the zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from evalkit.comparability.side import Side
from evalkit.comparability.verdict import Code, Verdict, verdict
from evalkit.comparability.words import quoted
from evalkit.declare.contract import Perimeter, Zone, ZoneKind
from evalkit.declare.period import first_day, granularity_of, last_day
from evalkit.territory.perimeters import vintage_on
from evalkit.territory.zones import ALL_QPV, EVERYWHERE, OUTSIDE_QPV, Territory

_MADE_OF_QPV = frozenset({ALL_QPV, OUTSIDE_QPV})


def moves_within(zone: Zone, start: dt.date, end: dt.date) -> bool:
    """Tell whether a zone has another contour at the end of a span than at its beginning.

    A zone that leaves the list keeps its contour: only its status changes.
    """
    return any(each.change in {"moved", "new"} and start < each.begins <= end for each in zone.perimeters)


def contour_moved(territory: Territory, zone: str, start: dt.date, end: dt.date) -> bool:
    """Tell whether a declared or derived zone has another contour at the end of a span than at its beginning.

    « Hors QPV » and all the QPV together move with any of them.
    """
    return any(moves_within(each, start, end) for each in _contours({zone}, territory))


def perimeter_verdicts(before: Side, after: Side, territory: Territory) -> Iterator[Verdict]:
    """Yield why two figures do not follow the same contour.

    A source that keeps one vintage for all its periods is followed at that vintage; another one follows the contour in
    force in each period.

    Args:
        before: the earlier figure, or the zone of a gap.
        after: the later one, or the reference.
        territory: the zones, with their perimeters.
    """
    if before.perimeter is None and after.perimeter is None:
        yield from _moved_verdicts(before, after, territory)
        return
    for zone in _contours({before.zone, after.zone}, territory):
        one, other = _vintage(before, zone), _vintage(after, zone)
        if one is not None and other is not None and one != other:
            sentence = _vintage_sentence(zone, one, other)
            if sentence:
                yield verdict(Code.PERIMETERS, sentence)


def containment_verdicts(zone: Side, reference: Side, territory: Territory) -> Iterator[Verdict]:
    """Yield a reservation when the reference holds the zone: the gap is smaller than the one without it.

    The law of 21 February 2014 speaks of the gap with the urban unit, which holds the neighbourhood: the gap is made,
    and said for what it is.
    """
    if reference.zone == zone.zone:
        yield verdict(Code.CONTAINED, f"{quoted(territory.label(zone.zone))} est comparée à elle-même.")
        return
    inside = territory.qpv if zone.zone == ALL_QPV else (zone.zone,)
    if not any(reference.zone == EVERYWHERE or reference.zone in territory.containing(each) for each in inside):
        return
    holder, held = quoted(territory.label(reference.zone)), quoted(territory.label(zone.zone))
    sentence = (
        f"La référence {holder} contient {held} : l’écart est "
        "plus petit qu’avec le reste du territoire. Ce reste se calcule pour un effectif ou un taux, jamais pour une "
        "médiane."
    )
    yield verdict(Code.CONTAINED, sentence, refuses=False)


def moved_sentence(zone: Zone) -> str:
    """Return the French sentence of a zone whose contour moved."""
    return f"Le périmètre de {quoted(zone.label)} a changé : l’avant et l’après n’ont pas le même contour."


def _moved_verdicts(before: Side, after: Side, territory: Territory) -> Iterator[Verdict]:
    if granularity_of(before.period) is None or granularity_of(after.period) is None:
        return
    start, end = sorted((first_day(before.period), last_day(after.period)))
    for zone in _contours({before.zone, after.zone}, territory):
        if moves_within(zone, start, end):
            yield verdict(Code.MOVED, moved_sentence(zone))


def _contours(named: set[str], territory: Territory) -> list[Zone]:
    """Return the zones whose contours the figures of some zones depend on, sorted."""
    made_of_qpv = named & {*_MADE_OF_QPV, *territory.rests}
    ids = {*(named & set(territory.zones)), *(territory.qpv if made_of_qpv else ())}
    return [territory.zones[each] for each in sorted(ids)]


def _vintage(side: Side, zone: Zone) -> int | None:
    """Return the vintage of the contour of a zone that a figure follows, ``None`` when its period tells no day."""
    if side.perimeter is not None:
        return side.perimeter
    return vintage_on(zone, last_day(side.period)) if granularity_of(side.period) is not None else None


def _vintage_sentence(zone: Zone, one: int, other: int) -> str:
    """Say why a zone is not the same in two vintages; nothing when it is, or when it is no zone of the policy."""
    known: dict[int, Perimeter] = {each.vintage: each for each in zone.perimeters}
    if not known:
        unknown = f"Les périmètres de {quoted(zone.label)} ne sont pas déclarés : nul ne sait si le contour a changé."
        return unknown if zone.kind is ZoneKind.QPV else ""
    for vintage in sorted({one, other}):
        if vintage not in known or known[vintage].change == "left":
            return f"{quoted(zone.label)} n’a pas de périmètre {vintage} : les deux chiffres n’ont pas le même contour."
    if known[max(one, other)].change == "same":
        return ""
    return (
        f"{quoted(zone.label)} : un chiffre suit le périmètre {one}, l’autre le périmètre {other}, et le contour a "
        "changé entre les deux."
    )
