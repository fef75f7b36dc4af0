"""Figures that can be taken apart or put together: what is above the line and what is under it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evalkit.errors import ComputationError, Problem


class Statistic(StrEnum):
    """How a figure is made, which decides whether a part can be taken out of a whole."""

    COUNT = "effectif"
    RATE = "taux"
    MEAN = "moyenne"
    MEDIAN = "médiane"
    QUANTILE = "quantile"
    PUBLISHED = "valeur publiée"


_ADDITIVE = frozenset({Statistic.COUNT, Statistic.RATE, Statistic.MEAN})


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of a zone: what is above the line, and what is under it.

    Attributes:
        numerator: the sum or the count.
        denominator: the units that it is counted among; ``None`` for a count alone.
    """

    numerator: float
    denominator: float | None = None

    @property
    def value(self) -> float | None:
        """Return the ratio, or the sum when nothing is under the line; ``None`` when no unit is."""
        if self.denominator is None:
            return self.numerator
        return self.numerator / self.denominator if self.denominator else None


def amount_of_rate(rate: float, weight: float, per: float = 1) -> Amount:
    """Return the sums behind a published rate or mean.

    Args:
        rate: the published figure, in units of ``per`` (100 for a percentage).
        weight: the units that it is computed on, the denominator.
        per: the multiplier of the figure.
    """
    return Amount(rate * weight / per, weight)


def require_additive(statistic: Statistic, operation: str, repair: str) -> None:
    """Stop when a figure neither adds nor subtracts from zone to zone.

    Args:
        statistic: how the figure is made.
        operation: what was asked, at the head of the French sentence (« Hors QPV »).
        repair: what to do instead, in French.

    Raises:
        ComputationError: a median, a quantile or a published value (``EVK-M201``).
    """
    if statistic in _ADDITIVE:
        return
    is_masculine = statistic is Statistic.QUANTILE
    one, that, those = ("un", "celui", "ceux") if is_masculine else ("une", "celle", "celles")
    message = (
        f"{operation} ne se calcule pas pour {one} {statistic.value} : {that} d’une zone ne se déduit pas de {those} "
        "des autres."
    )
    raise ComputationError(Problem("EVK-M201", message, repair=repair))
