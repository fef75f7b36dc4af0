"""The figures of comparisons: the two curves with the date of the programme, and the effects with their doubt."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import polars as pl

from evalkit.declare.comparison import Comparison
from evalkit.declare.period import first_day, period_of_date
from evalkit.french_dates import day_words
from evalkit.present.chart import LOOKS, Chart, Look, draw_line, drawing, french_axis, spread
from evalkit.present.comparisons.conclusions import Row, decimals_of
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, Group, GroupedTable
from evalkit.present.timeline import DataLine, places, time_table, year_ticks
from evalkit.present.words.cells import FREE, MISSING, SECRET
from evalkit.present.words.dates import in_period
from evalkit.present.words.numbers import difference, number
from evalkit.typography import typeset

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def curves_chart(reader: Reader, comparison: Comparison) -> Chart:
    """Draw the two curves of a comparison, the start of the programme marked; masked points are left out.

    Args:
        reader: the publication.
        comparison: a comparison that has a published series.
    """
    series = reader.publication.tables.series.filter(pl.col("comparison") == comparison.id)
    place = places(series["period"].to_list())
    sides = sorted(series["side"].unique())
    drawn = {side: _points(series, side) for side in sides}
    with drawing(7.2, 2.0) as (figure, (axes,)):
        for look, points in zip(LOOKS, drawn.values(), strict=False):
            rates = {place[row["period"]]: row["rate"] for row in points}
            draw_line(axes, [(at, rates.get(at)) for at in range(max(place.values()) + 1)], look)
        _programme_line(axes, comparison, place)
        axes.set_xticks(*year_ticks(place, 14))
        axes.margins(y=0.1)
        _end_labels(axes, drawn, place)
        axes.set_xlim(-0.4, 1.13 * max(place.values()) + 0.5)
        measure = say(
            "comparisons.charts.measure", per=number(comparison.outcome.per), population=comparison.outcome.population
        )
        axes.set_ylabel(_short(measure, 34), fontsize=7.5)
        french_axis(axes)
    told = [_path(side, known) for side, points in drawn.items() if (known := _free(points))]
    begins = say("comparisons.charts.begins", begins=day_words(comparison.programme.begins))
    alt = say("comparisons.charts.curves", label=comparison.label, paths=" ".join(told), begins=begins)
    decimals = _decimals(series)
    lines = [DataLine(side, {row["period"]: _rate_cell(row, decimals) for row in drawn[side]}) for side in sides]
    return Chart(figure, alt, time_table([(f"*{comparison.label}, {measure}*", lines)]))


def _points(series: pl.DataFrame, side: str) -> list[Row]:
    rows = series.filter(pl.col("side") == side).iter_rows(named=True)
    return sorted(rows, key=lambda row: first_day(row["period"]))


def _free(points: list[Row]) -> list[Row]:
    return [row for row in points if row["rate"] is not None]


def _decimals(series: pl.DataFrame) -> int:
    """Return two decimals for rates under ten, whose movements one would hide."""
    largest = series["rate"].max()
    return 2 if isinstance(largest, float) and largest < 10 else 1


def _rate_cell(row: Row, decimals: int) -> str:
    if row["rate"] is not None:
        return number(row["rate"], decimals)
    return MISSING if row["confidentiality"] == FREE else SECRET


def _programme_line(axes: Axes, comparison: Comparison, place: Mapping[str, int]) -> None:
    """Mark the start of the programme, its name above the curves."""
    start = period_of_date(comparison.programme.begins, comparison.granularity)
    if start in place:
        axes.axvline(place[start] - 0.5, color="#444444", linewidth=1.0, linestyle=":")
        label = f"{comparison.programme.label}, {day_words(comparison.programme.begins)}"
        at = (place[start] - 0.5, 1.03)
        axes.annotate(label, at, xycoords=("data", "axes fraction"), fontsize=7.5, va="bottom", ha="center")


def _end_labels(axes: Axes, drawn: Mapping[str, list[Row]], place: Mapping[str, int]) -> None:
    low, high = axes.get_ylim()
    ends = [(side, known[-1]["rate"], look) for (side, points), look in _with_looks(drawn) if (known := _free(points))]
    heights = spread([rate for _, rate, _ in ends], [0.1 * (high - low)] * len(ends))
    for (side, _, look), height in zip(ends, heights, strict=True):
        axes.annotate(side, (1.02 * max(place.values()) + 0.4, height), color=look.colour, fontsize=8, va="center")


def _with_looks(drawn: Mapping[str, list[Row]]) -> Iterator[tuple[tuple[str, list[Row]], Look]]:
    return zip(drawn.items(), LOOKS, strict=False)


def _path(side: str, known: list[Row]) -> str:
    first, last = known[0], known[-1]
    return say(
        "comparisons.charts.path",
        side=side,
        first=number(first["rate"], 1),
        since=in_period(first["period"]),
        last=number(last["rate"], 1),
        until=in_period(last["period"]),
    )


def effects_chart(reader: Reader) -> Chart:
    """Draw every published effect with its interval and the smallest effect that its design could have detected."""
    labels = {each.id: each.label for each in reader.publication.declared.comparisons}
    rows = list(reader.publication.tables.estimates.iter_rows(named=True))
    names = [labels.get(row["comparison"], row["comparison"]) for row in rows]
    with drawing(7.2, 0.75 + 0.5 * len(rows)) as (figure, (axes,)):
        for height, row in enumerate(reversed(rows)):
            _draw_effect(axes, row, height)
        axes.axvline(0, color="#444444", linewidth=1.0)
        axes.set_yticks(range(len(rows)), [_short(name) for name in reversed(names)])
        axes.set_ylim(-0.6, len(rows) - 0.3)
        axes.grid(visible=False)
        axes.set_xlabel(typeset(say("comparisons.charts.legend")))
        french_axis(axes, "x")
    told = [
        say("comparisons.charts.effect", name=name, told=" ; ".join(_told(row)))
        for name, row in zip(names, rows, strict=True)
    ]
    return Chart(figure, " ".join(told), _effects_table(names, rows))


def _draw_effect(axes: Axes, row: Row, height: int) -> None:
    if row["mde"] is not None:
        axes.barh(height, 2 * row["mde"], left=-row["mde"], height=0.62, color="#e6e6e6", zorder=0)
    axes.plot([row["low"], row["high"]], [height, height], color=LOOKS[0].colour, linewidth=1.6)
    axes.plot(row["effect"], height, marker="o", color=LOOKS[0].colour)
    axes.annotate(
        difference(row["effect"], decimals_of(row), row["unit"]),
        (row["effect"], height),
        xytext=(0, 5),
        textcoords="offset points",
        fontsize=7.5,
        ha="center",
        bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6},
    )


def _told(row: Row) -> tuple[str, str]:
    bounds = say(
        "comparisons.charts.between",
        low=number(row["low"], decimals_of(row)),
        high=number(row["high"], decimals_of(row)),
    )
    return difference(row["effect"], decimals_of(row), row["unit"]), bounds


def _effects_table(names: list[str], rows: list[Row]) -> GroupedTable:
    columns = (
        Column(say("comparisons.charts.column_comparison"), width=40),
        Column(say("comparisons.charts.column_effect"), "right", 14),
        Column(say("comparisons.charts.column_low"), "right"),
        Column(say("comparisons.charts.column_high"), "right"),
        Column(say("comparisons.charts.column_mde"), "right", 14),
    )
    lines = []
    for name, row in zip(names, rows, strict=True):
        values = [MISSING if row[key] is None else number(row[key], decimals_of(row)) for key in ("low", "high", "mde")]
        lines.append((name, difference(row["effect"], decimals_of(row), row["unit"]), *values))
    return GroupedTable(columns, (Group("", tuple(lines)),))


def _short(name: str, width: int = 30) -> str:
    return "\n".join(textwrap.wrap(name, width))
