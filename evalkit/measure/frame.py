"""An indicator with everything around it: its feed, its territory, what was received, its zones and periods."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evalkit.declare.feed import Feed, Grain
from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import FlowsMeasure, Measure, SurveyMeasure
from evalkit.declare.parameter import Parameter
from evalkit.declare.period import first_day, granularity_of, last_day, periods_between
from evalkit.measure.coverage import PeriodCoverage, absence_cause
from evalkit.measure.observation import Availability, Observation, Qualifier
from evalkit.measure.value import Value
from evalkit.store.delivery import Delivery
from evalkit.territory.perimeters import vintage_on
from evalkit.territory.zones import ALL_QPV, Territory


@dataclass(frozen=True, slots=True)
class Subject:
    """One indicator about to be measured.

    Attributes:
        asked: zones that another indicator reads it in, beside its own.
        parameters: the yearly parameters that its formulas may read.
        definition: hash of what the values depend on in the declarations.
    """

    contract: str
    indicator: Indicator
    feed: Feed
    territory: Territory
    deliveries: tuple[Delivery, ...]
    covered: Mapping[str, PeriodCoverage]
    asked: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    definition: str = ""

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
        """Return the zones to compute: its own first, then those that others read it in."""
        return tuple(dict.fromkeys((*zones_given(self.indicator, self.territory), *self.asked)))

    @property
    def breakdowns(self) -> tuple[str, ...]:
        """Return the fields by which the indicator is also given, the zone apart."""
        measure = self.indicator.measure
        wave = (measure.wave,) if isinstance(measure, SurveyMeasure) and measure.wave is not None else ()
        return tuple(dict.fromkeys((*self.indicator.breakdowns, *wave)))

    @property
    def zone_columns(self) -> tuple[str, ...]:
        """Return the stored columns that say where a row is."""
        measure = self.indicator.measure
        return (measure.from_, measure.to) if isinstance(measure, FlowsMeasure) else ("zone",)

    @property
    def rows_are_zones(self) -> bool:
        """Tell whether a row is the total of a zone, so that a zone and one that it contains are both there."""
        return self.feed.grain is Grain.ZONE

    @property
    def periods(self) -> tuple[str, ...]:
        """Return every period from the first received to the last, holes included."""
        known = sorted(self.covered, key=first_day)
        return periods_between(known[0], known[-1]) if known else ()

    def perimeter(self, zone: str, period: str) -> int | None:
        """Return the vintage of the contours behind a value: the feed's, else the one in force at the end of it.

        ``None`` when the period tells no day.
        """
        if self.feed.perimeter is not None or granularity_of(period) is None:
            return self.feed.perimeter
        return vintage_on(self.territory.zones.get(zone), last_day(period))

    def observe(self, zone: str, period: str, value: Value, breakdown: str = "") -> Observation:
        """Return the observation of a value, or of its absence when the period was not received."""
        coverage = self.covered.get(period)
        if coverage is None:
            return self.absent(zone, period, breakdown=breakdown)
        missing = value.missing
        firm = value.qualifier is Qualifier.EXACT
        return Observation(
            contract=self.contract,
            indicator=self.indicator.id,
            version=self.indicator.version,
            zone=zone,
            period=period,
            breakdown=breakdown,
            availability=Availability.NOT_COMPUTABLE if missing else Availability.AVAILABLE,
            perimeter=self.perimeter(zone, period),
            window=self.feed.window or "",
            numerator=value.numerator,
            denominator=value.denominator,
            value=value.value,
            n=value.n,
            low=value.low,
            high=value.high,
            text=value.text,
            cause=missing or " ; ".join(part for part in (coverage.remark, value.remark) if part),
            qualifier=Qualifier.PROVISIONAL if coverage.is_partial and firm else value.qualifier,
            nature=self.feed.nature.value,
            feed=self.feed.feed,
            deliveries=coverage.deliveries,
            definition=self.definition,
        )

    def absent(
        self,
        zone: str,
        period: str,
        availability: Availability = Availability.NOT_RECEIVED,
        cause: str = "",
        breakdown: str = "",
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
            breakdown=breakdown,
            availability=availability,
            perimeter=self.perimeter(zone, period),
            window=self.feed.window or "",
            cause=why,
            nature=self.feed.nature.value,
            feed=self.feed.feed,
            deliveries=coverage.deliveries if coverage else (),
            definition=self.definition,
        )

    def nothing_received(self) -> Iterator[Observation]:
        """Return one absent observation per zone when no period at all was received."""
        for zone in self.zones:
            yield self.absent(zone, "")


def zones_given(indicator: Indicator, territory: Territory) -> tuple[str, ...]:
    """Return the zones that an indicator is given for: those declared, else each QPV and all of them together."""
    return indicator.zones or (*territory.qpv, ALL_QPV)


def definition_of(indicator: Indicator, source: str, parameters: tuple[Parameter, ...]) -> str:
    """Return a hash of what the values of an indicator depend on: its measure, its breakdowns, its source.

    Args:
        indicator: the indicator.
        source: what it reads, written.
        parameters: the yearly parameters of its contract.
    """
    kept = indicator.model_dump_json(include={"measure", "by", "bands", "period", "version"})
    read = [each.model_dump_json() for each in parameters if each.column in kept]
    text = "\n".join((kept, source, *read))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
