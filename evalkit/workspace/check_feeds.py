"""Check a feed by itself: its key, its period, its words, its breaks and its rules speak of its own fields."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.declare.feed import ExpectationCheck, Feed, FieldType, RuleCheck
from evalkit.declare.load import Located
from evalkit.declare.period import Granularity
from evalkit.errors import Problem
from evalkit.formula.types import Kind
from evalkit.workspace.check_declared_checks import check_problems
from evalkit.workspace.check_formula import CONDITION, column_problems, formula_problems
from evalkit.workspace.unknown import unknown, unless_known

_PERIOD_KINDS = {
    Granularity.MONTH: (Kind.DATE, Kind.MONTH),
    Granularity.QUARTER: (Kind.DATE, Kind.MONTH, Kind.QUARTER),
    Granularity.HALF_YEAR: (Kind.DATE, Kind.MONTH, Kind.QUARTER, Kind.HALF_YEAR),
    Granularity.YEAR: (Kind.DATE, Kind.MONTH, Kind.QUARTER, Kind.HALF_YEAR, Kind.YEAR),
    Granularity.SCHOOL_YEAR: (Kind.DATE, Kind.MONTH, Kind.YEAR),
}
"""Kinds of field in which a period can be read: none longer than the period, the year in which a school year begins."""


def feed_problems(located: Located[Feed]) -> Iterator[Problem]:
    """Return what contradicts itself in a feed's declaration."""
    feed = located.value
    names = [field.name for field in feed.fields]
    yield from _field_problems(located, names)
    for index, name in enumerate(feed.key):
        yield from unless_known("Colonne", name, names, located.place("key", index))
    if feed.period.field is not None:
        kinds = _PERIOD_KINDS[feed.period.granularity]
        yield from column_problems(feed.period.field, feed, located.place("period", "field"), kinds)
    if feed.identity is not None:
        field = feed.field(feed.identity.field)
        if field is None or field.type is not FieldType.IDENTITY:
            message, repair = (
                "L’identité doit être une colonne d’identité.",
                "Déclarez cette colonne avec « type: identity ».",
            )
            yield Problem("EVK-D040", message, located.place("identity", "field"), feed.identity.field, repair)
    for index, dated in enumerate(feed.breaks):
        for name in dated.fields:
            yield from unless_known("Colonne", name, names, located.place("breaks", index, "fields"))
    yield from _check_problems(located, names)


def _field_problems(located: Located[Feed], names: list[str]) -> Iterator[Problem]:
    for index, field in enumerate(located.value.fields):
        if field.name in names[:index]:
            place = located.place("fields", index, "name")
            yield Problem("EVK-D021", "Colonne déclarée deux fois.", place, field.name, "Gardez-en une.")
        if field.type is FieldType.CATEGORY:
            for written, meant in field.synonyms.items():
                place = located.place("fields", index, "synonyms", written)
                yield from unless_known("Mot", meant, field.values, place)


def _check_problems(located: Located[Feed], names: list[str]) -> Iterator[Problem]:
    feed = located.value
    for index, declared in enumerate(feed.checks):
        place = located.place("checks", index)
        if isinstance(declared, RuleCheck):
            yield from formula_problems(declared.rule, feed, located.place("checks", index, "rule"), CONDITION)
        elif isinstance(declared, ExpectationCheck):
            used = [declared.column, declared.column_a, declared.column_b, *declared.columns]
            for name in used:
                if name is not None and name not in names:
                    yield unknown("Colonne", name, names, place)
        else:
            yield from check_problems(feed, declared, place)
