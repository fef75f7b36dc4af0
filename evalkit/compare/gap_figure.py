"""The figure of a described gap: one point per year, cut where the source changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.compare.gap_series import GapSeries
from evalkit.declare.period import first_day, last_day
from evalkit.french_dates import period_in_words
from evalkit.typography import typeset

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BLUE, _GREY, _BREAK = "#1f5aa6", "#444444", "#b0413e"


def gap_figure(series: GapSeries) -> Figure:
    """Draw the gap by period; no line crosses a break of the source, which is drawn and dated.

    Args:
        series: the series.

    Returns:
        The figure, which belongs to no window.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(7.2, 3.4), layout="constrained")
    axes = figure.add_subplot()
    days = {period: (first_day(period).toordinal() + last_day(period).toordinal()) / 2 for period, _ in series.gaps}
    for run in series.runs():
        axes.plot([days[period] for period, _ in run], [gap for _, gap in run], marker="o", color=_BLUE, linewidth=1.4)
    for each in series.breaks:
        axes.axvline(each.date.toordinal(), color=_BREAK, linestyle=":", linewidth=1.1)
    axes.axhline(0.0, color=_GREY, linewidth=0.8)
    axes.set_xticks(list(days.values()), [period_in_words(period) for period in days])
    axes.set_ylabel(typeset(series.label), fontsize=8, wrap=True)
    axes.set_title(typeset(f"Écart de « {series.zone} » à « {series.reference} »"), fontsize=9, loc="left")
    notes = ["pointillés : la source change, aucune ligne ne les traverse"] if series.breaks else []
    notes += [f"« {series.reference} » contient « {series.zone} »"] if series.contains else []
    axes.set_xlabel(typeset("\n".join([*notes, "description, non explication"])), fontsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.yaxis.set_major_formatter(lambda value, _: typeset(_amount(value)))
    return figure


def _amount(value: float) -> str:
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}"
    return text.replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ",").replace("-", "\N{MINUS SIGN}")
