"""Checks that an effect should pass before it is believed: other dates, other controls, neighbours, equivalence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from evalkit.compare.battery import run_test
from evalkit.compare.choose import choose_test
from evalkit.compare.did_panel import Panel
from evalkit.compare.result import InferenceOptions, Period, TestChoice, TestName, TestOutcome
from evalkit.stats.arrays import BoolArray, FloatArray, to_digits
from evalkit.stats.two_way import fit_two_way, period_coefficients, two_way_effects

FEWEST_MATCHES = 5
_LATEST_DATES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceboDate:
    """What the comparison finds before the entry, had it begun at another date."""

    period: Period
    outcome: TestOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The comparison with only the controls whose past is nearest to that of the treated zones."""

    controls: tuple[str, ...]
    outcome: TestOutcome


def placebo_dates(panel: Panel, options: InferenceOptions) -> tuple[PlaceboDate, ...]:
    """Pretend that the programme began earlier, on the periods before it alone.

    Args:
        panel: the panel.
        options: level and draws.

    Returns:
        Up to three dates, spread over the past; each leaves two periods on both sides. None when the past is short.
    """
    before = np.flatnonzero(~panel.post)
    candidates = before[2:-1]
    if not len(candidates):
        return ()
    picked = candidates[np.unique(np.linspace(0, len(candidates) - 1, _LATEST_DATES).round().astype(int))]
    found = []
    for start in picked.tolist():
        past = _cut(panel, ~panel.post, np.arange(len(panel.periods)) >= start)
        outcome = None if past is None else _tested(past, options)
        if outcome is not None:
            found.append(PlaceboDate(period=panel.periods[start], outcome=outcome))
    return tuple(found)


def matched_on_past(panel: Panel, options: InferenceOptions, per_treated: int = 3) -> Matched | None:
    """Compare with the controls nearest by level and slope before the entry: what is left is not a return to the mean.

    Args:
        panel: the panel.
        options: level and draws.
        per_treated: controls kept for each treated zone, five in all at least.

    Returns:
        The comparison, or None when there are not more controls than would be kept.
    """
    controls = np.flatnonzero(~panel.treated)
    wanted = max(FEWEST_MATCHES, per_treated * int(panel.treated.sum()))
    if len(controls) <= wanted:
        return None
    past = _past(panel)
    scale = past[controls].std(axis=0, ddof=1)
    past = past / np.where(scale > 0, scale, 1.0)
    distance = np.sqrt(((past[controls][:, None, :] - past[panel.treated][None, :, :]) ** 2).sum(axis=2)).min(axis=1)
    kept = np.sort(controls[np.argsort(distance, kind="stable")[:wanted]])
    zones = panel.treated | np.isin(np.arange(len(panel.zones)), kept)
    chosen = _keep_zones(panel, zones)
    outcome = run_test(chosen, fit_two_way(chosen.grid(), chosen.treatment()), "zone_noise", options)
    return Matched(controls=tuple(panel.zones[rank] for rank in kept), outcome=outcome)


def spillover(panel: Panel, near: Collection[str], options: InferenceOptions) -> tuple[TestOutcome, TestOutcome] | None:
    """Separate the neighbours: the effect on the treated, then on the ring, both against what lies farther.

    Args:
        panel: the panel, ring included among the controls.
        near: zones of the ring around the treated ones.
        options: level and draws.

    Returns:
        The direct effect and that on the ring; None when too few zones lie farther.

    Source: Butts 2021, with the ring declared instead of a distance.
    """
    ring = np.array([zone in near for zone in panel.zones], dtype=np.bool_) & ~panel.treated
    far = ~panel.treated & ~ring
    if not ring.any() or np.count_nonzero(far) < FEWEST_MATCHES:
        return None
    direct = _keep_zones(panel, panel.treated | far)
    around = _keep_zones(replace(panel, treated=ring), ring | far)
    first, second = (
        run_test(each, fit_two_way(each.grid(), each.treatment()), "zone_noise", options) for each in (direct, around)
    )
    return first, second


