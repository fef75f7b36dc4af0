"""From the bytes of a file to a tidy table of texts."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from evalkit.receive.file.container import Kind, Opened, open_container
from evalkit.receive.file.csv_text import read_delimited
from evalkit.receive.file.encoding import decode
from evalkit.receive.file.json_table import read_json_table
from evalkit.receive.file.meta import read_column_notes
from evalkit.receive.file.parquet import read_parquet_table
from evalkit.receive.file.table import TextTable, tidy
from evalkit.receive.file.workbook import read_workbook
from evalkit.store.delivery import Finding


def read_table(content: bytes, name: str, known: Set[str]) -> TextTable:
    """Read a partner's file, whatever its format, its encoding and its layout; nothing is typed yet.

    Args:
        content: the bytes received.
        name: the file name.
        known: every declared heading, normalised by :func:`evalkit.territory.zones.normalise_name`.

    Returns:
        The table, everything as text, with the lines of the partner's file and what was noticed.

    Raises:
        RefusedFileError: the file cannot be read; the findings say why (``EVK-R001`` to ``EVK-R010``).
    """
    opened = open_container(content, name)
    table, findings = _read(opened, known)
    notes = read_column_notes(opened.meta) if opened.meta is not None else None
    return tidy(replace(table, findings=(*opened.findings, *findings, *table.findings), notes=notes))


def _read(opened: Opened, known: Set[str]) -> tuple[TextTable, tuple[Finding, ...]]:
    if opened.kind is Kind.WORKBOOK:
        return read_workbook(opened.content, known), ()
    if opened.kind is Kind.PARQUET:
        return read_parquet_table(opened.content), ()
    text, findings = decode(opened.content)
    return (read_json_table(text) if opened.kind is Kind.JSON else read_delimited(text, known)), findings
