"""The figure of returns: the rate of the outcome at each wave, with what those without news could add."""

from __future__ import annotations

from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_words import PROOF_WORDS
from evalkit.declare.model import months_of
from evalkit.present.chart import LOOKS, Chart, drawing, french_axis
from evalkit.present.cohorts.returns import outcome_rows, share
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, Group, GroupedTable
from evalkit.present.words.dates import wave_words
from evalkit.present.words.numbers import percent


def returns_chart(reader: Reader, cohort: Cohort) -> Chart:
    """Draw the outcome of everybody at each wave, proof by proof; masked waves are left out.

    Args:
        reader: the publication.
        cohort: a cohort with published returns.
    """
    rows = outcome_rows(reader, cohort)
    waves = sorted({row["wave"] for row in rows}, key=months_of)
    proofs = sorted({row["proof"] for row in rows})
    with drawing(7.2, 2.1) as (figure, (axes,)):
        for index, (proof, look) in enumerate(zip(proofs, LOOKS, strict=False)):
            shift = 0.16 * (index - (len(proofs) - 1) / 2)
            mine = [row for row in rows if row["proof"] == proof]
            places = [waves.index(row["wave"]) + shift for row in mine]
            for place, row in zip(places, mine, strict=True):
                if row["best"] is not None:
                    axes.plot([place, place], [100 * row["rate"], 100 * row["best"]], color=look.colour, linewidth=1.4)
            values = [100 * row["rate"] for row in mine]
            axes.plot(places, values, marker=look.marker, color=look.colour, linestyle="", label=_proof(proof))
        axes.set_xticks(range(len(waves)), [wave_words(wave) for wave in waves])
        axes.set_xlim(-0.5, len(waves) - 0.5)
        axes.set_ylim(bottom=0)
        axes.set_ylabel(say("cohorts.returns_chart.axis_rate"))
        axes.set_xlabel(say("cohorts.returns_chart.axis_time"))
        french_axis(axes)
        figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=len(proofs))
    told = [
        say(
            "cohorts.returns_chart.point",
            proof=_proof(row["proof"]),
            wave=wave_words(row["wave"]),
            rate=percent(row["rate"], 1),
        )
        for row in rows
    ]
    cells = {(row["proof"], row["wave"]): row for row in rows}
    columns = (
        Column(say("cohorts.returns_chart.column_proof"), width=24),
        *(Column(say("cohorts.returns_chart.column_wave", wave=wave_words(wave)), "right", 22) for wave in waves),
    )
    table = tuple((_proof(proof), *(share(cells.get((proof, wave))) for wave in waves)) for proof in proofs)
    return Chart(figure, f"{cohort.label}. {' ; '.join(told)}.", GroupedTable(columns, (Group("", table),)))


def _proof(proof: str) -> str:
    return PROOF_WORDS.get(proof, proof) or say("cohorts.returns_chart.any_exit")
