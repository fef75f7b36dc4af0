"""How far a contract's indicators go: declared, typed, defined, fed, computed, comparable, attributable."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import DerivedMeasure
from evalkit.measure.definition_defects import Defect, definition_defects
from evalkit.measure.feasibility import Feasibility, feasibility, has_value
from evalkit.measure.known import Known
from evalkit.workspace.holes import forbidden_uses
from evalkit.workspace.workspace import ContractDeclarations, Workspace

COVERAGE_SCHEMA = pl.Schema(
    {
        "indicator": pl.String(),
        "label": pl.String(),
        "objective": pl.String(),
        "status": pl.String(),
        "document": pl.String(),
        "section": pl.String(),
        "line": pl.Int64(),
        "type": pl.String(),
        "typed": pl.Boolean(),
        "defined": pl.Boolean(),
        "fed": pl.Boolean(),
        "computed": pl.Boolean(),
        "supplied": pl.Boolean(),
        "comparable": pl.Boolean(),
        "attributable": pl.Boolean(),
        "missing": pl.List(pl.String()),
        "defects": pl.List(pl.String()),
    }
)
"""One row per indicator: where the document announces it, and the steps that it reaches.

``typed``: its nature, its unit, its direction and its period are declared. ``defined``: what is counted, in which file.
``computed``: it has a value; a battery, when each of its components has one. ``supplied``: its value is a number that a
partner worked out itself, which no file allows to check.
"""

STEPS = ("typed", "defined", "fed", "computed", "supplied", "comparable", "attributable")


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
        """Return how many indicators are declared and reach each step."""
        return _counted(self.frame)

    def totals_of(self, status: str, section: str | None = None) -> dict[str, int]:
        """Return the same for those that the document speaks of in one way, in one of its sections when given."""
        chosen = self.frame.filter(pl.col("status") == status)
        return _counted(chosen if section is None else chosen.filter(pl.col("section") == section))


def _counted(frame: pl.DataFrame) -> dict[str, int]:
    return {"declared": frame.height, **{name: int(frame[name].sum()) for name in STEPS}}


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
            "status": indicator.status.value,
            "document": indicator.evidence.document,
            "section": indicator.evidence.section,
            "line": indicator.evidence.line,
            "type": indicator.measure.type if indicator.measure is not None else "",
            "typed": True,
            "defined": indicator.measure is not None,
            "fed": _is_fed(known, indicator, fed),
            "computed": has_value(known, indicator),
            "supplied": has_value(known, indicator) and _is_supplied(workspace, known, indicator),
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


def _is_supplied(workspace: Workspace, known: Known, indicator: Indicator) -> bool:
    """Tell whether a value rests, at least in part, on numbers that a partner worked out itself."""
    if isinstance(indicator.measure, DerivedMeasure):
        return any(_is_supplied(workspace, known, known.indicators[name]) for name in indicator.measure.reads)
    return indicator.measure is not None and workspace.feeds[indicator.measure.feed].supplied
