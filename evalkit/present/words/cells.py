"""What a table cell prints: a value, or one of the words that must never be taken for a zero."""

from __future__ import annotations

from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import MilestoneMeasure, NarrativeMeasure
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import NOT_APPLICABLE, PROVISIONAL, Point
from evalkit.present.words.numbers import PERCENT, number, quantity

MISSING = "n.\N{NO-BREAK SPACE}d."
SECRET = "secret"
NONE = "–"
"""A cell that has nothing to hold."""

FREE = "libre"
"""Confidentiality of what may be printed."""


def value_cell(point: Point | None, indicator: Indicator, with_unit: bool = True) -> str:
    """Return a value with its unit, or « n. d. », « secret », « sans objet »: four displays apart from zero.

    A provisional value bears « (p) ». Without its unit, a percentage keeps its sign.
    """
    if point is None or point.value is None:
        return absence_cell(point)
    if isinstance(indicator.measure, MilestoneMeasure):
        return say("words.cells.done") if point.value else say("words.cells.not_done")
    if isinstance(indicator.measure, NarrativeMeasure):
        return say("words.cells.received")
    mark = "\N{NO-BREAK SPACE}(p)" if point.qualifier == PROVISIONAL else ""
    unit = indicator.unit if with_unit or indicator.unit.startswith(PERCENT) else ""
    return quantity(point.value, indicator.decimals, unit) + mark


def absence_cell(point: Point | None) -> str:
    """Return the word that stands for a missing value, by its cause."""
    if point is not None and point.is_secret:
        return SECRET
    return say("words.cells.not_applicable") if point is not None and point.availability == NOT_APPLICABLE else MISSING


def number_cell(point: Point | None, indicator: Indicator) -> str:
    """Return a value without its unit, for a table whose heading gives it; or the word that stands for its absence."""
    if point is None or point.value is None:
        return absence_cell(point)
    mark = "\N{NO-BREAK SPACE}(p)" if point.qualifier == PROVISIONAL else ""
    return number(point.value, indicator.decimals) + mark
