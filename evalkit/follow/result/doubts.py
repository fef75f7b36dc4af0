"""What limits a cohort: who was lost, who resembles whom, who benefits, and what was already moving before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Family = Literal["principal", "exploratoire"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attrition:
    """Those lost without news by one wave in one group, and the outcome's rate if they were like those like them.

    Attributes:
        persons: seen for the whole wave.
        lost: those of them without news.
        share: ``lost`` over ``persons``.
        weighted: the outcome's rate, those lost replaced by those who resembled them at entry; none without variables.
        low, high: its 95 % interval.
        effective_size: number of equal weights that would be as precise; ``truncated``, persons whose weight was cut.
        worst, best: the rate if nobody, or everybody, lost had had the outcome: the truth lies between, whatever the
            reasons for being lost.
    """

    group: str
    wave: str
    persons: int
    lost: int
    share: float
    weighted: float | None
    low: float | None
    high: float | None
    effective_size: float | None
    truncated: int
    worst: float
    best: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferentialAttrition:
    """Accompanied minus comparison (as it is), share of those lost at one wave, in points."""

    wave: str
    gap: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class OverlapBin:
    """Persons of both groups whose chance of being accompanied, given what is measured, lies between two bounds."""

    low: float
    high: float
    accompanied: int
    comparison: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How far both groups hold persons alike.

    Attributes:
        wave: the first wave that could be compared.
        inside: share of the accompanied whose chance lies within those of the comparison group.
        bins: from 0 to 1.
        effective_size: number of equal weights of the comparison group that would be as precise.
        accompanied, comparison: persons compared.
    """

    wave: str
    inside: float
    bins: tuple[OverlapBin, ...]
    effective_size: float
    accompanied: int
    comparison: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgroupGap:
    """The gap to the comparison inside one declared subgroup, or why there is none.

    Attributes:
        family: ``principal`` (adjusted by Holm) or ``exploratoire`` (by Benjamini and Hochberg).
        wave: the longest wave at which it could be computed.
        persons: accompanied persons of the subgroup who were compared.
        fewest: the fewest of them with the outcome, or without it.
        effect: in points; ``low`` and ``high``, its 95 % interval, not adjusted.
        p_adjusted: once the family is counted.
        refusal: French sentence when the subgroup is not compared; the numbers are then absent.
    """

    variable: str
    word: str
    family: Family
    wave: str
    persons: int
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    refusal: str = ""
    fewest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgroupTest:
    """A test that the gap is the same for every word of a field: without it, nobody benefits « more »."""

    variable: str
    family: Family
    wave: str
    statistic: float
    df: int
    p: float
    p_adjusted: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPoint:
    """The share of a group in the followed state, by month around the entry (negative before)."""

    group: str
    month: int
    persons: int
    count: int
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAfter:
    """The same persons before and after their entry.

    Attributes:
        group: ``accompagnés`` or ``comparaison``.
        before, after: months read, around the entry.
        persons: seen at both.
        rate_before, rate_after: shares in the state.
        gained, lost: persons who entered the state, and who left it.
        change: in points; ``low`` and ``high``, its 95 % interval.
        p: of McNemar's test, exact below 25 persons who changed; of the paired change when persons share clusters.
        test: name of the test, in French.
    """

    group: str
    before: int
    after: int
    persons: int
    rate_before: float
    rate_after: float
    gained: int
    lost: int
    change: float
    low: float
    high: float
    p: float
    test: str
