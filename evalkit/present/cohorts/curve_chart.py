"""The figures of the time to each exit: the published months of a cohort's curves, read between by nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_words import ROLES
from evalkit.present.chart import LOOKS, Chart, Look, drawing, french_axis
from evalkit.present.cohorts.paths import state_words
from evalkit.present.cohorts.words import (
    ACCOMPANIED,
    by_words,
    class_words,
    group_words,
    people_words,
    upper_first,
)
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, Group, GroupedTable
from evalkit.present.words.cells import SECRET
from evalkit.present.words.numbers import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_UPPER_LEFT = 2
_PANELS = 2
_FEW, _ROOM = 2, 1.45

Line = list[Mapping[str, Any]]


def has_curves(reader: Reader, cohort: Cohort) -> bool:
    """Tell whether the publication holds points of the curves of a cohort that may be read."""
    return bool(_lines(reader, cohort))


def has_class_curves(reader: Reader, cohort: Cohort) -> bool:
    """Tell whether the publication holds the curves of two declared classes that may be read."""
    return bool(_panels(reader, cohort))


def curve_chart(reader: Reader, cohort: Cohort) -> Chart:
    """Draw the share gone to each exit among the accompanied, then to the outcome in both groups when there are two.

    Masked points are left out.

    Args:
        reader: the publication.
        cohort: a cohort with published curves.
    """
    lines = _lines(reader, cohort)
    mine = {state_words(exit_): line for (group, exit_), line in lines.items() if group == ACCOMPANIED}
    sides = {group_words(cohort, group): line for (group, exit_), line in lines.items() if exit_ == cohort.outcome}
    panels = {say("cohorts.curve_chart.by_exit", people=upper_first(people_words(cohort))): mine}
    if len(sides) > 1:
        panels[_towards(cohort)] = sides
    told = [
        say("cohorts.curve_chart.told", name=name, share=percent(line[-1]["share"], 1), month=line[-1]["month"])
        for name, line in mine.items()
        if _is_read(line)
    ]
    named = {
        upper_first(f"{group_words(cohort, group)}, {state_words(exit_)}"): line
        for (group, exit_), line in lines.items()
    }
    return _chart(cohort, panels, told, _data(named, say("cohorts.curve_chart.column_group")))


def class_chart(reader: Reader, cohort: Cohort) -> Chart:
    """Draw the share gone to the outcome among the accompanied, by class of the fields that the protocol declares.

    Args:
        reader: the publication.
        cohort: a cohort with published curves of declared classes.
    """
    found = _panels(reader, cohort)
    panels = {say("cohorts.curve_chart.by_class", towards=_towards(cohort), field=name): each for name, each in found}
    named = {word: line for _, each in found for word, line in each.items()}
    told = [
        say("cohorts.curve_chart.told", name=name, share=percent(line[-1]["share"], 1), month=line[-1]["month"])
        for name, line in named.items()
        if _is_read(line)
    ]
    return _chart(cohort, panels, told, _data(named, say("cohorts.curve_chart.column_class")))


def _towards(cohort: Cohort) -> str:
    return say("cohorts.curve_chart.towards", exit=ROLES[cohort.rows.outcome])


def _chart(cohort: Cohort, panels: Mapping[str, Mapping[str, Line]], told: list[str], data: GroupedTable) -> Chart:
    with drawing(7.2, 2.5, columns=len(panels)) as (figure, axes):
        for panel, (title, each) in zip(axes, panels.items(), strict=True):
            for (name, line), look in zip(each.items(), LOOKS, strict=False):
                _draw(panel, name, line, look)
            panel.set_title(title)
            # Many names need room above the lines.
            panel.set_ylim(0, panel.get_ylim()[1] * (_ROOM if len(each) > _FEW else 1.0))
            panel.set_xlabel(say("cohorts.curve_chart.months"))
            panel.legend(fontsize=7, loc=_UPPER_LEFT)
            french_axis(panel)
        axes[0].set_ylabel(say("cohorts.curve_chart.share"))
    return Chart(figure, say("cohorts.curve_chart.alt", label=cohort.label, told=" ; ".join(told)), data)


def _lines(reader: Reader, cohort: Cohort) -> dict[tuple[str, str], Line]:
    curves = reader.publication.tables.curves.filter(cohort=cohort.cohort, variable="")
    lines: dict[tuple[str, str], Line] = {}
    for row in curves.sort("group", "exit", "month").iter_rows(named=True):
        lines.setdefault((row["group"], row["exit"]), []).append(row)
    return {key: line for key, line in lines.items() if any(row["share"] is not None for row in line)}


def _panels(reader: Reader, cohort: Cohort) -> list[tuple[str, dict[str, Line]]]:
    """Return, for each declared field, the curve of the outcome of each class; those with two that may be read."""
    curves = reader.publication.tables.curves.filter(cohort=cohort.cohort, group=ACCOMPANIED, exit=cohort.outcome or "")
    found: list[tuple[str, dict[str, Line]]] = []
    for variable in cohort.analysis.curves:
        lines: dict[str, Line] = {}
        for row in curves.filter(variable=variable).sort("word", "month").iter_rows(named=True):
            name = upper_first(class_words(reader, variable, row["word"]))
            lines.setdefault(name, []).append(row)
        read = {name: line for name, line in lines.items() if any(row["share"] is not None for row in line)}
        if len(read) > 1:
            found.append((by_words(variable), read))
    return found[:_PANELS]


def _is_read(line: Line) -> bool:
    return line[-1]["share"] is not None


def _draw(axes: Axes, name: str, line: Line, look: Look) -> None:
    """Draw the published points; a straight line joins them, for the months between are not told."""
    known = [row for row in line if row["share"] is not None]
    months, shares = [0, *(row["month"] for row in known)], [0.0, *(100 * row["share"] for row in known)]
    axes.plot(months, shares, color=look.colour, linestyle=look.dashes, marker=look.marker, markersize=3.5, label=name)
    spread = [row for row in known if row["low"] is not None and row["low"] < row["high"]]
    if len(spread) == 1:
        (row,) = spread
        axes.vlines(row["month"], 100 * row["low"], 100 * row["high"], color=look.colour, linewidth=1.0)
    elif spread:
        low, high = ([100 * row[end] for row in spread] for end in ("low", "high"))
        axes.fill_between([row["month"] for row in spread], low, high, color=look.colour, alpha=0.12, linewidth=0)


def _data(named: Mapping[str, Line], heading: str) -> GroupedTable:
    months = sorted({row["month"] for line in named.values() for row in line})
    columns = (
        Column(heading, width=30),
        *(Column(say("cohorts.curve_chart.column_month", month=month), "right") for month in months),
    )
    rows = []
    for name, line in named.items():
        shares = {row["month"]: row["share"] for row in line}
        cells = (SECRET if shares.get(month) is None else percent(shares[month], 1) for month in months)
        rows.append((name, *cells))
    return GroupedTable(columns, (Group("", tuple(rows)),))
