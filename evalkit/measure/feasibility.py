"""Before any estimate: may an indicator be measured, compared, attributed, and what is missing to be?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evalkit.declare.comparison import Comparison
from evalkit.declare.derived_measures import CompositeMeasure
from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import (
    CountMeasure,
    FlowsMeasure,
    ListMeasure,
    MilestoneMeasure,
    NarrativeMeasure,
    ParticipationsMeasure,
    PersonsMeasure,
    RatioMeasure,
    SumMeasure,
    YesNoMeasure,
)
from evalkit.measure.definition_defects import cause_of_no_measure
from evalkit.measure.judged import change_judgement, gap_judgement
from evalkit.measure.known import Known, is_available
from evalkit.measure.observation import Qualifier
from evalkit.territory.zones import OUTSIDE_QPV
from evalkit.workspace.workspace import ContractDeclarations

FEWEST_PERMUTATIONS = 20
"""Fewer ways of choosing the treated zones than this, and no permutation test reaches 5 %."""

_NOT_COMPARED = NarrativeMeasure | MilestoneMeasure | ListMeasure | FlowsMeasure | CompositeMeasure | YesNoMeasure
_LEVELS = CountMeasure | SumMeasure | ParticipationsMeasure | PersonsMeasure


@dataclass(frozen=True, slots=True)
class Feasibility:
    """The verdict on one indicator.

    Attributes:
        measurable: it has a definition, its feed may be used and was received, and a value came out of it.
        comparable_in_time: two whole values may be set side by side.
        comparable_in_space: it is given for a reference that may be set beside it.
        attributable: a declared comparison reads it, with a dated programme and enough zones.
        missing: what is missing to be each of them, in French.
    """

    indicator: str
    label: str
    measurable: bool
    comparable_in_time: bool
    comparable_in_space: bool
    attributable: bool
    missing: tuple[str, ...]

    @property
    def comparable(self) -> bool:
        """Tell whether it compares in time or in space."""
        return self.comparable_in_time or self.comparable_in_space


def feasibility(
    known: Known, declarations: ContractDeclarations, forbidden: Mapping[str, tuple[str, ...]]
) -> tuple[Feasibility, ...]:
    """Return the verdict on every indicator of a contract, in the order of its declarations.

    Args:
        known: the observations.
        declarations: the contract.
        forbidden: by indicator, the reasons why the clause DATA does not allow its feed.
    """
    return tuple(_verdict(known, declarations, each, forbidden) for each in declarations.indicators)


def _verdict(
    known: Known, declarations: ContractDeclarations, indicator: Indicator, forbidden: Mapping[str, tuple[str, ...]]
) -> Feasibility:
    measured = tuple(_unmeasured(known, indicator, forbidden.get(indicator.id, ())))
    has_value = any(_whole_periods(known, indicator, zone) for zone in _zones(known, indicator))
    time = "aucune valeur" if not has_value else _time_objection(known, indicator)
    space = "aucune valeur" if not has_value else _space_objection(known, indicator)
    cause = _attribution_objection(declarations, indicator)
    missing = (
        *(f"pour mesurer : {each}" for each in measured),
        *((f"pour comparer dans le temps : {time}",) if time else ()),
        *((f"pour comparer à la référence : {space}",) if space else ()),
        *((f"pour attribuer : {cause}",) if cause else ()),
    )
    in_time, in_space = not time, not space
    attributable = not cause and not measured and in_time
    return Feasibility(indicator.id, indicator.label, not measured, in_time, in_space, attributable, missing)


def has_value(known: Known, indicator: Indicator) -> bool:
    """Tell whether an indicator was computed: it has a value, or each component of a battery has one."""
    if _is_battery(indicator):
        return not _components_without_value(known, indicator)
    return any(each.value is not None for each in known.of(indicator.id))


def _is_battery(indicator: Indicator) -> bool:
    return isinstance(indicator.measure, CompositeMeasure) and indicator.measure.method == "battery"


def _components_without_value(known: Known, indicator: Indicator) -> tuple[str, ...]:
    """Return the labels of the components of a battery that have no value."""
    reads = indicator.measure.reads if isinstance(indicator.measure, CompositeMeasure) else ()
    return tuple(known.indicators[name].label for name in reads if not has_value(known, known.indicators[name]))


def _zones(known: Known, indicator: Indicator) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.zone for each in known.of(indicator.id)))


def _unmeasured(known: Known, indicator: Indicator, reasons: tuple[str, ...]) -> Iterator[str]:
    if indicator.measure is None:
        cause = cause_of_no_measure(indicator) or (f"répète « {indicator.same_as} »" if indicator.same_as else "")
        yield f"une définition (ce qui est compté, dans quel fichier){f' ; {cause}' if cause else ''}"
        return
    yield from reasons
    if _is_battery(indicator):
        absent = _components_without_value(known, indicator)
        if absent:
            yield f"ses composantes sans valeur : {', '.join(f'« {label} »' for label in absent)}"
        return
    mine = known.of(indicator.id)
    if not any(each.value is not None for each in mine):
        causes = sorted({each.cause for each in mine if each.cause})
        yield causes[0] if causes else "aucune valeur"


def _whole_periods(known: Known, indicator: Indicator, zone: str) -> tuple[str, ...]:
    return tuple(
        each.period
        for each in known.series(indicator.id, zone)
        if is_available(each) and each.qualifier is not Qualifier.PROVISIONAL
    )


def _time_objection(known: Known, indicator: Indicator) -> str:
    """Say why no two whole values of a zone may be compared; empty when two may."""
    if isinstance(indicator.measure, _NOT_COMPARED):
        return "un texte, un oui ou non, une liste ou des mouvements ne font pas une évolution"
    reason = "une seule période entière est connue"
    for zone in _zones(known, indicator):
        periods = _whole_periods(known, indicator, zone)
        for since in periods[:-1]:
            refusal = change_judgement(known, indicator.id, zone, since, periods[-1]).refusal
            if refusal is None:
                return ""
            reason = refusal.sentence
    return reason


def _space_objection(known: Known, indicator: Indicator) -> str:
    """Say why no zone may be set beside a reference; empty when one may."""
    if isinstance(indicator.measure, _NOT_COMPARED):
        return "un texte, un oui ou non, une liste ou des mouvements ne font pas un écart"
    if isinstance(indicator.measure, _LEVELS):
        return "un dénominateur : deux nombres de zones de tailles différentes ne se comparent pas"
    zones = _zones(known, indicator)
    references = [each for each in (OUTSIDE_QPV, known.territory.reference) if each in zones]
    reason = "une zone de référence (« hors-qpv » ou l’unité urbaine) dans « zones »"
    for reference in references:
        for zone in (each for each in zones if each != reference):
            shared = set(_whole_periods(known, indicator, zone)) & set(_whole_periods(known, indicator, str(reference)))
            if not shared:
                reason = "une valeur de la référence pour la même période"
                continue
            refusal = gap_judgement(known, (indicator.id, zone), (indicator.id, str(reference)), max(shared)).refusal
            if refusal is None:
                return ""
            reason = refusal.sentence
    return reason


def _attribution_objection(declarations: ContractDeclarations, indicator: Indicator) -> str:
    """Say what is missing for a causal reading; empty when a declared comparison can carry it."""
    mine = [each for each in declarations.comparisons if _reads(each, indicator)]
    if not mine:
        return "une comparaison déclarée (programme daté, zones témoins)"
    reasons = [reason for each in mine if (reason := _few_zones(declarations, each))]
    return reasons[0] if len(reasons) == len(mine) else ""


def _reads(comparison: Comparison, indicator: Indicator) -> bool:
    measure, outcome = indicator.measure, comparison.outcome
    return (
        isinstance(measure, RatioMeasure)
        and comparison.role == "primary"
        and (measure.feed, measure.numerator, measure.denominator, measure.where)
        == (outcome.feed, outcome.numerator, outcome.denominator, outcome.where)
    )


def _few_zones(declarations: ContractDeclarations, comparison: Comparison) -> str:
    controls = declarations.territory.controls if comparison.controls == "all" else comparison.controls
    treated = len(comparison.treated)
    total = treated + len(controls)
    if math.comb(total, treated) >= FEWEST_PERMUTATIONS:
        return ""
    return f"davantage de zones témoins ({len(controls)} pour {treated} : aucun test n’atteint 5 %)"
