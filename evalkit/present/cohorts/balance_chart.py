"""The figure of balancing: how unlike the two groups are at entry, before and after."""

from __future__ import annotations

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.present.chart import LOOKS, Chart, drawing, french_axis
from evalkit.present.cohorts.groups import BALANCED
from evalkit.present.cohorts.words import variable_words
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, Group, GroupedTable
from evalkit.present.words.cells import NONE
from evalkit.present.words.numbers import number


def balance_chart(reader: Reader, cohort: Cohort) -> Chart:
    """Draw the standardised difference of each variable, before and after balancing; masked ones are left out.

    Args:
        reader: the publication.
        cohort: a cohort with a published balance table.
    """
    balance = reader.publication.tables.balance.filter(
        (pl.col("cohort") == cohort.cohort) & pl.col("smd_before").is_not_null()
    )
    rows = list(balance.iter_rows(named=True))
    names = [variable_words(reader, row["variable"]) for row in rows]
    with drawing(7.2, 0.9 + 0.22 * len(rows)) as (figure, (axes,)):
        axes.axvspan(-BALANCED, BALANCED, color="#e8eef2", zorder=0)
        axes.axvline(0, color="#555555", linewidth=0.8)
        for look, column, label in (
            (LOOKS[1], "smd_before", say("cohorts.balance_chart.before_label")),
            (LOOKS[0], "smd_after", say("cohorts.balance_chart.after")),
        ):
            places = [place for place, row in enumerate(rows) if row[column] is not None]
            values = [rows[place][column] for place in places]
            axes.plot(values, places, marker=look.marker, color=look.colour, linestyle="", label=label)
        axes.set_yticks(range(len(rows)), names)
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        axes.set_xlabel(say("cohorts.balance_chart.axis"))
        french_axis(axes, "x", 2)
        figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    told = [
        say("cohorts.balance_chart.before", name=name, value=number(row["smd_before"], 2))
        for name, row in zip(names, rows, strict=True)
    ]
    return Chart(figure, f"{cohort.label}. {' ; '.join(told)}.", _data(names, rows))


def _data(names: list[str], rows: list[dict[str, float | None]]) -> GroupedTable:
    columns = (
        Column(say("cohorts.balance_chart.column_variable"), width=40),
        Column(say("cohorts.balance_chart.column_before"), "right", 14),
        Column(say("cohorts.balance_chart.column_after"), "right", 14),
    )
    cells = tuple(
        (name, *(NONE if row[key] is None else number(row[key] or 0.0, 2) for key in ("smd_before", "smd_after")))
        for name, row in zip(names, rows, strict=True)
    )
    return GroupedTable(columns, (Group("", cells),))
