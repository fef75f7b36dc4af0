"""The figure of a cohort: the rate of the outcome at each wave, group by group, with its interval."""

from __future__ import annotations

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.model import months_of
from evalkit.present.chart import LOOKS, Chart, drawing, french_axis
from evalkit.present.dates import wave_words
from evalkit.present.numbers import percent
from evalkit.present.reading import Reader


def cohort_chart(reader: Reader, cohort: Cohort) -> Chart:
    """Draw the rate of the outcome of a cohort at each wave; masked rates are left out.

    Args:
        reader: the publication.
        cohort: a cohort with published rates.
    """
    rates = reader.publication.tables.rates.filter(
        (pl.col("cohort") == cohort.cohort) & (pl.col("exit") == cohort.outcome)
    )
    waves = sorted(rates["wave"].unique(), key=months_of)
    groups = sorted(rates["group"].unique())
    told = []
    with drawing(7.2, 2.2) as (figure, (axes,)):
        for index, (group, look) in enumerate(zip(groups, LOOKS, strict=False)):
            shift = 0.16 * (index - (len(groups) - 1) / 2)
            for place, wave in enumerate(waves):
                row = rates.filter((pl.col("group") == group) & (pl.col("wave") == wave)).row(0, named=True)
                if row["rate"] is None:
                    continue
                x = place + shift
                axes.plot([x, x], [100 * row["low"], 100 * row["high"]], color=look.colour, linewidth=1.4)
                axes.plot(
                    x,
                    100 * row["rate"],
                    marker=look.marker,
                    color=look.colour,
                    linestyle="",
                    label=group if not place else "_",
                )
                told.append(f"{group}, à {wave_words(wave)} : {percent(row['rate'], 1)}")
        axes.set_xticks(range(len(waves)), [wave_words(wave) for wave in waves])
        axes.set_xlim(-0.5, len(waves) - 0.5)
        axes.set_ylim(bottom=0)
        axes.set_ylabel("% des personnes suivies")
        axes.set_xlabel("temps écoulé depuis l’entrée")
        french_axis(axes)
        figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=len(groups))
    return Chart(figure, f"{cohort.label}. {' ; '.join(told)}.", rates)
