"""A ratio as two amounts, so that the same declaration gives the same cells to a measure and to a comparison."""

from __future__ import annotations

from collections.abc import Iterable

from evalkit.cells.request import Amount
from evalkit.declare.feed import Feed
from evalkit.declare.measures import RatioMeasure
from evalkit.declare.parameter import Parameter
from evalkit.formula import check, parse
from evalkit.formula.types import Kind
from evalkit.workspace.columns import formula_columns

NUMERATOR, DENOMINATOR = "numerator", "denominator"


def ratio_amounts(ratio: RatioMeasure, feed: Feed, parameters: Iterable[Parameter] = ()) -> tuple[Amount, Amount]:
    """Return the numerator and the denominator of a declared ratio.

    A boolean formula counts the rows where it is true, a numeric one is summed. A numerator that is counted is counted
    inside its denominator, when that is counted too; a numerator that is summed stands alone.
    """
    columns = formula_columns(feed, parameters)
    above, below = parse(ratio.numerator), parse(ratio.denominator)
    counted_above = check(above, columns) is Kind.BOOLEAN
    counted_below = check(below, columns) is Kind.BOOLEAN
    if counted_above and counted_below:
        above = parse(f"({ratio.numerator}) AND ({ratio.denominator})")
    return (
        Amount(NUMERATOR, above, "true" if counted_above else "value"),
        Amount(DENOMINATOR, below, "true" if counted_below else "value"),
    )
