"""A declared comparison handed over as a linearmodels result, from the rows that were received."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from evalkit.compare.as_linearmodels import as_linearmodels
from evalkit.compare.covariates import at_equal_covariates
from evalkit.compare.design import design_of, unit_cells, unit_fine_cells
from evalkit.compare.entries import entries_of
from evalkit.compare.fine_cells import collect_fine_cells
from evalkit.compare.panel import outcome_panel
from evalkit.compare.result import DidRefusal
from evalkit.compare.run import did_cells
from evalkit.errors import ComputationError, Problem
from evalkit.store.store import Store
from evalkit.workspace.workspace import Workspace

if TYPE_CHECKING:
    from linearmodels.panel.results import PanelEffectsResults


def comparison_as_linearmodels(
    workspace: Workspace, store: Store, contract: str, comparison: str, as_of: dt.date | None = None
) -> PanelEffectsResults:
    """Return the plain difference-in-differences of a declared comparison as linearmodels fits it.

    Args:
        workspace: the declarations.
        store: the accepted rows.
        contract: id of the contract.
        comparison: id of the comparison, with one entry.
        as_of: only what was received by that day.

    Returns:
        The result; with covariates, that of the outcome at equal covariates: the coefficient is that of the whole
        regression, its error takes the covariates' coefficients as known.

    Raises:
        ComputationError: no such comparison (``EVK-C302``), or its cells do not allow it.
    """
    declarations = workspace.contract(contract)
    found = next((each for each in declarations.comparisons if each.id == comparison), None)
    if found is None:
        known = ", ".join(sorted(each.id for each in declarations.comparisons))
        message = "Cette comparaison n’est pas déclarée."
        raise ComputationError(Problem("EVK-C302", message, received=comparison, repair=f"Déclarées : {known}."))
    feed = workspace.feeds[found.outcome.feed]
    panel = outcome_panel(store, declarations.territory, feed, found, contract, as_of)
    entries = entries_of(found, panel.compared_periods)
    design = design_of(found, panel, entries)
    if not found.covariates:
        return as_linearmodels(unit_cells(did_cells(panel, found.outcome.per), found, panel, entries), design)
    fine = collect_fine_cells(store, feed, found, panel, (contract, as_of))
    equal = at_equal_covariates(unit_fine_cells(fine, found, panel, entries), design)
    if isinstance(equal, DidRefusal):
        raise ComputationError(Problem(equal.code, equal.reason_fr, repair=equal.repair_fr))
    return as_linearmodels(equal.cells, design)
