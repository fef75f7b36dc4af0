"""From the bytes of a file to a tidy table of texts."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from evalkit.receive.file.container import open_container
from evalkit.receive.file.csv_text import read_delimited
from evalkit.receive.file.encoding import decode
from evalkit.receive.file.table import TextTable, tidy
from evalkit.receive.file.workbook import read_workbook


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
    if opened.is_workbook:
        table = read_workbook(opened.content, known)
        return tidy(replace(table, findings=(*opened.findings, *table.findings)))
    text, findings = decode(opened.content)
    table = read_delimited(text, known)
    return tidy(replace(table, findings=(*opened.findings, *findings, *table.findings)))
