"""Confidence intervals of proportions and of counts."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evalkit.errors import ComputationError, Problem
from evalkit.stats.laws import normal_quantile


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends of a confidence interval, included."""

    low: float
    high: float


def wilson_interval(successes: float, n: float, level: float = 0.95) -> Interval:
    """Give Wilson's score interval of a proportion: close to its level on average, even with few persons.

    Args:
        successes: between 0 and ``n``; both may be effective numbers, which are not whole.
        n: persons, at least 1.
        level: coverage.

    Returns:
        The interval, inside [0, 1].

    Raises:
        ComputationError: the numbers are not those of a proportion.

    Source: Wilson 1927; Brown, Cai and DasGupta 2001.
    """
    _require_proportion(successes, n)
    z = normal_quantile((1.0 + level) / 2.0)
    share, wide = successes / n, z**2 / n
    centre = (share + wide / 2.0) / (1.0 + wide)
    half = z * math.sqrt(share * (1.0 - share) / n + wide / (4.0 * n)) / (1.0 + wide)
    # At the ends the formula gives 0 and 1 exactly; rounding must not leave them outside.
    return Interval(
        0.0 if successes == 0 else max(0.0, centre - half), 1.0 if successes == n else min(1.0, centre + half)
    )


def clopper_pearson_interval(successes: int, n: int, level: float = 0.95) -> Interval:
    """Give the exact interval of a proportion: never below its level, often well above.

    Args:
        successes: between 0 and ``n``.
        n: persons, at least 1.
        level: coverage.

    Returns:
        The interval, inside [0, 1].

    Raises:
        ComputationError: the numbers are not those of a proportion.

    Source: Clopper and Pearson 1934.
    """
    from scipy.special import betaincinv  # noqa: PLC0415

    _require_proportion(successes, n)
    tail = (1.0 - level) / 2.0
    low = 0.0 if successes == 0 else float(betaincinv(successes, n - successes + 1, tail))
    high = 1.0 if successes == n else float(betaincinv(successes + 1, n - successes, 1.0 - tail))
    return Interval(low, high)


def poisson_interval(events: int, exposure: float = 1.0, level: float = 0.95) -> Interval:
    """Give the exact interval of a count or of a rate of events.

    Args:
        events: number of events, 0 or more.
        exposure: what the count is divided by (persons, person-months); 1 for the count itself.
        level: coverage.

    Returns:
        The interval of ``events / exposure``.

    Raises:
        ComputationError: a negative count or an exposure that is not positive.

    Source: Garwood 1936, quantiles of the gamma law.
    """
    from scipy.special import gammaincinv  # noqa: PLC0415

    if events < 0 or exposure <= 0:
        raise _error("Un dénombrement ne peut pas être négatif, ni son exposition nulle.", f"{events} / {exposure}")
    tail = (1.0 - level) / 2.0
    low = 0.0 if events == 0 else float(gammaincinv(events, tail))
    return Interval(low / exposure, float(gammaincinv(events + 1, 1.0 - tail)) / exposure)


def _require_proportion(successes: float, n: float) -> None:
    if n < 1 or not 0 <= successes <= n:
        raise _error(
            "Une proportion demande un effectif positif, au moins égal au nombre de cas.", f"{successes} / {n}"
        )


def _error(message: str, received: str) -> ComputationError:
    return ComputationError(Problem("EVK-M306", message, received=received))
