"""How far a contract's indicators go: declared, typed, fed, computed, comparable, attributable."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import DerivedMeasure
from evalkit.measure.definition_defects import Defect, definition_defects
from evalkit.measure.feasibility import Feasibility, feasibility
from evalkit.measure.known import Known
from evalkit.workspace.holes import forbidden_uses
from evalkit.workspace.workspace import ContractDeclarations, Workspace

COVERAGE_SCHEMA = pl.Schema(
    {
        "indicator": pl.String(),
        "label": pl.String(),
        "objective": pl.String(),
        "type": pl.String(),
        "typed": pl.Boolean(),
        "fed": pl.Boolean(),
        "computed": pl.Boolean(),
        "comparable": pl.Boolean(),
        "attributable": pl.Boolean(),
        "missing": pl.List(pl.String()),
        "defects": pl.List(pl.String()),
    }
)


@dataclass(frozen=True, slots=True)
class ContractCoverage:
    """What a contract's indicators reach.

    Attributes:
        frame: one row per indicator (:data:`COVERAGE_SCHEMA`).
        verdicts: measurable, comparable, attributable, and what is missing to be.
        defects: what to settle about their definitions.
        without_indicator: labels of the objectives that no indicator follows.
    """

    frame: pl.DataFrame
    verdicts: tuple[Feasibility, ...]
    defects: tuple[Defect, ...]
    without_indicator: tuple[str, ...]

    @property
    def totals(self) -> dict[str, int]:
        """Return how many indicators are declared, typed, fed, computed, comparable, attributable."""
        reached = {
            name: int(self.frame[name].sum()) for name in ("typed", "fed", "computed", "comparable", "attributable")
        }
        return {"declared": self.frame.height, **reached}


def contract_coverage(workspace: Workspace, declarations: ContractDeclarations, known: Known) -> ContractCoverage:
    """Return how far the indicators of a contract go.

    Args:
        workspace: the feeds and the clauses.
        declarations: the contract.
        known: its observations (:func:`evalkit.measure.run.measured`).
    """
    forbidden: dict[str, tuple[str, ...]] = {}
    for each in forbidden_uses(workspace, declarations):
        forbidden[each.subject] = (*forbidden.get(each.subject, ()), each.reason)
    verdicts, defects = feasibility(known, declarations, forbidden), definition_defects(declarations)
    by_indicator: dict[str, list[str]] = {}
    for defect in defects:
        by_indicator.setdefault(defect.indicator, []).append(defect.defect)
    fed = _fed(known)
    rows = [
        {
            "indicator": indicator.id,
            "label": indicator.label,
            "objective": indicator.objective,
            "type": indicator.measure.type if indicator.measure is not None else "",
            "typed": indicator.measure is not None,
            "fed": _is_fed(known, indicator, fed),
            "computed": any(each.value is not None for each in known.of(indicator.id)),
            "comparable": verdict.comparable,
            "attributable": verdict.attributable,
            "missing": list(verdict.missing),
            "defects": by_indicator.get(indicator.id, []),
        }
        for indicator, verdict in zip(declarations.indicators, verdicts, strict=True)
    ]
    served = {name for each in declarations.indicators for name in (each.objective, *each.also)}
    bare = tuple(each.label for each in declarations.contract.objectives.values() if each.id not in served)
    return ContractCoverage(pl.DataFrame(rows, schema=COVERAGE_SCHEMA), verdicts, defects, bare)


def _fed(known: Known) -> frozenset[str]:
    """Return the feeds of which at least one delivery stands behind a value or its absence."""
    return frozenset(each.feed for each in known.found.values() if each.feed and each.deliveries)


def _is_fed(known: Known, indicator: Indicator, fed: frozenset[str]) -> bool:
    if isinstance(indicator.measure, DerivedMeasure):
        return all(_is_fed(known, known.indicators[name], fed) for name in indicator.measure.reads)
    return indicator.measure is not None and indicator.measure.feed in fed
