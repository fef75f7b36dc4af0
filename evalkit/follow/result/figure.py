"""The figure of a cohort for its evaluator: the share gone to each exit by month, and to the outcome in both groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.declare.cohort_words import ROLES
from evalkit.follow.entry.persons import ACCOMPANIED
from evalkit.follow.result.cohort import CohortResult
from evalkit.follow.result.timed import Curve
from evalkit.typography import typeset

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = ("#0b3c5d", "#b5420b", "#2c6e49", "#6a4c93", "#444444")
_DASHES = ("-", "--", "-.", ":", "-")


def cohort_figure(found: CohortResult) -> Figure:
    """Draw the exits of the accompanied, then the outcome in both groups with its interval; empty without curves.

    Args:
        found: the result.

    Returns:
        The figure, which belongs to no window.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(8.4, 3.3), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    whole = [curve for curve in found.curves if not curve.variable]
    _draw(left, [curve for curve in whole if curve.group == ACCOMPANIED], "Accompagnés, par sortie", by_exit=True)
    _draw(right, [curve for curve in whole if curve.exit == found.outcome], _title(found.outcome), by_exit=False)
    left.set_ylabel("part sortie")
    left.set_ylim(bottom=0)
    return figure


def _title(outcome: str) -> str:
    words = ROLES.get(outcome, outcome or "résultat suivi")
    return f"{words[:1].upper()}{words[1:]}, par groupe"


def _draw(axes: Axes, curves: list[Curve], title: str, *, by_exit: bool) -> None:
    for curve, colour, dash in zip(curves, _COLOURS, _DASHES, strict=False):
        months = [point.month for point in curve.points]
        label = ROLES.get(curve.exit, curve.exit) if by_exit else curve.group
        shares = [point.share for point in curve.points]
        axes.step(months, shares, where="post", color=colour, linestyle=dash, label=label)
        if not by_exit:
            low, high = ([getattr(point, end) for point in curve.points] for end in ("low", "high"))
            axes.fill_between(months, low, high, step="post", color=colour, alpha=0.15, linewidth=0)
    axes.set_title(typeset(title), fontsize=9, loc="left")
    axes.set_xlabel("mois depuis l’entrée")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.yaxis.set_major_formatter(lambda value, _: typeset(f"{100 * value:.0f} %"))
    if curves:
        axes.legend(frameon=False, fontsize=8, loc="upper left")
