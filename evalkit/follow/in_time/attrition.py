"""Those lost without news: how many, on which side, what weights make of them, and between which bounds truth lies."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_words import at_waves, wave_words
from evalkit.declare.model import months_of
from evalkit.errors import ComputationError
from evalkit.follow.entry.persons import ACCOMPANIED, COMPARISON, Persons, covariates
from evalkit.follow.in_time.timed import timed
from evalkit.follow.result.cohort import WaveRate
from evalkit.follow.result.doubts import Attrition, DifferentialAttrition
from evalkit.follow.shared import cluster_error, clusters_of
from evalkit.follow.states import VANISHED
from evalkit.follow.waves import balance_matrix, had_exit, observed_until
from evalkit.stats.arrays import FloatArray, to_digits
from evalkit.stats.laws import normal_p, normal_quantile, student_p, student_quantile
from evalkit.stats.survival.loss_weights import Followed, WeightedShare, weighted_shares


def loss_variables(cohort: Cohort) -> tuple[str, ...]:
    """Return the variables at entry on which being lost may depend: those declared, else those of balancing."""
    return cohort.analysis.attrition or covariates(cohort)


def attrition_of(persons: Persons, cohort: Cohort, rates: tuple[WaveRate, ...]) -> Iterator[Attrition]:
    """Give, per group and wave, those lost, the rate that weights restore, and the bounds.

    Args:
        persons: both groups.
        cohort: the protocol.
        rates: counted rates of both groups at each wave, those of being lost included.
    """
    for group in (ACCOMPANIED, COMPARISON):
        mine = {(rate.wave, rate.exit): rate for rate in rates if rate.group == group and rate.count is not None}
        waves = [wave for wave in cohort.waves if (wave, cohort.rows.outcome) in mine]
        members = persons.frame.filter(group=group)
        if members.height < cohort.minimum or not waves:
            continue
        weighted = _weighted(members, persons, cohort, tuple(waves))
        for wave in waves:
            outcome, gone = mine[wave, cohort.rows.outcome], mine[wave, VANISHED]
            found = weighted.get(wave)
            yield Attrition(
                group=group,
                wave=wave,
                persons=gone.at_risk,
                lost=gone.count or 0,
                share=gone.rate,
                weighted=to_digits(found.share) if found else None,
                low=to_digits(found.low) if found else None,
                high=to_digits(found.high) if found else None,
                effective_size=to_digits(found.effective_size) if found else None,
                truncated=found.truncated if found else 0,
                worst=outcome.worst,
                best=outcome.best,
            )


def _weighted(
    members: pl.DataFrame, persons: Persons, cohort: Cohort, waves: tuple[str, ...]
) -> dict[str, WeightedShare]:
    """Return the weighted share at each wave; nothing without variables, or when they separate those lost."""
    names = loss_variables(cohort)
    known = members.drop_nulls(names) if names else members
    if not names or known.is_empty():
        return {}
    ordered = sorted(waves, key=months_of)
    try:
        shares = shares_without_loss(known, names, cohort, persons.last_day, ordered)
    except ComputationError:
        return {}
    return dict(zip(ordered, shares, strict=True))


def shares_without_loss(
    members: pl.DataFrame,
    names: Sequence[str],
    cohort: Cohort,
    last_day: date,
    waves: Sequence[str],
    base: FloatArray | None = None,
) -> tuple[WeightedShare, ...]:
    """Return the share with the outcome at each wave, those lost replaced by those who resembled them at entry.

    Args:
        members: one side, every variable known.
        names: variables at entry on which being lost may depend.
        cohort: the protocol.
        last_day: the last day covered by the files.
        waves: waves, soonest first.
        base: weights that persons have already, those of balancing.

    Raises:
        ComputationError: the variables separate those lost.
    """
    time = timed(members, cohort, last_day)
    followed = Followed(
        durations=time.durations,
        causes=time.causes,
        lost=time.cause(VANISHED),
        covariates=balance_matrix(members, names)[0],
        clusters=clusters_of(members, cohort),
        base=base,
    )
    return tuple(weighted_shares(followed, time.cause(cohort.rows.outcome), [months_of(wave) for wave in waves]))


def differential_attrition(persons: Persons, cohort: Cohort) -> Iterator[DifferentialAttrition]:
    """Give, per wave, the gap between the shares lost on both sides: unequal losses bias what is compared.

    Args:
        persons: both groups.
        cohort: the protocol, with a comparison group.
    """
    for wave in cohort.waves:
        seen = persons.frame.filter(observed_until(persons.frame, wave, persons.last_day))
        sides = [seen.filter(group=group) for group in (ACCOMPANIED, COMPARISON)]
        if min(side.height for side in sides) < max(cohort.minimum, 2):
            continue
        gone = [had_exit(side, wave, VANISHED).cast(pl.Float64).to_numpy() for side in sides]
        gap = float(gone[0].mean() - gone[1].mean())
        error, wide, p = _gap_error(gone, sides, cohort, gap)
        if error > 0:
            yield DifferentialAttrition(
                wave=wave,
                gap=to_digits(100 * gap),
                low=to_digits(100 * (gap - wide * error)),
                high=to_digits(100 * (gap + wide * error)),
                p=to_digits(p),
            )


def _gap_error(
    gone: list[FloatArray], sides: list[pl.DataFrame], cohort: Cohort, gap: float
) -> tuple[float, float, float]:
    """Return the error of a gap of shares, the quantile of its law and its p-value."""
    clusters = clusters_of(pl.concat(sides), cohort)
    if clusters is None or len(np.unique(clusters)) < 2:
        error = math.sqrt(sum(float(side.var(ddof=1)) / len(side) for side in gone))
        return error, normal_quantile(0.975), normal_p(gap / error) if error > 0 else 1.0
    pulls = [sign * (side - side.mean()) / len(side) for sign, side in zip((1.0, -1.0), gone, strict=True)]
    error, freedom = cluster_error(np.concatenate(pulls), clusters)
    return error, student_quantile(0.975, freedom), student_p(gap / error, freedom) if error > 0 else 1.0


def attrition_warnings(found: tuple[Attrition, ...], gaps: tuple[DifferentialAttrition, ...]) -> Iterator[str]:
    """Say what losses do to the result. No number is told: warnings are published as they are."""
    uneven = [wave_words(gap.wave) for gap in gaps if gap.p < 0.05]
    if uneven:
        yield (
            f"{at_waves(uneven)}, les sans nouvelle ne sont pas aussi nombreux des deux côtés : l’écart peut venir "
            "de là. Les bornes le disent."
        )
    if any(each.lost and each.weighted is None for each in found):
        yield (
            "Aucune variable à l’entrée ne permet de pondérer les personnes sans nouvelle : seules les bornes disent "
            "ce qu’elles peuvent changer."
        )
