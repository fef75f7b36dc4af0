"""Percentages of a known number of units: the whole counts that can give them, when there is one."""

from __future__ import annotations

from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal


def possible_counts(percentage: Decimal, base: int) -> tuple[int, ...]:
    """Return the numbers of units that a printed percentage may stand for, ``()`` when none gives it.

    Args:
        percentage: as it is printed: its decimals say how it was rounded (34 is 34 %, 92.5 is 92,5 %).
        base: the units that it is a share of, at least 1.

    Returns:
        Every ``k`` such that ``k / base``, rounded to the same decimals, is the percentage; a half may go either way.
    """
    exponent = percentage.as_tuple().exponent
    step = Decimal(1).scaleb(min(0, exponent) if isinstance(exponent, int) else 0)
    near = int(percentage * base / 100)
    candidates = range(max(0, near - 1), min(base, near + 2) + 1)
    return tuple(count for count in candidates if percentage in _rounded(count, base, step))


def _rounded(count: int, base: int, step: Decimal) -> tuple[Decimal, Decimal]:
    exact = Decimal(100 * count) / Decimal(base)
    return exact.quantize(step, ROUND_HALF_UP), exact.quantize(step, ROUND_HALF_DOWN)


def impossible_remark(percentage: Decimal, base: int) -> str:
    """Say in French that no whole number of units gives a percentage; empty when one does."""
    if possible_counts(percentage, base):
        return ""
    written = f"{percentage.normalize():f}".replace(".", ",")
    return f"{written} % impossible : aucun nombre entier sur {base} ne le donne"
