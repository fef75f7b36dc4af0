"""People through time: states at the waves, passages, what is kept, moves; which counts are secret, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import polars as pl

from evalkit.declare.model import months_of
from evalkit.follow.result.cohort import CohortResult
from evalkit.follow.result.people import People
from evalkit.publish.book import Book
from evalkit.publish.followed import ACCOMPANIED
from evalkit.publish.policy import Policy, Rule
from evalkit.publish.publication import SCHEMAS, Confidentiality
from evalkit.publish.secrecy import Cell, Key, Link, Plan

STATE, PASSAGE, KEPT, MOVE = "état", "passage", "maintien", "déplacement"
_LOSS = 0.2
"""A state or a passage is masked before the rate that is almost the same count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One count of persons through time.

    Attributes:
        kind: ``état``, ``passage``, ``maintien`` or ``déplacement``.
        wave: time since entry (since the outcome, for ``maintien``); empty when it is for the whole follow-up.
        before, after: states.
        of: persons (months of persons, for ``passage``) among whom it is counted.
        count: those counted.
    """

    kind: str
    wave: str
    before: str
    after: str
    of: int
    count: int

    @property
    def home(self) -> tuple[str, str, str]:
        """Return what its total is the total of."""
        return (self.kind, self.wave, self.before)


def paths_of(result: CohortResult) -> tuple[Path, ...]:
    """Return what is published of people through time: the accompanied, at the waves of the rates.

    States are those that several files tell: with one file they are the rates, but for a few days. What is kept is
    published where some file looks at it again.
    """
    people = result.people
    return tuple(_paths(result, people)) if people is not None else ()


def _paths(result: CohortResult, people: People) -> Iterator[Path]:
    waves = {round(months_of(rate.wave)): rate.wave for rate in result.rates if not rate.wave.endswith("D")}
    for each in people.occupation if len(people.told) > 1 else ():
        if each.group == ACCOMPANIED and each.month in waves:
            yield Path(
                kind=STATE, wave=waves[each.month], before="", after=each.state, of=each.at_risk, count=each.count
            )
    for step in people.transitions:
        if step.month == 0:
            yield Path(kind=PASSAGE, wave="", before=step.before, after=step.after, of=step.at_risk, count=step.count)
    for kept in people.retention:
        if kept.group == ACCOMPANIED and kept.told:
            yield Path(kind=KEPT, wave=kept.wave, before="", after="revus", of=kept.at_risk, count=kept.told)
            yield Path(kind=KEPT, wave=kept.wave, before="revus", after="maintenus", of=kept.told, count=kept.count)
    moves = people.moves
    for name, count in (("sorties", moves.left), ("retours", moves.back), ("entre quartiers", moves.between)):
        yield Path(kind=MOVE, wave="", before="", after=name, of=moves.told, count=count)


def path_plan(result: CohortResult, policy: Policy, book: Book) -> Plan:
    """Return what secrecy must be decided on in what a cohort says of people through time.

    States of a wave add up to those seen. A state at a wave and the exits by that wave are almost the same count, and
    so are those who had the outcome at two distances: the few who set them apart are protected too. Passages show no
    count: their shares are rounded, and the small ones masked.

    Args:
        result: the cohort; without people, the plan is empty.
        policy: thresholds by feed.
        book: names of quantities; it learns those of the paths.
    """
    rule = policy.rule(result.feed)
    paths = tuple(path for path in paths_of(result) if path.kind != PASSAGE)
    links: list[Link] = []
    counts: dict[Key, int] = {}
    for path in paths:
        keys = _keys(result, path)
        counts |= dict(zip(keys, (path.of, path.count, path.of - path.count), strict=True))
        links.append(Link(keys[0], keys[1:]))
    links += _sums(result, paths)
    for whole, parts, apart in (*_near_rates(result, paths), *_near_distances(result, paths)):
        counts[parts[1]] = apart
        links.append(Link(whole, parts))
    book.know((key, float(count)) for key, count in counts.items())
    cells = tuple(
        Cell(path_id(result, path), _keys(result, path)[:2], float(path.count), 1.0 if path.kind == MOVE else _LOSS)
        for path in paths
    )
    sensitive = [key for key, count in counts.items() if rule.is_small(count)]
    hidden = frozenset() if rule.is_declared else frozenset(cell.id for cell in cells)
    return Plan(cells, tuple(links), dict.fromkeys(sensitive, rule.protection), hidden)


def _sums(result: CohortResult, paths: tuple[Path, ...]) -> Iterator[Link]:
    """Give, per wave, those seen as the sum of their states."""
    homes: dict[tuple[str, str, str], list[Path]] = {}
    for path in paths:
        if path.kind == STATE:
            homes.setdefault(path.home, []).append(path)
    for members in homes.values():
        yield Link(_keys(result, members[0])[0], tuple(_keys(result, path)[1] for path in members))


def _near_distances(result: CohortResult, paths: tuple[Path, ...]) -> Iterator[tuple[Key, tuple[Key, Key], int]]:
    """Give those who had the outcome at one distance and at the next one, with those who set them apart."""
    seen = [path for path in paths if path.kind == KEPT and path.after == "revus"]
    for near, far in pairwise(seen):
        large, small = _keys(result, near)[0], _keys(result, far)[0]
        yield large, (small, ("parcours", *small[1:], "et non avant")), near.of - far.of


def path_id(result: CohortResult, path: Path) -> Key:
    """Return the name of the cell of a path."""
    return ("parcours", result.cohort, path.kind, path.wave, path.before, path.after)


def _keys(result: CohortResult, path: Path) -> tuple[Key, Key, Key]:
    home = ("parcours", result.cohort, path.kind, path.wave, path.before)
    return (*home, "total"), (*home, path.after), (*home, f"sauf {path.after}")


def _near_rates(result: CohortResult, paths: tuple[Path, ...]) -> Iterator[tuple[Key, tuple[Key, Key], int]]:
    """Give the exits by a wave and the state at that wave, the larger first, with what sets them apart."""
    rates = {(rate.wave, rate.exit): rate for rate in result.rates if rate.group == ACCOMPANIED}
    for path in paths:
        rate = rates.get((path.wave, path.after)) if path.kind == STATE else None
        if rate is None or rate.count is None:
            continue
        total, here, _ = _keys(result, path)
        home = ("cohorte", result.cohort, ACCOMPANIED, rate.wave)
        pairs = (
            ((*home, rate.exit), rate.count, here, path.count),
            ((*home, "à risque"), rate.at_risk, total, path.of),
        )
        for counted, by_wave, standing, there in pairs:
            apart = ("parcours", *standing[1:], "et non par vague")
            large, small = (counted, standing) if by_wave >= there else (standing, counted)
            yield large, (small, apart), abs(by_wave - there)


def path_numbers(row: Mapping[str, Any]) -> Iterator[tuple[Key, float]]:
    """Give the counts that a published path tells."""
    home = ("parcours", row["cohort"], row["kind"], row["wave"], row["before"])
    yield (*home, "total"), float(row["of"])
    yield (*home, row["after"]), float(row["count"])


def path_table(results: tuple[CohortResult, ...], hidden: frozenset[Key], policy: Policy) -> pl.DataFrame:
    """Return the table ``paths``, without its masked numbers."""
    rows = [row for result in results for row in _rows(result, hidden, policy)]
    return pl.DataFrame(rows, schema=SCHEMAS["paths"])


def _rows(result: CohortResult, hidden: frozenset[Key], policy: Policy) -> Iterator[dict[str, Any]]:
    rule = policy.rule(result.feed)
    for path in paths_of(result):
        if path.kind == PASSAGE:
            yield _passage(result, path, rule)
            continue
        secret = path_id(result, path) in hidden
        base = rule.rounding or 1
        of, count = base * round(path.of / base), base * round(path.count / base)
        yield {
            "cohort": result.cohort,
            "kind": path.kind,
            "wave": path.wave,
            "before": path.before,
            "after": path.after,
            "of": None if secret else of,
            "count": None if secret else count,
            "rate": None if secret or not of else count / of,
            "confidentiality": (Confidentiality.SECRET if secret else Confidentiality.FREE).value,
            "reason": rule.reason if secret else "",
        }


def _passage(result: CohortResult, path: Path, rule: Rule) -> dict[str, Any]:
    """Return a passage as a whole percentage, without counts: months of persons are no persons."""
    secret = not rule.is_declared or rule.is_small(path.count) or rule.is_small(path.of - path.count)
    return {
        "cohort": result.cohort,
        "kind": path.kind,
        "wave": path.wave,
        "before": path.before,
        "after": path.after,
        "of": None,
        "count": None,
        "rate": None if secret else round(path.count / path.of, 2),
        "confidentiality": (Confidentiality.SECRET if secret else Confidentiality.FREE).value,
        "reason": rule.reason if secret else "",
    }
