"""The result of a declared comparison: an estimate with its doubt, or a refusal with its reason."""

from __future__ import annotations

from dataclasses import dataclass


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
class Estimate:
    """A difference-in-differences.

    Attributes:
        effect: in points of the outcome (percentage points when the outcome is per 100).
        low, high: 95 % interval by the named test.
        p: two-sided p-value of the named test.
        test: name of the test, and ``test_reason``, the French sentence that says why it was chosen.
        smallest_p: the smallest p-value that a permutation can reach with these zones.
        mde: smallest effect that the design would detect 8 times out of 10, in the unit of ``effect``.
        effective_clusters: number of equal clusters that would carry as much information.
        leave_one_out: range of the effect when each control zone is left out in turn.
        pretrend: French verdict on the periods before, ``pretrend_p`` its p-value.
        naive_p: what the usual clustered error would have claimed.
        warnings: French sentences printed beside the result.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A comparison that must not be made, and why: a result like another.

    Attributes:
        code: stable code ``EVK-C…``.
        reason: French sentence.
        series: the descriptive curves, when they may be shown.
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
