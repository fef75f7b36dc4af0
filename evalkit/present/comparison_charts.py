"""The figures of comparisons: the two curves with the date of the programme, and the effects with their doubt."""

from __future__ import annotations

import textwrap

import polars as pl

from evalkit.declare.comparison import Comparison
from evalkit.declare.period import first_day, period_of_date
from evalkit.present.chart import LOOKS, Chart, draw_line, drawing, french_axis, spread
from evalkit.present.dates import day, in_period, short_period
from evalkit.present.numbers import difference, number
from evalkit.present.reading import Reader
from evalkit.typography import typeset

_LEGEND = typeset("points (trait : intervalle à 95 % ; gris : effet trop petit pour être vu 8 fois sur 10)")


def curves_chart(reader: Reader, comparison: Comparison) -> Chart:
    """Draw the two curves of a comparison, the start of the programme marked; masked points are left out.

    Args:
        reader: the publication.
        comparison: a comparison that has a published series.
    """
    series = reader.publication.tables.series.filter(pl.col("comparison") == comparison.id)
    measure = f"pour {number(comparison.outcome.per)} {comparison.outcome.population}"
    periods = sorted(series["period"].unique(), key=first_day)
    place = {period: index for index, period in enumerate(periods)}
    ends: list[tuple[str, float, float]] = []
    told = []
    with drawing(7.2, 2.35) as (figure, (axes,)):
        for side, look in zip(sorted(series["side"].unique()), LOOKS, strict=False):
            points = series.filter(pl.col("side") == side).sort("period")
            drawn = [(place[period], rate) for period, rate in points.select("period", "rate").iter_rows()]
            draw_line(axes, drawn, look)
            known = points.filter(pl.col("rate").is_not_null())
            if known.height:
                ends.append((side, known["rate"][-1], look.colour))  # type: ignore[arg-type]
                told.append(_path(side, known))
        start = period_of_date(comparison.programme.begins, comparison.granularity)
        if start in place:
            axes.axvline(place[start] - 0.5, color="#444444", linewidth=1.0, linestyle=":")
            label = f"{comparison.programme.label},\n{day(comparison.programme.begins)}"
            axes.annotate(label, (place[start] - 0.4, 0.98), xycoords=("data", "axes fraction"), fontsize=7.5, va="top")
        step = max(1, -(-len(periods) // 12))
        ticks = [short_period(period) for period in periods[::step]]
        axes.set_xticks(list(place.values())[::step], ticks, rotation=30, ha="right")
        axes.margins(y=0.18)
        low, high = axes.get_ylim()
        heights = spread([end[1] for end in ends], 0.09 * (high - low))
        for (side, _, colour), height in zip(ends, heights, strict=True):
            axes.annotate(side, (1.03 * (len(place) - 1) + 0.1, height), color=colour, fontsize=8, va="center")
        axes.set_xlim(-0.4, 1.16 * len(place))
        axes.set_ylabel(_short(measure, 34), fontsize=7.5)
        french_axis(axes)
    begins = f"Le programme commence le {day(comparison.programme.begins)}."
    alt = f"{comparison.label}, deux courbes par période. {' '.join(told)} {begins}"
    return Chart(figure, alt, series.select("side", "period", "n", "events", "rate", "confidentiality"))


def _path(side: str, known: pl.DataFrame) -> str:
    first, last = known.row(0, named=True), known.row(-1, named=True)
    return (
        f"{side} : de {number(first['rate'], 1)} {in_period(first['period'])} à {number(last['rate'], 1)} "
        f"{in_period(last['period'])}."
    )


def effects_chart(reader: Reader) -> Chart:
    """Draw every published effect with its interval and the smallest effect that its design could have detected."""
    estimates = reader.publication.tables.estimates
    labels = {each.id: each.label for each in reader.publication.declared.comparisons}
    rows = list(estimates.iter_rows(named=True))
    told = []
    with drawing(7.2, 0.9 + 0.55 * len(rows)) as (figure, (axes,)):
        for height, row in enumerate(reversed(rows)):
            if row["mde"] is not None:
                axes.barh(height, 2 * row["mde"], left=-row["mde"], height=0.62, color="#ececec", zorder=0)
            axes.plot([row["low"], row["high"]], [height, height], color=LOOKS[0].colour, linewidth=1.6)
            axes.plot(row["effect"], height, marker="o", color=LOOKS[0].colour)
            axes.annotate(
                difference(row["effect"], 1, row["unit"]), (row["effect"], height + 0.17), fontsize=7.5, ha="center"
            )
        axes.axvline(0, color="#444444", linewidth=1.0)
        names = [labels.get(row["comparison"], row["comparison"]) for row in reversed(rows)]
        axes.set_yticks(range(len(rows)), [_short(name) for name in names])
        axes.set_ylim(-0.6, len(rows) - 0.3)
        axes.grid(visible=False)
        axes.set_xlabel(_LEGEND)
        french_axis(axes, "x")
    for row in rows:
        name = labels.get(row["comparison"], row["comparison"])
        told.append(
            f"{name} : {difference(row['effect'], 1, row['unit'])}, entre {number(row['low'], 1)} et "
            f"{number(row['high'], 1)}."
        )
    return Chart(figure, " ".join(told), estimates.select("comparison", "effect", "low", "high", "mde"))


def _short(name: str, width: int = 30) -> str:
    return "\n".join(textwrap.wrap(name, width))
