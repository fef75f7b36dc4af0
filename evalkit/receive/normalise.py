"""From texts to typed rows: every field in its stored type, beside it why a value is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from evalkit.declare.feed import Feed, FieldSpec, FieldType, Grain
from evalkit.receive.file.table import TextTable
from evalkit.receive.findings.finding import Where, at_lines, found
from evalkit.receive.headings import Matching, needed_fields
from evalkit.receive.privacy.identity import check_pseudonyms
from evalkit.receive.privacy.personal import has_contacts, without_contacts
from evalkit.receive.values.attached import attach_zones
from evalkit.receive.values.column import ColumnReading, ColumnTexts, read_columns
from evalkit.receive.values.places import vintage_findings
from evalkit.receive.values.spelling import normalised
from evalkit.store.delivery import Finding
from evalkit.store.schema import LINE, Cause, cause_column, declared_schema, has_cause, stored_type
from evalkit.territory.zones import OUTSIDE, UNKNOWN, Territory, normalise_name
from evalkit.typography import counted

_NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})


@dataclass(frozen=True, slots=True)
class Reader:
    """What is needed to read the rows of a feed.

    Attributes:
        feed: the declaration.
        territory: its zones.
    """

    feed: Feed
    territory: Territory


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
    value and with the cause ``non disponible``. In a base whose rows are zones, the zone is read first: the rows of
    other territories are counted and left, so that what is told of values is told of the rows that are kept.

    Raises:
        RefusedFileError: an identity is no pseudonym (``EVK-R033``).
    """
    table, totals = _set_totals_aside(reader.feed, table, matching)
    table, others = _leave_other_territories(reader, table, matching)
    is_masked = _is_masked_by_producer(reader.feed, table)
    fields = _read_fields(reader, table, matching, is_masked)
    series = [table.lines.alias(LINE), *(column for _, read in fields for column in read.columns)]
    frame, attached = attach_zones(
        reader.feed, reader.territory, pl.DataFrame(series).cast(declared_schema(reader.feed))
    )
    needed = {field.name for field in needed_fields(reader.feed)}
    unreadable = pl.repeat(False, frame.height, eager=True)
    for field, read in fields:
        if field.name in needed:
            unreadable |= read.unreadable
    findings = [*totals, *(finding for _, read in fields for finding in read.findings), *attached]
    if is_masked:
        findings += _masked_findings(reader.feed, frame, table, matching)
    return TypedRows(frame, unreadable, (*findings, *others))


def _leave_other_territories(
    reader: Reader, table: TextTable, matching: Matching
) -> tuple[TextTable, tuple[Finding, ...]]:
    """Leave out the rows of a base of zones that are of another territory, before anything else is read of them."""
    feed = reader.feed
    zones = [field for field in feed.fields if field.type is FieldType.ZONE and field.name in feed.key]
    present = [field for field in zones if field.name in matching.columns]
    if feed.grain is not Grain.ZONE or not present or not table.cells.height:
        return table, ()
    columns = [ColumnTexts(field, table.cells[matching.columns[field.name]]) for field in present]
    here = pl.repeat(True, table.cells.height, eager=True)
    for reading in read_columns(columns, table.lines, reader.territory, is_national=True):
        here &= reading.value != OUTSIDE
    others = table.cells.height - int(here.sum())
    if not others:
        return table, ()
    message = counted(
        others, "ligne d’un autre territoire, non conservée.", "lignes d’autres territoires, non conservées."
    )
    kept = replace(table, cells=table.cells.filter(here), lines=table.lines.filter(here))
    return kept, (found("EVK-R045", message, Where(present[0].name, (), others)),)


def _read_fields(
    reader: Reader, table: TextTable, matching: Matching, is_masked: bool
) -> list[tuple[FieldSpec, _FieldColumns]]:
    """Read every field, in the order of the feed; those that hold typed values are read together."""
    nowhere = pl.repeat(False, table.cells.height, eager=True)
    typed = [
        field
        for field in reader.feed.fields
        if field.name in matching.columns and field.type not in {FieldType.IDENTITY, FieldType.FREE_TEXT}
    ]
    texts = {field.name: table.cells[matching.columns[field.name]] for field in typed}
    blanks = {field.name: Cause.SECRET if is_masked and field.type in _NUMBERS else Cause.MISSING for field in typed}
    columns = [ColumnTexts(field, texts[field.name], blanks[field.name]) for field in typed]
    is_national = reader.feed.grain is Grain.ZONE
    readings = read_columns(columns, table.lines, reader.territory, is_national)
    read = {
        field.name: _stored(reader.feed, field, reading, texts[field.name], table.lines)
        for field, reading in zip(typed, readings, strict=True)
    }
    return [
        (field, read[field.name] if field.name in read else _read_words(reader, field, table, matching, nowhere))
        for field in reader.feed.fields
    ]


def _stored(feed: Feed, field: FieldSpec, reading: ColumnReading, texts: pl.Series, lines: pl.Series) -> _FieldColumns:
    """Return the stored columns of a field that was read."""
    if field.type is FieldType.ZONE:
        findings = (*reading.findings, *vintage_findings(feed, field.name, texts, lines))
        # A row of unknown place says nothing when the row is the place.
        unreadable = reading.unreadable if feed.grain is Grain.ZONE else pl.repeat(False, len(texts), eager=True)
        return _FieldColumns((_zones(feed, field, reading.value, texts),), unreadable, findings)
    value = reading.value.alias(field.name)
    columns = (value, reading.cause.alias(cause_column(field.name))) if has_cause(field) else (value,)
    return _FieldColumns(columns, reading.unreadable, reading.findings)


def _read_words(
    reader: Reader, field: FieldSpec, table: TextTable, matching: Matching, nowhere: pl.Series
) -> _FieldColumns:
    """Read an identity, a free text, or a field that the file does not have."""
    if field.name not in matching.columns:
        return _FieldColumns(_absent_columns(field, table.cells.height), nowhere)
    texts = table.cells[matching.columns[field.name]]
    if field.type is FieldType.IDENTITY:
        return _FieldColumns((check_pseudonyms(field, texts, table.lines).alias(field.name),), nowhere)
    findings = _contact_findings(field, texts, table.lines)
    cleaned = texts.to_frame("text").select(without_contacts(pl.col("text"))).to_series()
    return _FieldColumns(((cleaned if findings else texts).alias(field.name),), nowhere, findings)


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
    message = f"« {field.name} » : coordonnées ou noms de personnes retirés de {texts_told}."
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
                findings.append(found("EVK-R043", "Case vide, masquée par le producteur (colonnes NOTE).", where))
    return findings
