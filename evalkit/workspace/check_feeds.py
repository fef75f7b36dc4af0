"""Check a feed by itself: its key, its period, its rules speak of its own fields."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.declare.feed import Feed, FieldType, RuleCheck
from evalkit.declare.load import Located
from evalkit.errors import FormulaError, Problem
from evalkit.formula import check, parse
from evalkit.formula.types import Kind
from evalkit.workspace.columns import formula_columns
from evalkit.workspace.unknown import unknown


def feed_problems(located: Located[Feed]) -> Iterator[Problem]:
    """Return what contradicts itself in a feed's declaration."""
    feed = located.value
    names = [field.name for field in feed.fields]
    for index, name in enumerate(names):
        if name in names[:index]:
            place = located.place("fields", index, "name")
            yield Problem("EVK-D021", "Colonne déclarée deux fois.", place, name, "Gardez-en une.")
    for index, name in enumerate(feed.key):
        if name not in names:
            yield unknown("Colonne", name, names, located.place("key", index))
    if feed.period.field is not None and feed.period.field not in names:
        yield unknown("Colonne", feed.period.field, names, located.place("period", "field"))
    if feed.identity is not None:
        field = feed.field(feed.identity.field)
        if field is None or field.type is not FieldType.IDENTITY:
            repair = "Déclarez cette colonne avec « type: identity »."
            place = located.place("identity", "field")
            yield Problem(
                "EVK-D040", "L’identité doit être une colonne d’identité.", place, feed.identity.field, repair
            )
    yield from _check_problems(located, names)


def _check_problems(located: Located[Feed], names: list[str]) -> Iterator[Problem]:
    columns = formula_columns(located.value)
    for index, declared in enumerate(located.value.checks):
        if isinstance(declared, RuleCheck):
            try:
                check(parse(declared.rule, located.place("checks", index, "rule")), columns, Kind.BOOLEAN)
            except FormulaError as error:
                yield from error.problems
            continue
        used = [declared.column, declared.column_a, declared.column_b, *declared.columns]
        for name in used:
            if name is not None and name not in names:
                yield unknown("Colonne", name, names, located.place("checks", index))
