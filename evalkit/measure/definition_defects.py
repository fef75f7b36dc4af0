"""Defects of definition, as questions to settle: what a declaration leaves ambiguous or contradictory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evalkit.declare.indicator import Indicator, Kind
from evalkit.declare.measures import PersonsMeasure, PublishedMeasure, RatioMeasure
from evalkit.measure.standings import contradictions
from evalkit.measure.target_gaps import words
from evalkit.workspace.workspace import ContractDeclarations

_PERCENT, _POINTS = "%", "point"

_CAUSES = ("aucun flux", "définition absente", "le flux ne distingue pas", "cohorte", "valeur publiée")
"""First words of the defects that say why an indicator has no measure."""


@dataclass(frozen=True, slots=True, order=True)
class Defect:
    """One thing to settle with the partners about the definition of an indicator.

    Attributes:
        defect: a question, or the sentence that the declaration itself writes.
    """

    indicator: str
    label: str
    defect: str


def cause_of_no_measure(indicator: Indicator) -> str:
    """Return why an indicator has no measure, as its declaration says it; empty when it does not."""
    return next((each for each in indicator.defects if each.startswith(_CAUSES)), "")


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
        yield "Aucune définition : que compte-t-on, et dans quel fichier ?"
    if indicator.same_as is not None:
        yield f"Est-ce le même indicateur que « {indicator.same_as} » ? Lequel garde-t-on ?"
    elif indicator.id in twins:
        yield f"Même mesure que « {twins[indicator.id]} » : compte-t-on deux fois la même chose ?"
    yield from _unit_defects(indicator)
    if indicator.direction == "none" and indicator.kind in {Kind.RESULT, Kind.IMPACT}:
        yield "Attend-on une hausse ou une baisse ?"
    if isinstance(indicator.measure, PersonsMeasure) and "sexe" not in indicator.by:
        yield "Des personnes sont comptées : femmes et hommes à part ?"
    for aim in indicator.aims:
        yield f"Cible sans nombre (« {aim.text} ») : quelle valeur, pour quand ?"
    pairs = {
        tuple(sorted((words(target), words(other))))
        for target in indicator.targets
        for other in contradictions(indicator, target)
    }
    for one, other in sorted(pairs):
        yield f"Deux cibles se contredisent ({one} et {other}) : laquelle fait foi ?"


def _unit_defects(indicator: Indicator) -> Iterator[str]:
    measure, unit = indicator.measure, indicator.unit
    if isinstance(measure, RatioMeasure):
        if measure.per == 100 and _PERCENT not in unit and _POINTS not in unit:
            yield f"L’unité « {unit} » ne dit pas que le rapport est pour 100 : est-ce un pourcentage ?"
        if measure.per != 100 and _PERCENT in unit:
            yield f"L’unité est « {unit} » et le rapport est pour {measure.per} : lequel des deux ?"
    if isinstance(measure, PublishedMeasure) and unit.startswith("indice") and measure.vintage is None:
        yield "Un indice publié : de quel millésime (« vintage ») ?"


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
