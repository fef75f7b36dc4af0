"""A file with something wrong, and what its receipt must say: no more, no less."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from evalkit.declare.feed import ExpectationCheck, Feed, FieldSpec, FieldType, Grain, RuleCheck
from tests.properties.clean_files import PartnerTable, Row, bytes_of

SHOWN_LINES = 50
"""A finding shows its first lines; its count says how many there are."""

Signature = tuple[str, str, tuple[int, ...], int]
"""Code, field, lines, number of rows."""


@dataclass(frozen=True)
class Expected:
    """One finding that a mutation must cause.

    Attributes:
        rows: the rows concerned, by their number; their lines are known once the file is laid out.
        lines: the lines, when they are not those of rows.
        count: the number of rows, when it is not that of the lines.
        label: tells apart findings of one code on one field.
    """

    code: str
    field: str = ""
    rows: tuple[int, ...] = ()
    lines: Callable[[PartnerTable], Sequence[int]] | None = None
    count: int | None = None
    label: str = ""

    def signature(self, table: PartnerTable) -> Signature:
        lines = self.lines(table) if self.lines is not None else [table.line(row) for row in self.rows]
        known = sorted(set(lines))
        return self.code, self.field, tuple(known[:SHOWN_LINES]), len(known) if self.count is None else self.count


_OF_VALUES = frozenset({"EVK-R040", "EVK-R041", "EVK-R042"})
"""Codes of findings about the values of rows."""


@dataclass(frozen=True)
class Mutant:
    """A changed file.

    Attributes:
        expected: the findings.
        refused: rows that go to quarantine.
        gone: exact copies of another row, of which nothing else is said.
        broken: rows that cannot be cut into cells, of which nothing else is said either.
        fatal: nothing is left to judge; the receipt holds these findings alone.
        content: the bytes, when they are not those of the table.
        secrets: texts that must be nowhere in what the tool writes.
    """

    table: PartnerTable
    expected: tuple[Expected, ...] = ()
    refused: frozenset[int] = frozenset()
    gone: frozenset[int] = frozenset()
    broken: frozenset[int] = frozenset()
    fatal: bool = False
    content: Callable[[PartnerTable], bytes] = bytes_of
    secrets: tuple[str, ...] = ()

    def after(self, before: Mutant) -> Mutant:
        """Return both changes, this one having been made on the table of ``before``."""
        return replace(
            self,
            expected=(*before.expected, *self.expected),
            refused=self.refused | before.refused,
            gone=self.gone | before.gone,
            broken=self.broken | before.broken,
        )

    @property
    def bytes(self) -> bytes:
        return self.content(self.table)

    def _rows_of_other_territories(self) -> frozenset[int]:
        """Return the rows whose zone is a well-formed code of elsewhere; one that nobody recognises is read."""
        judged = set(judged_rows(self.table))
        others = (row for row in self.table.rows if row.number not in judged)
        return frozenset(row.number for row in others if place_of(self.table, row).startswith("QP"))

    def signatures(self) -> list[Signature]:
        """Return what the receipt must say, findings of one code on one field being one."""
        merged: dict[tuple[str, str, str], Expected] = {}
        elsewhere = self._rows_of_other_territories()
        for found in self.expected:
            # Nothing is said of the values of rows that are of another territory.
            silent = self.broken | self.gone | (elsewhere if found.code in _OF_VALUES else frozenset())
            told = tuple(row for row in found.rows if row not in silent)
            if found.rows and not told and found.code in _OF_VALUES:
                continue
            one = found if found.code in {"EVK-R009", "EVK-R048"} else replace(found, rows=told)
            key = (one.code, one.field, one.label)
            merged[key] = replace(one, rows=(*merged[key].rows, *one.rows)) if key in merged else one
        return sorted(one.signature(self.table) for one in merged.values())


@dataclass
class Pick:
    """Draws the row or the field to change; two mutations of one file never share any."""

    draw: random.Random
    rows: set[int] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)

    def some_rows(self, table: PartnerTable, count: int, fits: Callable[[int], bool] = lambda row: True) -> list[int]:
        """Return up to ``count`` rows in the middle of the file, which the reception judges."""
        own = [row for row in judged_rows(table) if row not in self.rows and fits(row)]
        middle = own[1:-1] if len(own) > 20 else own
        chosen = sorted(self.draw.sample(middle, min(count, len(middle))))
        self.rows |= set(chosen)
        return chosen

    def row(self, table: PartnerTable, fits: Callable[[int], bool] = lambda row: True) -> int | None:
        chosen = self.some_rows(table, 1, fits)
        return chosen[0] if chosen else None

    def field(self, table: PartnerTable, fits: Callable[[FieldSpec], bool]) -> FieldSpec | None:
        free = [
            spec
            for spec in table.feed.fields
            if spec.name in table.columns and spec.name not in self.fields and fits(spec)
        ]
        if not free:
            return None
        chosen = self.draw.choice(free)
        self.fields.add(chosen.name)
        return chosen


def judged_rows(table: PartnerTable) -> list[int]:
    """Return the rows of the territory: the others of a national base are not judged."""
    has_zone = any(spec.type is FieldType.ZONE and spec.name in table.columns for spec in table.feed.fields)
    if table.feed.perimeter != 2015 or not has_zone:
        return [row.number for row in table.rows]
    return [row.number for row in table.rows if place_of(table, row).startswith("QP07100")]


def place_of(table: PartnerTable, row: Row) -> str:
    """Return the zone of a row as it is written; empty when a broken line does not reach it."""
    zone = next(spec.name for spec in table.feed.fields if spec.type is FieldType.ZONE)
    column = table.columns.index(zone)
    return "".join(row.cells[column : column + 1])


def needed(feed: Feed) -> set[str]:
    """Return the fields without which a row cannot be kept."""
    return {*feed.key, *(spec.name for spec in feed.fields if spec.required), feed.period.field or ""} - {""}


def never_null(feed: Feed) -> set[str]:
    """Return the fields that a declared check wants filled."""
    name = "expect_column_values_to_not_be_null"
    checks = [check for check in feed.checks if isinstance(check, ExpectationCheck) and check.expectation == name]
    return {check.column for check in checks if check.column}


def in_rules(feed: Feed) -> set[str]:
    """Return the fields that a declared check reads."""
    texts = [check.rule if isinstance(check, RuleCheck) else check.model_dump_json() for check in feed.checks]
    return {spec.name for spec in feed.fields if any(spec.name in text for text in texts)}


def unknown_zone_rule(feed: Feed, rows: Iterable[int]) -> tuple[Expected, ...]:
    """Return the finding of the declared rule on unknown zones, for the feeds that have one and keep such rows."""
    has_rule = any(isinstance(check, RuleCheck) and check.rule == "zone <> 'unknown'" for check in feed.checks)
    return (Expected("EVK-R056", "zone", tuple(rows)),) if has_rule and feed.grain is not Grain.ZONE else ()
