"""Codes that must belong to a list received before: a field of a reference feed."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from evalkit.declare.feed import Feed, FieldType, Severity
from evalkit.declare.feed_check import CodeCheck, ListSpec
from evalkit.receive.findings.finding import at_lines, found
from evalkit.store.delivery import Finding
from evalkit.store.schema import LINE
from evalkit.typography import counted, typeset

_SHOWN = 3


def listed_codes(rows: pl.DataFrame | None, listed_in: ListSpec) -> pl.Series | None:
    """Return the codes of a list, from the current rows of its feed; none when it was never received."""
    if rows is None or listed_in.field not in rows.columns:
        return None
    codes = rows[listed_in.field].cast(pl.String).drop_nulls().unique()
    return codes if len(codes) else None


def unlisted_codes(feed: Feed, check: CodeCheck, rows: pl.DataFrame, codes: pl.Series) -> Finding | None:
    """Return what is said of the rows whose code is not in the list; nothing when all are.

    Args:
        feed: the declaration.
        check: the declared check, which has a ``listed_in``.
        rows: the accepted rows.
        codes: the codes of the list.
    """
    if check.listed_in is None:
        return None
    texts = rows[check.code].cast(pl.String)
    is_missing = texts.is_not_null() & ~texts.is_in(codes.implode())
    failing = rows.filter(is_missing)
    if failing.is_empty():
        return None
    where = at_lines(check.code, failing[LINE])
    message = check.message or f"« {check.code} » : code hors de la liste du flux « {check.listed_in.feed} »."
    told = f"{message.rstrip('.')} ({counted(where.count, 'ligne', 'lignes')})."
    finding = found("EVK-R082", told, where, _examples(feed, check.code, texts.filter(is_missing)))
    if where.count <= float(check.tolerance) * rows.height:
        in_tolerance = typeset(f"{finding.message} Dans la tolérance.")
        return replace(finding, severity=Severity.MINOR, message=in_tolerance)
    return replace(finding, severity=check.severity)


def _examples(feed: Feed, name: str, texts: pl.Series) -> str:
    field = feed.field(name)
    if field is None or field.is_personal or field.type is FieldType.ZONE:
        return ""
    return ", ".join(str(text)[:40] for text in texts.unique().sort().head(_SHOWN))
