"""The outcome of a comparison at equal covariates, and the regression on finer cells that makes it so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from evalkit.cells.request import PERIOD
from evalkit.compare.did_panel import DidDesign, Panel, read_panel
from evalkit.compare.result import DidRefusal
from evalkit.stats.arrays import BoolArray, FloatArray
from evalkit.stats.covariates import CovariateCells, CovariateFit, fit_with_covariates


@dataclass(frozen=True, slots=True, eq=False)
class FineCells:
    """Sums by zone, period and category of the discrete covariates.

    Attributes:
        table: ``zone``, ``period``, the discrete covariates as text, ``n``, ``sum_y``, and for the continuous ones
            ``x0``..., their products ``x0x0``..., and those with the outcome ``x0y``...
        discrete, continuous: names of the covariates.
        lost: share of the units left out, for want of a continuous covariate.
    """

    table: pl.DataFrame
    discrete: tuple[str, ...]
    continuous: tuple[str, ...]
    lost: float = 0.0

    def merged(self, unit: dict[str, str]) -> FineCells:
        """Return the same cells with zones that share shocks added up."""
        keys = ["zone", PERIOD, *self.discrete]
        table = self.table.with_columns(pl.col("zone").replace(unit)).group_by(keys).sum().sort(keys)
        return replace(self, table=table)


@dataclass(frozen=True, slots=True, eq=False)
class EqualCovariates:
    """The outcome at equal covariates, and the regression that made it so.

    Attributes:
        cells: ``zone``, ``period``, ``n`` and ``sum_y``, the outcome of units with the mean covariates.
        fine: cells of the regression, zones and periods ranked as in the panel of ``cells``.
        fit: the regression.
        post: which fine cells come after the entry, shape (cells,).
        treated: which zones are treated, shape (zones,).
        unadjusted: the effect without covariates.
    """

    cells: pl.DataFrame
    fine: CovariateCells
    fit: CovariateFit
    post: BoolArray
    treated: BoolArray
    unadjusted: float


def at_equal_covariates(fine: FineCells, design: DidDesign) -> EqualCovariates | DidRefusal:
    """Take away from the outcome what its covariates explain, and keep the regression that tells it.

    Args:
        fine: the cells by category.
        design: the treated zones and the entry.

    Returns:
        The outcome at equal covariates: its two-way coefficient is that of the regression; or the refusal of a panel
        that lacks a side or a moment.

    Raises:
        ComputationError: the entry is a combination of the effects and the covariates.

    Source: Frisch, Waugh and Lovell; the regression on cells is that on the rows behind them.
    """
    sums = fine.table.group_by("zone", PERIOD).agg(pl.col("n", "sum_y").sum()).sort("zone", PERIOD)
    panel = read_panel(sums, design)
    if isinstance(panel, DidRefusal):
        return panel
    kept = fine.table.filter(pl.col("zone").is_in(panel.zones), pl.col(PERIOD).is_in(panel.periods))
    cells, persons = _regression_cells(kept, fine, panel)
    fit = fit_with_covariates(cells)
    none = np.zeros((len(cells.zone), 0))
    bare = replace(cells, covariates=none, inside=np.zeros((len(none), 0, 0)), inside_outcome=none)
    middle = np.average(cells.covariates, axis=0, weights=persons)
    taken = (cells.covariates - middle) @ fit.covariates * persons
    adjusted = (
        kept.with_columns(pl.col("sum_y") - pl.Series(taken))
        .group_by("zone", PERIOD)
        .agg(pl.col("n", "sum_y").sum())
        .sort("zone", PERIOD)
    )
    post = np.asarray(panel.post[cells.period])
    return EqualCovariates(adjusted, cells, fit, post, panel.treated, fit_with_covariates(bare).coefficient)


def _regression_cells(kept: pl.DataFrame, fine: FineCells, panel: Panel) -> tuple[CovariateCells, FloatArray]:
    """Return the cells of the regression with the weights of the target, and the persons of each."""
    zones = {zone: rank for rank, zone in enumerate(panel.zones)}
    periods = {str(period): rank for rank, period in enumerate(panel.periods)}
    zone = np.array([zones[each] for each in kept["zone"]], dtype=np.int64)
    period = np.array([periods[str(each)] for each in kept[PERIOD]], dtype=np.int64)
    persons = kept["n"].to_numpy()
    scale = panel.grid().weights[zone, period] / panel.n[zone, period]
    count = len(fine.continuous)
    none = np.zeros((len(persons), 0))
    x = np.column_stack([none, *(kept[f"x{rank}"].to_numpy() / persons for rank in range(count))])
    outcome = kept["sum_y"].to_numpy() / persons
    dummies = np.column_stack([none, *_dummies(kept, fine.discrete)])
    width = dummies.shape[1] + count
    inside, inside_outcome = np.zeros((len(persons), width, width)), np.zeros((len(persons), width))
    for rank in range(count):
        at = dummies.shape[1] + rank
        inside_outcome[:, at] = scale * (kept[f"x{rank}y"].to_numpy() - persons * x[:, rank] * outcome)
        for other in range(rank + 1):
            cross = scale * (kept[f"x{other}x{rank}"].to_numpy() - persons * x[:, rank] * x[:, other])
            inside[:, at, dummies.shape[1] + other] = inside[:, dummies.shape[1] + other, at] = cross
    covariates = np.column_stack([dummies, x])
    treatment = panel.treatment()[zone, period]
    rows = panel.grid().rows
    cells = CovariateCells(zone, period, persons * scale, rows, outcome, treatment, covariates, inside, inside_outcome)
    return cells, persons


def _dummies(kept: pl.DataFrame, discrete: Sequence[str]) -> Iterator[FloatArray]:
    """Return one column per category of each discrete covariate but the first."""
    for name in discrete:
        for value in kept[name].unique().sort().to_list()[1:]:
            yield (kept[name] == value).cast(pl.Float64).to_numpy()
