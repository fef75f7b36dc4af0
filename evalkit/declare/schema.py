"""JSON Schemas of the declarations, so that an editor completes and underlines the YAML files."""

from __future__ import annotations

from typing import Any

from evalkit.declare.clause import Clause
from evalkit.declare.cohort import Cohort
from evalkit.declare.comparison import Comparison
from evalkit.declare.contract import Contract, TerritoryFile
from evalkit.declare.decisions import Decisions
from evalkit.declare.evaluation import Evaluation
from evalkit.declare.feed import Feed
from evalkit.declare.indicator import Indicator
from evalkit.declare.model import Declaration
from evalkit.declare.parameter import Parameter

MODELS: dict[str, type[Declaration]] = {
    "clause": Clause,
    "cohort": Cohort,
    "comparison": Comparison,
    "contract": Contract,
    "decisions": Decisions,
    "evaluation": Evaluation,
    "feed": Feed,
    "indicator": Indicator,
    "parameter": Parameter,
    "territory": TerritoryFile,
}


def json_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one kind of declaration, by its name in :data:`MODELS`."""
    return MODELS[name].model_json_schema(by_alias=True)
