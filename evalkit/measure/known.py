"""The observations computed so far, as the measures that read other indicators see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from evalkit.declare.feed import Feed
from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import DerivedMeasure
from evalkit.declare.period import first_day
from evalkit.measure.observation import Availability, Observation, name_of
from evalkit.territory.zones import Territory


@dataclass(frozen=True, slots=True)
class Known:
    """Observations by name, with the declarations that they come from.

    Attributes:
        found: observations by :attr:`Observation.name`; those computed later are added.
        mine: the same, by indicator.
        periods: the periods of each indicator.
        breakdowns: the breakdowns of each indicator, zone and period.
    """

    contract: str
    territory: Territory
    indicators: Mapping[str, Indicator]
    feeds: Mapping[str, Feed]
    found: dict[str, Observation] = field(default_factory=dict)
    mine: dict[str, dict[str, Observation]] = field(default_factory=dict)
    periods: dict[str, set[str]] = field(default_factory=dict)
    breakdowns: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)

    def add(self, observations: Iterable[Observation]) -> None:
        """Keep some observations, in place of those of the same name."""
        for each in observations:
            self.found[each.name] = each
            self.mine.setdefault(each.indicator, {})[each.name] = each
            self.periods.setdefault(each.indicator, set()).add(each.period)
            self.breakdowns.setdefault((each.indicator, each.zone, each.period), set()).add(each.breakdown)

    def of(self, indicator: str) -> tuple[Observation, ...]:
        """Return every observation of an indicator."""
        return tuple(self.mine.get(indicator, {}).values())

    def at(self, indicator: str, zone: str, period: str, breakdown: str = "") -> Observation | None:
        """Return an observation; ``None`` when nobody computed it."""
        return self.found.get(name_of(indicator, zone, period, breakdown))

    def periods_of(self, indicator: str) -> tuple[str, ...]:
        """Return the periods that an indicator has, in order."""
        return tuple(sorted(self.periods.get(indicator, set()) - {""}, key=first_day))

    def series(self, indicator: str, zone: str, breakdown: str = "") -> tuple[Observation, ...]:
        """Return the observations of an indicator in a zone, in the order of time."""
        found = (self.at(indicator, zone, period, breakdown) for period in self.periods_of(indicator))
        return tuple(each for each in found if each is not None)

    def leaves(self, indicator: str) -> Iterator[Indicator]:
        """Give the indicators that one reads in the end: those that read rows."""
        declared = self.indicators[indicator]
        if isinstance(declared.measure, DerivedMeasure):
            for name in declared.measure.reads:
                yield from self.leaves(name)
        else:
            yield declared


def is_available(observation: Observation | None) -> bool:
    """Tell whether there is a value."""
    return (
        observation is not None and observation.availability is Availability.AVAILABLE and observation.value is not None
    )
