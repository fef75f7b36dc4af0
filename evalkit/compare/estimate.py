"""The result of a declared comparison: an estimate with its doubt, or a refusal with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalkit.compare.doubt import Matched, PlaceboDate
from evalkit.compare.result import CompositionShift, EventPoint, TestOutcome
from evalkit.compare.staggered import CohortEffect, TwoWay

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonSeries:
    """The two curves behind a comparison: rate per period on each side, and units counted.

    ``n`` and ``events`` are what secrecy is decided on.
    """

    side: str
    period: str
    n: int
    events: float
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticCheck:
    """A second estimate, against a weighted mean of the controls, ranked among placebos."""

    kind: str
    effect: float
    p: float
    smallest_p: float
    donors: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What an effect was confronted with.

    Attributes:
        tests: the other tests, each with its own estimate, interval and p-value.
        event_study: gaps by period with simultaneous bands.
        bounds: interval of the effect when trends part by a multiple of the worst move before.
        breakdown: the multiple under which the effect still leaves zero out; ``smooth_breakdown``, the change of slope.
        placebo_dates: what the comparison finds before the entry, had it begun earlier.
        matched: the comparison with the controls whose past is nearest.
        direct, around: the effect without the neighbours among the controls, and that on the neighbours.
        synthetic: synthetic control and synthetic difference-in-differences.
        equivalence_p: p-value of an effect as large as the declared margin.
        leverage: the zones that inform the effect most.
        unadjusted: the plain difference-in-differences.
        start_gap: how far the zones stood apart before, in deviations of a choice by chance.
        naive: what the usual clustered error, with the normal law, would have claimed; to show, never to conclude.
        composition: for each category followed, the share that parted most between both sides.
        proportion: the same effect on logarithms, as relative growth in per cent.
        cohorts: with several entries, the effect of each; ``other_controls``, that of all with the other choice of
            controls; ``interaction``, by Sun and Abraham's regression; ``two_way``, what the usual one mixes.
    """

    tests: tuple[TestOutcome, ...] = ()
    event_study: tuple[EventPoint, ...] = ()
    bounds: tuple[tuple[float, float, float], ...] = ()
    breakdown: float | None = None
    smooth_breakdown: float | None = None
    placebo_dates: tuple[PlaceboDate, ...] = ()
    matched: Matched | None = None
    direct: TestOutcome | None = None
    around: TestOutcome | None = None
    synthetic: tuple[SyntheticCheck, ...] = ()
    equivalence_p: float | None = None
    leverage: tuple[tuple[str, float], ...] = ()
    unadjusted: float | None = None
    start_gap: float | None = None
    naive: TestOutcome | None = None
    proportion: TestOutcome | None = None
    composition: tuple[CompositionShift, ...] = ()
    cohorts: tuple[CohortEffect, ...] = ()
    other_controls: float | None = None
    interaction: float | None = None
    two_way: TwoWay | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A difference-in-differences.

    Attributes:
        effect: in points of the outcome (percentage points when the outcome is per 100).
        low, high: 95 % interval by the named test.
        p: two-sided p-value of the named test.
        p_adjusted: p-value once the declared family is counted (Holm among primaries, Benjamini-Hochberg among
            exploratory ones); None when the comparison is alone in its family.
        test: name of the test, and ``test_reason``, the French sentence that says why it was chosen.
        smallest_p: the smallest p-value that a permutation can reach with these zones.
        mde: smallest effect that the design would detect 8 times out of 10, in the unit of ``effect``.
        effective_clusters: number of equal clusters that would carry as much information.
        leave_one_out: range of the effect when each zone is left out in turn.
        pretrend: French verdict on the periods before, ``pretrend_p`` its p-value.
        naive_p: what the usual clustered error would have claimed.
        warnings: French sentences printed beside the result.
        checks: what the effect was confronted with.
    """

    contract: str
    comparison: str
    role: str
    estimand: str
    unit: str
    direction: str
    effect: float
    low: float
    high: float
    p: float
    test: str
    test_reason: str
    n_treated: int
    n_controls: int
    p_adjusted: float | None = None
    effective_clusters: float | None = None
    smallest_p: float | None = None
    mde: float | None = None
    leave_one_out: tuple[float, float] | None = None
    pretrend: str = ""
    pretrend_p: float | None = None
    naive_p: float | None = None
    periods: tuple[str, str] = ("", "")
    series: tuple[ComparisonSeries, ...] = ()
    warnings: tuple[str, ...] = ()
    feed: str = ""
    deliveries: tuple[str, ...] = ()
    checks: Checks = Checks()

    def summary(self) -> str:
        """Return the estimate, its doubt and its checks as French lines."""
        from evalkit.compare.summary import estimate_lines  # noqa: PLC0415

        return "\n".join(estimate_lines(self))

    def to_frame(self) -> pl.DataFrame:
        """Return one line per estimate: the headline first, then each other test and check."""
        from evalkit.compare.summary import estimate_frame  # noqa: PLC0415

        return estimate_frame(self)

    def plot(self) -> Figure:
        """Return the gaps by period with their simultaneous band, the entry marked."""
        from evalkit.compare.event_figure import event_figure  # noqa: PLC0415

        return event_figure(self)

    def _repr_html_(self) -> str:
        return _html(self.summary().splitlines())


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A comparison that must not be made, and why: a result like another.

    Attributes:
        code: stable code ``EVK-C…``.
        reason: French sentence.
        series: the descriptive curves, when they may be shown; ``described``, their gap in French sentences.
        synthetic: synthetic controls, when the zones are too few for any test of a difference-in-differences.
    """

    contract: str
    comparison: str
    role: str
    estimand: str
    code: str
    reason: str
    series: tuple[ComparisonSeries, ...] = ()
    feed: str = ""
    deliveries: tuple[str, ...] = ()
    synthetic: tuple[SyntheticCheck, ...] = ()
    described: tuple[str, ...] = ()

    def summary(self) -> str:
        """Return the refusal, and what may be described all the same, as French lines."""
        from evalkit.compare.summary import refusal_lines  # noqa: PLC0415

        return "\n".join(refusal_lines(self))

    def _repr_html_(self) -> str:
        return _html(self.summary().splitlines())


def _html(lines: Iterable[str]) -> str:
    from html import escape  # noqa: PLC0415

    return "<div>" + "".join(f"<p>{escape(line)}</p>" for line in lines) + "</div>"
