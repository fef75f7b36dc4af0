"""An indicator with everything around it: its feed, its territory, what was received, its zones and periods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evalkit.declare.feed import Feed
from evalkit.declare.indicator import Indicator, Measure
from evalkit.declare.period import first_day
from evalkit.measure.coverage import PeriodCoverage, absence_cause
from evalkit.measure.observation import Availability, Observation, Qualifier
from evalkit.measure.sums import Value
from evalkit.store.delivery import Delivery
from evalkit.territory.zones import ALL_QPV, Territory

CURRENT_PERIMETER = 2024


@dataclass(frozen=True, slots=True)
class Subject:
    """One indicator about to be measured."""

    contract: str
    indicator: Indicator
    feed: Feed
    territory: Territory
    deliveries: tuple[Delivery, ...]
    covered: Mapping[str, PeriodCoverage]

    @property
    def measure(self) -> Measure:
        """Return the measure; an indicator without one is no subject."""
        if self.indicator.measure is None:
            raise TypeError(self.indicator.id)
        return self.indicator.measure

    @property
    def received(self) -> bool:
        """Tell whether at least one period was received."""
        return bool(self.covered)

    @property
    def zones(self) -> tuple[str, ...]:
        """Return the zones asked for: those declared, else each QPV and all of them together."""
        return self.indicator.zones or (*self.territory.qpv, ALL_QPV)

    @property
    def breakdowns(self) -> tuple[str, ...]:
        """Return the fields by which the indicator is also given, the zone apart."""
        return tuple(field for field in self.indicator.by if field != "zone")

    @property
    def periods(self) -> tuple[str, ...]:
        """Return every period from the first received to the last, holes included."""
        known = sorted(self.covered, key=first_day)
        if not known or len(known[0]) != 4:
            return tuple(known)
        return tuple(str(year) for year in range(int(known[0]), int(known[-1]) + 1))

    def observe(self, zone: str, period: str, value: Value) -> Observation:
        """Return the observation of a value, or of its absence when the period was not received."""
        coverage = self.covered.get(period)
        if coverage is None:
            return self.absent(zone, period)
        missing = value.missing or ""
        return Observation(
            contract=self.contract,
            indicator=self.indicator.id,
            version=self.indicator.version,
            zone=zone,
            period=period,
            availability=Availability.NOT_COMPUTABLE if missing else Availability.AVAILABLE,
            perimeter=self.feed.perimeter or CURRENT_PERIMETER,
            window=self.feed.window or "",
            numerator=value.numerator,
            denominator=value.denominator,
            value=value.value,
            n=value.n,
            cause=missing or " ; ".join(part for part in (coverage.remark, value.remark) if part),
            qualifier=Qualifier.PROVISIONAL if coverage.is_partial else Qualifier.EXACT,
            nature=self.feed.nature.value,
            feed=self.feed.feed,
            deliveries=coverage.deliveries,
        )

    def absent(
        self, zone: str, period: str, availability: Availability = Availability.NOT_RECEIVED, cause: str = ""
    ) -> Observation:
        """Return the observation of a missing value, with its cause."""
        coverage = self.covered.get(period)
        why = cause or absence_cause(self.feed.label, self.deliveries, period, self.indicator.period)
        return Observation(
            contract=self.contract,
            indicator=self.indicator.id,
            version=self.indicator.version,
            zone=zone,
            period=period,
            availability=availability,
            perimeter=self.feed.perimeter or CURRENT_PERIMETER,
            window=self.feed.window or "",
            cause=why,
            nature=self.feed.nature.value,
            feed=self.feed.feed,
            deliveries=coverage.deliveries if coverage else (),
        )

    def nothing_received(self) -> Iterator[Observation]:
        """Return one absent observation per zone when no period at all was received."""
        for zone in self.zones:
            yield self.absent(zone, "")
