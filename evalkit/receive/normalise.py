"""From texts to typed rows: every field in its stored type, beside it why a value is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from evalkit.declare.feed import Feed, FieldSpec, FieldType, Grain
from evalkit.receive.file.table import TextTable
from evalkit.receive.findings.counts import counted
from evalkit.receive.findings.finding import at_lines, found
from evalkit.receive.headings import Matching, needed_fields
from evalkit.receive.privacy.identity import hash_identities
from evalkit.receive.privacy.key import IdentityKey
from evalkit.receive.privacy.personal import has_contacts, without_contacts
from evalkit.receive.values.column import read_column
from evalkit.receive.values.places import vintage_findings
from evalkit.receive.values.spelling import normalised
from evalkit.store.delivery import Finding
from evalkit.store.schema import LINE, Cause, cause_column, declared_schema, has_cause, stored_type
from evalkit.territory.zones import UNKNOWN, Territory, normalise_name

_NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})


@dataclass(frozen=True, slots=True)
class Reader:
    """What is needed to read the rows of a feed.

    Attributes:
        feed: the declaration.
        contract: the contract, which separates pseudonyms.
        territory: its zones.
        key: the identity key; none when a file is only checked.
    """

    feed: Feed
    contract: str
    territory: Territory
    key: IdentityKey | None = None


@dataclass(frozen=True, slots=True)
class TypedRows:
    """Rows in their stored types.

    Attributes:
        frame: ``_line``, then the columns of :func:`evalkit.store.schema.declared_schema`.
        unreadable: true for a row that cannot be kept, a needed value being unreadable.
        findings: repairs, unreadable and missing values.
    """

    frame: pl.DataFrame
    unreadable: pl.Series
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _FieldColumns:
    """The stored columns of one field, the rows where it is unreadable, and what was noticed."""

    columns: tuple[pl.Series, ...]
    unreadable: pl.Series
    findings: tuple[Finding, ...] = ()


def type_rows(reader: Reader, table: TextTable, matching: Matching) -> TypedRows:
    """Read every field of a table.

    A row cannot be kept when the unreadable field is needed (required, key or period); elsewhere it stays, without a
    value and with the cause ``non disponible``.

    Raises:
        RefusedFileError: an identity is no pseudonym (``EVK-R033``).
    """
    table, totals = _set_totals_aside(reader.feed, table, matching)
    is_masked = _is_masked_by_producer(reader.feed, table)
    fields = [(field, _read_field(reader, field, table, matching, is_masked)) for field in reader.feed.fields]
    series = [table.lines.alias(LINE), *(column for _, read in fields for column in read.columns)]
    frame = pl.DataFrame(series).cast(declared_schema(reader.feed))
    needed = {field.name for field in needed_fields(reader.feed)}
    unreadable = pl.repeat(False, frame.height, eager=True)
    for field, read in fields:
        if field.name in needed:
            unreadable |= read.unreadable
    findings = [*totals, *(finding for _, read in fields for finding in read.findings)]
    if is_masked:
        findings += _masked_findings(reader.feed, frame, table, matching)
    return TypedRows(frame, unreadable, tuple(findings))


def _read_field(
    reader: Reader, field: FieldSpec, table: TextTable, matching: Matching, is_masked: bool
) -> _FieldColumns:
    nowhere = pl.repeat(False, table.cells.height, eager=True)
    if field.name not in matching.columns:
        return _FieldColumns(_absent_columns(field, table.cells.height), nowhere)
    texts = table.cells[matching.columns[field.name]]
    if field.type is FieldType.IDENTITY:
        ours = hash_identities(field, texts, table.lines, reader.key, reader.contract)
        return _FieldColumns((ours.alias(field.name),), nowhere)
    if field.type is FieldType.FREE_TEXT:
        findings = _contact_findings(field, texts, table.lines)
        cleaned = texts.to_frame("text").select(without_contacts(pl.col("text"))).to_series()
        return _FieldColumns(((cleaned if findings else texts).alias(field.name),), nowhere, findings)
    blank = Cause.SECRET if is_masked and field.type in _NUMBERS else Cause.MISSING
    reading = read_column(field, texts, table.lines, reader.territory, blank)
    if field.type is FieldType.ZONE:
        findings = (*reading.findings, *vintage_findings(reader.feed, field.name, texts, table.lines))
        # A row of unknown place says nothing when the row is the place.
        unreadable = reading.unreadable if reader.feed.grain is Grain.ZONE else nowhere
        return _FieldColumns((_zones(reader.feed, field, reading.value, texts),), unreadable, findings)
    value = reading.value.alias(field.name)
    columns = (value, reading.cause.alias(cause_column(field.name))) if has_cause(field) else (value,)
    return _FieldColumns(columns, reading.unreadable, reading.findings)


def _zones(feed: Feed, field: FieldSpec, zones: pl.Series, texts: pl.Series) -> pl.Series:
    """Return the zones of a field; a blank cell is an unknown place, except where a place must be given."""
    zones = zones.alias(field.name)
    return zones.set(texts.is_null(), None) if field in needed_fields(feed) else zones


def _absent_columns(field: FieldSpec, height: int) -> tuple[pl.Series, ...]:
    if field.type is FieldType.ZONE:
        return (pl.repeat(UNKNOWN, height, eager=True).alias(field.name),)
    value = pl.Series(field.name, [None] * height, dtype=stored_type(field))
    if not has_cause(field):
        return (value,)
    return value, pl.repeat(Cause.NOT_AVAILABLE.value, height, eager=True).alias(cause_column(field.name))


def _contact_findings(field: FieldSpec, texts: pl.Series, lines: pl.Series) -> tuple[Finding, ...]:
    hits = texts.to_frame("text").select(has_contacts(pl.col("text")).fill_null(False)).to_series()
    if not hits.any():
        return ()
    texts_told = counted(int(hits.sum()), "texte", "textes")
    message = f"« {field.name} » : coordonnées de personnes retirées de {texts_told}."
    return (found("EVK-R037", message, at_lines(field.name, lines.filter(hits))),)


def _set_totals_aside(feed: Feed, table: TextTable, matching: Matching) -> tuple[TextTable, list[Finding]]:
    """Take out the rows whose key holds a declared total code: a total must never be counted with its parts."""
    codes = sorted({normalise_name(code) for code in feed.total_codes})
    columns = [matching.columns[name] for name in feed.key if name in matching.columns]
    if not codes or not columns:
        return table, []
    is_total = table.cells.select(
        pl.any_horizontal(normalised(pl.col(column)).is_in(codes).fill_null(False) for column in columns)
    ).to_series()
    if not is_total.any():
        return table, []
    where = at_lines(", ".join(feed.key), table.lines.filter(is_total))
    message = f"{counted(where.count, 'ligne de total mise', 'lignes de total mises')} de côté."
    kept = replace(table, cells=table.cells.filter(~is_total), lines=table.lines.filter(~is_total))
    return kept, [found("EVK-R049", message, where)]


def _is_masked_by_producer(feed: Feed, table: TextTable) -> bool:
    """Tell whether empty numbers are masked: Insee leaves them blank, and says so in ``NOTE`` columns."""
    headings = [heading.strip().upper() for heading in table.headings]
    has_notes = any(heading == "NOTE" or heading.startswith("NOTE_") for heading in headings)
    return feed.grain is Grain.ZONE and has_notes


def _masked_findings(feed: Feed, frame: pl.DataFrame, table: TextTable, matching: Matching) -> list[Finding]:
    """Tell the cells that are blank; a mark that the producer wrote (``s``, ``<5``) is told with its cause."""
    findings: list[Finding] = []
    for field in feed.fields:
        if field.type in _NUMBERS and field.name in matching.columns:
            is_blank = table.cells[matching.columns[field.name]].is_null()
            if is_blank.any():
                where = at_lines(field.name, frame[LINE].filter(is_blank))
                number = counted(where.count, "case vide, masquée", "cases vides, masquées")
                message = f"« {field.name} » : {number} par le producteur (colonnes NOTE)."
                findings.append(found("EVK-R043", message, where))
    return findings
