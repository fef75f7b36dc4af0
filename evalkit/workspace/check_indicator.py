"""Check an indicator against the feeds, the zones and the other indicators of its contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evalkit.declare.derived_measures import REFERENCE, ChangeMeasure, CompositeMeasure, GapMeasure
from evalkit.declare.feed import Feed
from evalkit.declare.indicator import Indicator
from evalkit.declare.load import Located
from evalkit.declare.measures import CountMeasure, DerivedMeasure, ParticipationsMeasure, SumMeasure
from evalkit.declare.target import Target
from evalkit.errors import Problem
from evalkit.formula.types import Kind
from evalkit.territory.zones import Territory
from evalkit.workspace.check_formula import column_problems, granularity_problems
from evalkit.workspace.check_measure import measure_problems
from evalkit.workspace.load import ContractFiles
from evalkit.workspace.unknown import unknown, unless_known

_ADDED = CountMeasure | SumMeasure | ParticipationsMeasure
_BANDED = (Kind.INTEGER, Kind.DECIMAL)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an indicator may speak of."""

    feeds: Mapping[str, Feed]
    territory: Territory
    files: ContractFiles

    @property
    def indicators(self) -> dict[str, Indicator]:
        """Return the indicators of the contract by id."""
        return {located.value.id: located.value for located in self.files.indicators}

    @property
    def zones(self) -> frozenset[str]:
        """Return the zones that an indicator may name."""
        return self.territory.known_zones


def indicator_problems(located: Located[Indicator], around: Surroundings) -> Iterator[Problem]:
    """Return what an indicator uses that nothing declares, and what contradicts itself in it."""
    indicator, known = located.value, around.zones
    for index, zone in enumerate(indicator.zones):
        yield from unless_known("Zone", zone, known, located.place("zones", index))
    for field in ("targets", "baselines", "aims"):
        for index, each in enumerate(getattr(indicator, field)):
            if each.zone is not None:
                yield from unless_known("Zone", each.zone, known, located.place(field, index, "zone"))
    if indicator.same_as is not None:
        yield from unless_known("Indicateur", indicator.same_as, around.indicators, located.place("same_as"))
    for index, target in enumerate(indicator.targets):
        yield from _target_problems(located, index, target, around)
    if isinstance(indicator.measure, DerivedMeasure):
        yield from _derived_problems(located, indicator.measure, around)
    elif indicator.measure is not None:
        yield from _fed_problems(located, indicator.measure.feed, around)


def _fed_problems(located: Located[Indicator], name: str, around: Surroundings) -> Iterator[Problem]:
    indicator, feed = located.value, around.feeds.get(name)
    if feed is None:
        yield unknown("Flux", name, around.feeds, located.place("measure", "feed"))
        return
    names = [field.name for field in feed.fields]
    for index, column in enumerate(indicator.by):
        yield from unless_known("Colonne", column, names, located.place("by", index))
    for column in indicator.bands:
        yield from column_problems(column, feed, located.place("bands", column), _BANDED)
        if column not in indicator.by:
            repair = f"Ajoutez « {column} » à « by »."
            yield Problem("EVK-D087", "Ces tranches ne servent à rien.", located.place("bands", column), column, repair)
    yield from granularity_problems(feed, indicator.period, located.place("period"))
    if indicator.measure is not None:
        parameters = [each.value for each in around.files.parameters]
        yield from measure_problems(indicator.measure, feed, located, "measure", parameters)


def _target_problems(
    located: Located[Indicator], index: int, target: Target, around: Surroundings
) -> Iterator[Problem]:
    indicator = located.value
    for part, fields in (("scope", tuple(target.scope)), ("each", (target.each,) if target.each else ())):
        for field in fields:
            yield from unless_known("Colonne", field, indicator.by, located.place("targets", index, part))
    if target.than is not None:
        yield from unless_known("Indicateur", target.than, around.indicators, located.place("targets", index, "than"))
    if target.count == "cumulated" and not isinstance(indicator.measure, _ADDED | None):
        message = "Seuls un nombre ou une somme se cumulent d’une année à l’autre."
        repair = "Retirez « count: cumulated », ou lissez la cible sur plusieurs années (« over »)."
        yield Problem("EVK-D088", message, located.place("targets", index, "count"), repair=repair)


def _derived_problems(located: Located[Indicator], measure: DerivedMeasure, around: Surroundings) -> Iterator[Problem]:
    known = around.indicators
    for name in measure.reads:
        yield from unless_known("Indicateur", name, known, located.place("measure"))
    if any(name not in known for name in measure.reads):
        return
    if located.value.id in _reached(located.value.id, known):
        message, repair = "Cet indicateur se lit lui-même.", "Rompez la boucle."
        yield Problem("EVK-D089", message, located.place("measure"), located.value.id, repair)
        return
    zone = measure.zone if isinstance(measure, GapMeasure) else None
    zone = measure.against if isinstance(measure, ChangeMeasure) else zone
    if zone is not None and zone != REFERENCE:
        yield from unless_known("Zone", zone, around.zones, located.place("measure"))
    yield from _side_problems(located, measure, known)


def _side_problems(
    located: Located[Indicator], measure: DerivedMeasure, known: Mapping[str, Indicator]
) -> Iterator[Problem]:
    """Return the problems of what a derived measure asks of the indicators that it reads."""
    has_value = not isinstance(measure, CompositeMeasure) or measure.method != "battery"
    for name in measure.reads if has_value else ():
        if known[name].period is not located.value.period and not isinstance(measure, ChangeMeasure):
            message = "Les deux indicateurs n’ont pas la même période."
            repair = f"« {name} » est donné par {known[name].period.value} : donnez la même aux deux."
            yield Problem("EVK-D049", message, located.place("period"), located.value.period.value, repair)
    if isinstance(measure, GapMeasure) and measure.groups is not None:
        yield from unless_known(
            "Colonne", measure.groups.field, known[measure.of].by, located.place("measure", "groups")
        )
    if isinstance(measure, GapMeasure) and measure.target and not known[measure.of].targets:
        message, repair = "Cet indicateur n’a pas de cible.", "Déclarez-la dans l’indicateur lu (« targets »)."
        yield Problem("EVK-D090", message, located.place("measure", "target"), measure.of, repair)
    if isinstance(measure, ChangeMeasure) and measure.since == "baseline" and not known[measure.of].baselines:
        message, repair = (
            "Cet indicateur n’a pas de valeur de départ.",
            "Déclarez-la dans l’indicateur lu (« baselines »).",
        )
        yield Problem("EVK-D090", message, located.place("measure", "since"), measure.of, repair)


def _reached(start: str, known: Mapping[str, Indicator]) -> frozenset[str]:
    """Return the indicators that one reads, directly or through others."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        measure = known[waiting.pop()].measure
        for name in measure.reads if isinstance(measure, DerivedMeasure) else ():
            if name not in found and name in known:
                found.add(name)
                waiting.append(name)
    return frozenset(found)
