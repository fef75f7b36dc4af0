"""Write what a cohort says beyond its rates, its masked numbers removed and its curves at the published months."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from evalkit.follow.result.cohort import CohortResult
from evalkit.publish.followed import ACCOMPANIED, LOST, rate_id
from evalkit.publish.followed_curves import bin_id, merged_bins, point_id, shown_curves, shown_months
from evalkit.publish.followed_schemas import FOLLOWED_SCHEMAS
from evalkit.publish.policy import Policy, Rule
from evalkit.publish.publication import Confidentiality
from evalkit.publish.secrecy import Key

Rows = Iterator[dict[str, Any]]

_DIGITS = 3
"""A share is told to the tenth of a point: more digits would tell in which month each person of a step left."""


def followed_tables(
    results: tuple[CohortResult, ...], hidden: frozenset[Key], policy: Policy
) -> dict[str, pl.DataFrame]:
    """Return the tables of :data:`evalkit.publish.followed_schemas.FOLLOWED_SCHEMAS`.

    Args:
        results: the cohorts.
        hidden: the cells to hide.
        policy: thresholds by feed.
    """
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in FOLLOWED_SCHEMAS}
    for result in results:
        one = _Published(result, hidden, policy.rule(result.feed))
        for name, given in one.tables().items():
            rows[name] += given
    return {name: pl.DataFrame(rows[name], schema=schema) for name, schema in FOLLOWED_SCHEMAS.items()}


class _Published:
    """One cohort, its masks and the rule of its feed."""

    def __init__(self, result: CohortResult, hidden: frozenset[Key], rule: Rule) -> None:
        self.result, self.hidden, self.rule = result, hidden, rule
        self.months = shown_months(result, rule)
        self.closed = {
            (curve.group, curve.variable, curve.word)
            for curve in shown_curves(result)
            if any(point_id(result, curve, month) in hidden for month in self.months)
        }

    def tables(self) -> dict[str, Rows]:
        return {
            "curves": self.curves(),
            "means": self.means(),
            "group_tests": self.tests(),
            "ratios": self.ratios(),
            "attrition": self.attrition(),
            "differential": self.differential(),
            "overlap": self.overlap(),
            "subgroups": self.subgroups(),
            "past": self.past(),
            "before_after": self.before_after(),
        }

    def row(self, table: str, given: object, secret: bool, numbers: dict[str, Any]) -> dict[str, Any]:
        """Return a row: its names as they are, its numbers when they may be read, and the decision."""
        decided = {"confidentiality": Confidentiality.FREE.value, "reason": ""}
        if secret:
            decided = {"confidentiality": Confidentiality.SECRET.value, "reason": self.rule.reason}
        kept = dict.fromkeys(numbers) if secret else numbers
        names = {name: getattr(given, name, None) for name in FOLLOWED_SCHEMAS[table]}
        return {**names, **kept, **decided, "cohort": self.result.cohort}

    def curves(self) -> Rows:
        for curve in shown_curves(self.result):
            for month in self.months:
                point, secret = curve.points[month], point_id(self.result, curve, month) in self.hidden
                numbers = {"exits": point.exits, "persons": curve.persons}
                numbers |= {name: round(getattr(point, name), _DIGITS) for name in ("share", "low", "high")}
                if base := self.rule.rounding:
                    numbers = _rounded(numbers, base)
                yield {**self.row("curves", curve, secret, numbers), "month": month}

    def means(self) -> Rows:
        for mean in self.result.means:
            secret = not self.rule.is_declared or (mean.group, mean.variable, mean.word) in self.closed
            numbers = {name: _about(getattr(mean, name), 1) for name in ("months", "low", "high")}
            yield self.row("means", mean, secret, numbers)

    def tests(self) -> Rows:
        """Give the tests between curves, then between subgroups; a p-value speaks of all the words together."""
        for test in self.result.curve_tests:
            closed = any(variable == test.variable for _, variable, _ in self.closed)
            numbers = {name: _about(getattr(test, name), 4) for name in ("p", "p_adjusted")}
            secret = closed or not self.rule.is_declared
            yield self.row("group_tests", test, secret, numbers) | {"about": "courbes", "family": "", "wave": ""}
        for each in self.result.subgroup_tests:
            parts = [gap for gap in self.result.subgroups if gap.variable == each.variable and gap.effect is not None]
            secret = any(self._gap_is_secret(gap.wave, gap.fewest) for gap in parts)
            numbers = {name: _about(getattr(each, name), 4) for name in ("p", "p_adjusted")}
            row = self.row("group_tests", each, secret, numbers)
            yield row | {"about": "sous-groupes", "test": "Cochran"}

    def ratios(self) -> Rows:
        for each in self.result.ratios:
            secret = not self.rule.is_declared or self.rule.is_small(each.fewest)
            numbers = {name: _about(getattr(each, name), 3) for name in ("ratio", "low", "high")}
            yield self.row("ratios", each, secret, numbers | {"p": _about(each.p, 4)})

    def _rates_hidden(self, wave: str, groups: tuple[str, ...]) -> bool:
        """Tell whether a rate of one of the groups is masked at a wave: what rests on it would give it back."""
        mine = [rate for rate in self.result.rates if rate.wave == wave and rate.group in groups]
        return not self.rule.is_declared or any(rate_id(self.result, rate) in self.hidden for rate in mine)

    def attrition(self) -> Rows:
        for each in self.result.attrition:
            if each.weighted is None:
                continue
            numbers = {name: _about(getattr(each, name), _DIGITS) for name in ("weighted", "low", "high")}
            numbers["effective_size"] = _about(each.effective_size, 0)
            yield self.row("attrition", each, self._rates_hidden(each.wave, (each.group,)), numbers)

    def differential(self) -> Rows:
        lost = {(rate.group, rate.wave): rate for rate in self.result.rates if rate.exit == LOST}
        for each in self.result.differential:
            sides = [lost.get((group, each.wave)) for group in (ACCOMPANIED, "comparaison")]
            masked = any(rate is None or rate_id(self.result, rate) in self.hidden for rate in sides)
            numbers = {name: _about(getattr(each, name), 1) for name in ("gap", "low", "high")}
            secret = masked or not self.rule.is_declared
            yield self.row("differential", each, secret, numbers | {"p": _about(each.p, 4)})

    def overlap(self) -> Rows:
        found = self.result.overlap
        for each in merged_bins(self.result, self.rule) if found else ():
            for group, count in ((ACCOMPANIED, each.accompanied), ("comparaison", each.comparison)):
                secret = bin_id(self.result, group, each.low) in self.hidden
                shown = self.rule.rounding * round(count / self.rule.rounding) if self.rule.rounding else count
                row = self.row("overlap", found, secret, {"persons": shown})
                yield row | {"group": group, "chance_from": each.low, "chance_to": each.high}

    def _gap_is_secret(self, wave: str, fewest: int) -> bool:
        return self.rule.is_small(fewest) or self._rates_hidden(wave, (ACCOMPANIED, "comparaison"))

    def subgroups(self) -> Rows:
        for each in self.result.subgroups:
            secret = each.effect is not None and self._gap_is_secret(each.wave, each.fewest)
            numbers = {name: _about(getattr(each, name), 1) for name in ("effect", "low", "high")}
            numbers |= {name: _about(getattr(each, name), 4) for name in ("p", "p_adjusted")}
            yield self.row("subgroups", each, secret, numbers)

    def past(self) -> Rows:
        for each in self.result.past:
            secret = self._is_told(each.count, each.persons)
            yield self.row("past", each, secret, {"rate": round(each.rate, _DIGITS)})

    def before_after(self) -> Rows:
        for each in self.result.before_after:
            had = round(each.rate_before * each.persons)
            inside = (each.gained, each.lost, had - each.lost, each.persons - had - each.gained)
            secret = self._is_told(had, each.persons) or any(self.rule.is_small(count) for count in inside)
            secret = secret or self._is_told(had + each.gained - each.lost, each.persons)
            numbers: dict[str, Any] = {"persons": each.persons, "p": _about(each.p, 4)}
            numbers |= {name: round(getattr(each, name), _DIGITS) for name in ("rate_before", "rate_after")}
            numbers |= {name: _about(getattr(each, name), 1) for name in ("change", "low", "high")}
            if base := self.rule.rounding:
                numbers["persons"] = base * round(each.persons / base)
            yield self.row("before_after", each, secret, numbers)

    def _is_told(self, count: int, persons: int) -> bool:
        """Tell whether a share says too much: few persons on a side, everybody or nobody, or no rule at all."""
        few = self.rule.is_small(count) or self.rule.is_small(persons - count)
        return few or not self.rule.is_declared or (self.rule.guards_unanimity and count in {0, persons})


def _about(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _rounded(numbers: dict[str, Any], base: int) -> dict[str, Any]:
    """Return the numbers of a point whose counts are multiples of a base; the share is theirs, without interval."""
    exits, persons = (base * round(numbers[name] / base) for name in ("exits", "persons"))
    return {
        "exits": exits,
        "persons": persons,
        "share": exits / persons if persons else None,
        "low": None,
        "high": None,
    }
