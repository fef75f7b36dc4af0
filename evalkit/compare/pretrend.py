"""What the periods before the entry say of the comparison, and the drift that they could not have seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.compare.did_panel import Panel
from evalkit.compare.result import EventPoint, InferenceOptions, PretrendState, PretrendVerdict
from evalkit.stats.arrays import BoolArray, FloatArray, IntArray, to_digits
from evalkit.stats.few_treated import control_shocks, draw_without_effect
from evalkit.stats.sensitivity import EventStudy, breakdown, relative_magnitudes, smoothness_family
from evalkit.stats.two_way import CellGrid, TwoWayFit, period_coefficients, two_way_effects
from evalkit.typography import typeset

_BISECTIONS = 45
_FEWEST_CONTROLS = 5
_NO_NOISE = 1e-12
_BOUNDS = (0.5, 1.0, 2.0)


@dataclass(frozen=True, slots=True, eq=False)
class _EventStudy:
    """Gaps by period, and what they could be without any difference.

    ``gaps``: shape (periods compared,); ``draws``: shape (draws, periods compared), in units of ``scale``.
    """

    ranks: IntArray
    gaps: FloatArray
    draws: FloatArray
    scale: FloatArray


def judge_pretrend(panel: Panel, fit: TwoWayFit, options: InferenceOptions) -> PretrendVerdict:
    """Test the gaps before the entry together, and say which drift the test would have missed.

    The control zones' own paths, resampled whole and given the noise of each zone's size, say what the gaps
    could be; so the test holds with two treated zones.

    Args:
        panel: the panel.
        fit: its fit, for the weights of the effect.
        options: level, draws and seed.

    Returns:
        The verdict. Periods are taken as evenly spaced.

    Source: Roth 2022, "Pretest with caution"; the draws are those of Ferman and Pinto 2019, path by path.
    """
    base = int(np.flatnonzero(~panel.post)[-1])
    if base == 0:
        return _untestable("une seule période précède l’entrée")
    complete = _complete_controls(panel)
    if np.count_nonzero(complete) < _FEWEST_CONTROLS:
        return _untestable(f"moins de {_FEWEST_CONTROLS} zones de comparaison sont observées à toutes les périodes")
    study = _event_study(panel, complete, base, options)
    if study.scale.min() <= _NO_NOISE * float(np.abs(panel.grid().means).max()):
        return _untestable("les zones de comparaison suivent toutes exactement le même chemin")
    before, honest = study.ranks < base, _honest(panel, study, base)
    observed = float(np.abs(study.gaps[before] / study.scale[before]).max())
    extremes = np.abs(study.draws[:, before]).max(axis=1)
    p = float(1 + np.count_nonzero(extremes >= observed)) / (len(extremes) + 1)
    slopes = [_detectable_slope(study, before, base, options.level, power) for power in (0.5, 0.8)]
    drift = float((fit.effects.weights * fit.treatment * np.arange(fit.periods))[panel.treated].sum()) / fit.information
    state: PretrendState = "rejected" if p <= 1.0 - options.level else "not_rejected"
    return PretrendVerdict(
        state=state,
        sentence_fr=_sentence(p, state == "rejected", slopes, options.unit),
        p=to_digits(p),
        slope_50=to_digits(slopes[0]),
        slope_80=to_digits(slopes[1]),
        bias_50=to_digits(slopes[0] * drift),
        bias_80=to_digits(slopes[1] * drift),
        points=_points(panel, study, base, options.level),
        breakdown=to_digits(breakdown(lambda bound: relative_magnitudes(honest, bound, options.level)), 6),
        smooth_breakdown=to_digits(breakdown(smoothness_family(honest, options.level)), 6),
        bounds=tuple((bound, *_rounded(relative_magnitudes(honest, bound, options.level))) for bound in _BOUNDS),
    )


def _honest(panel: Panel, study: _EventStudy, base: int) -> EventStudy:
    """Return the event study with its covariance, for the mean of the gaps after the entry by treated persons."""
    weight = panel.grid().weights[panel.treated].sum(axis=0)[study.ranks] * (study.ranks > base)
    covariance = np.cov(study.draws * study.scale, rowvar=False).reshape(len(study.ranks), len(study.ranks))
    return EventStudy((study.ranks - base).astype(np.float64), study.gaps, covariance, weight / weight.sum())


def _rounded(ends: tuple[float, float]) -> tuple[float, float]:
    return to_digits(ends[0]), to_digits(ends[1])


def _complete_controls(panel: Panel) -> BoolArray:
    return np.asarray(~panel.treated & (panel.n > 0).all(axis=1))


def _event_study(panel: Panel, complete: BoolArray, base: int, options: InferenceOptions) -> _EventStudy:
    grid = panel.grid()
    ranks = np.array([rank for rank in range(len(panel.periods)) if rank != base], dtype=np.int64)
    paths = {side: _path(grid, zones) for side, zones in (("treated", panel.treated), ("control", ~panel.treated))}
    gap = paths["treated"] - paths["control"]
    net = grid.means - paths["control"]
    loading = _loading(grid, panel.treated)
    persons = _path_persons(panel.n, ranks, base)
    share = loading[complete] / loading[complete].sum()
    shocks = control_shocks(net[complete][:, ranks] - net[complete][:, [base]], share, persons[complete], persons)
    spread = float(np.sqrt(((loading * shocks.spread) ** 2).sum()))
    scale = np.maximum(spread * np.sqrt((shocks.moves**2).mean(axis=0)), np.finfo(float).tiny)
    draws = draw_without_effect(shocks, loading, options.draws, options.seed)
    return _EventStudy(ranks, (gap - gap[base])[ranks], draws / scale, scale)


def _path(grid: CellGrid, zones: BoolArray) -> FloatArray:
    """Return the period effects of one side alone, which is what a saturated event study compares."""
    return period_coefficients(grid.means[zones], two_way_effects(grid.weights[zones]))


def _loading(grid: CellGrid, treated: BoolArray) -> FloatArray:
    totals = grid.weights.sum(axis=1)
    return np.asarray(np.where(treated, totals / totals[treated].sum(), -totals / totals[~treated].sum()))


def _path_persons(n: FloatArray, ranks: IntArray, base: int) -> FloatArray:
    """Return the persons behind a zone's move between the reference and another period, on harmonic average."""
    reference, others = n[:, [base]], n[:, ranks]
    seen = (reference > 0) & (others > 0)
    inverse = np.where(seen, 1.0 / np.where(seen, reference, 1.0) + 1.0 / np.where(seen, others, 1.0), 0.0)
    counts = seen.sum(axis=1)
    mean = inverse.sum(axis=1) / np.maximum(counts, 1)
    return np.asarray(np.where(counts > 0, 1.0 / np.where(mean > 0, mean, 1.0), n.mean(axis=1) / 2.0))


