"""What a comparison of two shares could see, before any result is known."""

from __future__ import annotations

import math

from evalkit.errors import ComputationError, Problem
from evalkit.stats.laws import student_quantile


def detectable_gap(followed: float, compared: float, share: float, power: float = 0.8, level: float = 0.95) -> float:
    """Return the smallest gap between two shares that a two-sided test would see most of the time.

    Args:
        followed: persons followed, at least 2.
        compared: persons compared, at least 2; an effective number when they are weighted.
        share: the share among the compared, strictly between 0 and 1.
        power: how often a gap of that size is seen.
        level: one minus the risk of seeing a gap where there is none.

    Returns:
        The gap, in share (0.1 is ten points); above one minus the share, no gain is large enough to be seen.

    Raises:
        ComputationError: too few persons, or a share at an end (``EVK-M415``).

    Source: sum of both quantiles of Student's law times the error of a difference of shares (Bloom 1995).
    """
    if min(followed, compared) < 2 or not 0.0 < share < 1.0:
        message = "Un écart détectable demande au moins deux personnes par groupe et un taux entre 0 et 1."
        raise ComputationError(Problem("EVK-M415", message, received=f"{followed} / {compared} / {share}"))
    freedom = followed + compared - 2
    quantiles = student_quantile((1.0 + level) / 2.0, freedom) + student_quantile(power, freedom)
    return quantiles * math.sqrt(share * (1.0 - share) * (1.0 / followed + 1.0 / compared))
