"""Check what a measure reads in its feed."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.declare.comparison import Comparison
from evalkit.declare.feed import Feed
from evalkit.declare.indicator import (
    DurationMeasure,
    Indicator,
    Measure,
    NarrativeMeasure,
    PublishedMeasure,
    RatioMeasure,
    SumMeasure,
    SurveyMeasure,
)
from evalkit.declare.load import Located
from evalkit.errors import Problem
from evalkit.formula.types import Kind
from evalkit.workspace.check_formula import (
    CONDITION,
    COUNTED,
    DATE,
    NUMBER,
    column_problems,
    formula_problems,
    zone_column_problems,
)
from evalkit.workspace.unknown import unless_known


def measure_problems(
    measure: Measure, feed: Feed, located: Located[Indicator] | Located[Comparison], field: str
) -> Iterator[Problem]:
    """Return what a measure has against its feed.

    Args:
        measure: the measure of an indicator, or the outcome of a comparison.
        feed: the feed that it reads.
        located: where it is declared.
        field: the name of the field that holds it (``measure``, ``outcome``).
    """
    yield from zone_column_problems(feed, located.place(field, "feed"))
    for part, kinds in _formulas(measure).items():
        yield from formula_problems(getattr(measure, part), feed, located.place(field, part), kinds)
    for part, kinds in _columns(measure).items():
        yield from column_problems(getattr(measure, part), feed, located.place(field, part), kinds)
    if isinstance(measure, DurationMeasure) and measure.statistic == "share_within" and measure.within is None:
        message, repair = "Le délai « within » manque (en jours).", "Ajoutez-le."
        yield Problem("EVK-D041", message, located.place(field), repair=repair)
    if isinstance(measure, NarrativeMeasure):
        names = [each.name for each in feed.fields]
        yield from unless_known("Colonne", measure.text, names, located.place(field, "text"))


def _formulas(measure: Measure) -> dict[str, tuple[Kind, ...]]:
    found: dict[str, tuple[Kind, ...]] = {} if measure.where is None else {"where": CONDITION}
    if isinstance(measure, SumMeasure):
        found["of"] = NUMBER
    if isinstance(measure, RatioMeasure):
        found |= {"numerator": COUNTED, "denominator": COUNTED}
    return found


def _columns(measure: Measure) -> dict[str, tuple[Kind, ...]]:
    if isinstance(measure, DurationMeasure):
        return {"start": DATE, "end": DATE}
    if isinstance(measure, SurveyMeasure):
        return {"score": NUMBER}
    if isinstance(measure, PublishedMeasure):
        return {"value": NUMBER}
    return {}
