"""Changes: absolute, relative, and both when they point in opposite directions."""

from __future__ import annotations

from dataclasses import dataclass, replace

from evalkit.comparability.verdict import CONTOURS, SERIES
from evalkit.declare.derived_measures import REFERENCE, ChangeMeasure, GapMeasure
from evalkit.declare.target import Baseline
from evalkit.measure.combined import Here, Side, combined, lacking
from evalkit.measure.judged import change_judgement
from evalkit.measure.known import is_available
from evalkit.measure.observation import Availability, Observation
from evalkit.measure.value import Value
from evalkit.territory.zones import OUTSIDE_QPV
from evalkit.typography import typeset


@dataclass(frozen=True, slots=True)
class Change:
    """A change between two values.

    Attributes:
        absolute: the later value minus the earlier one.
        relative: in % of the earlier one, which is taken without its sign; ``None`` when it is zero.
    """

    absolute: float
    relative: float | None

    def without(self, other: Change) -> Change:
        """Return the change from which another one is subtracted: in level, and in points of growth."""
        both = self.relative is not None and other.relative is not None
        growth = (self.relative or 0.0) - (other.relative or 0.0) if both else None
        return Change(self.absolute - other.absolute, growth)

    @property
    def opposes(self) -> bool:
        """Tell whether level and growth point in opposite directions."""
        return self.relative is not None and self.absolute * self.relative < 0


def change_between(before: float, after: float) -> Change:
    """Return the change between two values."""
    return Change(after - before, 100 * (after - before) / abs(before) if before else None)


def change_observation(here: Here, measure: ChangeMeasure) -> Observation:
    """Return the change of an indicator up to the period of the result, or why it may not be read."""
    since = _since(here, measure)
    if since is None:
        return here.absent(Availability.NOT_APPLICABLE, "aucune période avant celle-ci", here.read(_own(here, measure)))
    if measure.since == "baseline":
        return _from_baseline(here, measure)
    start = replace(here, period=since)
    pairs = []
    for side in _sides(here, measure):
        found = (*start.read(side), *here.read(side))
        if not all(is_available(each) for each in found):
            return lacking(here, (side, side), found)
        pairs.append((side, found))
    judgements = [change_judgement(here.known, side.indicator, side.zone, since, here.period) for side, _ in pairs]
    accepted = [
        each.accept(measure.accept_break, SERIES).accept(measure.accept_perimeter, CONTOURS) for each in judgements
    ]
    parts = [each for _, found in pairs for each in found]
    refusal = next((each.refusal for each in accepted if each.refusal is not None), None)
    if refusal is not None:
        return here.missing(parts, refusal.sentence)
    changes = [change_between(*((each.value or 0.0) for each in found if each is not None)) for _, found in pairs]
    change = changes[0] if len(changes) == 1 else changes[0].without(changes[1])
    warnings = dict.fromkeys(sentence for each in accepted for sentence in each.warnings)
    return _expressed(here, measure, change, (f"depuis {since}", *warnings), parts)


def _own(here: Here, measure: ChangeMeasure) -> Side:
    return Side(measure.of, here.zone, here.breakdown)


def _sides(here: Here, measure: ChangeMeasure) -> tuple[Side, ...]:
    """Return what changes, and that whose change is subtracted: the change of a gap is read on both of its sides."""
    base = here.known.indicators[measure.of].measure
    if isinstance(base, GapMeasure) and base.zone is not None and base.express == "difference":
        other = OUTSIDE_QPV if base.zone == REFERENCE else base.zone
        return Side(base.of, here.zone, here.breakdown), Side(base.of, other, here.breakdown)
    if measure.against is None:
        return (_own(here, measure),)
    other = OUTSIDE_QPV if measure.against == REFERENCE else measure.against
    return _own(here, measure), Side(measure.of, other, here.breakdown)


def _since(here: Here, measure: ChangeMeasure) -> str | None:
    """Return the period from which the change is read; ``None`` when there is none before this one."""
    periods = here.known.periods_of(measure.of)
    if measure.since == "baseline":
        return "baseline"
    earlier = periods[: periods.index(here.period)] if here.period in periods else ()
    if measure.since == "previous":
        return earlier[-1] if earlier else None
    return measure.since if measure.since in earlier else None


def _from_baseline(here: Here, measure: ChangeMeasure) -> Observation:
    (found,) = here.read(_own(here, measure))
    if not is_available(found):
        return lacking(here, (_own(here, measure),), (found,))
    declared = _baseline(here, measure)
    if declared is None:
        return here.missing((found,), "aucune valeur de départ n’est déclarée pour cette zone")
    change = change_between(float(declared.value), (found.value if found else None) or 0.0)
    firm = {"exact": "", "about": ", « environ »", "at_least": ", « au moins »", "at_most": ", « au plus »"}
    origin = f"départ déclaré : {declared.period}, {declared.source}{firm[declared.firmness]}"
    return _expressed(here, measure, change, (origin,), [found])


def _baseline(here: Here, measure: ChangeMeasure) -> Baseline | None:
    declared = here.known.indicators[measure.of].baselines
    mine = [each for each in declared if each.zone in {None, here.zone} and each.breakdown == here.breakdown]
    return max(mine, key=lambda each: each.zone is not None, default=None)


def _expressed(
    here: Here, measure: ChangeMeasure, change: Change, remarks: tuple[str, ...], parts: list[Observation | None]
) -> Observation:
    """Return the change as it is asked for; both readings when they oppose each other."""
    if measure.express == "relative" and change.relative is None:
        return here.missing(parts, "la valeur de départ est nulle : une évolution en % n’existe pas")
    levels = f"{_signed(change.absolute)} en niveau, {_signed(change.relative)} % en proportion"
    opposed = (f"les deux lectures s’opposent : {levels}",) if change.opposes else ()
    value = change.relative if measure.express == "relative" else change.absolute
    remark = " ; ".join(each for each in (*remarks, *opposed) if each)
    observation = combined(here, Value(value=value, remark=remark), parts)
    both = measure.express == "both" or change.opposes
    return replace(observation, relative=change.relative) if both else observation


def _signed(number: float | None) -> str:
    written = f"{number or 0.0:+.1f}".removesuffix(".0").replace(".", ",").replace("-", "\N{MINUS SIGN}")
    return typeset(written)
