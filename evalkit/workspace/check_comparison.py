"""Check a comparison against its feed and its territory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from evalkit.declare.comparison import Comparison
from evalkit.declare.contract import ZoneKind
from evalkit.declare.feed import Feed, FieldType
from evalkit.declare.load import Located
from evalkit.declare.period import granularity_of
from evalkit.declare.printed_gap import PrintedGap
from evalkit.errors import Problem
from evalkit.territory.zones import Territory
from evalkit.workspace.check_formula import granularity_problems
from evalkit.workspace.check_measure import measure_problems
from evalkit.workspace.unknown import unknown, unless_known


def comparison_problems(
    located: Located[Comparison], feeds: Mapping[str, Feed], territory: Territory
) -> Iterator[Problem]:
    """Return what a comparison uses that nothing declares, and what contradicts itself in it.

    Its zones are declared ones: « qpv » or « hors-qpv » is one aggregate, which cannot be a unit of a test.
    """
    comparison = located.value
    for index, zone in enumerate(comparison.treated):
        yield from unless_known("Zone", zone, territory.zones, located.place("treated", index))
    for index, zone in enumerate(() if comparison.controls == "all" else comparison.controls):
        place = located.place("controls", index)
        yield from unless_known("Zone", zone, territory.zones, place)
        if zone in comparison.treated:
            yield Problem("EVK-D048", "Cette zone est déjà du côté comparé.", place, zone, "Gardez-la d’un seul côté.")
    for index, zone in enumerate(comparison.near):
        place = located.place("near", index)
        yield from unless_known("Zone", zone, territory.zones, place)
        if zone in comparison.treated:
            yield Problem("EVK-D048", "Cette zone est déjà du côté comparé.", place, zone, "Gardez-la d’un seul côté.")
    yield from _entry_problems(located, territory)
    yield from _cluster_problems(located, territory)
    yield from _group_problems(located, territory)
    yield from _period_problems(located)
    feed = feeds.get(comparison.outcome.feed)
    if feed is None:
        yield unknown("Flux", comparison.outcome.feed, feeds, located.place("outcome", "feed"))
        return
    yield from granularity_problems(feed, comparison.granularity, located.place("granularity"))
    yield from measure_problems(comparison.outcome, feed, located, "outcome")
    categories = {each.name for each in feed.fields if each.type in {FieldType.CATEGORY, FieldType.BOOLEAN}}
    for index, column in enumerate(comparison.composition):
        yield from unless_known("Colonne", column, categories, located.place("composition", index))
    numbers = {each.name for each in feed.fields if each.type in {FieldType.INTEGER, FieldType.DECIMAL}}
    for index, column in enumerate(comparison.covariates):
        yield from unless_known("Colonne", column, categories | numbers, located.place("covariates", index))


def printed_problems(
    printed: Iterable[Located[PrintedGap]], territory: Territory, objectives: Collection[str]
) -> Iterator[Problem]:
    """Return what printed comparisons name that nothing declares; their reference may be no zone (an académie)."""
    for located in printed:
        yield from unless_known("Zone", located.value.zone, territory.known_zones, located.place("zone"))
        yield from unless_known("Objectif", located.value.objective, objectives, located.place("objective"))


def _entry_problems(located: Located[Comparison], territory: Territory) -> Iterator[Problem]:
    """Yield what several entries forbid: a zone outside the treated ones, entered twice, or a QPV among the controls.

    When the entry is that into the geography, a QPV kept since 2015 is treated from the start: as a control, it would
    take what it already lives for the absence of the programme.
    """
    comparison = located.value
    seen: set[str] = set()
    for index, entry in enumerate(comparison.entries):
        for rank, zone in enumerate(entry.zones):
            place = located.place("entries", index, "zones", rank)
            if zone not in comparison.treated:
                repair = "Ajoutez-la à « treated », ou retirez-la des entrées."
                yield Problem(
                    "EVK-D054", "Cette entrée est celle d’une zone qui n’est pas suivie.", place, zone, repair
                )
            if zone in seen:
                repair = "Gardez une seule date : une zone n’entre qu’une fois."
                yield Problem("EVK-D055", "Cette zone entre deux fois.", place, zone, repair)
            seen.add(zone)
    for index, zone in enumerate(comparison.left):
        place = located.place("left", index)
        yield from unless_known("Zone", zone, territory.zones, place)
        if zone in comparison.treated or (comparison.controls != "all" and zone in comparison.controls):
            repair = "Retirez-la des deux côtés : sa sortie n’est ni une entrée, ni une absence de programme."
            yield Problem("EVK-D056", "Cette zone est sortie de la géographie.", place, zone, repair)
    if comparison.entries:
        for zone in comparison.control_units(territory.controls):
            if zone in territory.zones and territory.zones[zone].kind is ZoneKind.QPV:
                repair = "Déclarez son entrée, retirez-la des témoins, ou dites-la sortie (« left »)."
                message = "Ce quartier prioritaire est déjà entré : il ne peut pas servir de témoin."
                yield Problem("EVK-D057", message, located.place("controls"), zone, repair)


def _cluster_problems(located: Located[Comparison], territory: Territory) -> Iterator[Problem]:
    """Yield the clusters that cannot be units: on both sides at once, or holding a zone of another one."""
    comparison, seen = located.value, set[str]()
    for index, cluster in enumerate(comparison.clusters):
        for rank, zone in enumerate(cluster.zones):
            place = located.place("clusters", index, "zones", rank)
            yield from unless_known("Zone", zone, territory.zones, place)
            if zone in seen:
                yield Problem("EVK-D058", "Cette zone est dans deux grappes.", place, zone, "Gardez une seule grappe.")
            seen.add(zone)
        if len({zone in comparison.treated for zone in cluster.zones}) > 1:
            message = "Cette grappe réunit des zones suivies et des témoins : elle ne peut pas être une unité."
            place = located.place("clusters", index)
            yield Problem("EVK-D058", message, place, cluster.id, "Séparez les deux côtés.")
    if comparison.clusters and comparison.entries:
        message = "Des grappes et plusieurs dates d’entrée ne vont pas encore ensemble."
        yield Problem("EVK-D059", message, located.place("clusters"), "", "Retirez les grappes ou les dates.")


def _group_problems(located: Located[Comparison], territory: Territory) -> Iterator[Problem]:
    """Yield what groups of comparable zones forbid, and what several entries cannot be put with."""
    comparison = located.value
    compared = {*comparison.treated, *comparison.control_units(territory.controls)}
    seen: set[str] = set()
    for index, group in enumerate(comparison.comparable):
        for rank, zone in enumerate(group.zones):
            place = located.place("comparable", index, "zones", rank)
            yield from unless_known("Zone", zone, territory.zones, place)
            if zone in seen:
                message = "Cette zone est dans deux groupes comparables."
                yield Problem("EVK-D065", message, place, zone, "Gardez un seul groupe.")
            elif zone in territory.zones and zone not in compared:
                repair = "Ajoutez-la d’un côté, ou retirez-la du groupe."
                yield Problem("EVK-D065", "Cette zone n’est d’aucun côté de la comparaison.", place, zone, repair)
            seen.add(zone)
        if not set(group.zones) & set(comparison.treated):
            message = "Ce groupe n’a aucune zone suivie : rien ne s’y échange."
            place = located.place("comparable", index)
            yield Problem("EVK-D065", message, place, group.id, "Retirez-le, ou ajoutez-y une zone suivie.")
    for zone in comparison.treated if comparison.comparable else ():
        if zone not in seen:
            message = "Cette zone suivie n’est dans aucun groupe comparable : elle ne s’échangerait jamais."
            yield Problem("EVK-D065", message, located.place("comparable"), zone, "Ajoutez-la au groupe qui convient.")
    for field in ("covariates", "comparable") if comparison.entries else ():
        if getattr(comparison, field):
            message = f"« {field} » et plusieurs dates d’entrée ne vont pas ensemble."
            repair = "Déclarez une comparaison par date d’entrée, ou retirez l’un des deux."
            yield Problem("EVK-D066", message, located.place(field), "", repair)


def _period_problems(located: Located[Comparison]) -> Iterator[Problem]:
    comparison = located.value
    for field, period in (("from", comparison.from_), ("until", comparison.until)):
        if period is not None and granularity_of(period) is not comparison.granularity:
            repair = f"Écrivez une période de la comparaison ({comparison.granularity.value})."
            yield Problem("EVK-D049", "La période n’a pas la forme attendue.", located.place(field), period, repair)
