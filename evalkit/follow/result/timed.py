"""What a cohort says of time: curves by month, mean times, tests between groups, ratios of paces and of shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

STILL_WITHOUT = "sans sortie"
"""Stands in the place of an exit for those who have had none."""

Estimator = Literal["Aalen-Johansen", "Kaplan-Meier"]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The share that has left to one exit by the end of a month since entry.

    Attributes:
        month: months since entry, 0 for the day of the entry.
        at_risk: persons still followed at the start of that month, without any exit yet.
        exits: persons who left to the exit by then.
        low, high: 95 % interval; the share itself where it is 0 or 1.
    """

    month: int
    at_risk: int
    exits: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The time to one exit, the others competing, for one group.

    Attributes:
        group: ``accompagnés`` or ``comparaison``.
        variable, word: criterion and class inside the group; empty for the whole group.
        exit: role of the exit.
        persons: persons of the group.
        estimator: Kaplan and Meier's when there is one kind of exit, Aalen and Johansen's when there are several.
    """

    group: str
    variable: str
    word: str
    exit: str
    persons: int
    estimator: Estimator
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanTime:
    """A mean time up to a horizon: without any exit, or spent after one.

    Attributes:
        exit: ``sans sortie`` for the mean time without any exit, else the exit after which time is spent.
        months: the mean, in months.
        low, high: 95 % interval; none where the method gives none.
    """

    group: str
    variable: str
    word: str
    exit: str
    horizon: int
    months: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveTest:
    """A test that the words of a declared field leave alike to the outcome, among the accompanied.

    Attributes:
        test: name of the test, in French.
        df: degrees of freedom.
        p: two-sided; ``p_adjusted`` once all the declared fields are counted (Holm).
    """

    variable: str
    exit: str
    test: str
    statistic: float
    df: int
    p: float
    p_adjusted: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardRatio:
    """What one variable measured at entry does to the outcome, the others held equal, among the accompanied.

    Attributes:
        model: ``cox`` (pace of the exit) or ``fine_gray`` (share that ends there).
        variable: a field, or ``field = word``.
        ratio: 1 for no link; ``low`` and ``high``, its 95 % interval.
        events: exits on which the model rests.
        fewest: persons of the smallest cell behind it: with the word or without it, with the exit or without it.
    """

    model: str
    variable: str
    ratio: float
    low: float
    high: float
    p: float
    events: int
    fewest: int = 0
