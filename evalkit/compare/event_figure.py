"""The figure of an estimate: gaps by period, their simultaneous band, the entry; or the two curves without gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.compare.estimate import Estimate
from evalkit.compare.result import Period
from evalkit.compare.summary import gap_series
from evalkit.typography import typeset

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BLUE, _GREY = "#1f5aa6", "#444444"
_TICKS = 8


def event_figure(found: Estimate) -> Figure:
    """Draw the gaps of the treated to the controls, the last period before the entry being the reference.

    Args:
        found: the estimate.

    Returns:
        The figure, which belongs to no window; the gaps of the two curves when there is no event study.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(7.2, 3.2), layout="constrained")
    axes = figure.add_subplot()
    points = found.checks.event_study
    labels = [_label(point.period) for point in points] or [period for period, _ in gap_series(found.series)]
    values = [point.value for point in points] or [gap for _, gap in gap_series(found.series)]
    place = list(range(len(labels)))
    if points:
        reach = [[p.value - p.low for p in points], [p.high - p.value for p in points]]
        axes.errorbar(place, values, yerr=reach, fmt="o", color=_BLUE, markersize=4, linewidth=1.1, capsize=2)
        entry = next((rank for rank, point in enumerate(points) if point.after), len(points))
        axes.axvline(entry - 0.5, color=_GREY, linestyle=":", linewidth=1.0)
        at = (entry - 0.42, 1.0)
        axes.annotate("entrée", at, xycoords=("data", "axes fraction"), fontsize=7.5, color=_GREY, va="top")
    else:
        axes.plot(place, values, marker="o", color=_BLUE)
    axes.axhline(0.0, color=_GREY, linewidth=0.8)
    step = max(1, -(-len(labels) // _TICKS))
    axes.set_xticks(place[::step], labels[::step])
    axes.set_ylabel(found.unit)
    axes.set_xlabel(_reference(found), fontsize=8)
    axes.set_title(typeset("Écart aux témoins (barres : bande simultanée à 95 %)"), fontsize=9, loc="left")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}".replace(".", ",").replace("-", "\N{MINUS SIGN}"))
    return figure


def _reference(found: Estimate) -> str:
    if not found.checks.event_study:
        return ""
    if found.checks.cohorts:
        return typeset("périodes depuis l’entrée (la dernière d’avant, \N{MINUS SIGN}1, est la référence)")
    return typeset("la dernière période d’avant l’entrée est la référence")


def _label(period: Period) -> str:
    """Return a period, or a time since entry with its sign."""
    return f"{period:+d}".replace("-", "\N{MINUS SIGN}").replace("+0", "0") if isinstance(period, int) else str(period)
