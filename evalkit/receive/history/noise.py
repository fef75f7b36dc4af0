"""How far figures move by chance alone, so that small tables do not ring at every delivery."""

from __future__ import annotations

import math

_HIGH = 3.09
"""Quantile of the normal law left by chance once in a thousand."""

_NORMAL_SPREAD = 1.4826
"""What makes the median absolute deviation an estimate of the standard deviation (Huber, Robust Statistics, 1981)."""

_MEDIAN_LOSS = 1.2533
"""Standard error of a median over that of a mean, for a normal law: the root of pi / 2."""


def median_error(deviation: float, count: int) -> float:
    """Return the standard error of a median.

    Args:
        deviation: median absolute deviation of the values.
        count: number of values.
    """
    return _MEDIAN_LOSS * _NORMAL_SPREAD * deviation / math.sqrt(count)


def median_noise(before: tuple[float, int], now: tuple[float, int]) -> float:
    """Return the difference of two medians that chance passes once in a thousand; each is (deviation, count)."""
    return _HIGH * math.hypot(median_error(*before), median_error(*now))


def share_noise(share: float, before: int, now: int) -> float:
    """Return the difference of two shares that chance passes once in a thousand, for two numbers of rows."""
    return _HIGH * math.sqrt(share * (1 - share) * (1 / before + 1 / now))


def stability_noise(words: int, before: int, now: int) -> float:
    """Return the population stability index that chance alone passes once in a thousand.

    Under no change the index over ``1 / before + 1 / now`` follows a chi-square law with ``words - 1`` degrees of
    freedom (Yurdakul and Naranjo, Statistical properties of the population stability index, 2020); its quantile is that
    of Wilson and Hilferty (1931).
    """
    degrees = max(words - 1, 1)
    part = 2 / (9 * degrees)
    quantile = degrees * (1 - part + _HIGH * math.sqrt(part)) ** 3
    return quantile * (1 / before + 1 / now)
