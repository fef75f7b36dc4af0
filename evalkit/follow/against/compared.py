"""The accompanied beside their balanced comparison at each wave: gaps, overlap, losses and subgroups, or why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from evalkit.declare.cohort import Cohort
from evalkit.declare.cohort_words import at_waves, wave_words
from evalkit.errors import ComputationError
from evalkit.follow.against.balanced import Balanced, balance_groups
from evalkit.follow.against.contrast import contrast_at, weighted_rates
from evalkit.follow.against.restored import restored
from evalkit.follow.against.subgroups import longest_wave, subgroup_gaps
from evalkit.follow.entry.persons import Persons
from evalkit.follow.in_time.attrition import differential_attrition
from evalkit.follow.result.cohort import Balance, CohortResult, Contrast, WaveRate
from evalkit.follow.result.doubts import Overlap
from evalkit.follow.waves import observed_until
from evalkit.typography import typeset

_PLACE_NOT_PROGRAMME = (
    "Les personnes accompagnées n’ont pas été tirées au sort : l’écart tient compte de ce qui est mesuré à l’entrée, "
    "pas de la motivation ni du choix des conseillers."
)
_BOTH = (
    "Des personnes ont une entrée avec accompagnement et une autre sans : elles comptent une fois, parmi les "
    "accompagnées, à leur première entrée accompagnée."
)


@dataclass(slots=True)
class _Waves:
    """What the waves that could be compared gave, one after the other."""

    rates: list[WaveRate] = field(default_factory=list)
    contrasts: list[Contrast] = field(default_factory=list)
    balance: tuple[Balance, ...] = ()
    overlap: Overlap | None = None
    told: dict[str, list[str]] = field(default_factory=dict)
    """What is said, and the waves of which it is."""

    def warn(self, wave: str, sentence: str) -> None:
        """Keep a sentence said of a wave: what is said of several is said once."""
        self.told.setdefault(sentence, []).append(wave_words(wave))

    def refuse(self, wave: str, error: ComputationError) -> None:
        """Say why a wave is not compared."""
        message = error.problems[0].message
        self.warn(wave, f"pas de comparaison : {message[0].lower()}{message[1:]}")

    @property
    def warnings(self) -> list[str]:
        """What is said, the waves first."""
        return [f"{at_waves(waves)}, {sentence}" for sentence, waves in self.told.items()]


def compared(described: CohortResult, cohort: Cohort, persons: Persons) -> CohortResult:
    """Add the balanced group and the gap at each wave where the groups can be compared, or the reason why not.

    Args:
        described: the result without comparison.
        cohort: the protocol, with a comparison group.
        persons: both groups.
    """
    waves = _Waves()
    for _, alike in groupby(cohort.waves, key=lambda wave: _persons_seen(persons, wave)):
        _compare_waves(waves, persons, cohort, list(alike))
    warnings = waves.warnings
    if persons.both:
        warnings.append(_BOTH)
    if waves.contrasts:
        warnings.append(_PLACE_NOT_PROGRAMME)
    last = longest_wave(cohort, [contrast.wave for contrast in waves.contrasts])
    subgroups, tests = subgroup_gaps(persons, cohort, last) if last else ((), ())
    return replace(
        described,
        rates=(*described.rates, *waves.rates),
        balance=waves.balance,
        contrasts=tuple(waves.contrasts),
        overlap=waves.overlap,
        subgroups=subgroups,
        subgroup_tests=tests,
        differential=tuple(differential_attrition(persons, cohort)),
        warnings=(*described.warnings, *(typeset(sentence) for sentence in warnings)),
    )


def _persons_seen(persons: Persons, wave: str) -> int:
    """Count the persons seen for the whole of a wave: who is seen for one is seen for any shorter one."""
    return int(observed_until(persons.frame, wave, persons.last_day).sum())


def _compare_waves(waves: _Waves, persons: Persons, cohort: Cohort, alike: list[str]) -> None:
    """Balance the groups once for the waves that the same persons have gone through, and compare them at each."""
    try:
        balanced = balance_groups(persons, cohort, alike[0])
    except ComputationError as error:
        for wave in alike:
            waves.refuse(wave, error)
        return
    waves.balance = waves.balance or balanced.table
    waves.overlap = waves.overlap or balanced.overlap
    gaps: list[Contrast] = []
    for wave in alike:
        waves.rates += weighted_rates(balanced, cohort, wave)
        for sentence in _balance_warnings(balanced, cohort):
            waves.warn(wave, sentence)
        try:
            gaps.append(contrast_at(balanced, cohort, wave))
        except ComputationError as error:
            waves.refuse(wave, error)
    waves.contrasts += restored(gaps, balanced, cohort, persons)


def _balance_warnings(balanced: Balanced, cohort: Cohort) -> Iterator[str]:
    """Say what balancing cost at a wave. No number is told: warnings are published as they are."""
    if balanced.left_out:
        yield (
            "des personnes à qui manque une variable d’équilibrage, ou à qui nulle personne "
            "accompagnée ne ressemble, sont hors de la comparaison."
        )
    if balanced.unmatched:
        yield (
            "des personnes accompagnées n’ont personne d’assez semblable dans le groupe de "
            "comparaison : l’écart est celui des autres."
        )
    if balanced.effective_size < cohort.minimum:
        yield (
            f"l’équilibrage repose sur l’équivalent de moins de {cohort.minimum} personnes : "
            "l’écart dépend de quelques-unes."
        )
    if balanced.overlap.inside < 0.95 and balanced.matches is None:
        yield (
            "des personnes accompagnées n’ont pas leurs semblables dans le groupe de "
            "comparaison : pour elles, l’écart est extrapolé."
        )
