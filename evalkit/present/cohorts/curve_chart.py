"""The figure of the time to each exit: the published months of a cohort's curves, read between by nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_words import ROLES
from evalkit.present.chart import LOOKS, Chart, Look, drawing, french_axis
from evalkit.present.cohorts.groups import ACCOMPANIED
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, Group, GroupedTable
from evalkit.present.words.cells import SECRET
from evalkit.present.words.numbers import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_UPPER_LEFT = 2

Line = list[Mapping[str, Any]]


def has_curves(reader: Reader, cohort: Cohort) -> bool:
    """Tell whether the publication holds points of the curves of a cohort that may be read."""
    return any(row["share"] is not None for line in _lines(reader, cohort).values() for row in line)


def curve_chart(reader: Reader, cohort: Cohort) -> Chart:
    """Draw the share gone to each exit among the accompanied, then to the outcome in both groups.

    Masked points are left out.

    Args:
        reader: the publication.
        cohort: a cohort with published curves.
    """
    lines = _lines(reader, cohort)
    mine = {ROLES.get(exit_, exit_): line for (group, exit_), line in lines.items() if group == ACCOMPANIED}
    sides = {group: line for (group, exit_), line in lines.items() if exit_ == cohort.outcome}
    with drawing(7.2, 2.5, columns=2) as (figure, (left, right)):
        for axes, each, title in (
            (left, mine, say("cohorts.curve_chart.by_exit")),
            (right, sides, say("cohorts.curve_chart.towards", exit=ROLES[cohort.rows.outcome])),
        ):
            for (name, line), look in zip(each.items(), LOOKS, strict=False):
                _draw(axes, name, line, look)
            axes.set_title(title)
            axes.set_ylim(bottom=0)
            axes.set_xlabel(say("cohorts.curve_chart.months"))
            axes.legend(fontsize=7, loc=_UPPER_LEFT)
            french_axis(axes)
        left.set_ylabel(say("cohorts.curve_chart.share"))
    told = [
        say("cohorts.curve_chart.told", name=name, share=percent(line[-1]["share"], 1), month=line[-1]["month"])
        for name, line in mine.items()
        if _is_read(line)
    ]
    return Chart(figure, say("cohorts.curve_chart.alt", label=cohort.label, told=" ; ".join(told)), _data(lines))


def _lines(reader: Reader, cohort: Cohort) -> dict[tuple[str, str], Line]:
    curves = reader.publication.tables.curves.filter((pl.col("cohort") == cohort.cohort) & (pl.col("variable") == ""))
    lines: dict[tuple[str, str], Line] = {}
    for row in curves.sort("group", "exit", "month").iter_rows(named=True):
        lines.setdefault((row["group"], row["exit"]), []).append(row)
    return {key: line for key, line in lines.items() if any(row["share"] is not None for row in line)}


def _is_read(line: Line) -> bool:
    return line[-1]["share"] is not None


def _draw(axes: Axes, name: str, line: Line, look: Look) -> None:
    """Draw the published points; a straight line joins them, for the months between are not told."""
    known = [row for row in line if row["share"] is not None]
    months, shares = [0, *(row["month"] for row in known)], [0.0, *(100 * row["share"] for row in known)]
    axes.plot(months, shares, color=look.colour, linestyle=look.dashes, marker=look.marker, markersize=3.5, label=name)
    spread = [row for row in known if row["low"] is not None and row["low"] < row["high"]]
    if spread:
        low, high = ([100 * row[end] for row in spread] for end in ("low", "high"))
        axes.fill_between([row["month"] for row in spread], low, high, color=look.colour, alpha=0.12, linewidth=0)


def _data(lines: dict[tuple[str, str], Line]) -> GroupedTable:
    months = sorted({row["month"] for line in lines.values() for row in line})
    columns = (
        Column(say("cohorts.curve_chart.column_group"), width=30),
        *(Column(say("cohorts.curve_chart.column_month", month=month), "right") for month in months),
    )
    rows = []
    for (group, exit_), line in lines.items():
        shares = {row["month"]: row["share"] for row in line}
        cells = (SECRET if shares.get(month) is None else percent(shares[month], 1) for month in months)
        rows.append((f"{group}, {ROLES.get(exit_, exit_)}", *cells))
    return GroupedTable(columns, (Group("", tuple(rows)),))
