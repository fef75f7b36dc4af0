"""Read columns: distinct texts are read once, then every row takes its value, its cause and its repairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from evalkit.declare.feed import FieldSpec, FieldType
from evalkit.receive.values.column_findings import column_findings
from evalkit.receive.values.dates import read_date, read_half_year, read_month, read_quarter, read_year
from evalkit.receive.values.numbers import read_decimal, read_integer
from evalkit.receive.values.places import ZoneNames, read_zone
from evalkit.receive.values.spelling import cause_of, is_excel_formula, normalised, plain
from evalkit.receive.values.words import read_boolean, read_category, read_code
from evalkit.store.delivery import Finding
from evalkit.store.schema import Cause
from evalkit.territory.zones import UNKNOWN, Territory, normalise_name


@dataclass(frozen=True, slots=True)
class ColumnTexts:
    """One column to read.

    Attributes:
        field: the declared field, neither an identity nor a free text.
        texts: the cells, null where empty.
        blank: what an empty cell means.
    """

    field: FieldSpec
    texts: pl.Series
    blank: Cause = Cause.MISSING


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """One column read.

    Attributes:
        value: typed values, null where there is none.
        cause: why there is no value (a :class:`Cause`), null where there is one.
        unreadable: true where something was written that means nothing.
        findings: repairs, unreadable and missing values.
    """

    value: pl.Series
    cause: pl.Series
    unreadable: pl.Series
    findings: tuple[Finding, ...]


def read_columns(
    columns: Sequence[ColumnTexts], lines: pl.Series, territory: Territory, is_national: bool = False
) -> tuple[ColumnReading, ...]:
    """Read the columns of a table, all in one execution of the query engine.

    Args:
        columns: what to read.
        lines: the lines of the partner's file, one per cell.
        territory: the zones of the contract.
        is_national: the rows may be zones of the whole country, or the country itself.

    Returns:
        One reading per column, with the causes of missing values; every repair is counted, none is silent.
    """
    zones = ZoneNames.of(territory, is_national)
    frames = pl.collect_all([_plan(column, zones) for column in columns])
    return tuple(_reading(column.field, frame, lines) for column, frame in zip(columns, frames, strict=True))


def read_column(
    field: FieldSpec, texts: pl.Series, lines: pl.Series, territory: Territory, blank: Cause = Cause.MISSING
) -> ColumnReading:
    """Read one column; see :func:`read_columns`."""
    return read_columns([ColumnTexts(field, texts, blank)], lines, territory)[0]


def _plan(column: ColumnTexts, zones: ZoneNames) -> pl.LazyFrame:
    """Return the query that gives ``text``, ``value``, ``mark`` (the cause that was written) and ``repair``."""
    field = column.field
    distinct = column.texts.drop_nulls().unique().to_frame("text").lazy()
    meanings = (
        _read(distinct.with_columns(plain=plain(pl.col("text"))), field, zones)
        .with_columns(mark=_cause(field), repair=_with_formula(pl.col("repair")))
        .select("text", "value", "mark", "repair")
    )
    value = pl.when(pl.col("mark").is_null()).then(pl.col("value")).alias("value")
    meanings = meanings.with_columns(value)
    # What could not be read was not repaired.
    meanings = meanings.with_columns(pl.when(pl.col("value").is_not_null()).then(pl.col("repair")).alias("repair"))
    rows = column.texts.to_frame("text").lazy().join(meanings, on="text", how="left", maintain_order="left")
    is_unreadable = pl.col("text").is_not_null() & pl.col("value").is_null() & pl.col("mark").is_null()
    cause = (
        pl.when(pl.col("text").is_null())
        .then(pl.lit(column.blank.value))
        .when(is_unreadable)
        .then(pl.lit(Cause.NOT_AVAILABLE.value))
        .otherwise(pl.col("mark"))
    )
    return rows.with_columns(is_unreadable.alias("unreadable"), cause.alias("cause"))


def _reading(field: FieldSpec, rows: pl.DataFrame, lines: pl.Series) -> ColumnReading:
    value = rows["value"].fill_null(UNKNOWN) if field.type is FieldType.ZONE else rows["value"]
    findings = tuple(column_findings(field, rows, lines))
    return ColumnReading(value, rows["cause"], rows["unreadable"], findings)


def _read(texts: pl.LazyFrame, field: FieldSpec, zones: ZoneNames) -> pl.LazyFrame:
    """Add what each text of a field means in ``value`` and what was repaired in ``repair``.

    Readers work in steps, each a column: an expression that stands twice in a query is computed twice.
    """
    if field.type is FieldType.DECIMAL:
        return read_decimal(texts, field.scale)
    if field.type is FieldType.ZONE:
        return read_zone(texts, zones)
    if field.type is FieldType.CATEGORY:
        return read_category(texts, field)
    if field.type is FieldType.CODE:
        return read_code(texts, field)
    readers = {
        FieldType.INTEGER: read_integer,
        FieldType.BOOLEAN: read_boolean,
        FieldType.DATE: read_date,
        FieldType.MONTH: read_month,
        FieldType.QUARTER: read_quarter,
        FieldType.HALF_YEAR: read_half_year,
        FieldType.YEAR: read_year,
    }
    return readers[field.type](texts)


def _cause(field: FieldSpec) -> pl.Expr:
    if field.type is FieldType.ZONE:
        return pl.lit(None, dtype=pl.String)
    cause = cause_of(pl.col("plain"), field.type)
    # A declared word is a word, even when it looks like a mark.
    declared = sorted({normalise_name(word) for word in (*field.values, *field.synonyms)} - {""})
    return pl.when(~normalised(pl.col("plain")).is_in(declared)).then(cause) if declared else cause


def _with_formula(repaired: pl.Expr) -> pl.Expr:
    formula = pl.when(is_excel_formula(pl.col("text"))).then(pl.lit("formule de tableur retirée"))
    joined = pl.concat_str([formula, repaired], separator=", ", ignore_nulls=True)
    return pl.when(joined != "").then(joined)
