"""Match a partner's headings with the declared fields."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from evalkit.declare.feed import Feed, FieldSpec, FieldType
from evalkit.receive.file.table import TextTable
from evalkit.receive.findings.finding import RefusedFileError, Where, found, refused
from evalkit.store.delivery import Finding
from evalkit.territory.zones import normalise_name
from evalkit.typography import counted


@dataclass(frozen=True, slots=True)
class Matching:
    """Which column of a file holds which declared field.

    Attributes:
        columns: the text column (``c0``…) of each field that is present.
        unknown: the other columns, with their headings.
    """

    columns: Mapping[str, str]
    unknown: Mapping[str, str]

    def missing(self, fields: Iterable[FieldSpec]) -> tuple[FieldSpec, ...]:
        """Return the fields that no column holds."""
        return tuple(field for field in fields if field.name not in self.columns)


_Titles = tuple[str, str, tuple[str, ...]]
"""What a field declares of its headings: its name, its label, the others."""


def names_of(field: FieldSpec) -> frozenset[str]:
    """Return every heading of a field, normalised."""
    return _normalised(_titles(field))


def declared_headings(feeds: Iterable[Feed]) -> frozenset[str]:
    """Return every heading that some feed declares, normalised."""
    return frozenset().union(*(_owners(_feed_titles(feed)) for feed in feeds))


def _titles(field: FieldSpec) -> _Titles:
    return field.name, field.label or field.name, field.headers


def _feed_titles(feed: Feed) -> tuple[_Titles, ...]:
    return tuple(_titles(field) for field in feed.fields)


@lru_cache(maxsize=16_384)
def _normalised(titles: _Titles) -> frozenset[str]:
    name, label, headers = titles
    return frozenset(normalise_name(each) for each in (name, label, *headers))


@lru_cache(maxsize=512)
def _owners(titles: tuple[_Titles, ...]) -> Mapping[str, str]:
    """Return the field that each normalised heading names: made once per declaration, read for every file."""
    return MappingProxyType({name: field[0] for field in titles for name in _normalised(field)})


def needed_fields(feed: Feed) -> tuple[FieldSpec, ...]:
    """Return the fields without which a file cannot be judged: required ones, the key, the period."""
    needed = {*feed.key, feed.period.field}
    return tuple(field for field in feed.fields if field.required or field.name in needed)


def match_headings(feed: Feed, headings: tuple[str, ...]) -> Matching:
    """Match headings with fields, without regard to case, accents, spaces and punctuation.

    Raises:
        RefusedFileError: two columns hold the same field (``EVK-R006``).
    """
    matching = first_columns(feed, headings)
    owners = _owners(_feed_titles(feed))
    for column, heading in matching.unknown.items():
        field = owners.get(normalise_name(heading)) if heading else None
        if field is not None:
            first, second = (int(each[1:]) + 1 for each in (matching.columns[field], column))
            message = f"Deux colonnes contiennent « {field} » : la {first} et la {second}."
            raise refused("EVK-R006", message, Where(field))
    return matching


def first_columns(feed: Feed, headings: tuple[str, ...]) -> Matching:
    """Match headings with fields as :func:`match_headings` does; a second column of a field counts as unknown."""
    owners = _owners(_feed_titles(feed))
    columns: dict[str, str] = {}
    unknown: dict[str, str] = {}
    for index, heading in enumerate(headings):
        field = owners.get(normalise_name(heading)) if heading else None
        if field is None or field in columns:
            unknown[f"c{index}"] = heading
        else:
            columns[field] = f"c{index}"
    return Matching(columns, unknown)


def judge_headings(feed: Feed, table: TextTable, matching: Matching) -> tuple[Finding, ...]:
    """Check that the columns are those agreed.

    Returns:
        The optional fields that are absent and, for a feed that only lists them, the columns that are not declared.

    Raises:
        RefusedFileError: a needed column is absent (``EVK-R022``), an undeclared one is present (``EVK-R024``), or data
            stand under no heading (``EVK-R018``).
    """
    needed = needed_fields(feed)
    faults = [_missing_finding(field, matching) for field in matching.missing(needed)]
    unnamed = [column for column, heading in matching.unknown.items() if not heading]
    named = [heading for heading in matching.unknown.values() if heading]
    if unnamed and feed.other_columns == "refused":
        numbers = ", ".join(str(int(column[1:]) + 1) for column in unnamed)
        faults.append(found("EVK-R018", f"Des données se trouvent sous une colonne sans titre (colonne {numbers})."))
    if named and feed.other_columns == "refused":
        message = counted(
            len(named),
            "colonne n’est pas convenue pour ce flux.",
            "colonnes ne sont pas convenues pour ce flux.",
        )
        if faults:
            message += " L’une d’elles est peut-être une colonne absente, sous un autre titre."
        faults.append(found("EVK-R024", message, received=", ".join(named[:20])))
    if faults:
        raise RefusedFileError(faults)
    notes = [_absent_finding(field, matching) for field in matching.missing(feed.fields)]
    if named:
        message = counted(len(named), "colonne non déclarée, non conservée.", "colonnes non déclarées, non conservées.")
        notes.append(found("EVK-R025", message, received=", ".join(named[:20]) + (", …" if len(named) > 20 else "")))
    return tuple(notes)


def nearest_heading(field: FieldSpec, matching: Matching) -> str:
    """Return the undeclared heading that looks most like a field, or nothing."""
    headings = {normalise_name(heading): heading for heading in matching.unknown.values() if heading}
    names = sorted(names_of(field), key=len, reverse=True)
    for name in names:
        if close := difflib.get_close_matches(name, sorted(headings), n=1, cutoff=0.8):
            return headings[close[0]]
    return ""


def _expected(field: FieldSpec) -> str:
    return " ou ".join(f"« {name} »" for name in (field.name, *field.headers[:2]))


def _missing_finding(field: FieldSpec, matching: Matching) -> Finding:
    near = nearest_heading(field, matching)
    hint = f" La colonne « {near} » lui ressemble." if near else ""
    message = f"La colonne obligatoire « {field.name} » est absente.{hint}"
    return found("EVK-R022", message, Where(field.name), near, _expected(field))


def _absent_finding(field: FieldSpec, matching: Matching) -> Finding:
    near = nearest_heading(field, matching) if field.type is not FieldType.IDENTITY else ""
    if near:
        message = f"Une colonne facultative est absente ; « {near} » lui ressemble : renommée ?"
        return found("EVK-R023", message, Where(field.name), near, _expected(field))
    return found("EVK-R023", "Colonne facultative absente.", Where(field.name), "", _expected(field))
