"""Effects when zones enter at several dates, with what the usual two-way regression would have mixed in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from evalkit.compare.result import DidRefusal, EventPoint, InferenceOptions, Period
from evalkit.compare.staggered_panel import EntryDesign, StaggeredPanel, staggered_panel, staggered_refusal
from evalkit.stats.arrays import FloatArray, to_digits
from evalkit.stats.cluster import cr1
from evalkit.stats.entry_permutation import (
    EntryDraws,
    EntryMeans,
    EntryPanel,
    deal_entries,
    entry_means,
    number_of_deals,
)
from evalkit.stats.group_time import NEVER
from evalkit.stats.inversion import interval_by_inversion
from evalkit.stats.laws import normal_p, normal_quantile
from evalkit.stats.staggered_checks import bacon_shares, sun_abraham
from evalkit.stats.two_way import CellGrid, fit_two_way

_DEFAULT = InferenceOptions()
_MOST_DEALS = 999


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortEffect:
    """The mean effect on the zones that entered together."""

    entry: Period
    zones: int
    effect: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoWay:
    """What the two-way regression gives on the same zones, and what it is made of (Goodman-Bacon 2021).

    Attributes:
        effect: its coefficient, zones weighing the same.
        p: what its usual clustered error would have claimed.
        clean: share of its weight that compares with zones never entered, or not yet entered.
        forbidden: share that compares with zones already entered.
        forbidden_effect: what these comparisons give.
    """

    effect: float
    p: float
    clean: float
    forbidden: float
    forbidden_effect: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StaggeredResult:
    """The effect of an entry, whatever its date.

    Attributes:
        effect, low, high, p: mean over the cohorts, with the test that deals the same dates to other zones.
        smallest_p: one over the number of deals.
        mde: effect that the deals would let see 8 times in 10.
        cohorts: the effect of each date.
        other_controls: the effect with the other choice of controls, None when it is impossible.
        interaction: the mean effect after the entry by Sun and Abraham's regression, zones weighing the same.
        two_way: the two-way regression, to show, never to conclude.
        points: gaps by time since entry, with simultaneous bands; ``before_p`` tests those before together.
        leave_one_out: range of the effect when each zone is left out.
        n_treated, n_controls: zones that enter during the series, and the others used.
        warnings_fr: what was left out.
    """

    effect: float
    low: float
    high: float
    p: float
    smallest_p: float
    mde: float
    cohorts: tuple[CohortEffect, ...]
    other_controls: float | None
    interaction: float
    two_way: TwoWay
    points: tuple[EventPoint, ...]
    before_p: float | None
    leave_one_out: tuple[float, float]
    n_treated: int
    n_controls: int
    warnings_fr: tuple[str, ...] = ()


def estimate_staggered(
    cells: pl.DataFrame, design: EntryDesign, options: InferenceOptions = _DEFAULT
) -> StaggeredResult | DidRefusal:
    """Estimate the effect of several entries, and test it by dealing the same dates to other zones.

    Args:
        cells: ``zone``, ``period``, ``n`` and ``sum_y``; zones not seen in every period are left out.
        design: the entries.
        options: draws (999 deals at most), seed, level.

    Returns:
        The result, or a refusal, which is a result too.

    Source: Callaway and Sant'Anna 2021; randomisation inference on t (MacKinnon and Webb 2020).
    """
    whole = staggered_panel(cells, design)
    panel = whole.usable(design)
    refused = staggered_refusal(panel)
    if refused is not None:
        return refused
    means = entry_means(panel)
    draws = deal_entries(panel, min(options.draws, _MOST_DEALS), options.seed)
    effect = float(means.overall[0])
    net = draws.overall[:, 0] - effect * draws.overall[:, 1]
    error = float(net.std())
    low, high = interval_by_inversion(draws.family, effect, error or 1.0, options.level)
    points, before_p = _events(panel, means, draws, options.level)
    reach = float(np.quantile(np.abs(net), options.level)) + normal_quantile(options.power) * error
    treated = int(np.count_nonzero(panel.entry < panel.outcome.shape[1]))
    return StaggeredResult(
        effect=to_digits(effect),
        low=to_digits(low),
        high=to_digits(high),
        p=to_digits(draws.family.p_value(0.0)),
        smallest_p=to_digits(1.0 / number_of_deals(panel.entry)),
        mde=to_digits(reach),
        cohorts=_cohorts(whole, panel, means),
        other_controls=_other_controls(whole, design),
        interaction=_interaction(panel),
        two_way=_two_way(whole),
        points=points,
        before_p=before_p,
        leave_one_out=_leave_one_out(panel),
        n_treated=treated,
        n_controls=len(panel.entry) - treated,
        warnings_fr=whole.warnings_fr,
    )


def _cohorts(whole: StaggeredPanel, panel: EntryPanel, means: EntryMeans) -> tuple[CohortEffect, ...]:
    found = []
    for rank, cohort in enumerate(panel.cohorts):
        after = means.load[rank] > 0
        value = float(means.effects[0, rank, after].mean()) if after.any() else float("nan")
        zones = int(np.count_nonzero(panel.entry == cohort))
        found.append(CohortEffect(entry=whole.periods[cohort], zones=zones, effect=to_digits(value)))
    return tuple(found)


def _other_controls(whole: StaggeredPanel, design: EntryDesign) -> float | None:
    other: EntryDesign = EntryDesign(
        design.entries, design.weights, "not_yet" if design.controls == "never" else "never"
    )
    panel = whole.usable(other)
    if other.controls == "never" and not (panel.entry == NEVER).any():
        return None
    return to_digits(float(entry_means(panel).overall[0]))


def _interaction(panel: EntryPanel) -> float:
    found = sun_abraham(panel.outcome, panel.entry, np.ones_like(panel.outcome))
    return to_digits(float(found.effect[found.at >= 0].mean()))


def _two_way(whole: StaggeredPanel) -> TwoWay:
    """Return the naive regression with every zone, those already entered included, as it is usually run."""
    after = np.arange(len(whole.periods))[None, :] >= whole.entry[:, None]
    grid = CellGrid(whole.outcome, np.ones_like(whole.outcome), whole.outcome.size)
    fit = fit_two_way(grid, after.astype(np.float64))
    late = (whole.entry >= len(whole.periods)) & (whole.entry != NEVER)
    parts = bacon_shares(whole.outcome, np.where(late, NEVER, whole.entry))
    bad = [part for part in parts if part.kind in {"later_against_earlier", "against_always"}]
    share = sum(part.share for part in bad)
    value = sum(part.share * part.estimate for part in bad) / share if share > 0 else 0.0
    se = cr1(fit).se
    return TwoWay(
        effect=to_digits(fit.coefficient),
        p=to_digits(normal_p(fit.coefficient / se) if se > 0 else 0.0),
        clean=to_digits(1.0 - share),
        forbidden=to_digits(share),
        forbidden_effect=to_digits(value),
    )


def _leave_one_out(panel: EntryPanel) -> tuple[float, float]:
    found = []
    for zone in range(len(panel.entry)):
        kept = np.arange(len(panel.entry)) != zone
        left = EntryPanel(panel.outcome[kept], panel.entry[kept], panel.weight[kept], panel.controls)
        if left.cohorts:
            found.append(float(entry_means(left).overall[0]))
    return to_digits(min(found)), to_digits(max(found))


def _events(
    panel: EntryPanel, means: EntryMeans, draws: EntryDraws, level: float
) -> tuple[tuple[EventPoint, ...], float | None]:
    """Return the gaps by time since entry, and the joint p-value of those before the entry."""
    lags = _lags(panel)
    shares = np.array([float(panel.weight[panel.entry == cohort].sum()) for cohort in panel.cohorts])
    effect = float(means.overall[0])
    observed = _by_lag(means.effects[0], lags, shares)
    net = draws.effects[:, 0] - effect * draws.effects[:, 1]
    others = np.stack([_by_lag(each, lags, shares) for each in net], axis=1)
    names = np.array(sorted(set(lags.ravel().tolist()) - {-1}))
    scale = np.maximum(np.nanstd(others, axis=1), np.finfo(float).tiny)
    points: list[EventPoint] = []
    before_p = None
    for side in (names < 0, names >= 0):
        known = side & np.isfinite(observed)
        if not known.any():
            continue
        largest = np.abs(others[known] / scale[known, None]).max(axis=0)
        width = float(np.quantile(largest, level)) * scale
        if names[known][0] < 0:
            extreme = float(np.abs(observed[known] / scale[known]).max())
            before_p = to_digits(float(np.mean(largest >= extreme * (1.0 - 1e-9))))
        points += [_point(int(names[at]), float(observed[at]), float(width[at])) for at in np.flatnonzero(known)]
    return tuple(points), before_p


def _lags(panel: EntryPanel) -> FloatArray:
    return np.asarray(np.arange(panel.outcome.shape[1])[None, :] - np.array(panel.cohorts)[:, None], dtype=np.float64)


def _by_lag(effects: FloatArray, lags: FloatArray, shares: FloatArray) -> FloatArray:
    """Return the mean effect at each time since entry but the last before, cohorts weighing what their zones do."""
    found = []
    for lag in sorted(set(lags.ravel().tolist()) - {-1}):
        rows, columns = np.nonzero((lags == lag) & np.isfinite(effects))
        weight = shares[rows]
        found.append(float(weight @ effects[rows, columns] / weight.sum()) if len(rows) else np.nan)
    return np.array(found)


def _point(lag: int, value: float, width: float) -> EventPoint:
    ends = to_digits(value - width), to_digits(value + width)
    return EventPoint(period=lag, value=to_digits(value), low=ends[0], high=ends[1], after=lag >= 0)
