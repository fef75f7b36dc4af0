"""The columns of a template: their heading, and the words that may be chosen in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from evalkit.declare.contract import Zone, ZoneKind
from evalkit.declare.feed import Feed, FieldSpec, FieldType, Grain
from evalkit.territory.zones import Territory, normalise_name, zone_names

YES_NO = ("oui", "non")
OUTSIDE_WORD = "hors QPV"
UNKNOWN_WORD = "inconnu"


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """One column to fill.

    Attributes:
        field: the declared field.
        heading: the title that the reception recognises.
        is_needed: a row without a value in it is refused.
        choices: the words of its drop-down list; none when it has no list.
    """

    field: FieldSpec
    heading: str
    is_needed: bool
    choices: tuple[str, ...] = ()


def columns_of(feed: Feed, territory: Territory) -> tuple[TemplateColumn, ...]:
    """Return the columns of a feed, in the order of its declaration."""
    needed = {*feed.key, feed.period.field}
    owners = _owners(feed)
    return tuple(
        TemplateColumn(
            field,
            _heading(field, owners),
            field.required or field.name in needed,
            _choices(feed, field, territory),
        )
        for field in feed.fields
    )


def _owners(feed: Feed) -> Counter[str]:
    """Count, for each normalised heading, the fields that would take it."""
    return Counter(
        name
        for field in feed.fields
        for name in {normalise_name(title) for title in (field.name, field.label or field.name, *field.headers)}
    )


def _heading(field: FieldSpec, owners: Counter[str]) -> str:
    """Return the French title of a field: its label, else the first of its headings that names it alone."""
    titles = (field.label, *field.headers, field.name)
    return next((title for title in titles if title and owners[normalise_name(title)] == 1), field.name)


def _choices(feed: Feed, field: FieldSpec, territory: Territory) -> tuple[str, ...]:
    if field.type is FieldType.BOOLEAN:
        return YES_NO
    if field.type is FieldType.CATEGORY:
        return field.values
    if field.type is FieldType.ZONE:
        return _zone_choices(feed, field, territory)
    return ()


def _zone_choices(feed: Feed, field: FieldSpec, territory: Territory) -> tuple[str, ...]:
    """Return one understood name per zone, neighbourhoods first, then the two places that are no zone.

    A base whose rows are the zones has no row for elsewhere.
    """
    kinds = list(ZoneKind)
    zones = sorted(territory.zones.values(), key=lambda zone: (kinds.index(zone.kind), zone.label))
    owners = zone_names(territory)
    names = tuple(name for zone in zones if (name := _understood_name(zone, owners)))
    if feed.grain is Grain.ZONE and field.name in feed.key:
        return names
    return (*names, OUTSIDE_WORD, UNKNOWN_WORD)


def _understood_name(zone: Zone, owners: dict[str, str]) -> str | None:
    """Return the label of a zone, or a code when another zone has the same label."""
    codes = [perimeter.code for perimeter in sorted(zone.perimeters, key=lambda one: one.vintage, reverse=True)]
    names = (zone.label, *codes, zone.code, zone.id)
    return next((name for name in names if name and owners.get(normalise_name(name)) == zone.id), None)
