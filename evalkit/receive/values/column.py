"""Read one column: distinct texts are read once, then every row takes its value, its cause and its repairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from evalkit.declare.feed import FieldSpec, FieldType
from evalkit.receive.findings.counts import counted
from evalkit.receive.findings.finding import at_lines, found
from evalkit.receive.values.dates import read_date, read_month, read_quarter, read_year
from evalkit.receive.values.numbers import read_decimal, read_integer
from evalkit.receive.values.places import read_zone
from evalkit.receive.values.spelling import cause_of, is_excel_formula, normalised, plain
from evalkit.receive.values.words import read_boolean, read_category, read_code
from evalkit.store.delivery import Finding
from evalkit.store.schema import Cause
from evalkit.territory.zones import UNKNOWN, Territory, normalise_name

_EXAMPLES = {
    FieldType.INTEGER: "un nombre entier, par exemple 1 250",
    FieldType.DECIMAL: "un nombre, par exemple 1 250,50",
    FieldType.BOOLEAN: "oui ou non",
    FieldType.DATE: "une date, par exemple 31/03/2026",
    FieldType.MONTH: "un mois, par exemple 2026-03",
    FieldType.QUARTER: "un trimestre, par exemple 2026-T1",
    FieldType.YEAR: "une année, par exemple 2026",
    FieldType.ZONE: "le code ou le nom d’une zone, ou « hors QPV »",
}


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


def read_column(
    field: FieldSpec, texts: pl.Series, lines: pl.Series, territory: Territory, blank: Cause = Cause.MISSING
) -> ColumnReading:
    """Read the texts of one field.

    Args:
        field: the declared field, neither an identity nor a free text.
        texts: the cells, null where empty.
        lines: the lines of the partner's file.
        territory: the zones of the contract.
        blank: what an empty cell means.

    Returns:
        The values with their causes; every repair is counted, none is silent.
    """
    distinct = texts.drop_nulls().unique().sort().to_frame("text").with_columns(plain(pl.col("text")).alias("plain"))
    read, repaired = _reader(field, territory)
    meanings = distinct.select(
        "text",
        read.alias("value"),
        _cause(field).alias("cause"),
        _with_formula(repaired).alias("repair"),
    ).with_columns(pl.when(pl.col("cause").is_null()).then(pl.col("value")).alias("value"))
    # What could not be read was not repaired.
    meanings = meanings.with_columns(pl.when(pl.col("value").is_not_null()).then(pl.col("repair")).alias("repair"))
    rows = texts.to_frame("text").join(meanings, on="text", how="left", maintain_order="left")
    missing = pl.when(pl.col("text").is_null()).then(pl.lit(blank.value)).otherwise(pl.col("cause"))
    unreadable = rows.select(pl.col("text").is_not_null() & pl.col("value").is_null() & pl.col("cause").is_null())
    reading = ColumnReading(rows["value"], rows.select(missing).to_series().alias("cause"), unreadable.to_series(), ())
    findings = tuple(_findings(field, reading, rows, lines))
    cause = pl.select(
        pl.when(reading.unreadable).then(pl.lit(Cause.NOT_AVAILABLE.value)).otherwise(reading.cause)
    ).to_series()
    value = reading.value.fill_null(UNKNOWN) if field.type is FieldType.ZONE else reading.value
    return ColumnReading(value, cause, reading.unreadable, findings)


def _reader(field: FieldSpec, territory: Territory) -> tuple[pl.Expr, pl.Expr]:
    """Return the value and the repairs of the ``plain`` texts of a field."""
    text = pl.col("plain")
    if field.type is FieldType.DECIMAL:
        return read_decimal(text, field.scale)
    if field.type is FieldType.ZONE:
        return read_zone(text, territory)
    if field.type is FieldType.CATEGORY:
        return read_category(text, field)
    if field.type is FieldType.CODE:
        return read_code(text, field)
    readers = {
        FieldType.INTEGER: read_integer,
        FieldType.BOOLEAN: read_boolean,
        FieldType.DATE: read_date,
        FieldType.MONTH: read_month,
        FieldType.QUARTER: read_quarter,
        FieldType.YEAR: read_year,
    }
    return readers[field.type](text)


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


def _findings(field: FieldSpec, reading: ColumnReading, rows: pl.DataFrame, lines: pl.Series) -> Iterator[Finding]:
    repaired = rows.select("text", "repair").with_columns(lines.alias("line")).drop_nulls("repair")
    for (label,), group in repaired.group_by(["repair"], maintain_order=True):
        example = "" if field.is_personal else str(group["text"][0])
        message = f"« {field.name} » : {counted(group.height, 'valeur', 'valeurs')}, {label}."
        yield found("EVK-R040", message, at_lines(field.name, group["line"]), example)
    if reading.unreadable.any():
        texts = rows["text"].filter(reading.unreadable)
        example = "" if field.is_personal else ", ".join(str(text)[:40] for text in texts.unique().sort().head(3))
        is_zone = field.type is FieldType.ZONE
        code = "EVK-R044" if is_zone else "EVK-R041"
        one, many = (
            ("zone non reconnue", "zones non reconnues") if is_zone else ("valeur illisible", "valeurs illisibles")
        )
        message = f"« {field.name} » : {counted(len(texts), one, many)}."
        where = at_lines(field.name, lines.filter(reading.unreadable))
        yield found(code, message, where, example, _EXAMPLES.get(field.type, ""))
    yield from _mark_findings(field, rows, lines)


def _mark_findings(field: FieldSpec, rows: pl.DataFrame, lines: pl.Series) -> Iterator[Finding]:
    """Yield one finding per cause that a written mark (``nd``, ``s``, ``<5``…) stands for."""
    marked = rows.select("cause").with_columns(lines.alias("line")).drop_nulls("cause")
    for (cause,), group in marked.group_by(["cause"], maintain_order=True):
        number = counted(group.height, "valeur absente", "valeurs absentes")
        message = f"« {field.name} » : {number}, cause « {cause} »."
        yield found("EVK-R042", message, at_lines(field.name, group["line"]))
