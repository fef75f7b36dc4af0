"""What the estimators hand over: an effect with its doubt, or a refusal with its reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Period = str | int | dt.date
TestName = Literal[
    "zone_noise",
    "zone_noise_level",
    "ferman_pinto",
    "wild_bootstrap",
    "permutation",
    "cv3",
    "cr2",
    "cr1_normal",
    "entry_permutation",
]
PretrendState = Literal["untestable", "not_rejected", "rejected"]
MdeBasis = Literal["pre_periods", "sampling_only"]
ALIKE = 0.1
"""Standardised difference under which two groups are taken as alike (Austin 2009)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceOptions:
    """How much work, and which seed.

    Attributes:
        draws: number of bootstrap draws or permutations; everything is enumerated when it is no more.
        seed: seed of everything drawn.
        level: coverage of the intervals.
        power: chance of detection that defines the minimum detectable effect.
        unit: unit of the outcome, for the sentences.
    """

    draws: int = 9_999
    seed: int = 20_240_630
    level: float = 0.95
    power: float = 0.80
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DidRefusal:
    """A comparison that must not be made, and why: a result like another.

    Attributes:
        code: stable code ``EVK-C1..``.
        reason_fr: French sentence.
        repair_fr: French sentence, what would make it possible.
        missing: the cells of the two-by-two table that are empty, in French.
        effect: the descriptive difference of changes, without any test, when it exists.
        n_treated, n_controls: zones that could be used.
    """

    code: str
    reason_fr: str
    repair_fr: str = ""
    missing: tuple[str, ...] = ()
    effect: float | None = None
    n_treated: int = 0
    n_controls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TestChoice:
    """The test that decides, and the French sentence that says why."""

    name: TestName
    reason_fr: str
    warnings_fr: tuple[str, ...] = ()

    __test__ = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOutcome:
    """What one test says.

    Attributes:
        p: two-sided p-value of no effect.
        low, high: interval; infinite on a side where the test never rejects.
        se, df: standard error and degrees of freedom, when the test has them; those of CV3 for the bootstrap.
        effect: the estimate that is tested.
    """

    name: TestName
    p: float
    low: float
    high: float
    se: float | None = None
    df: float | None = None
    effect: float = 0.0

    __test__ = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectableEffect:
    """The smallest effect that the design would detect often enough, from what precedes the entry.

    Attributes:
        value: in the unit of the outcome.
        basis: "pre_periods": moves of the control zones before the entry; "sampling_only": one period before the
            entry, so that only the noise of sampling is known and the value is a floor.
    """

    value: float
    basis: MdeBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPoint:
    """Gap of the treated to the controls in a period, the last period before the entry being the reference.

    ``low`` and ``high`` are a band that covers all the periods of the same side of the entry together.
    """

    period: Period
    value: float
    low: float
    high: float
    after: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PretrendVerdict:
    """What the periods before the entry say, and what they could not have said.

    Attributes:
        state: "untestable", "not_rejected" or "rejected" (a difference existed before).
        sentence_fr: French sentence; it never concludes that trends were parallel.
        p: joint p-value.
        slope_50, slope_80: drift per period that the test sees one time in two, and four times in five.
        bias_50, bias_80: what such a drift, going on, would add to the effect.
        points: the event study.
        breakdown: largest multiple of the worst move before under which the effect still leaves zero out (8 at most).
        smooth_breakdown: largest change of slope per period under which it does.
        bounds: for some multiples, the interval of the effect: (multiple, low, high).
    """

    state: PretrendState
    sentence_fr: str
    p: float | None = None
    slope_50: float | None = None
    slope_80: float | None = None
    bias_50: float | None = None
    bias_80: float | None = None
    points: tuple[EventPoint, ...] = ()
    breakdown: float | None = None
    smooth_breakdown: float | None = None
    bounds: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DidResult:
    """A difference-in-differences, with the test that its numbers of zones allow.

    Attributes:
        effect: coefficient of the treated after the entry, zone and period effects removed; at equal starting level
            when the chosen test is ``zone_noise_level``.
        unadjusted: the coefficient without that adjustment, equal to ``effect`` otherwise.
        start_gap: how far the treated zones stood from the controls before, in deviations of a choice by chance.
        low, high, p, se, df: of the chosen test.
        test, test_reason_fr: the chosen test and the French sentence that says why.
        n_treated, n_controls: zones used.
        effective_clusters: number of equal zones that would inform as unevenly.
        mde: minimum detectable effect, from the periods before the entry.
        smallest_attainable_p: the smallest p-value that a permutation of these zones can reach.
        leave_one_out: range of the effect when each zone is left out in turn.
        pretrend: what the periods before the entry say.
        naive: what the usual clustered error with the normal law would have claimed; to show, never to conclude.
        leverage: the zones that inform the coefficient most, with their share of the information.
        others: the other tests, to report beside.
        warnings_fr: French sentences, printed beside the result.
    """

    effect: float
    low: float
    high: float
    p: float
    se: float | None
    df: float | None
    test: TestName
    test_reason_fr: str
    n_treated: int
    n_controls: int
    effective_clusters: float
    mde: DetectableEffect | None
    smallest_attainable_p: float
    leave_one_out: tuple[float, float]
    pretrend: PretrendVerdict
    naive: TestOutcome
    unadjusted: float
    start_gap: float
    leverage: tuple[tuple[str, float], ...] = ()
    others: tuple[TestOutcome, ...] = ()
    warnings_fr: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositionShift:
    """The category whose share parted most between both sides around the entry.

    Attributes:
        column, category: which share.
        before, after: standardised difference of both sides, mean over the periods before and after the entry.
    """

    column: str
    category: str
    before: float
    after: float

    @property
    def moves(self) -> bool:
        """Tell whether persons compared after are no longer those compared before."""
        return abs(self.after - self.before) > ALIKE
