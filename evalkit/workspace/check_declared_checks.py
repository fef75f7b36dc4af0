"""Check the declared checks of a feed: identities, dates, codes and sources speak of columns that exist and fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evalkit.declare.feed import Feed
from evalkit.declare.feed_check import BirthSpec, Check, CodeCheck, DatesCheck, PartsCheck, SourcesCheck
from evalkit.errors import Place, Problem
from evalkit.formula.types import Kind
from evalkit.workspace.check_formula import CONDITION, DATE, NUMBER, column_problems, formula_problems
from evalkit.workspace.unknown import unless_known

_TEXT = (Kind.TEXT,)
_MOMENT = (Kind.DATE, Kind.MONTH, Kind.QUARTER, Kind.HALF_YEAR, Kind.YEAR)


def check_problems(feed: Feed, check: Check, place: Place) -> Iterator[Problem]:
    """Return what a declared check has against the columns of its own feed."""
    if isinstance(check, PartsCheck):
        total = (check.total,) if isinstance(check.total, str) else ()
        for name in (*total, *check.parts):
            yield from column_problems(name, feed, place, NUMBER)
    elif isinstance(check, DatesCheck):
        for name in check.dates:
            yield from column_problems(name, feed, place, DATE)
        if check.born is not None:
            yield from _birth_problems(feed, check.born, place)
    elif isinstance(check, CodeCheck):
        yield from column_problems(check.code, feed, place, _TEXT)
    elif isinstance(check, SourcesCheck):
        yield from _quantity_problems(feed, check.of, check.where, place)
        for name in check.by:
            yield from column_problems(name, feed, place, _TEXT)


def across_problems(feed: Feed, check: Check, feeds: Mapping[str, Feed], place: Place) -> Iterator[Problem]:
    """Return what a declared check has against the other feeds that it names (``EVK-D030``, ``EVK-D034``)."""
    if isinstance(check, CodeCheck) and check.listed_in is not None:
        yield from unless_known("Flux", check.listed_in.feed, feeds, place)
        if (reference := feeds.get(check.listed_in.feed)) is not None:
            yield from column_problems(check.listed_in.field, reference, place, _TEXT)
    elif isinstance(check, SourcesCheck):
        yield from unless_known("Flux", check.same_as.feed, feeds, place)
        if (other := feeds.get(check.same_as.feed)) is not None:
            yield from _quantity_problems(other, check.same_as.of, check.same_as.where, place)
            for name in check.by:
                yield from column_problems(name, other, place, _TEXT)


def _quantity_problems(feed: Feed, of: str, where: str | None, place: Place) -> Iterator[Problem]:
    yield from column_problems(of, feed, place, NUMBER)
    if where is not None:
        yield from formula_problems(where, feed, place, CONDITION)


def _birth_problems(feed: Feed, born: BirthSpec, place: Place) -> Iterator[Problem]:
    allowed = ((born.date, DATE), (born.year, (Kind.YEAR,)), (born.age, NUMBER), (born.on, _MOMENT))
    for name, kinds in allowed:
        if name is not None:
            yield from column_problems(name, feed, place, kinds)
