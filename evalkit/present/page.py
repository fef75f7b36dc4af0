"""What the cells of a report write with: texts, figures, and the tables of the figures' data."""

from __future__ import annotations

import sys
from pathlib import Path

from evalkit.present.chart import Chart
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader, open_reader
from evalkit.typography import typeset


def show(*parts: str) -> None:
    """Print pieces of Markdown, apart from each other; empty ones leave no trace.

    A heading often holds a label or a question as it was declared: it takes the French spaces here.
    """
    told = (typeset(part) if part.startswith("#") else part for part in parts if part)
    sys.stdout.write("\n\n".join(told) + "\n\n")


class Page:
    """A report while it is being written; it remembers its figures, whose data come in an annex.

    Attributes:
        reader: the publication that the report reads, and nothing else.
    """

    def __init__(self, reader: Reader) -> None:
        """Begin an empty report on a publication."""
        self.reader = reader
        self._figures: list[tuple[Chart, str, str]] = []

    def show(self, *parts: str) -> None:
        """Print pieces of Markdown, apart from each other; empty ones leave no trace."""
        show(*parts)

    def draw(self, chart: Chart, label: str, caption: str) -> None:
        """Print a numbered figure.

        Args:
            chart: the figure.
            label: ``fig-…``, unique in the document.
            caption: its caption.
        """
        self._figures.append((chart, label, caption))
        self.show(chart.markdown(label, caption))

    def show_data(self) -> None:
        """Print the data of every figure drawn so far."""
        for chart, label, caption in self._figures:
            self.show(chart.data_markdown(label, caption))
        if not self._figures:
            self.show(say("page.no_figure"))


def open_page(edition: str | Path) -> Page:
    """Begin a report on an edition.

    Args:
        edition: the folder of the edition.

    Raises:
        PublicationError: the folder is not a whole edition.
    """
    return Page(open_reader(Path(edition)))


def open_reader_or_none(edition: str | Path) -> Reader | None:
    """Open an earlier edition when one is named; nothing when the name is empty."""
    return open_reader(Path(edition)) if str(edition) else None
