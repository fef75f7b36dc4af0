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
    return _adjusted(p_values, "holm")


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjust the p-values of an exploratory family: the expected share of false alarms stays below the level.

    Args:
        p_values: raw p-values, in any order.

    Returns:
        Adjusted p-values, in the same order.

    Source: Benjamini and Hochberg 1995.
    """
    return _adjusted(p_values, "fdr_bh")


def _adjusted(p_values: Sequence[float], method: str) -> tuple[float, ...]:
    from statsmodels.stats.multitest import multipletests  # noqa: PLC0415

    if not p_values:
        return ()
    return tuple(float(p) for p in multipletests(list(p_values), method=method)[1])
