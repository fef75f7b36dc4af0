"""The figure of a cohort: the rate of the outcome at each wave, group by group, with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.model import months_of
from evalkit.present.chart import LOOKS, Chart, Look, drawing, french_axis
from evalkit.present.cohorts.groups import short_rate
from evalkit.present.cohorts.words import group_words, upper_first
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, Group, GroupedTable
from evalkit.present.words.dates import wave_words
from evalkit.present.words.numbers import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def cohort_chart(reader: Reader, cohort: Cohort) -> Chart:
    """Draw the rate of the outcome of a cohort at each wave; masked rates are left out.

    Args:
        reader: the publication.
        cohort: a cohort with published rates.
    """
    rates = reader.publication.tables.rates.filter(
        (pl.col("cohort") == cohort.cohort) & (pl.col("exit") == cohort.outcome)
    )
    known = {(row["group"], row["wave"]): row for row in rates.iter_rows(named=True)}
    waves = sorted({wave for _, wave in known}, key=months_of)
    groups = sorted({group for group, _ in known})
    drawn = {group for (group, _), row in known.items() if row["rate"] is not None}
    with drawing(7.2, 2.1) as (figure, (axes,)):
        looks = list(zip(groups, LOOKS, strict=False))
        for index, (group, look) in enumerate(looks):
            shift = 0.16 * (index - (len(groups) - 1) / 2)
            for place, wave in enumerate(waves):
                _draw_rate(axes, known.get((group, wave)), place + shift, look)
        axes.set_xticks(range(len(waves)), [wave_words(wave) for wave in waves])
        axes.set_xlim(-0.5, len(waves) - 0.5)
        axes.set_ylim(bottom=0)
        axes.set_ylabel(say("cohorts.rates_chart.axis_rate"))
        axes.set_xlabel(say("cohorts.rates_chart.axis_time"))
        french_axis(axes)
        _legend(figure, {group_words(cohort, group): look for group, look in looks if group in drawn})
    told = [
        say(
            "cohorts.rates_chart.point",
            group=group_words(cohort, group),
            wave=wave_words(wave),
            rate=percent(row["rate"], 1),
        )
        for group in groups
        for wave in waves
        if (row := known.get((group, wave))) and row["rate"] is not None
    ]
    names = {group: upper_first(group_words(cohort, group)) for group in groups}
    return Chart(figure, f"{cohort.label}. {' ; '.join(told)}.", _data(known, names, waves))


def _draw_rate(axes: Axes, row: Mapping[str, Any] | None, x: float, look: Look) -> None:
    if row is None or row["rate"] is None:
        return
    if row["low"] < row["high"]:
        axes.plot([x, x], [100 * row["low"], 100 * row["high"]], color=look.colour, linewidth=1.4)
    axes.plot(x, 100 * row["rate"], marker=look.marker, color=look.colour, linestyle="")


def _legend(figure: Figure, looks: Mapping[str, Look]) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415

    handles = [
        Line2D([], [], color=look.colour, marker=look.marker, linestyle="", label=name) for name, look in looks.items()
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=max(len(handles), 1))


def _data(
    known: Mapping[tuple[str, str], dict[str, Any]], names: Mapping[str, str], waves: Sequence[str]
) -> GroupedTable:
    columns = (
        Column(say("cohorts.rates_chart.column_group"), width=24),
        *(Column(say("cohorts.rates_chart.column_wave", wave=wave_words(wave)), "right", 22) for wave in waves),
    )
    rows = tuple((name, *(short_rate(known.get((group, wave))) for wave in waves)) for group, name in names.items())
    return GroupedTable(columns, (Group("", rows),))
