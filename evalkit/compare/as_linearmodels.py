"""The same fit handed over as a linearmodels result, for those who know that library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from evalkit.compare.did_panel import DidDesign, read_panel
from evalkit.compare.result import DidRefusal
from evalkit.errors import ComputationError, Problem

if TYPE_CHECKING:
    from linearmodels.panel.results import PanelEffectsResults


def as_linearmodels(cells: pl.DataFrame, design: DidDesign) -> PanelEffectsResults:
    """Fit the cells with linearmodels' PanelOLS, clustered by zone, with the options that make its error right.

    Args:
        cells: as for ``estimate_did``.
        design: as for ``estimate_did``.

    Returns:
        The result. Its coefficient is ours; its error is CR1 without the factor (N-1)/(N-K), for zone effects nested
        in clusters are not counted; its p-values take a number of degrees of freedom that is too large.

    Raises:
        ComputationError: the cells do not allow the comparison.
    """
    from linearmodels.panel import PanelOLS  # noqa: PLC0415
    from pandas import DataFrame, MultiIndex  # type: ignore[import-untyped]  # noqa: PLC0415

    panel = read_panel(cells, design)
    if isinstance(panel, DidRefusal):
        raise ComputationError(Problem(panel.code, panel.reason_fr, repair=panel.repair_fr))
    grid = panel.grid()
    zones, periods = np.nonzero(grid.weights > 0)
    index = MultiIndex.from_arrays([zones, periods], names=["zone", "period"])
    outcome = DataFrame({"outcome": grid.means[zones, periods]}, index=index)
    entry = DataFrame({"effect": panel.treatment()[zones, periods]}, index=index)
    weights = DataFrame({"weight": grid.weights[zones, periods]}, index=index)
    model = PanelOLS(outcome, entry, entity_effects=True, time_effects=True, weights=weights)
    return model.fit(cov_type="clustered", cluster_entity=True, auto_df=False, count_effects=False, group_debias=True)
