"""Plant truths in cohorts and see what the follow-up finds: coverage of intervals, rejections of tests, bounds.

Each draw is a cohort of 300 accompanied persons and 400 others, followed by month for up to three years, given to
``evalkit.follow`` as the engine would give it. The truth is in closed form (``benchmarks/cohort_world.py``). The tables
are Markdown, in French, as ``docs/personnes.md`` prints them.

    python benchmarks/cohort_truths.py --draws 1000
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.cohort_world import World, drawn
from evalkit.declare.cohort import Cohort
from evalkit.follow.against.balanced import balance_groups
from evalkit.follow.against.contrast import contrast_at
from evalkit.follow.against.restored import restored
from evalkit.follow.analyse import analyse
from evalkit.follow.entry.persons import ACCOMPANIED, COMPARISON, Persons
from evalkit.follow.in_time.attrition import attrition_of
from evalkit.follow.result.cohort import CohortResult, WaveRate
from evalkit.follow.shared import rates_by_cluster
from evalkit.follow.waves import wave_rates
from evalkit.stats.intervals import clopper_pearson_interval, wilson_interval
from evalkit.stats.paired import mcnemar

SEED = 20_261_121
PROTOCOL = {
    "cohort": "essai.plante",
    "contract": "essai",
    "label": "Vérités plantées",
    "feed": "parcours",
    "public": "accompagnement = 'cite'",
    "definition": "Personnes tirées au sort",
    "zones": ["pres", "aubepins"],
    "entry": {"date": "debut", "window": ["2024-01-01", "2024-12-31"]},
    "waves": ["P12M"],
    "situation": "etat",
    "exit_date": "fin",
    "exits": {"durable": "emploi", "transition": "formation", "lost": "perdu"},
    "outcome": "durable",
    "against": {"where": "accompagnement = 'commun'", "zone": "same", "balance": ["age"]},
}
NOTHING = World(confounded=False)
WORLDS = {
    "Groupes semblables, aucun effet": NOTHING,
    "Groupes semblables, effet réel": World(confounded=False, effect=0.03),
    "Accompagnés plus jeunes, aucun effet": World(),
    "Accompagnés plus jeunes, effet réel": World(effect=0.03),
    "Pertes selon l’âge, effet réel": World(effect=0.03, loss="seen"),
    "Pertes selon le résultat, effet réel": World(effect=0.03, loss="outcome"),
    "Rythmes différents d’une agence à l’autre": World(confounded=False, agencies=0.5),
}


def cohort(world: World) -> Cohort:
    """Return the protocol of a world: subgroups where nothing differs, the agency where agencies matter."""
    analysis: dict[str, object] = {}
    if world == NOTHING:
        analysis = {"curves": ["sexe"], "subgroups": {"primary": ["sexe", "zone"]}}
    if world.agencies:
        analysis = {"shared": "agence"}
    return Cohort.model_validate({**PROTOCOL, "analysis": analysis})


@dataclass(frozen=True, slots=True)
class Verdicts:
    """How many draws said what; ``draws`` of them."""

    draws: int
    held: Counter[str]

    def share(self, name: str) -> float:
        """Return the share of the draws, in per cent."""
        return 100 * self.held[name] / self.draws


def trials(world: World, draws: int, seed: int = SEED) -> Verdicts:
    """Draw cohorts of a world and count what each way of reading them says."""
    rng, held = np.random.default_rng(seed), Counter[str]()
    protocol = cohort(world)
    for _ in range(draws):
        persons = drawn(rng, world)
        found = analyse(protocol, persons) if world == NOTHING else at_wave(protocol, persons)
        held.update(name for name, is_true in _judged(found, world) if is_true)
        held["écart apparié contient"] += _holds_when_matched(protocol, persons, world)
        held["McNemar rejette"] += _mcnemar_rejects(rng)
        held["taux, sans grappes"] += _holds_as_if_alone(found, world)
    return Verdicts(draws, held)


def at_wave(protocol: Cohort, persons: Persons) -> CohortResult:
    """Return the rates, the gap and the losses alone: what curves and subgroups cost is spent where they are judged."""
    counted = [
        rate
        for group in (ACCOMPANIED, COMPARISON)
        for rate in wave_rates(persons.frame.filter(group=group), group, protocol, persons.last_day)
    ]
    rates = tuple(rates_by_cluster(counted, persons, protocol))
    (wave,) = protocol.waves
    balanced = balance_groups(persons, protocol, wave)
    return CohortResult(
        contract=protocol.contract,
        cohort=protocol.cohort,
        definition=protocol.definition,
        flow=(),
        rates=rates,
        contrasts=tuple(restored([contrast_at(balanced, protocol, wave)], balanced, protocol, persons)),
        attrition=tuple(attrition_of(persons, protocol, rates)),
    )


def _judged(found: CohortResult, world: World) -> Iterator[tuple[str, bool]]:
    rates = {rate.group: rate for rate in found.rates if rate.exit == "durable"}
    mine, others = rates[ACCOMPANIED], rates[COMPARISON]
    naive = 100 * (mine.rate - others.rate)
    half = 196 * math.sqrt(sum(rate.rate * (1 - rate.rate) / rate.at_risk for rate in (mine, others)))
    yield "écart brut contient", abs(naive - world.gap) <= half
    yield "écart brut rejette", abs(naive) > half
    (gap,) = found.contrasts
    yield "écart équilibré contient", gap.low <= world.gap <= gap.high
    yield "écart équilibré rejette", gap.p < 0.05
    low, high = (gap.low if gap.restored_low is None else gap.restored_low), (gap.restored_high or gap.high)
    yield "écart redressé contient", low <= world.gap <= high
    yield "bornes de l’écart contiennent", (gap.worst_low or 0.0) <= world.gap <= (gap.best_high or 0.0)
    yield "taux brut contient", mine.low <= world.rate <= mine.high
    yield "bornes du taux contiennent", _outer(mine, world.rate)
    row = next(each for each in found.attrition if each.group == ACCOMPANIED)
    yield "taux pondéré contient", (row.low or 0.0) <= world.rate <= (row.high or 0.0)
    yield "Gray rejette", any(test.p < 0.05 for test in found.curve_tests)
    yield "sous-groupes rejettent", any((each.p_adjusted or 1.0) < 0.05 for each in found.subgroups)
    yield "sous-groupes diffèrent", any(each.p_adjusted < 0.05 for each in found.subgroup_tests)


def _holds_when_matched(protocol: Cohort, persons: Persons, world: World) -> bool:
    """Tell whether the gap to matched neighbours, the second method, holds the truth."""
    against = protocol.against.model_copy(update={"method": "matching"}) if protocol.against else None
    matched = protocol.model_copy(update={"against": against})
    (wave,) = matched.waves
    gap = contrast_at(balance_groups(persons, matched, wave), matched, wave)
    return gap.low <= world.gap <= gap.high


def _holds_as_if_alone(found: CohortResult, world: World) -> bool:
    """Tell whether the interval of the same rate holds the truth when persons are taken as sharing nothing."""
    rate = next(each for each in found.rates if (each.group, each.exit) == (ACCOMPANIED, "durable"))
    interval = wilson_interval(rate.rate * rate.at_risk, rate.at_risk)
    return interval.low <= world.rate <= interval.high


def _outer(rate: WaveRate, truth: float) -> bool:
    """Tell whether the bounds, with the doubt of sampling at both ends, hold the truth."""
    low = wilson_interval(rate.worst * rate.at_risk, rate.at_risk).low
    high = wilson_interval(rate.best * rate.at_risk, rate.at_risk).high
    return min(low, rate.low) <= truth <= max(high, rate.high)


def _mcnemar_rejects(rng: np.random.Generator) -> bool:
    """Draw sixty persons whose state comes and goes without drifting: the exact test must reject 5 % at most."""
    before, moved = rng.random(60) < 0.3, rng.random(60) < 0.3
    return mcnemar(before, np.where(moved, rng.random(60) < 0.3, before)).p < 0.05


def truths_table(found: dict[str, Verdicts]) -> Iterator[str]:
    """Give the table of coverage: what each interval holds of the truth, in per cent of the draws."""
    names = ("écart brut", "écart équilibré", "écart apparié", "écart redressé", "bornes de l’écart")
    names += ("taux brut", "taux pondéré", "bornes du taux")
    yield f"| monde | {' | '.join(names)} | rejets, brut | rejets, équilibré |"
    yield "|---|" + "---:|" * (len(names) + 2)
    for label, verdicts in found.items():
        held = [
            verdicts.share(f"{name} {'contiennent' if name.startswith('bornes') else 'contient'}") for name in names
        ]
        held += [verdicts.share(f"écart {name} rejette") for name in ("brut", "équilibré")]
        yield f"| {label} | " + " | ".join(f"{share:.1f}".replace(".", ",") for share in held) + " |"


def null_table(found: dict[str, Verdicts]) -> Iterator[str]:
    """Give the tests where there is nothing to find, and the intervals of persons who share agencies."""
    nothing = found["Groupes semblables, aucun effet"]
    named = (
        ("Gray, femmes et hommes, aucune différence", "Gray rejette"),
        ("quatre sous-groupes principaux (Holm), au moins un rejet, aucun effet", "sous-groupes rejettent"),
        ("l’écart diffère selon un critère principal (Holm), aucun effet", "sous-groupes diffèrent"),
        ("McNemar exact, aucun changement", "McNemar rejette"),
    )
    yield "| épreuve | rejets à 5 % |"
    yield "|---|---:|"
    for label, name in named:
        low, high = _around(nothing.held[name], nothing.draws)
        yield f"| {label} | {nothing.share(name):.1f} ({low:.1f} à {high:.1f}) |".replace(".", ",")
    shared = found["Rythmes différents d’une agence à l’autre"]
    yield ""
    yield "| taux, rythmes différents d’une agence à l’autre | couverture |"
    yield "|---|---:|"
    for label, name in (("par grappes", "taux brut contient"), ("comme indépendantes", "taux, sans grappes")):
        yield f"| intervalle, personnes prises {label} | {shared.share(name):.1f} |".replace(".", ",")


def _around(count: int, draws: int) -> tuple[float, float]:
    interval = clopper_pearson_interval(count, draws)
    return 100 * interval.low, 100 * interval.high


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=1000)
    draws = parser.parse_args().draws
    found = {label: trials(world, draws) for label, world in WORLDS.items()}
    show = partial(print, flush=True)
    for line in (*truths_table(found), "", *null_table(found)):
        show(line)


if __name__ == "__main__":
    main()
