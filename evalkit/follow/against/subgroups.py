"""Who benefits: the gap inside each declared subgroup, with the p-value that counts them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_words import wave_words
from evalkit.declare.model import months_of
from evalkit.errors import ComputationError
from evalkit.follow.against.balanced import balance_groups
from evalkit.follow.against.contrast import Gap, gap_between
from evalkit.follow.entry.persons import ACCOMPANIED, Persons
from evalkit.follow.in_time.curves import words_of
from evalkit.follow.result.doubts import Family, SubgroupGap, SubgroupTest
from evalkit.follow.waves import had_exit
from evalkit.stats.arrays import FloatArray, to_digits
from evalkit.stats.multiplicity import benjamini_hochberg, holm
from evalkit.typography import typeset

_NO_WORDS = "Ce critère n’a pas au moins deux classes dans la cohorte, ou en a trop : découpez-le en classes."
_LEAST_ERROR = 1e-9


@dataclass(frozen=True, slots=True)
class _Found:
    shown: SubgroupGap
    gap: Gap | None


def subgroup_gaps(
    persons: Persons, cohort: Cohort, wave: str
) -> tuple[tuple[SubgroupGap, ...], tuple[SubgroupTest, ...]]:
    """Return the gap inside each declared subgroup, and the test that it is the same across the words of a field.

    Groups are balanced again inside each subgroup, on the same variables. P-values of primary subgroups are adjusted by
    Holm, those of exploratory ones by Benjamini and Hochberg; a subgroup that was not declared is never looked at.

    Args:
        persons: both groups.
        cohort: the protocol.
        wave: the wave of the headline gap.

    Source: Holm 1979; Benjamini and Hochberg 1995; Cochran 1954 for the test across words.
    """
    gaps: list[SubgroupGap] = []
    tests: list[SubgroupTest] = []
    for family, variables in _families(cohort):
        found = {name: list(_of_variable(persons, cohort, wave, name, family)) for name in variables}
        gaps += _adjusted([each.shown for parts in found.values() for each in parts], family)
        tests += _tests(found, family, wave)
    return tuple(gaps), tuple(tests)


def _families(cohort: Cohort) -> Iterator[tuple[Family, tuple[str, ...]]]:
    yield "principal", cohort.analysis.subgroups.primary
    yield "exploratoire", cohort.analysis.subgroups.exploratory


def _of_variable(persons: Persons, cohort: Cohort, wave: str, variable: str, family: Family) -> Iterator[_Found]:
    words = words_of(persons.frame.filter(group=ACCOMPANIED), variable)
    if len(words) < 2:
        refused = SubgroupGap(
            variable=variable, word="", family=family, wave=wave, persons=0, refusal=typeset(_NO_WORDS)
        )
        yield _Found(refused, None)
        return
    for word in words:
        inside = replace(persons, frame=persons.frame.filter(pl.col(variable) == word))
        shown = SubgroupGap(variable=variable, word=str(word), family=family, wave=wave, persons=0)
        yield _in_word(inside, cohort, wave, shown)


def _in_word(inside: Persons, cohort: Cohort, wave: str, shown: SubgroupGap) -> _Found:
    try:
        balanced = balance_groups(inside, cohort, wave)
        sides = [_had(side, cohort, wave) for side in (balanced.accompanied, balanced.comparison)]
        gap = gap_between(balanced, *sides)
    except ComputationError as error:
        return _Found(replace(shown, refusal=typeset(error.problems[0].message)), None)
    hit = int(sides[0].sum())
    persons = balanced.accompanied.height
    shown = replace(shown, persons=persons, fewest=min(hit, persons - hit))
    if gap.error < _LEAST_ERROR:
        reason = f"À {wave_words(wave)}, les deux groupes sont unanimes : l’écart n’a pas d’erreur calculable."
        return _Found(replace(shown, refusal=typeset(reason)), None)
    numbers = [to_digits(100 * each) for each in (gap.effect, gap.effect - gap.half, gap.effect + gap.half)]
    effect, low, high = numbers
    return _Found(replace(shown, effect=effect, low=low, high=high, p=to_digits(gap.p)), gap)


def _had(side: pl.DataFrame, cohort: Cohort, wave: str) -> FloatArray:
    return had_exit(side, wave, cohort.rows.outcome).cast(pl.Float64).to_numpy()


def _adjust(p_values: list[float], family: Family) -> tuple[float, ...]:
    return holm(p_values) if family == "principal" else benjamini_hochberg(p_values)


def _adjusted(gaps: list[SubgroupGap], family: Family) -> list[SubgroupGap]:
    adjusted = iter(_adjust([gap.p for gap in gaps if gap.p is not None], family))
    return [gap if gap.p is None else replace(gap, p_adjusted=to_digits(next(adjusted))) for gap in gaps]


def _tests(found: dict[str, list[_Found]], family: Family, wave: str) -> list[SubgroupTest]:
    from scipy.special import chdtrc  # noqa: PLC0415

    raw: list[tuple[str, float, int, float]] = []
    for variable, parts in found.items():
        gaps = [part.gap for part in parts if part.gap is not None]
        if len(gaps) < 2:
            continue
        weights = [1.0 / gap.error**2 for gap in gaps]
        mean = sum(weight * gap.effect for weight, gap in zip(weights, gaps, strict=True)) / sum(weights)
        statistic = sum(weight * (gap.effect - mean) ** 2 for weight, gap in zip(weights, gaps, strict=True))
        raw.append((variable, statistic, len(gaps) - 1, float(chdtrc(len(gaps) - 1, statistic))))
    adjusted = _adjust([p for *_, p in raw], family)
    return [
        SubgroupTest(
            variable=variable,
            family=family,
            wave=wave,
            statistic=to_digits(statistic),
            df=df,
            p=to_digits(p),
            p_adjusted=to_digits(after),
        )
        for (variable, statistic, df, p), after in zip(raw, adjusted, strict=True)
    ]


def longest_wave(cohort: Cohort, waves: list[str]) -> str | None:
    """Return the longest of the waves at which groups were compared."""
    return max((wave for wave in cohort.waves if wave in waves), key=months_of, default=None)