def _critical(extremes: FloatArray, level: float) -> float:
    rank = int((1.0 - level) * (len(extremes) + 1) + 1e-9)
    return float(np.sort(extremes)[::-1][max(rank, 1) - 1])


def _detectable_slope(study: _EventStudy, before: BoolArray, base: int, level: float, power: float) -> float:
    """Return the drift per period that the joint test rejects with the given probability."""
    draws = study.draws[:, before]
    line = (study.ranks[before] - base) / study.scale[before]
    critical = _critical(np.abs(draws).max(axis=1), level)

    def rejected(slope: float) -> float:
        return float(np.mean(np.abs(draws + slope * line).max(axis=1) > critical))

    high = critical / float(np.abs(line).max())
    while rejected(high) < power:
        high *= 2.0
    low = 0.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2.0
        low, high = (low, middle) if rejected(middle) >= power else (middle, high)
    return high


def _points(panel: Panel, study: _EventStudy, base: int, level: float) -> tuple[EventPoint, ...]:
    before = study.ranks < base
    widths = np.empty(len(study.ranks))
    for side in (before, ~before):
        widths[side] = _critical(np.abs(study.draws[:, side]).max(axis=1), level) * study.scale[side]
    points = [
        EventPoint(
            period=panel.periods[rank],
            value=to_digits(gap),
            low=to_digits(gap - width),
            high=to_digits(gap + width),
            after=bool(panel.post[rank]),
        )
        for rank, gap, width in zip(study.ranks, study.gaps, widths, strict=True)
    ]
    return tuple(points)


def _untestable(why: str) -> PretrendVerdict:
    return PretrendVerdict(
        state="untestable",
        sentence_fr=typeset(f"Les évolutions antérieures ne peuvent pas être comparées : {why}."),
    )


def _sentence(p: float, rejected: bool, slopes: list[float], unit: str) -> str:
    shown = "p < 0,001" if p < 0.001 else f"p = {p:.3f}".replace(".", ",")
    drift, surer = (_drift(slope, unit) for slope in slopes)
    if rejected:
        return typeset(
            f"Les évolutions différaient déjà avant l’entrée ({shown}) : l’effet ne peut pas être lu comme celui du "
            "dispositif."
        )
    return typeset(
        f"Aucun écart d’évolution n’est décelé avant l’entrée ({shown}), mais une dérive de {drift} par période "
        f"n’aurait été vue qu’une fois sur deux, et il en faudrait une de {surer} pour la voir quatre fois sur cinq : "
        "l’absence d’écart n’est pas prouvée."
    )


def _drift(slope: float, unit: str) -> str:
    named = unit.removesuffix("s") if unit == "points" and slope < 2 else unit
    return f"{slope:.2g} {named}".rstrip().replace(".", ",")
