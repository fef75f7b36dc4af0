"""P-values adjusted for the number of indicators tested together."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjust the p-values of the primary indicators: the chance of a single false alarm stays below the level.

    Args:
        p_values: raw p-values, in any order.

    Returns:
        Adjusted p-values, in the same order.

    Source: Holm 1979.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - rank) * p_values[place]))
        adjusted[place] = highest
    return tuple(adjusted)


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjust the p-values of an exploratory family: the expected share of false alarms stays below the level.

    Args:
        p_values: raw p-values, in any order.

    Returns:
        Adjusted p-values, in the same order.

    Source: Benjamini and Hochberg 1995.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__, reverse=True)
    adjusted, lowest = [0.0] * len(p_values), 1.0
    for rank, place in enumerate(order):
        lowest = min(lowest, len(order) / (len(order) - rank) * p_values[place])
        adjusted[place] = lowest
    return tuple(adjusted)
