"""Durations with cases that have not ended: the estimator of Kaplan and Meier, on counts by number of days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ended:
    """What happens after a number of days.

    Attributes:
        days: since the start.
        ends: cases that end then.
        lost: cases last seen open then.
    """

    days: int
    ends: int
    lost: int


@dataclass(frozen=True, slots=True)
class Survival:
    """The share of cases still open after each number of days at which one ends, in order."""

    steps: tuple[tuple[int, float], ...]

    def open_after(self, days: int) -> float:
        """Return the share of cases still open after a number of days."""
        return next((share for when, share in reversed(self.steps) if when <= days), 1.0)

    def quantile(self, order: float) -> int | None:
        """Return the number of days after which a share ``order`` has ended; ``None`` when so many are never seen to.

        Args:
            order: between 0 and 1; 0.5 for the median.
        """
        return next((when for when, share in self.steps if 1.0 - share >= order - 1e-12), None)


def survival(cases: Sequence[Ended]) -> Survival:
    """Return the survival of cases, some of which have not ended.

    A case last seen open on a day is still at risk on that day.

    Args:
        cases: counts by number of days, in any order; negative durations are left to the checks of the feed.

    Source: Kaplan and Meier 1958.
    """
    ordered = sorted(cases, key=lambda each: each.days)
    at_risk = sum(each.ends + each.lost for each in ordered)
    share, steps = 1.0, []
    for each in ordered:
        if each.ends:
            share *= 1.0 - each.ends / at_risk
            steps.append((each.days, share))
        at_risk -= each.ends + each.lost
    return Survival(tuple(steps))
