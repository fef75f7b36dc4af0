"""Quantiles and tail probabilities of the normal and Student laws."""

from __future__ import annotations

from statistics import NormalDist


def normal_quantile(probability: float) -> float:
    """Return the quantile of the standard normal law.

    Args:
        probability: strictly between 0 and 1.

    Returns:
        The quantile.
    """
    return NormalDist().inv_cdf(probability)


def normal_p(statistic: float) -> float:
    """Return the two-sided p-value of a normal statistic.

    Args:
        statistic: estimate divided by its standard error.

    Returns:
        Between 0 and 1.
    """
    return 2.0 * NormalDist().cdf(-abs(statistic))


def student_quantile(probability: float, df: float) -> float:
    """Return the quantile of Student's law.

    Args:
        probability: strictly between 0 and 1.
        df: degrees of freedom, any positive number.

    Returns:
        The quantile.
    """
    from scipy.special import stdtrit  # noqa: PLC0415

    return float(stdtrit(df, probability))


def student_p(statistic: float, df: float) -> float:
    """Return the two-sided p-value of a Student statistic.

    Args:
        statistic: estimate divided by its standard error.
        df: degrees of freedom, any positive number.

    Returns:
        Between 0 and 1.
    """
    from scipy.special import stdtr  # noqa: PLC0415

    return float(2.0 * stdtr(df, -abs(statistic)))
