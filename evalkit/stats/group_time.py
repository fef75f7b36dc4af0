"""Effects by cohort and period when zones enter at several dates (Callaway and Sant'Anna)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalkit.errors import ComputationError, Problem
from evalkit.stats.arrays import BoolArray, FloatArray, IntArray
from evalkit.stats.influence import Fitted, Term, propensity, regression, sum_of_means

Method = Literal["or", "ipw", "dr"]
Controls = Literal["never", "not_yet"]
Base = Literal["universal", "varying"]
NEVER = np.iinfo(np.int64).max
"""Entry of a unit that is never treated."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Rows followed or not, one entry each.

    Attributes:
        outcome: a panel, shape (units, periods); repeated cross-sections, shape (rows,).
        entry: rank of the first treated period, or NEVER, shape (rows,).
        weight: shape (rows,).
        covariates: measured before any entry, shape (rows, covariates); no column when there is none.
        period: rank of the period of each row of repeated cross-sections, shape (rows,); None for a panel.
        cluster: rank of the group of rows that share shocks, shape (rows,); None when rows are independent.
    """

    outcome: FloatArray
    entry: IntArray
    weight: FloatArray
    covariates: FloatArray
    period: IntArray | None = None
    cluster: IntArray | None = None

    @property
    def periods(self) -> int:
        """Number of periods."""
        return int(self.outcome.shape[1] if self.period is None else self.period.max() + 1)


@dataclass(frozen=True, slots=True)
class StaggeredDesign:
    """How effects are estimated.

    Attributes:
        method: regression of the outcome, inverse probability weighting, or both (doubly robust).
        controls: units never treated, or those not treated yet as well.
        base: period of reference before the entry: the last one ("universal"), or the previous one ("varying").
    """

    method: Method = "dr"
    controls: Controls = "never"
    base: Base = "universal"


@dataclass(frozen=True, slots=True, eq=False)
class GroupTime:
    """Effects by cohort and period.

    Attributes:
        cohort, period: ranks, shape (effects,).
        effect: shape (effects,).
        influence: of each row on each effect, shape (rows, effects).
        sample: what they were estimated on, zones treated from the first period left out.
        left_out: number of rows treated from the first period: they identify nothing and are never controls.
    """

    cohort: IntArray
    period: IntArray
    effect: FloatArray
    influence: FloatArray
    sample: Sample
    left_out: int


def group_time_effects(sample: Sample, design: StaggeredDesign = StaggeredDesign()) -> GroupTime:
    """Estimate the effect of each cohort in each period, before its entry too.

    Args:
        sample: the rows; those treated from the first period on are left out, of the controls above all.
        design: method, controls and reference.

    Returns:
        The effects. Before the entry they are placebos.

    Raises:
        ComputationError: no cohort enters after the first period, or no control exists.

    Source: Callaway and Sant'Anna 2021; Sant'Anna and Zhao 2020 for each two-by-two.
    """
    kept = sample.entry > 0
    used = _subset(sample, kept)
    cohorts = [int(each) for each in np.unique(used.entry) if each < used.periods]
    found: list[tuple[int, int, float, FloatArray]] = []
    for cohort in cohorts:
        for period in range(used.periods):
            base = _base(cohort, period, design.base)
            if base is None:
                continue
            controls = _controls(used.entry, cohort, max(period, base), design.controls)
            if not controls.any():
                continue
            effect, influence = _two_by_two(used, used.entry == cohort, controls, (base, period), design.method)
            found.append((cohort, period, effect, influence))
    if not found:
        message = "Aucune cohorte n’entre après la première période avec des zones pour la comparer."
        raise ComputationError(Problem("EVK-M309", message, repair="Déclarez des zones jamais entrées."))
    cohort_ranks, period_ranks, effects, influences = zip(*found, strict=True)
    return GroupTime(
        np.array(cohort_ranks, dtype=np.int64),
        np.array(period_ranks, dtype=np.int64),
        np.array(effects),
        np.column_stack(influences),
        used,
        int(np.count_nonzero(~kept)),
    )


def _base(cohort: int, period: int, base: Base) -> int | None:
    if period >= cohort or base == "universal":
        return cohort - 1 if period != cohort - 1 else None
    return period - 1 if period > 0 else None


def _controls(entry: IntArray, cohort: int, latest: int, controls: Controls) -> BoolArray:
    untreated = entry == NEVER if controls == "never" else entry > latest
    return np.asarray(untreated & (entry != cohort))


def _subset(sample: Sample, kept: BoolArray) -> Sample:
    return Sample(
        sample.outcome[kept],
        sample.entry[kept],
        sample.weight[kept] / sample.weight[kept].mean(),
        sample.covariates[kept],
        None if sample.period is None else sample.period[kept],
        None if sample.cluster is None else sample.cluster[kept],
    )


def _two_by_two(
    sample: Sample, treated: BoolArray, controls: BoolArray, window: tuple[int, int], method: Method
) -> tuple[float, FloatArray]:
    base, period = window
    rows = treated | controls
    if sample.period is not None:
        rows &= (sample.period == base) | (sample.period == period)
    design = np.column_stack([np.ones(int(rows.sum())), sample.covariates[rows]])
    group, weight = treated[rows], sample.weight[rows]
    odds = propensity(group, design, weight) if method != "or" else None
    if sample.period is None:
        change = (sample.outcome[:, period] - sample.outcome[:, base])[rows]
        terms, models = _panel_terms(change, group, weight, design, odds)
    else:
        after = sample.period[rows] == period
        terms, models = _section_terms((sample.outcome[rows], after), group, weight, design, odds)
    if method == "or":
        terms = [term for term in terms if not term.odds]
    if method == "ipw":
        terms, models = _without_models(sample, rows, terms, window)
    effect, own = sum_of_means(terms, design, models, odds)
    influence = np.zeros(len(rows))
    influence[rows] = own * (len(rows) / float(rows.sum()))
    return effect, influence


def _panel_terms(
    change: FloatArray, group: BoolArray, weight: FloatArray, design: FloatArray, odds: Fitted | None
) -> tuple[list[Term], dict[str, Fitted]]:
    model = regression(change, design, weight * ~group)
    residual = change - model.values
    terms = [Term(1.0, weight * group, residual, models={"change": -1.0})]
    if odds is not None:
        shifted = weight * ~group * odds.values / (1.0 - odds.values)
        terms.append(Term(-1.0, shifted, residual, odds=True, models={"change": -1.0}))
    return terms, {"change": model}


def _section_terms(
    seen: tuple[FloatArray, BoolArray], group: BoolArray, weight: FloatArray, design: FloatArray, odds: Fitted | None
) -> tuple[list[Term], dict[str, Fitted]]:
    """Return the terms of repeated cross-sections: locally efficient when doubly robust."""
    outcome, after = seen
    models = {
        f"{side}{moment}": regression(outcome, design, weight * (group if side == "t" else ~group) * when)
        for side in "tc"
        for moment, when in (("1", after), ("0", ~after))
    }
    treated, terms = weight * group, []
    for moment, when, sign in (("1", after, 1.0), ("0", ~after, -1.0)):
        control = models[f"c{moment}"]
        if odds is None:
            terms.append(Term(sign, treated * when, outcome))
            terms.append(Term(-sign, treated, control.values, models={f"c{moment}": 1.0}))
            continue
        own, minus = outcome - control.values, {f"c{moment}": -1.0}
        gap = models[f"t{moment}"].values - control.values
        both = {f"t{moment}": 1.0, f"c{moment}": -1.0}
        shifted = weight * ~group * when * odds.values / (1.0 - odds.values)
        terms += [
            Term(sign, treated * when, own, models=minus),
            Term(-sign, shifted, own, odds=True, models=minus),
            Term(sign, treated, gap, models=both),
            Term(-sign, treated * when, gap, models=both),
        ]
    return terms, models


def _without_models(
    sample: Sample, rows: BoolArray, terms: list[Term], window: tuple[int, int]
) -> tuple[list[Term], dict[str, Fitted]]:
    """Return the weighted means of the outcome itself."""
    base, period = window
    panel = sample.period is None
    value = (sample.outcome[:, period] - sample.outcome[:, base])[rows] if panel else sample.outcome[rows]
    means = terms if panel else [term for term in terms if len(term.models) == 1]
    return [Term(term.sign, term.weight, value, odds=term.odds) for term in means], {}
