"""The flow of persons as a diagram: each step, those who leave the count beside it, and what became of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evalkit.declare.cohort import Cohort
from evalkit.present.chart import Chart, drawing
from evalkit.present.cohorts.paths import endings, state_words
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, Group, GroupedTable
from evalkit.present.words.cells import FREE, NONE, SECRET
from evalkit.present.words.dates import wave_words
from evalkit.present.words.numbers import number
from evalkit.typography import typeset

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _PALE, _ASIDE = "#0b3c5d", "#e8eef2", "#f6ece6"
_WIDTH, _STEP = 7.2, 0.62
_LAST_ARROW = 0.9


def flow_chart(reader: Reader, cohort: Cohort) -> Chart:
    """Draw the steps from the file to the accompanied, then what became of them; masked counts are said so.

    What became of them is told at the longest distance from their entry that has rates: not everybody is that far yet.

    Args:
        reader: the publication.
        cohort: a cohort with a published flow.
    """
    steps = list(reader.publication.tables.flow.filter(cohort=cohort.cohort).sort("step").iter_rows(named=True))
    ended = endings(reader, cohort)
    levels = len(steps) + (1.1 if ended else 0)
    with drawing(_WIDTH, _STEP * levels + 0.2) as (figure, (axes,)):
        axes.set_axis_off()
        axes.set_xlim(0, 100)
        axes.set_ylim(-levels, 0)
        for place, step in enumerate(steps):
            last = place == len(steps) - 1
            # The last arrow stops above the line that says at what distance the endings are told.
            _draw_step(axes, place, step, 1.0 if not last else _LAST_ARROW if ended else 0.0)
        _draw_endings(axes, len(steps), ended)
    return Chart(figure, _told(cohort, steps, ended), _data(steps, ended))


def _at(ended: list[dict[str, Any]]) -> str:
    seen = "" if ended[0]["at_risk"] is None else say("cohorts.flow_chart.among", at_risk=number(ended[0]["at_risk"]))
    return say("cohorts.flow_chart.ended", wave=wave_words(ended[0]["wave"]), seen=seen)


def _draw_step(axes: Axes, place: int, step: dict[str, Any], arrow: float) -> None:
    top = -place - 0.08
    _box(
        axes,
        (2, top - 0.62),
        (58, 0.62),
        _PALE,
        say("cohorts.flow_chart.step", label=step["label"], persons=_persons(step)),
    )
    if arrow:
        tip = (31, top - arrow)
        axes.annotate("", tip, (31, top - 0.62), arrowprops={"arrowstyle": "-|>", "color": _INK, "lw": 1.0})
    if step["removed"] or step["removed_secret"]:
        axes.annotate(
            "", (64, top - 0.31), (60, top - 0.31), arrowprops={"arrowstyle": "-|>", "color": "#8a5a3c", "lw": 1.0}
        )
        _box(
            axes,
            (64, top - 0.62),
            (34, 0.62),
            _ASIDE,
            say("cohorts.flow_chart.removed", removed=_removed(step), why=step["why"]),
        )


def _draw_endings(axes: Axes, level: int, ended: list[dict[str, Any]]) -> None:
    if not ended:
        return
    width = 96 / len(ended)
    axes.text(2, -level - 0.02, typeset(_at(ended)), ha="left", va="top", fontsize=7.2)
    for place, row in enumerate(ended):
        count = number(row["count"]) if row["confidentiality"] == FREE else SECRET
        corner = (2 + place * width + 0.6, -level - 1.0)
        _box(axes, corner, (width - 1.2, 0.70), "#ffffff", f"{state_words(row['exit'])}\n{count}")


def _box(axes: Axes, corner: tuple[float, float], size: tuple[float, float], colour: str, text: str) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    axes.add_patch(Rectangle(corner, *size, facecolor=colour, edgecolor=_INK, linewidth=0.8))
    middle = (corner[0] + size[0] / 2, corner[1] + size[1] / 2)
    axes.text(*middle, typeset(_folded(text, size[0])), ha="center", va="center", fontsize=7.2, linespacing=1.15)


def _folded(text: str, width: float) -> str:
    import textwrap  # noqa: PLC0415

    return "\n".join(line for part in text.split("\n") for line in textwrap.wrap(part, max(12, int(width * 1.05))))


def _persons(step: dict[str, Any]) -> str:
    return SECRET if step["persons_secret"] else number(step["persons"])


def _removed(step: dict[str, Any]) -> str:
    return SECRET if step["removed_secret"] else number(step["removed"])


def _told(cohort: Cohort, steps: list[dict[str, Any]], ended: list[dict[str, Any]]) -> str:
    parts = [say("cohorts.flow_chart.step", label=step["label"], persons=_persons(step)) for step in steps]
    parts += [
        say("cohorts.flow_chart.exit", state_words=state_words(row["exit"]), count=number(row["count"]))
        for row in ended
        if row["confidentiality"] == FREE
    ]
    return f"{cohort.label}. {' ; '.join(parts)}."


def _data(steps: list[dict[str, Any]], ended: list[dict[str, Any]]) -> GroupedTable:
    columns = (
        Column(say("cohorts.flow_chart.column_step"), width=44),
        Column(say("cohorts.flow_chart.column_persons"), "right"),
        Column(say("cohorts.flow_chart.column_removed"), "right"),
        Column(say("cohorts.flow_chart.column_why")),
    )
    rows = tuple((step["label"], _persons(step), _removed(step), step["why"] or NONE) for step in steps)
    parts = tuple(
        (
            state_words(row["exit"]).capitalize(),
            number(row["count"]) if row["confidentiality"] == FREE else SECRET,
            NONE,
            NONE,
        )
        for row in ended
    )
    groups = (Group("", rows), *((Group(f"*{_at(ended)}*", parts),) if parts else ()))
    return GroupedTable(columns, groups)
