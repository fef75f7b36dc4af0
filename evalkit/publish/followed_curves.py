"""Curves of a cohort: a step may be one person, so that months are merged, and points decided with the rates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from evalkit.declare.model import months_of
from evalkit.follow.result.cohort import CohortResult, WaveRate
from evalkit.follow.result.doubts import OverlapBin
from evalkit.follow.result.timed import Curve
from evalkit.publish.book import Book
from evalkit.publish.followed import ACCOMPANIED
from evalkit.publish.policy import Policy, Rule
from evalkit.publish.secrecy import Cell, Key, Link, Plan


def curve_plan(result: CohortResult, policy: Policy, book: Book) -> Plan:
    """Return what secrecy must be decided on in the curves of a cohort and in its overlap.

    A point tells how many had left by then, two points how many left in between, both with the persons of the curve how
    many had not. Words of a field add up to everybody; a curve at a wave adds up to the rate of that wave.

    Args:
        result: the cohort; without curves, the plan is empty.
        policy: thresholds by feed.
        book: names of quantities; it learns those of the curves.

    Returns:
        Cells ``cohorte courbe`` and ``cohorte recouvrement`` of this cohort.
    """
    rule = policy.rule(result.feed)
    months = shown_months(result, rule)
    walks = [_Walk(result, curve, months, book) for curve in shown_curves(result)]
    bins = list(_bins(result, rule, book))
    cells = (*(cell for walk in walks for cell in walk.cells()), *(cell for cell, _ in bins))
    sums = (*_word_sums(walks), *_wave_sums(result, walks), *_bin_sums(result, bins))
    book.know((rest, float(count)) for each in sums for rest, count in each.rest)
    links = [*(link for walk in walks for link in walk.links()), *(each.link for each in sums)]
    counted = [pair for walk in walks for pair in walk.counts()] + [(cell.shows[0], n) for cell, n in bins]
    counted += [pair for each in sums for pair in each.rest]
    sensitive = [key for key, count in counted if rule.is_small(count)]
    sensitive += [key for walk in walks for key in walk.unanimous(rule)]
    hidden = frozenset() if rule.is_declared else frozenset(cell.id for cell in cells)
    return Plan(cells, tuple(links), dict.fromkeys(sensitive, rule.protection), hidden)


def shown_curves(result: CohortResult) -> Iterator[Curve]:
    """Give the curves that are published: every exit of whole groups, the outcome alone inside them."""
    outcome = {rate.exit for rate in result.rates if rate.group == ACCOMPANIED}
    explained = {mean.exit for mean in result.means} & outcome
    for curve in result.curves:
        if not curve.variable or curve.exit in explained:
            yield curve


def shown_months(result: CohortResult, rule: Rule) -> tuple[int, ...]:
    """Return the months at which curves are published: those of the waves, then others while no step is small.

    A month is added when, since the last one and until the next wave, enough persons of each whole group had each exit;
    an exit that too few had at all is masked whatever the months, and does not count here.
    """
    whole = [curve for curve in result.curves if not curve.variable]
    if not whole:
        return ()
    last = min(len(curve.points) for curve in whole) - 1
    waves = sorted({int(months_of(rate.wave)) for rate in result.rates} | {last})
    stops = [month for month in waves if 0 < month <= last]
    frequent = [curve for curve in whole if not rule.is_small(curve.points[last].exits) and curve.points[last].exits]
    shown: list[int] = []
    for start, stop in pairwise([0, *stops]):
        previous = start
        for month in range(start + 1, stop):
            if frequent and all(_enough(curve, previous, month, stop, rule) for curve in frequent):
                shown.append(month)
                previous = month
        shown.append(stop)
    return tuple(shown)


def _enough(curve: Curve, previous: int, month: int, stop: int, rule: Rule) -> bool:
    points = curve.points
    steps = (points[month].exits - points[previous].exits, points[stop].exits - points[month].exits)
    return all(step > 0 and not rule.is_small(step) for step in steps)


def point_id(result: CohortResult, curve: Curve, month: int) -> Key:
    """Return the name of the cell of a point of a curve."""
    return ("cohorte courbe", result.cohort, curve.group, _word(curve), curve.exit, str(month))


def bin_id(result: CohortResult, group: str, low: float) -> Key:
    """Return the name of the cell of a class of the overlap."""
    return ("cohorte recouvrement", result.cohort, group, f"{low:g}")


def _word(curve: Curve) -> str:
    return f"{curve.variable} = {curve.word}" if curve.variable else ""


def _persons_key(cohort: str, group: str, word: str) -> Key:
    return ("cohorte", cohort, group, word, "personnes de la courbe")


def _exits_key(cohort: str, group: str, word: str, month: int, exit_: str) -> Key:
    return ("cohorte", cohort, group, word, f"par le mois {month}", exit_)


class _Walk:
    """The published points of a curve, with the names of the quantities that they tell."""

    def __init__(self, result: CohortResult, curve: Curve, months: tuple[int, ...], book: Book) -> None:
        self.result, self.curve, self.months = result, curve, months
        self.home = (result.cohort, curve.group, _word(curve))
        self.persons = book.name(_persons_key(*self.home), float(curve.persons))
        self.exits = {
            month: book.name(_exits_key(*self.home, month, curve.exit), float(self.count(month))) for month in months
        }
        book.know((key, float(count)) for key, count in self.counts())

    def count(self, month: int) -> int:
        return self.curve.points[month].exits

    def _step(self, month: int) -> Key:
        return _exits_key(*self.home, month, f"{self.curve.exit}, depuis le point d’avant")

    def _rest(self, month: int) -> Key:
        return _exits_key(*self.home, month, f"sauf {self.curve.exit}")

    def counts(self) -> Iterator[tuple[Key, int]]:
        yield self.persons, self.curve.persons
        for before, month in pairwise((0, *self.months)):
            yield self.exits[month], self.count(month)
            yield self._rest(month), self.curve.persons - self.count(month)
            if before:
                yield self._step(month), self.count(month) - self.count(before)

    def unanimous(self, rule: Rule) -> Iterator[Key]:
        """Give the points by which nobody, or everybody, had left: they say something of each person."""
        for month in self.months if rule.guards_unanimity else ():
            if self.count(month) == 0:
                yield self.exits[month]
            if self.count(month) == self.curve.persons:
                yield self._rest(month)

    def cells(self) -> Iterator[Cell]:
        for month in self.months:
            shows = (self.exits[month], self.persons)
            yield Cell(point_id(self.result, self.curve, month), shows, float(self.count(month)), 0.5)

    def links(self) -> Iterator[Link]:
        for before, month in pairwise((0, *self.months)):
            yield Link(self.persons, (self.exits[month], self._rest(month)))
            if before:
                yield Link(self.exits[month], (self.exits[before], self._step(month)))


@dataclass(frozen=True, slots=True)
class _Sum:
    """A whole, its parts, and what of the whole is in no part."""

    link: Link
    rest: tuple[tuple[Key, int], ...] = ()

    @classmethod
    def of(cls, whole: tuple[Key, int], parts: list[tuple[Key, int]], other: Key) -> _Sum:
        rest = whole[1] - sum(count for _, count in parts)
        keys = tuple(key for key, _ in parts)
        if rest <= 0:
            return cls(Link(whole[0], keys))
        return cls(Link(whole[0], (*keys, other)), ((other, rest),))


def _word_sums(walks: list[_Walk]) -> Iterator[_Sum]:
    """Give everybody as the sum of the words of a field, and of those of the words that are not shown."""
    whole = {(walk.curve.group, walk.curve.exit): walk for walk in walks if not walk.curve.variable}
    parts: dict[tuple[str, str, str], list[_Walk]] = {}
    for walk in walks:
        if walk.curve.variable:
            parts.setdefault((walk.curve.group, walk.curve.exit, walk.curve.variable), []).append(walk)
    for (group, exit_, variable), words in parts.items():
        total = whole[group, exit_]
        home = (total.result.cohort, group, f"{variable} = autres")
        persons = [(walk.persons, walk.curve.persons) for walk in words]
        yield _Sum.of((total.persons, total.curve.persons), persons, _persons_key(*home))
        for month in total.months:
            left = [(walk.exits[month], walk.count(month)) for walk in words]
            yield _Sum.of((total.exits[month], total.count(month)), left, _exits_key(*home, month, exit_))


def _wave_sums(result: CohortResult, walks: list[_Walk]) -> Iterator[_Sum]:
    """Give a curve at a wave as the count of that wave, and those of persons not seen for the whole of it."""
    rates: dict[tuple[str, str, int], WaveRate] = {}
    for rate in result.rates:
        if rate.count is not None and rate.wave[-1] != "D":
            rates[rate.group, rate.exit, int(months_of(rate.wave))] = rate
    for walk in walks:
        for month in walk.months if not walk.curve.variable else ():
            found = rates.get((walk.curve.group, walk.curve.exit, month))
            if found is None:
                continue
            home = ("cohorte", result.cohort, found.group, found.wave)
            for whole, part, count in (
                ((walk.exits[month], walk.count(month)), found.exit, found.count or 0),
                ((walk.persons, walk.curve.persons), "à risque", found.at_risk),
            ):
                yield _Sum.of(whole, [((*home, part), count)], (*home, part, "pas encore suivies jusque-là"))


def merged_bins(result: CohortResult, rule: Rule) -> tuple[OverlapBin, ...]:
    """Return the classes of the overlap, merged until none counts too few persons of either group."""
    merged: list[OverlapBin] = []
    for each in result.overlap.bins if result.overlap else ():
        if merged and not _readable(merged[-1], rule):
            merged[-1] = _joined(merged[-1], each)
        else:
            merged.append(each)
    while len(merged) > 1 and not _readable(merged[-1], rule):
        tail = merged.pop()
        merged[-1] = _joined(merged[-1], tail)
    return tuple(merged)


def _readable(each: OverlapBin, rule: Rule) -> bool:
    counts = (each.accompanied, each.comparison)
    return any(counts) and not any(rule.is_small(count) for count in counts)


def _joined(one: OverlapBin, other: OverlapBin) -> OverlapBin:
    return OverlapBin(one.low, other.high, one.accompanied + other.accompanied, one.comparison + other.comparison)


def _bins(result: CohortResult, rule: Rule, book: Book) -> Iterator[tuple[Cell, int]]:
    for each in merged_bins(result, rule):
        for group, count in ((ACCOMPANIED, each.accompanied), ("comparaison", each.comparison)):
            key = book.name(bin_id(result, group, each.low), float(count), f"jusqu’à {each.high:g}")
            yield Cell(bin_id(result, group, each.low), (key,), float(count), 0.3), count


def _bin_sums(result: CohortResult, bins: list[tuple[Cell, int]]) -> Iterator[_Sum]:
    """Give the persons of a wave as those of each class of the overlap, and those left out of the comparison."""
    wave = result.overlap.wave if result.overlap else ""
    seen = {rate.group: rate.at_risk for rate in result.rates if rate.wave == wave and rate.count is not None}
    for group, at_risk in seen.items():
        mine = [(cell.shows[0], count) for cell, count in bins if cell.id[2] == group]
        key: Key = ("cohorte", result.cohort, group, wave, "à risque")
        if mine:
            yield _Sum.of((key, at_risk), mine, (*key, "hors de la comparaison"))


def curve_numbers(row: Mapping[str, Any]) -> Iterator[tuple[Key, float]]:
    """Give the counts that a published point of a curve tells."""
    word = f"{row['variable']} = {row['word']}" if row["variable"] else ""
    yield _persons_key(row["cohort"], row["group"], word), float(row["persons"])
    yield _exits_key(row["cohort"], row["group"], word, row["month"], row["exit"]), float(row["exits"])


def bin_numbers(row: Mapping[str, Any]) -> Iterator[tuple[Key, float]]:
    """Give the count that a published class of the overlap tells."""
    yield ("cohorte recouvrement", row["cohort"], row["group"], f"{row['chance_from']:g}"), float(row["persons"])
