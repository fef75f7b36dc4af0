"""The result of a cohort at each wave: counts, rates, bounds and balance, confidential until published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalkit.follow.result.doubts import (
    Attrition,
    BeforeAfter,
    DifferentialAttrition,
    Overlap,
    PastPoint,
    SubgroupGap,
    SubgroupTest,
)
from evalkit.follow.result.finding import CohortFinding
from evalkit.follow.result.people import People
from evalkit.follow.result.returns import Returns
from evalkit.follow.result.timed import Curve, CurveTest, HazardRatio, MeanTime

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One step of the flow of persons: those who are counted, and those who leave the count with the reason."""

    label: str
    persons: int
    removed: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRate:
    """The rate of one exit, since entry, at one wave, for one group.

    Attributes:
        group: ``accompagnés``, ``comparaison`` (as they are) or ``comparaison pondérée`` (balanced).
        wave: time since entry (``P6M``).
        exit: role of the exit (``durable``…).
        at_risk: persons observed long enough to be counted at this wave.
        count: persons with that exit by then (a weighted count is not a count of persons: ``None``).
        rate: share with that exit, between 0 and 1, cumulative incidence.
        low, high: 95 % interval of ``rate``.
        worst, best: rate if every person lost without news had not, or had, that exit.
    """

    group: str
    wave: str
    exit: str
    at_risk: int
    count: int | None
    rate: float
    low: float
    high: float
    worst: float
    best: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How alike the two groups are at entry on one variable.

    Attributes:
        accompanied, comparison: means at entry, the comparison group as it is.
        smd_before, smd_after: standardised mean differences.
        ratio_before, ratio_after: variance of the accompanied over that of the comparison; none for a word, whose
            variance follows from its mean.
    """

    variable: str
    accompanied: float
    comparison: float
    smd_before: float
    smd_after: float | None
    ratio_before: float | None = None
    ratio_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Accompanied minus balanced comparison, for the outcome of the protocol, at one wave, in points.

    Attributes:
        worst, best: the gap if those lost had turned out against the programme (none of the accompanied had the
            outcome, all of the comparisons had), then for it.
        restored: the gap if those lost had become what those like them became; ``restored_low`` and ``restored_high``,
            its 95 % interval; none when nobody was lost.
        worst_low, best_high: the outer ends of the intervals of both: whatever the reasons for being lost, they hold
            the truth as often as an interval does.
        unknown, unmatched: accompanied persons seen for the whole wave and not compared, for want of a variable or of
            anybody like them: secrecy decides on them, and never publishes them.
    """

    wave: str
    effect: float
    low: float
    high: float
    p: float
    method: str
    effective_size: float
    worst: float | None = None
    best: float | None = None
    worst_low: float | None = None
    best_high: float | None = None
    restored: float | None = None
    restored_low: float | None = None
    restored_high: float | None = None
    unknown: int = 0
    unmatched: int = 0

    @property
    def apart(self) -> int:
        """Accompanied persons who are in the rates and not in the gap."""
        return self.unknown + self.unmatched


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortResult:
    """What a cohort gives, or why it gives nothing.

    Attributes:
        flow: persons conserved from the file to the analysis.
        lost: share of the accompanied whose exit is unknown.
        refusal: a French sentence when the protocol cannot be followed; the rest may be partial.
        warnings: French sentences printed beside the result.
        returns: what the totals that partners send give, when persons are not seen.
        people: where persons stand month after month, what they keep, and what files contradict.
        findings: what does not hold in the rows; the rest is computed.
        curves, means, curve_tests: the time to each exit, and whether the declared groups differ.
        ratios: the declared regressions.
        attrition, differential: those lost, and whether both sides lose alike.
        overlap: how far both groups hold persons alike.
        subgroups, subgroup_tests: who benefits, among what was declared.
        past, before_after: the same persons around their entry.
        outcome: role of the exit that is compared; empty when persons are not seen.
        deliveries: lineage.
    """

    contract: str
    cohort: str
    definition: str
    flow: tuple[FlowStep, ...]
    rates: tuple[WaveRate, ...] = ()
    balance: tuple[Balance, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    lost: float | None = None
    refusal: str = ""
    warnings: tuple[str, ...] = ()
    feed: str = ""
    deliveries: tuple[str, ...] = ()
    returns: Returns | None = None
    people: People | None = None
    findings: tuple[CohortFinding, ...] = ()
    curves: tuple[Curve, ...] = ()
    means: tuple[MeanTime, ...] = ()
    curve_tests: tuple[CurveTest, ...] = ()
    ratios: tuple[HazardRatio, ...] = ()
    attrition: tuple[Attrition, ...] = ()
    differential: tuple[DifferentialAttrition, ...] = ()
    overlap: Overlap | None = None
    subgroups: tuple[SubgroupGap, ...] = ()
    subgroup_tests: tuple[SubgroupTest, ...] = ()
    past: tuple[PastPoint, ...] = ()
    before_after: tuple[BeforeAfter, ...] = ()
    outcome: str = ""

    def summary(self) -> str:
        """Return the result, its doubts and its warnings as French lines."""
        from evalkit.follow.result.summary import cohort_lines  # noqa: PLC0415

        return "\n".join(cohort_lines(self))

    def to_frame(self) -> pl.DataFrame:
        """Return one line per rate: group, wave, exit, persons, count, rate, interval and bounds."""
        from evalkit.follow.result.summary import cohort_frame  # noqa: PLC0415

        return cohort_frame(self)

    def plot(self) -> Figure:
        """Return the share gone by month: to each exit, then to the outcome in both groups."""
        from evalkit.follow.result.figure import cohort_figure  # noqa: PLC0415

        return cohort_figure(self)

    def _repr_html_(self) -> str:
        from evalkit.follow.result.summary import cohort_html  # noqa: PLC0415

        return cohort_html(self)
