"""Cohort results: which counts of persons are secret, and what the flow and the bounds give away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from evalkit.follow.result.cohort import CohortResult, WaveRate
from evalkit.publish.book import Book
from evalkit.publish.policy import Policy, Rule
from evalkit.publish.secrecy import Cell, Key, Link, Plan

LOST = "lost"
"""Role of the exit of those who are without news."""

ACCOMPANIED = "accompagnés"
"""Group of the persons whom the cohort follows."""

_WEIGHTED_FROM = {"comparaison pondérée": "comparaison"}


def cohort_plan(result: CohortResult, policy: Policy, book: Book) -> Plan:
    """Return what secrecy must be decided on in a cohort.

    Rates give counts back (they are printed with the persons at risk), bounds give the persons lost, the flow is a
    chain of subtractions, and two waves of the same persons give those who left in between: a curve loses the waves
    that would tell it, which makes it coarser. A weighted rate is treated as if it gave the count that it weights.

    Args:
        result: the cohort.
        policy: thresholds by feed.
        book: names of quantities; it learns those of the cohort.

    Returns:
        Cells ``rate``, ``bounds``, ``persons`` and ``removed`` of this cohort.
    """
    rule = policy.rule(result.feed)
    book.know(_values(result))
    cells = [*_rate_cells(result), *_flow_cells(result)]
    hidden = [] if rule.is_declared else [cell.id for cell in cells]
    links = (*_flow_links(result), *_rate_links(result), *_wave_links(result))
    sensitive = (*_sensitive_rates(result, rule), *_sensitive_flow(result, rule), *_sensitive_rests(result, rule))
    return Plan(
        tuple(cells),
        links,
        dict.fromkeys((*sensitive, *_sensitive_steps(result, rule)), rule.protection),
        frozenset(hidden),
    )


def _values(result: CohortResult) -> Iterator[tuple[Key, float]]:
    """Give the counts that a cohort knows, those that nobody shows included."""
    for rate in result.rates:
        if rate.group == _unweighted(rate):
            yield _at_risk(result, rate), float(rate.at_risk)
            if rate.count is not None:
                yield _count(result, rate), float(rate.count)
                yield _count(result, rate, f"sauf {rate.exit}"), float(rate.at_risk - rate.count)
    for index, step in enumerate(result.flow):
        yield _flow(result, index, "persons"), float(step.persons)
        yield _flow(result, index, "removed"), float(step.removed)


def _curves(result: CohortResult) -> Iterator[tuple[WaveRate, WaveRate]]:
    """Give each wave of a curve with the next one, when both count the same number of persons."""
    curves: dict[tuple[str, str], list[WaveRate]] = {}
    for rate in result.rates:
        if rate.group == _unweighted(rate) and rate.count is not None:
            curves.setdefault((rate.group, rate.exit), []).append(rate)
    for rates in curves.values():
        for before, after in pairwise(rates):
            if before.at_risk == after.at_risk and (before.count or 0) <= (after.count or 0):
                yield before, after


def _between(result: CohortResult, before: WaveRate, after: WaveRate) -> Key:
    return _count(result, after, f"{after.exit} depuis {before.wave}")


def _wave_links(result: CohortResult) -> Iterator[Link]:
    for before, after in _curves(result):
        yield Link(_count(result, after), (_count(result, before), _between(result, before, after)))


def _sensitive_steps(result: CohortResult, rule: Rule) -> Iterator[Key]:
    """Give the exits between two waves that are few."""
    for before, after in _curves(result):
        if rule.is_small((after.count or 0) - (before.count or 0)):
            yield _between(result, before, after)


def rate_id(result: CohortResult, rate: WaveRate, part: str = "rate") -> Key:
    """Return the name of the cell of a rate, or of its ``bounds``."""
    return (f"cohorte {part}", result.cohort, rate.group, rate.wave, rate.exit)


def step_id(result: CohortResult, step: int, part: str) -> Key:
    """Return the name of the cell of a step of the flow: its ``persons`` or those ``removed``."""
    return (f"cohorte {part}", result.cohort, str(step))


def balance_is_secret(result: CohortResult, share: float, policy: Policy) -> bool:
    """Tell whether a share of the accompanied at entry counts too few persons, on either side."""
    rule = policy.rule(result.feed)
    size = max((rate.at_risk for rate in result.rates if rate.group == ACCOMPANIED), default=0)
    if not rule.is_declared:
        return True
    if not 0 <= share <= 1:
        return rule.is_small(size)
    count = round(share * size)
    unanimous = rule.guards_unanimity and size > 0 and count in {0, size}
    return rule.is_small(count) or rule.is_small(size - count) or unanimous


def gives_few_apart(result: CohortResult, rate: WaveRate, policy: Policy) -> bool:
    """Tell whether a weighted rate, with the gap of its wave, would tell of a few accompanied persons left out of it.

    Gap and weighted rate give the rate of the accompanied who are compared; with the rate of all, that of the others.
    """
    if rate.group not in _WEIGHTED_FROM or result.outcome not in {"", rate.exit}:
        return False
    rule = policy.rule(result.feed)
    return any(rule.is_small(each.apart) for each in result.contrasts if each.wave == rate.wave)


def _unweighted(rate: WaveRate) -> str:
    return _WEIGHTED_FROM.get(rate.group, rate.group)


def _at_risk(result: CohortResult, rate: WaveRate) -> Key:
    return ("cohorte", result.cohort, _unweighted(rate), rate.wave, "à risque")


def _count(result: CohortResult, rate: WaveRate, exit_: str = "") -> Key:
    return ("cohorte", result.cohort, _unweighted(rate), rate.wave, exit_ or rate.exit)


def _rate_cells(result: CohortResult) -> Iterator[Cell]:
    lost = {(_unweighted(rate), rate.wave) for rate in result.rates if rate.exit == LOST}
    for rate in result.rates:
        yield Cell(rate_id(result, rate), (_at_risk(result, rate), _count(result, rate)), float(rate.count or 0), 1.5)
        if (_unweighted(rate), rate.wave) in lost:
            yield Cell(rate_id(result, rate, "bounds"), (_count(result, rate, LOST),), 0.0, 0.5)


def _rate_links(result: CohortResult) -> Iterator[Link]:
    """Give, per group and wave, those who still look: the persons at risk less every exit, and less each exit."""
    exits: dict[Key, list[WaveRate]] = {}
    for rate in result.rates:
        if rate.group == _unweighted(rate):
            exits.setdefault(_at_risk(result, rate), []).append(rate)
            yield Link(_at_risk(result, rate), (_count(result, rate), _count(result, rate, f"sauf {rate.exit}")))
    for at_risk, rates in exits.items():
        counts = tuple(_count(result, rate) for rate in rates)
        yield Link(at_risk, (*counts, _count(result, rates[0], "sans sortie")))


def _sensitive_rates(result: CohortResult, rule: Rule) -> Iterator[Key]:
    for rate in result.rates:
        if rule.is_small(rate.at_risk):
            yield _at_risk(result, rate)
        if rate.count is None:
            continue
        rest = rate.at_risk - rate.count
        unanimous = rule.guards_unanimity and rate.at_risk > 0
        if rule.is_small(rate.count) or (unanimous and rate.count == 0):
            yield _count(result, rate)
        if rule.is_small(rest) or (unanimous and rest == 0):
            yield _count(result, rate, f"sauf {rate.exit}")


def _sensitive_rests(result: CohortResult, rule: Rule) -> Iterator[Key]:
    exits: dict[Key, list[WaveRate]] = {}
    for rate in result.rates:
        if rate.count is not None:
            exits.setdefault(_at_risk(result, rate), []).append(rate)
    for rates in exits.values():
        if rule.is_small(rates[0].at_risk - sum(rate.count or 0 for rate in rates)):
            yield _count(result, rates[0], "sans sortie")


def flow_key(cohort: str, step: int, part: str) -> Key:
    """Return the name of a count of the flow: the ``persons`` of a step, or those ``removed`` at it."""
    return ("cohorte", cohort, "parcours", str(step), part)


def _flow(result: CohortResult, step: int, part: str) -> Key:
    return flow_key(result.cohort, step, part)


def rate_numbers(row: Mapping[str, Any]) -> Iterator[tuple[Key, float]]:
    """Give the counts that a published rate tells."""
    group = _WEIGHTED_FROM.get(row["group"], row["group"])
    yield ("cohorte", row["cohort"], group, row["wave"], "à risque"), float(row["at_risk"])
    if row["count"] is not None:
        yield ("cohorte", row["cohort"], group, row["wave"], row["exit"]), float(row["count"])


def _flow_cells(result: CohortResult) -> Iterator[Cell]:
    for index, step in enumerate(result.flow):
        yield Cell(step_id(result, index, "persons"), (_flow(result, index, "persons"),), float(step.persons))
        yield Cell(step_id(result, index, "removed"), (_flow(result, index, "removed"),), float(step.removed))


def _flow_links(result: CohortResult) -> Iterator[Link]:
    """Give the subtractions that hold: those removed leave on arriving at a step, or after it."""
    for index in range(1, len(result.flow)):
        before, after = result.flow[index - 1], result.flow[index]
        for leaving, removed in ((index, after.removed), (index - 1, before.removed)):
            if before.persons - removed == after.persons:
                yield Link(
                    _flow(result, index - 1, "persons"),
                    (_flow(result, index, "persons"), _flow(result, leaving, "removed")),
                )


def _sensitive_flow(result: CohortResult, rule: Rule) -> Iterator[Key]:
    for index, step in enumerate(result.flow):
        if rule.is_small(step.persons):
            yield _flow(result, index, "persons")
        if rule.is_small(step.removed):
            yield _flow(result, index, "removed")
