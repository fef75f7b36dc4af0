"""A figure with what must go with it: its alternative text and its data."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from evalkit.present.messages.catalogue import say
from evalkit.present.tables import GroupedTable, grouped_markdown
from evalkit.present.words.numbers import number
from evalkit.typography import typeset

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STYLE: Mapping[str, object] = MappingProxyType(
    {
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": "#555555",
        "axes.titlelocation": "left",
        "axes.titlesize": 7.8,
        "axes.titleweight": "bold",
        # A fixed height: matplotlib would measure every label several times to find one.
        "axes.titley": 1.0,
        "axes.labelsize": 8.5,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "grid.color": "#e3e3e3",
        "grid.linewidth": 0.6,
        "font.family": "DejaVu Sans",
        "font.size": 8.5,
        "xtick.labelsize": 7.2,
        "ytick.labelsize": 7.2,
        "legend.frameon": False,
        "svg.hashsalt": "evalkit",
    }
)
_DOTS = 170

FIGURES = "figures"
"""Folder of the images, beside the document."""

FOLDER_VARIABLE = "EVALKIT_REPORT_FOLDER"
"""Environment variable that names the folder where the document is being rendered."""


Dashes: TypeAlias = Literal["-", "--", "-.", ":"] | tuple[float, Sequence[float]]
"""How a line is broken, in the words of matplotlib."""


@dataclass(frozen=True, slots=True)
class Look:
    """How one line is told from the others without its colour: marker and dashes too."""

    colour: str
    marker: str
    dashes: Dashes


LOOKS = (
    Look("#0b3c5d", "o", "-"),
    Look("#b5420b", "s", "--"),
    Look("#2c6e49", "^", "-."),
    Look("#6a4c93", "D", ":"),
    Look("#444444", "v", "-"),
    Look("#7a5c00", "P", "--"),
    Look("#9b1c5a", "X", "-."),
)
"""Looks given in order; every colour has a contrast above 4.5 on white."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure.

    Attributes:
        figure: the drawing.
        alt_text: what it shows, in French, for those who do not see it.
        data: its data, as the table that stands beside it prints them.
    """

    figure: Figure
    alt_text: str
    data: GroupedTable

    def save(self, path: Path) -> Path:
        """Write the figure as PNG; the same figure gives the same bytes."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415

        path.parent.mkdir(parents=True, exist_ok=True)
        self.figure.set_dpi(_DOTS)
        # ``Figure.savefig`` lays out and draws twice; the canvas does each once, for half the time.
        FigureCanvasAgg(self.figure).print_png(path, metadata={"Software": None})  # type: ignore[no-untyped-call]
        return path

    def markdown(self, label: str, caption: str) -> str:
        """Write the figure beside the document and return the Markdown that shows it, numbered, with its text.

        The caption refers to the table of its data, that :meth:`data_markdown` prints.

        The image goes to the folder that :data:`FOLDER_VARIABLE` names, where the document is being rendered, else to
        the current folder (which is the document's when Quarto runs it).

        Args:
            label: ``fig-…``, unique in the document.
            caption: its caption.
        """
        name = f"{FIGURES}/{label}.png"
        self.save(Path(os.environ.get(FOLDER_VARIABLE, ".")) / name)
        text = self.alt_text.replace('"', "’")
        shown = typeset(say("chart.caption", caption=caption, label=data_label(label)))
        return f'![{shown}]({name}){{#{label} fig-alt="{typeset(text)}"}}'

    def data_markdown(self, label: str, caption: str) -> str:
        """Return the table of the data of the figure, numbered.

        Args:
            label: that of the figure.
            caption: that of the figure.
        """
        return typeset(grouped_markdown(self.data, say("chart.data", label=label, caption=caption), data_label(label)))


def data_label(label: str) -> str:
    """Return the label of the table that holds the data of a figure."""
    return f"tbl-donnees-{label.removeprefix('fig-')}"


@contextmanager
def drawing(width: float, height: float, rows: int = 1, columns: int = 1) -> Iterator[tuple[Figure, list[Axes]]]:
    """Give a new figure in the house style, with its axes in reading order.

    Args:
        width: in inches.
        height: in inches.
        rows: number of rows of axes.
        columns: number of columns of axes.

    Yields:
        The figure and its axes; nothing global is left changed.
    """
    import seaborn as sns  # noqa: PLC0415
    from matplotlib import rc_context  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    style = {**sns.axes_style("white"), **_STYLE}
    known = {key: value for key, value in style.items() if key != "axes.prop_cycle"}
    with rc_context(known):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots(rows, columns, squeeze=False)
        yield figure, [each for line in axes for each in line]


def draw_line(axes: Axes, points: Sequence[tuple[float, float | None]], look: Look) -> None:
    """Draw points joined by a line that stops where a value is missing: a hole is not bridged.

    Args:
        axes: where.
        points: abscissa and value of each point, in order.
        look: colour, marker and dashes.
    """
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in points:
        if y is None:
            runs.append([])
        else:
            runs[-1].append((x, y))
    for run in runs:
        if run:
            axes.plot(
                [x for x, _ in run],
                [y for _, y in run],
                color=look.colour,
                marker=look.marker,
                markersize=5,
                markeredgecolor="white",
                markeredgewidth=0.75,
                markevery=max(1, len(run) // 12),
                linestyle=look.dashes,
            )


def french_axis(axes: Axes, which: str = "y", decimals: int | None = None) -> None:
    """Write the ticks of an axis with a decimal comma."""
    from matplotlib.ticker import FuncFormatter  # noqa: PLC0415

    def text(value: float, _: int | None) -> str:
        places = decimals if decimals is not None else (0 if float(value).is_integer() else 1)
        return number(value, places)

    axis = axes.yaxis if which == "y" else axes.xaxis
    axis.set_major_formatter(FuncFormatter(text))


def spread(heights: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Return heights moved apart so that labels at the ends of lines do not touch, their order kept.

    Args:
        heights: where the labels would stand.
        sizes: the height of each label, in the same unit.
    """
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    placed = list(heights)
    for before, after in pairwise(order):
        placed[after] = max(placed[after], placed[before] + (sizes[before] + sizes[after]) / 2)
    shift = (sum(placed) - sum(heights)) / len(heights) if heights else 0.0
    return [height - shift for height in placed]
