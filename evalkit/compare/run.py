"""Run the declared comparisons of a contract: each ends with an estimate or a refusal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from evalkit.cells.ratio import DENOMINATOR, NUMERATOR
from evalkit.cells.request import PERIOD
from evalkit.comparability.verdict import Code
from evalkit.compare.admissible import break_sentences, crossed_breaks, objections
from evalkit.compare.composition import composition_shifts
from evalkit.compare.confront import confront, synthetic_checks
from evalkit.compare.covariates import EqualCovariates, at_equal_covariates
from evalkit.compare.design import covariate_sentences, design_of, group_sentences, unit_cells, unit_fine_cells
from evalkit.compare.did import estimate_did
from evalkit.compare.did_panel import DidDesign, read_panel
from evalkit.compare.entries import (
    entries_of,
    entry_warnings,
    staggered,
    staggered_checks,
    staggered_pretrend,
    staggered_reason,
)
from evalkit.compare.estimate import ComparisonSeries, Estimate, Refusal, SyntheticCheck
from evalkit.compare.fine_cells import collect_fine_cells
from evalkit.compare.gap_series import gap_series
from evalkit.compare.names import TEST_NAMES
from evalkit.compare.panel import CONTROLS, TREATED, OutcomePanel, outcome_panel, side_series
from evalkit.compare.result import DidRefusal, DidResult, InferenceOptions
from evalkit.compare.staggered import StaggeredResult
from evalkit.declare.comparison import Comparison
from evalkit.declare.feed import Break, Feed
from evalkit.declare.period import first_day, last_day
from evalkit.errors import ComputationError
from evalkit.french_dates import day_words, period_in_words
from evalkit.stats.multiplicity import benjamini_hochberg, holm
from evalkit.store.ledger import deliveries
from evalkit.store.store import Store
from evalkit.typography import typeset
from evalkit.workspace.holes import forbidden_uses
from evalkit.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Case:
    contract: str
    comparison: Comparison
    series: tuple[ComparisonSeries, ...]
    deliveries: tuple[str, ...]
    breaks: tuple[Break, ...] = ()
    contains: bool = False

    def refuse(self, code: str, reason: str) -> Refusal:
        return Refusal(
            contract=self.contract,
            comparison=self.comparison.id,
            role=self.comparison.role,
            estimand=self.comparison.estimand,
            code=code,
            reason=typeset(reason),
            series=self.series,
            feed=self.comparison.outcome.feed,
            deliveries=self.deliveries,
            described=tuple(self._described()),
        )

    def _described(self) -> Iterator[str]:
        """Describe the gap when it has two periods: its breaks, its change, and why no more can be said."""
        sides: dict[str, dict[str, float]] = {point.side: {} for point in self.series}
        for point in self.series:
            sides[point.side][point.period] = point.rate
        if {TREATED, CONTROLS} <= set(sides):
            outcome, unit = self.comparison.outcome, self.comparison.unit
            found = gap_series(
                ((TREATED, sides[TREATED]), (CONTROLS, sides[CONTROLS])),
                f"Pour {outcome.per} {outcome.population} ({unit})",
                self.breaks,
                contains=self.contains,
                alone=False,
            )
            if len(found.gaps) > 1:
                yield from found.lines()


def compare(
    workspace: Workspace, store: Store, contract: str, as_of: dt.date | None = None
) -> tuple[Estimate | Refusal, ...]:
    """Return the result of each declared comparison of a contract, in the order of their ids.

    Args:
        workspace: the declarations.
        store: the accepted rows.
        contract: id of the contract.
        as_of: only what was received by that day; everything when absent.
    """
    declared = sorted(workspace.contract(contract).comparisons, key=lambda each: each.id)
    return _adjusted(tuple(_compare(workspace, store, contract, comparison, as_of) for comparison in declared))


def _adjusted(results: tuple[Estimate | Refusal, ...]) -> tuple[Estimate | Refusal, ...]:
    """Count the declared family: Holm among the primary comparisons, Benjamini and Hochberg among exploratory ones.

    A comparison that was refused keeps its place in the family as if it had found nothing, so that a refusal never
    makes its sisters look surer.
    """
    adjusted: dict[str, float] = {}
    for role, adjust in (("primary", holm), ("exploratory", benjamini_hochberg)):
        family = [each for each in results if each.role == role]
        if len(family) > 1:
            raw = [each.p if isinstance(each, Estimate) else 1.0 for each in family]
            adjusted |= dict(zip((each.comparison for each in family), adjust(raw), strict=True))
    return tuple(
        replace(each, p_adjusted=adjusted[each.comparison])
        if isinstance(each, Estimate) and each.comparison in adjusted
        else each
        for each in results
    )


def _compare(
    workspace: Workspace, store: Store, contract: str, comparison: Comparison, as_of: dt.date | None
) -> Estimate | Refusal:
    declarations = workspace.contract(contract)
    feed = workspace.feeds[comparison.outcome.feed]
    lineage = tuple(sorted(each.id for each in deliveries(store, contract, feed.feed, as_of) if each.is_accepted))
    blocked = [use for use in forbidden_uses(workspace, declarations) if use.subject == comparison.id]
    if blocked:
        reason = " ; ".join(use.reason for use in blocked)
        return _Case(contract, comparison, (), lineage).refuse("EVK-C000", f"Usage non permis : {reason}.")
    panel = outcome_panel(store, declarations.territory, feed, comparison, contract, as_of)
    found = next(objections(comparison, feed, declarations.territory, panel), None)
    contains = found is not None and found.code == Code.CONTROL.value
    series = side_series(panel, comparison.outcome.per)
    breaks = crossed_breaks(comparison, feed, dt.date.min, dt.date.max)
    case = _Case(contract, comparison, series, lineage, breaks, contains)
    if found is not None:
        return case.refuse(found.code, found.reason)
    cells, options = did_cells(panel, comparison.outcome.per), InferenceOptions(unit=comparison.unit)
    entries = entries_of(comparison, panel.compared_periods)
    said = tuple(typeset(each) for each in entry_warnings(comparison, entries, declarations.territory))
    if comparison.entries and len(entries.dates) != 1:
        return _staggered(case, panel, staggered(cells, comparison, entries, options), said)
    try:
        return _simple(case, panel, (store, feed, as_of), said)
    except ComputationError as error:
        return case.refuse(error.problems[0].code, error.problems[0].message)


def _simple(
    case: _Case, panel: OutcomePanel, source: tuple[Store, Feed, dt.date | None], said: tuple[str, ...]
) -> Estimate | Refusal:
    """Return the estimate of one entry, at equal covariates when some are declared, or its refusal."""
    comparison, (store, feed, as_of) = case.comparison, source
    options, scope = InferenceOptions(unit=comparison.unit), (case.contract, as_of)
    entries = entries_of(comparison, panel.compared_periods)
    design = design_of(comparison, panel, entries)
    cells = unit_cells(did_cells(panel, comparison.outcome.per), comparison, panel, entries)
    equal: EqualCovariates | None = None
    if comparison.covariates:
        collected = collect_fine_cells(store, feed, comparison, panel, scope)
        fine = unit_fine_cells(collected, comparison, panel, entries)
        found = at_equal_covariates(fine, design)
        if isinstance(found, DidRefusal):
            return _refused(case, cells, design, found)
        equal, cells = found, found.cells
        said = (*said, *covariate_sentences(fine, found, comparison.unit))
    result = estimate_did(cells, design, options=options, equal=equal)
    if isinstance(result, DidRefusal):
        return _refused(case, cells, design, result)
    said = (*said, *group_sentences(comparison, panel, result.smallest_attainable_p))
    warnings = (*said, *_own_warnings(comparison, feed, panel, result))
    shifts = composition_shifts(store, feed, comparison, panel, scope) if comparison.composition else ()
    checks = replace(confront(cells, design, comparison, result, options), composition=shifts)
    return replace(_estimate(case, panel, result, iter(warnings)), checks=checks)


def _refused(case: _Case, cells: pl.DataFrame, design: DidDesign, result: DidRefusal) -> Refusal:
    reason = " ".join(part for part in (result.reason_fr, result.repair_fr) if part)
    return replace(case.refuse(result.code, reason), synthetic=_alone(cells, design, result))


def _staggered(
    case: _Case, panel: OutcomePanel, result: StaggeredResult | DidRefusal, said: tuple[str, ...]
) -> Estimate | Refusal:
    """Return the estimate of several entries, or its refusal."""
    if isinstance(result, DidRefusal):
        return case.refuse(result.code, " ".join(part for part in (result.reason_fr, result.repair_fr) if part))
    return Estimate(
        **_declared(case, panel),
        effect=result.effect,
        low=result.low,
        high=result.high,
        p=result.p,
        test=typeset(TEST_NAMES["entry_permutation"]),
        test_reason=staggered_reason(result, case.comparison),
        n_treated=result.n_treated,
        n_controls=result.n_controls,
        smallest_p=result.smallest_p,
        mde=result.mde,
        leave_one_out=result.leave_one_out,
        pretrend=staggered_pretrend(result),
        pretrend_p=result.before_p,
        naive_p=result.two_way.p,
        warnings=(*result.warnings_fr, *said),
        checks=staggered_checks(result),
    )


def _alone(cells: pl.DataFrame, design: DidDesign, refused: DidRefusal) -> tuple[SyntheticCheck, ...]:
    """Return the synthetic controls of one treated zone, for which no clustered error is right."""
    panel = read_panel(cells, design) if refused.code == "EVK-C103" else refused
    return () if isinstance(panel, DidRefusal) else synthetic_checks(panel)


def did_cells(panel: OutcomePanel, per: int) -> pl.DataFrame:
    """Return the cells of the test, in the unit of the outcome (points when it is per 100).

    A period during which the programme began is neither before nor after. Sums of squares are known when each unit is
    in the numerator or not: the outcome is 0 or ``per``, so that they are ``per`` times the sums.
    """
    kept = panel.cells.filter(pl.col(PERIOD).is_in(panel.compared_periods))
    # The sums are exact, decimals of quantities too: here they become floats, once.
    cells = kept.select(
        "zone", PERIOD, n=pl.col(DENOMINATOR).cast(pl.Float64), sum_y=(per * pl.col(NUMERATOR)).cast(pl.Float64)
    )
    return cells.with_columns(sum_y2=per * pl.col("sum_y")) if panel.counts_units else cells


def _own_warnings(comparison: Comparison, feed: Feed, panel: OutcomePanel, result: DidResult) -> Iterator[str]:
    """Say what the declaration accepts, what was left out and what the detectable effect leaves out."""
    if comparison.accept_breaks is not None:
        span = first_day(panel.compared_periods[0]), last_day(panel.compared_periods[-1])
        for sentence in break_sentences(comparison, feed, *span):
            kept = comparison.accept_breaks.rstrip(".")
            yield f"{sentence} La comparaison est faite malgré cette rupture, comme déclaré : {kept}."
    if panel.transition is not None and panel.transition in panel.cells[PERIOD]:
        began, period = day_words(comparison.programme.begins), period_in_words(panel.transition)
        yield f"La période où le programme a commencé ({period} ; {began}) est laissée de côté."
    if result.mde is not None and result.mde.basis == "sampling_only":
        yield (
            "Le plus petit effet détectable est un minimum : faute de périodes avant l’entrée, il ne compte que le "
            "hasard des effectifs, pas celui des zones."
        )


def _declared(case: _Case, panel: OutcomePanel) -> dict[str, Any]:
    """Return what an estimate takes from its declaration and from what was received."""
    comparison, periods = case.comparison, panel.compared_periods
    return {
        "contract": case.contract,
        "comparison": comparison.id,
        "role": comparison.role,
        "estimand": comparison.estimand,
        "unit": comparison.unit,
        "direction": comparison.direction,
        "periods": (periods[0], periods[-1]),
        "series": case.series,
        "feed": comparison.outcome.feed,
        "deliveries": case.deliveries,
    }


def _estimate(case: _Case, panel: OutcomePanel, result: DidResult, warnings: Iterator[str]) -> Estimate:
    return Estimate(
        **_declared(case, panel),
        effect=result.effect,
        low=result.low,
        high=result.high,
        p=result.p,
        test=typeset(TEST_NAMES[result.test]),
        test_reason=typeset(result.test_reason_fr),
        n_treated=result.n_treated,
        n_controls=result.n_controls,
        effective_clusters=result.effective_clusters,
        smallest_p=result.smallest_attainable_p,
        mde=result.mde.value if result.mde is not None else None,
        leave_one_out=result.leave_one_out,
        pretrend=typeset(result.pretrend.sentence_fr),
        pretrend_p=result.pretrend.p,
        naive_p=result.naive.p,
        warnings=tuple(typeset(sentence) for sentence in (*result.warnings_fr, *warnings)),
    )
