"""What readers know already: earlier editions and public tables, as quantities that no mask can hide any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from evalkit.compare.estimate import ComparisonSeries
from evalkit.declare.decisions import Recoding
from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import DerivedMeasure
from evalkit.measure.observation import Availability
from evalkit.publish.book import Book
from evalkit.publish.compared import curve_keys
from evalkit.publish.followed import flow_key, rate_numbers
from evalkit.publish.followed_curves import bin_numbers, curve_numbers
from evalkit.publish.observed import Observed
from evalkit.publish.policy import UNDECLARED
from evalkit.publish.public import PublicFigure
from evalkit.publish.publication import Confidentiality, Publication
from evalkit.publish.quantities import At, terms_of
from evalkit.publish.returned import return_numbers
from evalkit.publish.secrecy import Key
from evalkit.publish.through_time import path_numbers


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What readers have from one place.

    Attributes:
        name: the edition or the table.
        known: the quantities that it tells.
        shape: every quantity that it has a row for, masked ones included: its classes and zones add up.
        recodings: the classes that it merged.
    """

    name: str
    known: frozenset[Key]
    shape: tuple[Key, ...]
    recodings: tuple[Recoding, ...] = ()


def earlier_edition(publication: Publication, book: Book) -> Elsewhere:
    """Return what an earlier edition tells; the book learns its numbers.

    Args:
        publication: the edition as readers have it; a masked number is in none of its tables.
        book: the numbers of the edition in preparation; one that was revised since gets a name of its own.
    """
    where = f"édition {publication.manifest.edition}"
    told = [*_observations(publication), *_cohorts(publication), *_curves(publication)]
    known = [book.name(key, value, where) for key, value in told]
    shape = dict.fromkeys((*known, *_masked(publication)))
    return Elsewhere(where, frozenset(known), tuple(shape), publication.declared.recodings)


def public_figures(
    figures: Iterable[PublicFigure], indicators: Mapping[str, Indicator], book: Book
) -> tuple[Elsewhere, ...]:
    """Return what each public table tells; the book learns its numbers."""
    tables: dict[str, list[Key]] = {}
    for each in figures:
        terms = terms_of(indicators[each.indicator])
        key = At(each.zone, each.period, each.breakdown).key(getattr(terms, each.part))
        name = book.about(key, each.value, each.margin, f"tableau public {each.table}")
        tables.setdefault(each.table, []).append(name)
    return tuple(Elsewhere(name, frozenset(keys), tuple(keys)) for name, keys in sorted(tables.items()))


def _observations(publication: Publication) -> Iterator[tuple[Key, float]]:
    for each in _rows(publication, Confidentiality.FREE):
        yield from each.numbers.items()


def _masked(publication: Publication) -> Iterator[Key]:
    """Give the quantities of the masked rows: unknown, but parts of the totals of that edition."""
    for each in _rows(publication, Confidentiality.SECRET):
        terms = each.terms
        yield each.at.key(terms.numerator)
        if terms.is_share:
            yield each.at.key(terms.denominator)


def _rows(publication: Publication, confidentiality: Confidentiality) -> Iterator[Observed]:
    indicators = {indicator.id: indicator for indicator in publication.declared.indicators}
    terms = {name: terms_of(indicator) for name, indicator in indicators.items()}
    rows = publication.tables.observations.filter(
        (pl.col("availability") == Availability.AVAILABLE) & (pl.col("confidentiality") == confidentiality)
    )
    for row in rows.iter_rows(named=True):
        indicator = indicators[row["indicator"]]
        if not isinstance(indicator.measure, DerivedMeasure):
            yield Observed(row, UNDECLARED, indicator, terms[indicator.id])


def _cohorts(publication: Publication) -> Iterator[tuple[Key, float]]:
    for row in publication.tables.rates.filter(pl.col("at_risk").is_not_null()).iter_rows(named=True):
        yield from rate_numbers(row)
    for row in publication.tables.returns.filter(pl.col("entrants").is_not_null()).iter_rows(named=True):
        yield from return_numbers(row)
    for row in publication.tables.paths.filter(pl.col("of").is_not_null()).iter_rows(named=True):
        yield from path_numbers(row)
    for row in publication.tables.curves.filter(pl.col("exits").is_not_null()).iter_rows(named=True):
        yield from curve_numbers(row)
    for row in publication.tables.overlap.filter(pl.col("persons").is_not_null()).iter_rows(named=True):
        yield from bin_numbers(row)
    for row in publication.tables.flow.iter_rows(named=True):
        for part in ("persons", "removed"):
            if row[part] is not None:
                yield flow_key(row["cohort"], row["step"] - 1, part), float(row[part])


def _curves(publication: Publication) -> Iterator[tuple[Key, float]]:
    declared = {comparison.id: comparison for comparison in publication.declared.comparisons}
    territory = publication.declared.territory
    for row in publication.tables.series.filter(pl.col("n").is_not_null()).iter_rows(named=True):
        point = ComparisonSeries(**{name: row[name] for name in ("side", "period", "n", "events", "rate")})
        events, units, _ = curve_keys(point, row["comparison"], declared.get(row["comparison"]), territory)
        yield events, float(row["events"])
        yield units, float(row["n"])
