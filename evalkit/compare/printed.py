"""What the comparisons printed in a document say, or why their figures cannot be put together."""

from __future__ import annotations

from evalkit.compare.result import DidRefusal
from evalkit.compare.two_by_two import Description, Figure, TwoByTwo, describe
from evalkit.declare.printed_gap import PrintedFigure, PrintedGap
from evalkit.territory.zones import Territory

_UNDATED = "année non dite"


def describe_printed(printed: PrintedGap, territory: Territory) -> Description | DidRefusal:
    """Describe the four figures of a document, or refuse to put them together.

    Args:
        printed: the figures.
        territory: the zones: a reference that contains the zone is compared without it, or the gap said attenuated.

    Returns:
        The description, or the refusal, never a test.
    """
    return describe(
        TwoByTwo(
            label=printed.label,
            kind=printed.kind,
            here_before=_figure(printed.here_before),
            here_after=_figure(printed.here_after),
            there_before=_figure(printed.there_before),
            there_after=_figure(printed.there_after),
            contains=printed.reference in territory.containing(printed.zone),
        )
    )


def _figure(figure: PrintedFigure) -> Figure:
    return Figure(value=figure.value, concept=figure.concept, source=figure.source, year=figure.year or _UNDATED)
