"""Observations: which are secret for themselves, and what each gives away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import (
    CountMeasure,
    DerivedMeasure,
    DistributionMeasure,
    DurationMeasure,
    FlowsMeasure,
    MeanMeasure,
    MedianMeasure,
    MilestoneMeasure,
    NarrativeMeasure,
    ParticipationsMeasure,
    PersonsMeasure,
    PublishedMeasure,
    QuantileMeasure,
    RatioMeasure,
    SumMeasure,
    SurveyMeasure,
)
from evalkit.measure.observation import Availability
from evalkit.publish.book import Book
from evalkit.publish.bounds import FAR
from evalkit.publish.policy import Policy, Rule
from evalkit.publish.quantities import At, Terms, terms_of
from evalkit.publish.secrecy import Key

Row = Mapping[str, Any]

KNOWN_MEASURES = (
    CountMeasure,
    DistributionMeasure,
    DurationMeasure,
    FlowsMeasure,
    MeanMeasure,
    MedianMeasure,
    MilestoneMeasure,
    NarrativeMeasure,
    ParticipationsMeasure,
    PersonsMeasure,
    PublishedMeasure,
    QuantileMeasure,
    RatioMeasure,
    SumMeasure,
    SurveyMeasure,
)
"""The measures whose numbers secrecy understands; a value of any other one is masked where a threshold protects."""


WIDEST = FAR / 4
"""No interval is asked to be wider: beyond it, a change stands for « as much as one likes »."""


@dataclass(frozen=True, slots=True)
class Observed:
    """One available observation, with its rule and the names of its counts.

    Attributes:
        indicator: its declaration, and ``terms``, the names of its counts.
        largest: the largest contributions to its sum, in decreasing order, when they are known.
        exempt: a dated decision lets it be shown whatever the threshold.
    """

    row: Row
    rule: Rule
    indicator: Indicator
    terms: Terms
    largest: tuple[float, ...] | None = None
    exempt: bool = False

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Return the two ends of the scale of a survey."""
        measure = self.indicator.measure
        return measure.scale if isinstance(measure, SurveyMeasure) else None

    @property
    def counts_units(self) -> bool:
        """Tell whether a number of units stands behind the value; a milestone or a written review has none."""
        return not isinstance(self.indicator.measure, MilestoneMeasure | NarrativeMeasure)

    @property
    def is_understood(self) -> bool:
        """Tell whether secrecy knows what its numbers are."""
        return isinstance(self.indicator.measure, KNOWN_MEASURES)

    @property
    def at(self) -> At:
        """Return where and when it was observed."""
        row = self.row
        return At(row["zone"], row["period"], row["breakdown"])

    @property
    def where(self) -> str:
        """Return what may make its numbers differ from others of the same name."""
        return f"contours {self.row['perimeter']}, version {self.row['version']}"

    @property
    def is_mean(self) -> bool:
        """Tell whether the numerator is a quantity (days, points of a scale) and not a count of units."""
        return self.row["denominator"] is not None and not self.terms.is_share

    @property
    def numbers(self) -> dict[Key, float]:
        """Return the quantities that the row shows: a value and its denominator give the numerator."""
        row, terms, at = self.row, self.terms, self.at
        found: dict[Key, float] = {}
        columns = ((terms.numerator, "numerator"), (terms.denominator, "denominator"), (terms.n, "n"))
        for term, column in columns:
            if row[column] is not None:
                found.setdefault(at.key(term), float(row[column]))
        if row["value"] is not None:
            found.setdefault(at.key(terms.numerator), float(row["value"]))
        return found

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
    def complement(self) -> float | None:
        """Return those of the denominator who are not in the numerator, for a share."""
        above, below = self.row["numerator"], self.row["denominator"]
        if not self.terms.is_share or above is None or below is None or above > below:
            return None
        return float(below - above)

    def names(self, book: Book) -> dict[Key, Key]:
        """Return the name of each of its quantities in the book."""
        return {key: book.name(key, value, self.where) for key, value in self.numbers.items()}

    @property
    def sensitive(self) -> Iterator[Key]:
        """Give the quantities that nobody may compute."""
        if not self.rule.protects or self.exempt:
            return
        for key, count in self.counts:
            if self.rule.is_small(count):
                yield key
        rest, at, terms = self.complement, self.at, self.terms
        if rest is None:
            return
        unanimous = self.rule.guards_unanimity and self.row["denominator"]
        if self.rule.is_small(rest) or (unanimous and rest == 0):
            yield at.rest(terms)
        if unanimous and self.row["numerator"] == 0:
            yield at.key(terms.numerator)

    @property
    def guarded(self) -> Iterator[tuple[Key, float]]:
        """Give the quantities that nobody may compute, with the narrowest interval that may be left to each."""
        yield from ((key, self.rule.protection) for key in self.sensitive)
        if self._is_dominated and self.rule.dominance is not None:
            yield self.at.key(self.terms.numerator), min(self.rule.dominance.width(self.row["numerator"]), WIDEST)

    @property
    def is_secret(self) -> bool:
        """Tell whether it is masked for itself, whatever else is shown."""
        rule, row = self.rule, self.row
        if not rule.is_declared:
            return True
        if self._is_dominated:
            return True
        if not rule.protects or self.exempt:
            return False
        countless = self.counts_units and row["numerator"] is None and row["n"] is None
        unanimous = rule.guards_unanimity and self.bounds is not None and row["value"] in self.bounds
        if not self.is_understood or countless or unanimous or next(self.sensitive, None) is not None:
            return True
        return self._rank_is_thin

    @property
    def _order(self) -> float | None:
        """Return the order of the quantile that the value is; none for what is no quantile."""
        measure = self.indicator.measure
        if isinstance(measure, MedianMeasure | QuantileMeasure):
            return float(measure.order)
        if isinstance(measure, DurationMeasure) and measure.statistic in {"median", "quantile"}:
            return float(measure.order or 0.5)
        return None

    @property
    def _rank_is_thin(self) -> bool:
        """Tell whether a quantile stands on too few units on either side of it."""
        return self._order is not None and not self.rule.allows_quantile(self._order, self.row["n"])

    @property
    def _is_dominated(self) -> bool:
        """Tell whether a unit weighs too much in a sum; a dominance that cannot be checked is one."""
        if not self._may_be_dominated or self.rule.dominance is None:
            return False
        return self.largest is None or self.rule.dominance.is_broken(self.row["numerator"], self.largest)

    @property
    def is_unchecked(self) -> bool:
        """Tell whether a dominance is declared and nothing tells who contributes: it is masked whatever it is."""
        return self._may_be_dominated and self.largest is None

    @property
    def _may_be_dominated(self) -> bool:
        is_sum = isinstance(self.indicator.measure, SumMeasure) or self.is_mean
        return self.rule.dominance is not None and not self.exempt and is_sum and self.row["numerator"] is not None


