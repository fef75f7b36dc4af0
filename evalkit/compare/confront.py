"""Everything an estimate is confronted with, gathered from its panel."""

from __future__ import annotations

import numpy as np
import polars as pl

from evalkit.compare.did_panel import DidDesign, Panel, read_panel
from evalkit.compare.doubt import equivalence_p, in_proportion, matched_on_past, placebo_dates, spillover
from evalkit.compare.estimate import Checks, SyntheticCheck
from evalkit.compare.result import DidRefusal, DidResult, InferenceOptions, TestOutcome
from evalkit.declare.comparison import Comparison
from evalkit.errors import ComputationError
from evalkit.stats.arrays import to_digits
from evalkit.stats.synthetic import placebo_rank

_FEW_TREATED = 4
_PLACEBOS = 99
_DONORS = 5


def confront(
    cells: pl.DataFrame, design: DidDesign, comparison: Comparison, found: DidResult, options: InferenceOptions
) -> Checks:
    """Run the checks that a comparison allows.

    Args:
        cells: the cells of the comparison.
        design: its design.
        comparison: its declaration, for the neighbours and the margin.
        found: its result.
        options: level and draws.

    Returns:
        The checks; those that the data do not allow are left empty.
    """
    panel = read_panel(cells, design)
    if isinstance(panel, DidRefusal):
        return Checks()
    around = spillover(panel, comparison.near, options) if comparison.near else None
    chosen = TestOutcome(
        name=found.test, p=found.p, low=found.low, high=found.high, se=found.se, df=found.df, effect=found.effect
    )
    return Checks(
        tests=found.others,
        naive=found.naive,
        event_study=found.pretrend.points,
        bounds=found.pretrend.bounds,
        breakdown=found.pretrend.breakdown,
        smooth_breakdown=found.pretrend.smooth_breakdown,
        placebo_dates=placebo_dates(panel, options),
        matched=matched_on_past(panel, options),
        direct=around[0] if around else None,
        around=around[1] if around else None,
        synthetic=synthetic_checks(panel) if found.n_treated <= _FEW_TREATED else (),
        equivalence_p=equivalence_p(chosen, comparison.margin) if comparison.margin else None,
        leverage=found.leverage,
        proportion=in_proportion(panel, found.test, options),
        unadjusted=found.unadjusted,
        start_gap=found.start_gap,
    )


def synthetic_checks(panel: Panel) -> tuple[SyntheticCheck, ...]:
    """Return the synthetic estimates of a panel, with the rank of each; none when the past or the controls are short.

    A synthetic control that stays on one side of the treated zones before the entry does not resemble them: it is left
    out, and the synthetic difference-in-differences, which forgives a level, stands alone.

    Args:
        panel: the panel; controls that are not seen in every period are left out.
    """
    complete = np.asarray((panel.n > 0).all(axis=1))
    if not complete[panel.treated].all():
        return ()
    outcome, treated = panel.grid().means[complete], panel.treated[complete]
    names = [zone for zone, kept in zip(panel.zones, complete & ~panel.treated, strict=True) if kept]
    found = []
    for kind in ("sc", "sdid"):
        try:
            rank = placebo_rank(outcome, treated, panel.post, kind, _PLACEBOS)
        except ComputationError:
            return ()
        if kind == "sc" and not rank.found.resembles(panel.post):
            continue
        order = np.argsort(-rank.found.unit_weights, kind="stable")[:_DONORS].tolist()
        donors = tuple((names[each], to_digits(float(rank.found.unit_weights[each]), 4)) for each in order)
        found.append(
            SyntheticCheck(
                kind=kind,
                effect=to_digits(rank.found.effect, 9),
                p=rank.p,
                smallest_p=to_digits(rank.smallest_p),
                donors=donors,
            )
        )
    return tuple(found)
