"""A difference-in-differences with the test that its zones allow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl

from evalkit.compare.battery import changes_of, leave_one_out, run_test
from evalkit.compare.choose import choose_test, few_exchanges
from evalkit.compare.covariates import EqualCovariates
from evalkit.compare.did_panel import DidDesign, Panel, read_panel
from evalkit.compare.names import TEST_NAMES
from evalkit.compare.power import minimum_detectable_effect
from evalkit.compare.pretrend import judge_pretrend
from evalkit.compare.result import DidRefusal, DidResult, InferenceOptions, TestChoice, TestName, TestOutcome
from evalkit.stats.arrays import to_digits
from evalkit.stats.cluster import effective_clusters
from evalkit.stats.starting_level import Start, starting_levels
from evalkit.stats.two_way import TwoWayFit, fit_two_way
from evalkit.typography import typeset

_DEFAULT = InferenceOptions()
_FEW_EFFECTIVE = 10.0
_ALPHA = 0.05
_MOSTLY_RETURNING = 0.4
_SHOWN = 5


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    panel: Panel
    fit: TwoWayFit
    options: InferenceOptions
    gap: float
    chosen_on: Literal["outcome", "elsewhere"] | None
    equal: EqualCovariates | None = None

    def run(self, name: TestName) -> TestOutcome:
        return run_test(self.panel, self.fit, name, self.options, self.equal)


def estimate_did(
    cells: pl.DataFrame,
    design: DidDesign,
    *,
    options: InferenceOptions = _DEFAULT,
    equal: EqualCovariates | None = None,
) -> DidResult | DidRefusal:
    """Estimate a difference-in-differences on cells, and test it by what the numbers of zones allow.

    Args:
        cells: columns ``zone`` (text), ``period`` (text, integer or date), ``n``, ``sum_y``, and ``sum_y2`` if known;
            one line per zone and period, in any order. Sums should be integers, or scaled integers.
        design: the treated zones, the entry and the target of the weights.
        options: draws, seed, level, power and unit.
        equal: the regression with covariates that gave these cells, when there are some.

    Returns:
        The result, in the unit of the outcome; or a refusal, which is a result too.

    Raises:
        ComputationError: the table is not one of cells.

    Source: weighted least squares with zone and period effects; the tests name theirs.
    """
    panel = read_panel(cells, design)
    if isinstance(panel, DidRefusal):
        return panel
    fit = fit_two_way(panel.grid(), panel.treatment())
    gap, choice = choose_for(panel, fit, design.chosen_on)
    if not isinstance(choice, DidRefusal) and design.test == "permutation" and panel.smallest_p > _ALPHA:
        choice = few_exchanges(int(panel.treated.sum()), int((~panel.treated).sum()), panel.smallest_p)
    if isinstance(choice, DidRefusal):
        return replace(choice, effect=to_digits(fit.coefficient))
    return _result(_Case(panel, fit, options, gap, design.chosen_on, equal), _named(choice, design.test))


def _named(choice: TestChoice, test: TestName | None) -> TestChoice:
    """Return the declared test, with the default one said."""
    if test is None or test == choice.name:
        return choice
    reason = f"Ce test est nommé dans la déclaration. Par défaut : {TEST_NAMES[choice.name]}. {choice.reason_fr}"
    return replace(choice, name=test, reason_fr=typeset(reason))


def choose_for(
    panel: Panel, fit: TwoWayFit, chosen_on: Literal["outcome", "elsewhere"] | None = None
) -> tuple[float, TestChoice | DidRefusal]:
    """Return how far apart the zones stood before the entry, and the test chosen by their number, size and start.

    Args:
        panel: the panel.
        fit: its fit.
        chosen_on: what the treated zones were chosen on, when it is known.
    """
    sizes = panel.grid().weights.sum(axis=1)
    gap = counted = 0.0
    if np.count_nonzero(~panel.treated) > 1:
        changes = changes_of(panel, fit)
        start = starting_levels(panel.grid(), panel.post, changes)
        gap = start.deviations(changes)
        counted = gap if chosen_on == "outcome" or (chosen_on is None and not _stands_apart(start)) else 0.0
    return gap, choose_test(sizes[panel.treated].tolist(), sizes[~panel.treated].tolist(), counted)


def _stands_apart(start: Start) -> bool:
    """Tell whether the treated zones are of another kind: farther than chance puts zones, where levels last.

    Where levels mostly come back, a zone that stands too far for chance only says that chance has heavy tails: taking
    it for a kind of its own rejected a true null ten times in a hundred (``benchmarks/size.py --law foreign``).
    """
    return start.chance <= _ALPHA and start.returning <= _MOSTLY_RETURNING


def _result(case: _Case, choice: TestChoice) -> DidResult:
    panel, fit = case.panel, case.fit
    treated, controls = int(panel.treated.sum()), int((~panel.treated).sum())
    chosen = case.run(choice.name)
    effective = effective_clusters(fit)
    # CR2 knows nothing of the covariates that were estimated beforehand: it stands aside when there are some.
    beside = [name for name in _beside(choice.name) if case.equal is None or name not in {"cr2", "ferman_pinto"}]
    others = tuple(case.run(name) for name in beside)
    return DidResult(
        effect=chosen.effect,
        low=chosen.low,
        high=chosen.high,
        p=chosen.p,
        se=chosen.se,
        df=chosen.df,
        test=choice.name,
        test_reason_fr=choice.reason_fr,
        n_treated=treated,
        n_controls=controls,
        effective_clusters=to_digits(effective),
        mde=minimum_detectable_effect(panel, choice, case.options),
        smallest_attainable_p=to_digits(panel.smallest_p),
        leave_one_out=leave_one_out(panel, fit, choice.name, case.equal),
        pretrend=judge_pretrend(panel, fit, case.options),
        naive=case.run("cr1_normal"),
        unadjusted=to_digits(fit.coefficient),
        start_gap=to_digits(case.gap),
        leverage=_leverage(panel, fit),
        others=others,
        warnings_fr=(*_warnings(panel, choice, chosen, effective), *_disagreement(chosen, others)),
    )


def _beside(chosen: TestName) -> tuple[TestName, ...]:
    """Return the tests worth reporting beside the chosen one."""
    beside: dict[TestName, tuple[TestName, ...]] = {
        "zone_noise": ("zone_noise_level", "ferman_pinto", "permutation", "cr2", "cv3"),
        "zone_noise_level": ("zone_noise", "ferman_pinto", "permutation", "cr2", "cv3"),
        "wild_bootstrap": ("cv3", "cr2", "permutation", "zone_noise", "zone_noise_level"),
    }
    every: tuple[TestName, ...] = ("zone_noise", "zone_noise_level", "permutation", "cr2", "cv3")
    return beside.get(chosen, tuple(name for name in every if name != chosen))


def _leverage(panel: Panel, fit: TwoWayFit) -> tuple[tuple[str, float], ...]:
    ranks = sorted(range(len(panel.zones)), key=lambda rank: (-fit.leverage[rank], panel.zones[rank]))
    return tuple((panel.zones[rank], to_digits(float(fit.leverage[rank]), 6)) for rank in ranks[:_SHOWN])


def _warnings(panel: Panel, choice: TestChoice, chosen: TestOutcome, effective: float) -> tuple[str, ...]:
    found = [*panel.warnings_fr, *choice.warnings_fr]
    if effective < _FEW_EFFECTIVE:
        shown = f"{effective:.1f}".replace(".", ",")
        found.append(f"L’information repose sur peu de zones : l’équivalent de {shown} zones égales.")
    if not (np.isfinite(chosen.low) and np.isfinite(chosen.high)):
        found.append("L’intervalle n’est pas borné : le test ne rejette jamais les effets très grands de ce côté.")
    if np.count_nonzero(~panel.post) == 1:
        found.append("Une seule période précède l’entrée : rien ne dit si les évolutions étaient semblables avant.")
    return tuple(typeset(text) for text in found)


def _disagreement(chosen: TestOutcome, others: tuple[TestOutcome, ...]) -> tuple[str, ...]:
    """Say when the conclusion depends on whether zones are compared at equal starting level."""
    pair = {"zone_noise": "zone_noise_level", "zone_noise_level": "zone_noise"}
    other = next((each for each in others if each.name == pair.get(chosen.name)), None)
    if other is None or (other.p <= _ALPHA) == (chosen.p <= _ALPHA):
        return ()
    how = "sans ajuster" if chosen.name == "zone_noise_level" else "en ajustant"
    shown = "p < 0,001" if other.p < 0.001 else f"p = {other.p:.3f}".replace(".", ",")
    text = (
        f"La conclusion dépend de la méthode : {how} sur le niveau de départ, le test dirait l’inverse ({shown}). "
        "Elle n’est donc pas sûre."
    )
    return (typeset(text),)