def cell_id(row: Row) -> Key:
    """Return the name of the cell of an observation."""
    at = (row["zone"], row["period"], row["breakdown"], str(row["perimeter"] or ""))
    return ("observation", row["indicator"], str(row["version"]), *at)


def unchecked_cells(observed: Iterable[Observed]) -> frozenset[Key]:
    """Return the cells that are masked because nothing tells who contributes to their sum."""
    return frozenset(cell_id(each.row) for each in observed if each.is_unchecked)


def observed_rows(frame: pl.DataFrame, indicators: Mapping[str, Indicator], policy: Policy) -> Iterator[Observed]:
    """Give the available observations with their rules, save those that are computed from others.

    Args:
        frame: observations; only the available ones hold numbers. A column ``largest`` may hold the largest
            contributions to each sum.
        indicators: the declared indicators by id.
        policy: thresholds by feed, and exceptions.
    """
    terms = {name: terms_of(indicator) for name, indicator in indicators.items()}
    for row in frame.iter_rows(named=True):
        indicator = indicators[row["indicator"]]
        if row["availability"] == Availability.AVAILABLE and not isinstance(indicator.measure, DerivedMeasure):
            largest = row.get("largest")
            given = tuple(sorted(largest, reverse=True)) if largest is not None else None
            exempt = policy.exception_for(row) is not None
            yield Observed(row, policy.rule(row["feed"]), indicator, terms[indicator.id], given, exempt)
