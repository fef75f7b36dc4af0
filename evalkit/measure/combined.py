"""An observation made of others: what it is made of, how firm it is, and why it has no value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evalkit.declare.indicator import Indicator
from evalkit.measure.frame import definition_of
from evalkit.measure.known import Known, is_available
from evalkit.measure.observation import Availability, Observation, Qualifier
from evalkit.measure.value import Value

_FIRMNESS = (Qualifier.BOUND, Qualifier.ABOUT, Qualifier.PROVISIONAL, Qualifier.EXACT)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values that a measure reads, in the period of the result."""

    indicator: str
    zone: str
    breakdown: str = ""


@dataclass(frozen=True, slots=True)
class Here:
    """The place of a result: an indicator, a zone, a period and a breakdown, among what is known."""

    known: Known
    indicator: Indicator
    zone: str
    period: str
    breakdown: str = ""

    def read(self, *sides: Side) -> tuple[Observation | None, ...]:
        """Return the observations of some sides, in the period of the result."""
        return tuple(self.known.at(each.indicator, each.zone, self.period, each.breakdown) for each in sides)

    def missing(self, parts: Iterable[Observation | None], cause: str) -> Observation:
        """Return that the value cannot be computed, and why."""
        return self.absent(Availability.NOT_COMPUTABLE, cause, parts)

    def absent(self, availability: Availability, cause: str, parts: Iterable[Observation | None]) -> Observation:
        """Return the observation of a missing value."""
        return _observation(self, availability, Value(missing=cause), tuple(each for each in parts if each))


def combined(here: Here, value: Value, parts: Iterable[Observation | None]) -> Observation:
    """Return the observation of a value computed from others.

    It counts no unit of its own and names what it is made of: who knows the others may find one of them, so that it
    may only be shown beside parts that are all shown.
    """
    return _observation(here, Availability.AVAILABLE, value, tuple(each for each in parts if each))


def lacking(here: Here, sides: Sequence[Side], found: Sequence[Observation | None]) -> Observation:
    """Return that a side has no value: its own availability, and which side it is."""
    side, observation = next((side, each) for side, each in zip(sides, found, strict=True) if not is_available(each))
    label = here.known.indicators[side.indicator].label
    place = here.known.territory.label(side.zone)
    group = f", {side.breakdown.split('=', 1)[1]}" if side.breakdown else ""
    if observation is None:
        return here.missing(found, f"« {label} » ({place}{group}) n’est pas donné")
    availability = observation.availability
    if availability is Availability.AVAILABLE:
        availability = Availability.NOT_COMPUTABLE
    return here.absent(availability, f"« {label} » ({place}{group}) : {observation.cause}", found)


def _observation(here: Here, availability: Availability, value: Value, parts: tuple[Observation, ...]) -> Observation:
    feeds, natures = {each.feed for each in parts}, {each.nature for each in parts}
    perimeters = {each.perimeter for each in parts if each.period == here.period}
    remarks = dict.fromkeys([value.remark, *(each.cause for each in parts if is_available(each))])
    firmness = {each.qualifier for each in parts}
    return Observation(
        contract=here.known.contract,
        indicator=here.indicator.id,
        version=here.indicator.version,
        zone=here.zone,
        period=here.period,
        breakdown=here.breakdown,
        availability=availability,
        perimeter=min((each for each in perimeters if each), default=None),
        window=next((each.window for each in parts if each.window), ""),
        value=value.value,
        cause=value.missing or " ; ".join(each for each in remarks if each),
        qualifier=next((each for each in _FIRMNESS if each in firmness), Qualifier.EXACT),
        nature=natures.pop() if len(natures) == 1 else "",
        feed=feeds.pop() if len(feeds) == 1 else "",
        deliveries=tuple(sorted({delivery for each in parts for delivery in each.deliveries})),
        parts=tuple(dict.fromkeys(each.name for each in parts)),
        definition=definition_of(here.indicator, "\n".join(sorted(each.definition for each in parts)), ()),
    )
