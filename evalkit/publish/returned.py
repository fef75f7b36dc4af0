"""Returns of a cohort: which counts of persons are secret, and what classes, zones and waves give away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby, pairwise
from typing import Any

import polars as pl

from evalkit.follow.result.cohort import CohortResult
from evalkit.follow.result.returns import EVERYBODY, ReturnRate
from evalkit.follow.states import STILL_THERE
from evalkit.publish.book import Book
from evalkit.publish.followed import LOST
from evalkit.publish.policy import Policy, Rule
from evalkit.publish.publication import SCHEMAS, Confidentiality
from evalkit.publish.rounding import rounded
from evalkit.publish.secrecy import Cell, Key, Link, Plan

_REST = "autres situations"


def returned_plan(result: CohortResult, policy: Policy, book: Book) -> Plan:
    """Return what secrecy must be decided on in the returns of a cohort.

    A rate gives its count and the entrants; bounds give those without news. What readers can subtract: the exits from
    the entrants, the classes and the zones from everybody, a wave from the next one.

    Args:
        result: the cohort; without returns, the plan is empty.
        policy: thresholds by feed.
        book: names of quantities; it learns those of the returns.

    Returns:
        Cells ``retour`` and ``retour bornes`` of this cohort.
    """
    rates = result.returns.rates if result.returns is not None else ()
    rule = policy.rule(result.feed)
    named = [_Named(result, rate, book) for rate in rates]
    cells = tuple(cell for each in named for cell in each.cells())
    links = (*_exit_links(named, book), *_class_links(named), *_wave_links(named, book))
    sensitive = [key for each in named for key, count in each.counts() if _is_secret(count, each, rule)]
    sensitive += [key for key, count in _between(named) if rule.is_small(count)]
    hidden = frozenset() if rule.is_declared else frozenset(cell.id for cell in cells)
    return Plan(cells, links, dict.fromkeys(sensitive, rule.protection), hidden)


def _is_secret(count: int, named: _Named, rule: Rule) -> bool:
    unanimous = rule.guards_unanimity and named.rate.entrants > 0 and count == 0
    return rule.is_small(count) or unanimous


def return_id(result: CohortResult, rate: ReturnRate, part: str = "retour") -> Key:
    """Return the name of the cell of a rate of returns, or of its bounds (``retour bornes``)."""
    return (part, result.cohort, rate.proof, rate.breakdown, rate.word, rate.wave, rate.exit)


class _Named:
    """A rate with the names of the quantities that it tells."""

    def __init__(self, result: CohortResult, rate: ReturnRate, book: Book) -> None:
        self.result, self.rate = result, rate
        where = f"{rate.proof} {rate.wave}"
        self.home = ("retours", result.cohort, rate.breakdown, rate.word)
        self.entrants = book.name((*self.home, "entrées"), float(rate.entrants), where)
        self.count = book.name(self.part(rate.exit), float(rate.count))
        self.others = book.name(self.part(f"sauf {rate.exit}"), float(max(0, rate.entrants - rate.count)))

    def part(self, what: str) -> Key:
        return (*self.home, self.rate.proof, self.rate.wave, what)

    @property
    def group(self) -> tuple[str, str, str, str]:
        return (self.rate.breakdown, self.rate.word, self.rate.proof, self.rate.wave)

    def counts(self) -> Iterator[tuple[Key, int]]:
        yield self.entrants, self.rate.entrants
        yield self.count, self.rate.count
        yield self.others, max(0, self.rate.entrants - self.rate.count)

    def cells(self) -> Iterator[Cell]:
        yield Cell(return_id(self.result, self.rate), (self.entrants, self.count), float(self.rate.count), 1.5)
        if self.rate.best > self.rate.worst:
            bounds = return_id(self.result, self.rate, "retour bornes")
            yield Cell(bounds, (self.part(LOST),), 0.0, 0.5)


def _exit_links(named: list[_Named], book: Book) -> Iterator[Link]:
    """Give, per wave and class, the entrants as the sum of their exits, and as one exit and the others."""
    for _, group in groupby(sorted(named, key=lambda each: each.group), key=lambda each: each.group):
        rates = list(group)
        first = rates[0]
        rest = first.rate.entrants - sum(each.rate.count for each in rates)
        if rest >= 0:
            other = book.name(first.part(_REST), float(rest))
            yield Link(first.entrants, (*(each.count for each in rates), other))
        for each in rates:
            if each.rate.count <= each.rate.entrants:
                yield Link(each.entrants, (each.count, each.others))


def _class_links(named: list[_Named]) -> Iterator[Link]:
    """Give everybody as the sum of the classes of a criterion, where they add up."""
    everybody = [each for each in named if each.rate.breakdown == EVERYBODY]
    whole: dict[tuple[str, ...], _Named] = {(*each.group[2:], each.rate.exit): each for each in everybody}
    classes: dict[tuple[str, ...], list[_Named]] = {}
    for each in named:
        if each.rate.breakdown != EVERYBODY:
            classes.setdefault((each.rate.breakdown, *each.group[2:], each.rate.exit), []).append(each)
    for (_, *key), parts in sorted(classes.items()):
        total = whole.get(tuple(key))
        if total is None:
            continue
        if sum(each.rate.count for each in parts) == total.rate.count:
            yield Link(total.count, tuple(each.count for each in parts))
        if sum(each.rate.entrants for each in parts) == total.rate.entrants:
            yield Link(total.entrants, tuple(each.entrants for each in parts))


def _curves(named: list[_Named]) -> Iterator[tuple[_Named, _Named]]:
    """Give each wave of a class with the next one, when exits of the same entrants only grow.

    Those without news, or without an exit, come and go: what changes between two waves is no number of persons.
    """

    def line(each: _Named) -> tuple[str, ...]:
        rate = each.rate
        return (rate.breakdown, rate.word, rate.proof, rate.exit)

    leaving = [each for each in named if each.rate.exit not in {LOST, STILL_THERE}]
    for _, group in groupby(sorted(leaving, key=line), key=line):
        for before, after in pairwise(group):
            if before.rate.entrants == after.rate.entrants and before.rate.count <= after.rate.count:
                yield before, after


def _step(before: _Named, after: _Named) -> Key:
    return after.part(f"{after.rate.exit} depuis {before.rate.wave}")


def _between(named: list[_Named]) -> Iterator[tuple[Key, int]]:
    for before, after in _curves(named):
        yield _step(before, after), after.rate.count - before.rate.count


def _wave_links(named: list[_Named], book: Book) -> Iterator[Link]:
    for before, after in _curves(named):
        between = book.name(_step(before, after), float(after.rate.count - before.rate.count))
        yield Link(after.count, (before.count, between))


def return_numbers(row: Mapping[str, Any]) -> Iterator[tuple[Key, float]]:
    """Give the counts that a published rate of returns tells."""
    home = ("retours", row["cohort"], row["breakdown"], row["word"])
    yield (*home, "entrées"), float(row["entrants"])
    yield (*home, row["proof"], row["wave"], row["exit"]), float(row["count"])


def return_rows(result: CohortResult, hidden: frozenset[Key], policy: Policy) -> Iterator[dict[str, Any]]:
    """Give the published rows of the returns of a cohort, without their masked numbers."""
    rule = policy.rule(result.feed)
    for rate in result.returns.rates if result.returns is not None else ():
        secret = return_id(result, rate) in hidden
        unbounded = secret or return_id(result, rate, "retour bornes") in hidden
        row: dict[str, Any] = {name: getattr(rate, name, None) for name in SCHEMAS["returns"]}
        row |= {"cohort": result.cohort, "confidentiality": Confidentiality.FREE.value, "reason": ""}
        if secret:
            row |= dict.fromkeys(("entrants", "count", "rate", "low", "high"))
            row |= {"confidentiality": Confidentiality.SECRET.value, "reason": rule.reason}
        elif rule.rounding:
            given = {"numerator": rate.count, "denominator": rate.entrants, "n": None, "value": rate.rate}
            about = rounded(given, rule.rounding)
            row |= {"entrants": about["denominator"], "count": about["numerator"], "rate": about["value"]}
            row |= {"low": None, "high": None, "worst": None, "best": None}
        if unbounded:
            row |= {"worst": None, "best": None}
        yield row


def finding_rows(result: CohortResult) -> Iterator[dict[str, Any]]:
    """Give what does not hold in the rows or in the returns of a cohort, without the numbers behind it."""
    for found in (*result.findings, *(result.returns.findings if result.returns is not None else ())):
        yield {"cohort": result.cohort, "code": found.code, "place": found.place, "message": found.message}


def return_tables(results: tuple[CohortResult, ...], hidden: frozenset[Key], policy: Policy) -> dict[str, pl.DataFrame]:
    """Return the tables ``returns`` and ``cohort_findings``."""
    rows = [row for result in results for row in return_rows(result, hidden, policy)]
    found = [row for result in results for row in finding_rows(result)]
    return {
        "returns": pl.DataFrame(rows, schema=SCHEMAS["returns"]),
        "cohort_findings": pl.DataFrame(found, schema=SCHEMAS["cohort_findings"]),
    }
