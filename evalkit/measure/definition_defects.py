"""Defects of definition: what a declared indicator leaves ambiguous or contradictory, from its declaration alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evalkit.declare.indicator import Indicator, Kind, PersonsMeasure, PublishedMeasure, RatioMeasure
from evalkit.measure.standings import contradictions
from evalkit.measure.target_gaps import words
from evalkit.workspace.workspace import ContractDeclarations

_PERCENT, _POINTS = "%", "point"


@dataclass(frozen=True, slots=True, order=True)
class Defect:
    """One thing to settle with the partners about the definition of an indicator."""

    indicator: str
    label: str
    defect: str


def definition_defects(declarations: ContractDeclarations) -> tuple[Defect, ...]:
    """Return the defects of definition of every indicator of a contract, sorted."""
    twins = _same_measures(declarations)
    found = [
        Defect(indicator.id, indicator.label, defect)
        for indicator in declarations.indicators
        for defect in _defects(indicator, twins)
    ]
    return tuple(sorted(found))


def _defects(indicator: Indicator, twins: Mapping[str, str]) -> Iterator[str]:
    yield from indicator.defects
    if indicator.measure is None:
        yield "aucune définition : ni fichier, ni ce qui est compté"
    if indicator.same_as is not None:
        yield f"répète « {indicator.same_as} »"
    elif indicator.id in twins:
        yield f"même mesure que « {twins[indicator.id]} » sous un autre nom"
    yield from _unit_defects(indicator)
    if indicator.direction == "none" and indicator.kind in {Kind.RESULT, Kind.IMPACT}:
        yield "sens attendu non dit (hausse, baisse)"
    if isinstance(indicator.measure, PersonsMeasure) and "sexe" not in indicator.by:
        yield "des personnes sont comptées sans ventilation par sexe"
    for aim in indicator.aims:
        yield f"cible sans valeur : « {aim.text} »"
    pairs = {
        tuple(sorted((words(target), words(other))))
        for target in indicator.targets
        for other in contradictions(indicator, target)
    }
    for one, other in sorted(pairs):
        yield f"deux cibles se contredisent : {one} et {other}"


def _unit_defects(indicator: Indicator) -> Iterator[str]:
    measure, unit = indicator.measure, indicator.unit
    if isinstance(measure, RatioMeasure):
        if measure.per == 100 and _PERCENT not in unit and _POINTS not in unit:
            yield f"l’unité « {unit} » ne dit pas que le rapport est pour 100"
        if measure.per != 100 and _PERCENT in unit:
            yield f"l’unité est « {unit} » et le rapport est pour {measure.per}"
    if isinstance(measure, PublishedMeasure) and unit.startswith("indice") and measure.vintage is None:
        yield "un indice publié demande son millésime (« vintage »)"


def _same_measures(declarations: ContractDeclarations) -> dict[str, str]:
    """Return the indicators whose measure, zones and breakdowns an earlier one already has."""
    seen: dict[str, str] = {}
    found: dict[str, str] = {}
    for indicator in declarations.indicators:
        if indicator.measure is None:
            continue
        text = indicator.model_dump_json(include={"measure", "by", "bands", "zones", "period"})
        if text in seen:
            found[indicator.id] = seen[text]
        seen.setdefault(text, indicator.id)
    return found
