"""Observations: which are secret for themselves, and what each gives away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from evalkit.declare.indicator import Indicator, MilestoneMeasure, NarrativeMeasure, SurveyMeasure
from evalkit.measure.observation import Availability
from evalkit.publish.policy import Policy, Rule
from evalkit.publish.quantities import At, Terms, links_between, terms_of
from evalkit.publish.secrecy import Cell, Key, Link, Plan
from evalkit.publish.zone_sums import zone_parts
from evalkit.territory.zones import Territory

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Observed:
    """One available observation, with its rule and the names of its counts.

    Attributes:
        bounds: the two ends of the scale of a survey.
        counts_units: a number of units stands behind the value; a milestone or a written review has none.
    """

    row: Row
    rule: Rule
    terms: Terms
    bounds: tuple[float, float] | None = None
    counts_units: bool = True

    @property
    def at(self) -> At:
        """Return where and when it was observed."""
        row = self.row
        return At(row["zone"], row["period"], row["breakdown"])

    @property
    def counts(self) -> Iterator[tuple[Key, float]]:
        """Give the counts on which secrecy is decided, the complement excepted."""
        row, terms, at = self.row, self.terms, self.at
        if row["numerator"] is not None and not self.is_mean:
            yield at.key(terms.numerator), row["numerator"]
        if row["denominator"] is not None:
            yield at.key(terms.denominator), row["denominator"]
        if row["n"] is not None and self.rule.rows_are_units:
            yield at.key(terms.n), row["n"]

    @property
    def is_mean(self) -> bool:
        """Tell whether the numerator is a quantity (days, points of a scale) and not a count of units."""
        return self.row["denominator"] is not None and not self.terms.is_share

    @property
    def complement(self) -> float | None:
        """Return those of the denominator who are not in the numerator, for a share."""
        above, below = self.row["numerator"], self.row["denominator"]
        if not self.terms.is_share or above is None or below is None or above > below:
            return None
        return float(below - above)


def observation_plan(
    frame: pl.DataFrame, indicators: Mapping[str, Indicator], policy: Policy, territory: Territory
) -> Plan:
    """Return what secrecy must be decided on in the observations.

    Args:
        frame: observations; only the available ones hold numbers.
        indicators: the declared indicators by id.
        policy: thresholds by feed.
        territory: for the zones that add up.

    Returns:
        One cell per available observation, the links between their counts, the sensitive counts, and the cells
        masked for themselves.
    """
    observed = list(_observed(frame, indicators, policy))
    keys = [key for each in observed for key in _names(each)]
    parts = zone_parts(territory, {each.at.zone for each in observed} | set(territory.zones))
    margins = tuple(links_between(keys, parts))
    complements = [link for each in observed for link in _complement_link(each)]
    return Plan(
        tuple(Cell(cell_id(each.row), _names(each), _size(each.row)) for each in observed),
        tuple(dict.fromkeys((*margins, *complements))),
        frozenset(key for each in observed for key in _sensitive(each)) | frozenset(_implied(observed, margins)),
        frozenset(cell_id(each.row) for each in observed if _is_secret(each)),
    )


def cell_id(row: Row) -> Key:
    """Return the name of the cell of an observation."""
    at = (row["zone"], row["period"], row["breakdown"], str(row["perimeter"] or ""))
    return ("observation", row["indicator"], str(row["version"]), *at)


def _observed(frame: pl.DataFrame, indicators: Mapping[str, Indicator], policy: Policy) -> Iterator[Observed]:
    for row in frame.iter_rows(named=True):
        if row["availability"] != Availability.AVAILABLE:
            continue
        indicator = indicators[row["indicator"]]
        measure = indicator.measure
        bounds = measure.scale if isinstance(measure, SurveyMeasure) else None
        units = not isinstance(measure, MilestoneMeasure | NarrativeMeasure)
        yield Observed(row, policy.rule(row["feed"]), terms_of(indicator), bounds, units)


def _names(each: Observed) -> tuple[Key, ...]:
    """Return the quantities that the row shows: a value and its denominator give the numerator."""
    row, terms, at = each.row, each.terms, each.at
    shown = [
        at.key(term)
        for term, column in ((terms.numerator, "numerator"), (terms.denominator, "denominator"), (terms.n, "n"))
        if row[column] is not None
    ]
    if row["value"] is not None:
        shown.append(at.key(terms.numerator))
    return tuple(dict.fromkeys(shown))


def _complement_link(each: Observed) -> Iterator[Link]:
    if each.complement is not None:
        at, terms = each.at, each.terms
        yield Link(at.key(terms.denominator), (at.key(terms.numerator), at.rest(terms)))


def _sensitive(each: Observed) -> Iterator[Key]:
    if not each.rule.protects:
        return
    for key, count in each.counts:
        if each.rule.is_small(count):
            yield key
    rest = each.complement
    if rest is not None and each.rule.is_small(rest):
        yield each.at.rest(each.terms)
    if rest is not None and each.rule.guards_unanimity and each.row["denominator"]:
        if rest == 0:
            yield each.at.rest(each.terms)
        if each.row["numerator"] == 0:
            yield each.at.key(each.terms.numerator)


def _implied(observed: list[Observed], margins: tuple[Link, ...]) -> Iterator[Key]:
    """Give the small counts that nobody asked for, but that are what a total leaves when its other parts are taken."""
    values = {key: count for each in observed for key, count in each.counts}
    rules = {key[0]: each.rule for each in observed for key in _names(each)}
    for link in margins:
        missing = [part for part in link.parts if part not in values]
        if len(missing) != 1 or link.whole not in values:
            continue
        left = values[link.whole] - sum(values[part] for part in link.parts if part != missing[0])
        if rules[link.whole[0]].is_small(left):
            yield missing[0]


def _is_secret(each: Observed) -> bool:
    """Tell whether a row is masked for itself, its sensitive counts apart (see :func:`_sensitive`)."""
    rule, row = each.rule, each.row
    if not rule.is_declared:
        return True
    if not rule.protects:
        return False
    countless = each.counts_units and row["numerator"] is None and row["n"] is None
    unanimous = rule.guards_unanimity and each.bounds is not None and row["value"] in each.bounds
    return countless or unanimous or next(_sensitive(each), None) is not None


def _size(row: Row) -> float:
    return float(next((row[name] for name in ("n", "denominator", "numerator") if row[name] is not None), 0.0))