def in_proportion(panel: Panel, test: TestName, options: InferenceOptions) -> TestOutcome | None:
    """Test the same comparison on logarithms: sides that start apart may part in points and not in proportion.

    Args:
        panel: the panel.
        test: the test that decides in levels.
        options: level and draws.

    Returns:
        The effect and its interval as relative growth, in per cent; None when a cell is not positive.
    """
    seen = panel.n > 0
    if (panel.sum_y[seen] <= 0).any():
        return None
    means = np.where(seen, panel.sum_y, 1.0) / np.where(seen, panel.n, 1.0)
    logs = replace(panel, sum_y=panel.n * np.log(means), sum_y2=None)
    found = run_test(logs, fit_two_way(logs.grid(), logs.treatment()), test, options)
    grown = (to_digits(float(100.0 * np.expm1(value)), 9) for value in (found.effect, found.low, found.high))
    effect, low, high = grown
    return TestOutcome(name=test, p=found.p, low=low, high=high, effect=effect)


def equivalence_p(outcome: TestOutcome, margin: float) -> float | None:
    """Return the p-value of the hypothesis that the effect is as large as a margin, one way or the other.

    Args:
        outcome: a test with a standard error and its degrees of freedom.
        margin: the smallest effect that would matter, positive, in the unit of the outcome.

    Returns:
        Under 0.05 the effect is shown to be smaller than the margin; None without a standard error.

    Source: Schuirmann 1987, two one-sided tests.
    """
    from scipy.special import stdtr  # noqa: PLC0415

    if not outcome.se or outcome.df is None:
        return None
    nearest = (margin - abs(outcome.effect)) / outcome.se
    return to_digits(float(stdtr(outcome.df, -nearest)))


def _tested(panel: Panel, options: InferenceOptions) -> TestOutcome | None:
    fit = fit_two_way(panel.grid(), panel.treatment())
    sizes = panel.grid().weights.sum(axis=1)
    choice = choose_test(sizes[panel.treated].tolist(), sizes[~panel.treated].tolist())
    return run_test(panel, fit, choice.name, options) if isinstance(choice, TestChoice) else None


def _cut(panel: Panel, periods: BoolArray, post: BoolArray) -> Panel | None:
    """Return a panel of some periods only, with another entry; zones must be seen on both sides of it."""
    n, after = panel.n[:, periods], post[periods]
    seen: BoolArray = np.asarray(n[:, after].any(axis=1) & n[:, ~after].any(axis=1))
    if not (seen & panel.treated).any() or np.count_nonzero(seen & ~panel.treated) < FEWEST_MATCHES:
        return None
    cut = replace(
        panel,
        periods=tuple(period for period, kept in zip(panel.periods, periods, strict=True) if kept),
        n=n,
        sum_y=panel.sum_y[:, periods],
        sum_y2=None,
        post=after,
    )
    return _keep_zones(cut, seen)


def _keep_zones(panel: Panel, kept: BoolArray) -> Panel:
    return replace(
        panel,
        zones=tuple(zone for zone, stays in zip(panel.zones, kept, strict=True) if stays),
        n=panel.n[kept],
        sum_y=panel.sum_y[kept],
        sum_y2=None if panel.sum_y2 is None else panel.sum_y2[kept],
        treated=panel.treated[kept],
    )


def _past(panel: Panel) -> FloatArray:
    """Return the level and the slope of each zone before the entry, net of the controls' period effects."""
    grid = panel.grid()
    trend = period_coefficients(grid.means[~panel.treated], two_way_effects(grid.weights[~panel.treated]))
    weight = grid.weights[:, ~panel.post]
    net = (grid.means - trend)[:, ~panel.post]
    total = np.maximum(weight.sum(axis=1), np.finfo(float).tiny)
    level = (weight * net).sum(axis=1) / total
    time = np.arange(net.shape[1], dtype=np.float64)[None, :]
    centred = time - ((weight * time).sum(axis=1) / total)[:, None]
    spread = (weight * centred**2).sum(axis=1)
    slope = (weight * centred * net).sum(axis=1) / np.where(spread > 0, spread, 1.0)
    return np.column_stack([level, slope]) if net.shape[1] > 1 else level[:, None]
