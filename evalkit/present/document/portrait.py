"""The portrait of one zone: what it is, its figures beside those of the others, its targets, what is missing."""

from __future__ import annotations

from evalkit.declare.contract import Axis, Zone, ZoneKind
from evalkit.declare.indicator import Indicator
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.results.axes import axis_indicators, axis_table, sources_sentence
from evalkit.present.results.standings import standing_sentence
from evalkit.present.results.targets import standing
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.numbers import number, tally
from evalkit.territory.zones import ALL_QPV, OUTSIDE_QPV
from evalkit.typography import typeset

_ZONES = {
    ZoneKind.QPV: "document.portrait.zone_qpv",
    ZoneKind.COMMUNE: "document.portrait.zone_commune",
    ZoneKind.EPCI: "document.portrait.zone_epci",
    ZoneKind.URBAN_UNIT: "document.portrait.zone_urban_unit",
}
_CHANGES = {
    "moved": "document.portrait.change_moved",
    "new": "document.portrait.change_new",
    "left": "document.portrait.change_left",
}
_SHORT = 3
"""So many missing indicators are named; the others are counted."""


def identity_markdown(reader: Reader, zone: str) -> str:
    """Return what a zone is: its codes by vintage, what it lies in, its residents, the changes of its contour."""
    found = reader.publication.declared.territory.zones[zone]
    codes = [say("document.portrait.code", code=each.code, vintage=each.vintage) for each in found.perimeters]
    within = [reader.zone(each) for each in found.within]
    lines = [
        say(
            "document.portrait.whose",
            label=found.label,
            kind=_kind(found),
            within=say("document.portrait.within", within=enumerate_words(within)) if within else "",
        ),
        say("document.portrait.codes", codes=enumerate_words(codes)) if codes else "",
        _residents(found),
        *(
            say("document.portrait.change", vintage=each.vintage, say=say(_CHANGES[each.change]))
            for each in found.perimeters
            if each.change != "same"
        ),
    ]
    return typeset(" ".join(line for line in lines if line))


def portrait_indicators(reader: Reader, axis: Axis, zone: str) -> tuple[Indicator, ...]:
    """Return the indicators of an axis that the publication gives for a zone."""
    return tuple(each for each in axis_indicators(reader, axis) if zone in reader.zones_of(each))


def portrait_zones(reader: Reader, zone: str) -> tuple[str, ...]:
    """Return the zone, then those that it is read beside: every QPV together, outside them, the reference."""
    reference = reader.publication.declared.reference
    others = (ALL_QPV, OUTSIDE_QPV, *((reference,) if reference else ()))
    return tuple(dict.fromkeys((zone, *others)))


def portrait_axis_markdown(reader: Reader, axis: Axis, zone: str) -> str:
    """Return the figures of a zone on one axis, beside the others, with the targets set for it."""
    indicators = portrait_indicators(reader, axis, zone)
    if not indicators:
        return typeset(say("document.portrait.none_on_axis"))
    targets = [
        f"- {standing_sentence(reader, standing(reader, each, target))}"
        for each in indicators
        for target in each.targets
        if target.zone == zone
    ]
    table = axis_table(reader, axis, portrait_zones(reader, zone))
    parts = (table, "\n".join(targets), sources_sentence(reader, indicators))
    return typeset("\n\n".join(part for part in parts if part))


def absent_markdown(reader: Reader, zone: str) -> str:
    """Return what the publication does not give for a zone: masked values, and indicators without any value here."""
    declared = reader.publication.declared.indicators
    here = [each for each in declared if zone in reader.zones_of(each)]
    masked = [each.label for each in here if _is_masked(reader, each, zone)]
    absent = [each.label for each in declared if each not in here and each.measure is not None]
    lines = [
        say("document.portrait.masked_line", named=_named(masked, "document.portrait.masked"))
        if masked
        else say("document.portrait.none_masked"),
        say("document.portrait.absent_line", named=_named(absent, "document.portrait.absent"))
        if absent
        else say("document.portrait.none_absent"),
    ]
    return typeset("\n".join(lines))


def _kind(zone: Zone) -> str:
    return say(_ZONES.get(zone.kind, "document.portrait.zone_other"))


def _residents(zone: Zone) -> str:
    known = sorted(zone.populations, key=lambda each: each.year)
    if not known:
        return ""
    last = known[-1]
    text = say(
        "document.portrait.residents_of", residents=tally("document.portrait.residents", last.residents), year=last.year
    )
    if len(known) > 1:
        text += say("document.portrait.before", residents=number(known[0].residents), year=known[0].year)
    return f"{text}."


def _is_masked(reader: Reader, indicator: Indicator, zone: str) -> bool:
    latest = reader.series(indicator, zone).points[-1:]
    return bool(latest) and latest[0].is_secret


def _named(labels: list[str], key: str) -> str:
    shown = enumerate_words([say("document.portrait.label", label=label) for label in labels[:_SHORT]])
    more = say("document.portrait.among", shown=shown) if len(labels) > _SHORT else f" ({shown})"
    return f"{tally(key, len(labels))}{more}"
