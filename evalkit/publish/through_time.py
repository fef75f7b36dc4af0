"""People through time: states at the waves, passages, what is kept, moves; which counts are secret, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from evalkit.declare.model import months_of
from evalkit.follow.people.result import People
from evalkit.follow.result import CohortResult
from evalkit.publish.book import Book
from evalkit.publish.followed import ACCOMPANIED, flow_key
from evalkit.publish.policy import Policy
from evalkit.publish.publication import SCHEMAS, Confidentiality
from evalkit.publish.secrecy import Cell, Key, Link, Plan

STATE, PASSAGE, KEPT, MOVE, END = "état", "passage", "maintien", "déplacement", "devenir"


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One count of persons through time.

    Attributes:
        kind: ``état``, ``passage``, ``maintien``, ``déplacement`` or ``devenir``.
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
    """Return what is published of people through time: the accompanied, at the waves of the rates."""
    people = result.people
    return tuple(_paths(result, people)) if people is not None else ()


def _paths(result: CohortResult, people: People) -> Iterator[Path]:
    waves = {round(months_of(rate.wave)): rate.wave for rate in result.rates if not rate.wave.endswith("D")}
    for each in people.occupation:
        if each.group == ACCOMPANIED and each.month in waves:
            yield Path(
                kind=STATE, wave=waves[each.month], before="", after=each.state, of=each.at_risk, count=each.count
            )
    for step in people.transitions:
        if step.month == 0:
            yield Path(kind=PASSAGE, wave="", before=step.before, after=step.after, of=step.at_risk, count=step.count)
    for kept in people.retention:
        if kept.group == ACCOMPANIED:
            yield Path(kind=KEPT, wave=kept.wave, before="", after="revus", of=kept.at_risk, count=kept.told)
            yield Path(kind=KEPT, wave=kept.wave, before="revus", after="maintenus", of=kept.told, count=kept.count)
    moves = people.moves
    for name, count in (("sorties", moves.left), ("retours", moves.back), ("entre quartiers", moves.between)):
        yield Path(kind=MOVE, wave="", before="", after=name, of=moves.told, count=count)
    entered = sum(end.persons for end in people.endings)
    for end in people.endings:
        yield Path(kind=END, wave="", before="", after=end.state, of=entered, count=end.persons)


def path_plan(result: CohortResult, policy: Policy, book: Book) -> Plan:
    """Return what secrecy must be decided on in what a cohort says of people through time.

    States of a wave, passages from a state and endings add up to their total. A state at a wave and the exits by that
    wave are almost the same count: what sets them apart is a few persons, who are protected too.

    Args:
        result: the cohort; without people, the plan is empty.
        policy: thresholds by feed.
        book: names of quantities; it learns those of the paths.
    """
    rule, paths = policy.rule(result.feed), paths_of(result)
    cells, links, sensitive = [], [], []
    homes: dict[tuple[str, str, str], list[Path]] = {}
    for path in paths:
        keys = _keys(result, path)
        for key, value in zip(keys, (path.of, path.count, path.of - path.count), strict=True):
            book.know([(key, float(value))])
            if rule.is_small(value):
                sensitive.append(key)
        cells.append(Cell(path_id(result, path), keys[:2], float(path.count), 1.2))
        links.append(Link(keys[0], keys[1:]))
        homes.setdefault(path.home, []).append(path)
    for members in homes.values():
        if members[0].kind != MOVE and sum(path.count for path in members) == members[0].of:
            links.append(Link(_keys(result, members[0])[0], tuple(_keys(result, path)[1] for path in members)))
    ended = next((path for path in paths if path.kind == END), None)
    if ended is not None and result.flow and result.flow[-1].persons == ended.of:
        entered = flow_key(result.cohort, len(result.flow) - 1, "persons")
        links.append(Link(entered, (_keys(result, ended)[0],)))
    for whole, parts, apart in _near_rates(result, paths):
        book.know([(parts[1], float(apart))])
        links.append(Link(whole, parts))
        if rule.is_small(apart):
            sensitive.append(parts[1])
    hidden = frozenset() if rule.is_declared else frozenset(cell.id for cell in cells)
    return Plan(tuple(cells), tuple(links), dict.fromkeys(sensitive, rule.protection), hidden)


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
