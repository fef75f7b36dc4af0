"""Builders of faulty files: each makes the bytes of one fault from the same three sound lines."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping, Sequence

import polars as pl

from tests.receive.world import book

HEADING = "code;nom;montant"
ROWS = ("01004;Œuvre d’été;1 234,56", "2A004;Prés;3")
LINES = (HEADING, *ROWS)
CELLS = [tuple(row.split(";")) for row in ROWS]
"""What every sound reading of :data:`LINES` gives."""

_SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def text(*lines: str, end: str = "\r\n", encoding: str = "utf-8") -> bytes:
    """Return lines as a text file, the last one ended too."""
    return (end.join(lines) + end).encode(encoding)


def cut(*lines: str) -> bytes:
    """Return lines as a text file that stops in the middle of the last one."""
    return "\r\n".join(lines).encode()


def mixed() -> bytes:
    return text(*LINES) + text("été;été;1", encoding="cp1252")


def separated(separator: str) -> bytes:
    return text(*(line.replace(";", separator) for line in LINES))


def zipped(members: Mapping[str, bytes], is_locked: bool = False) -> bytes:
    """Return an archive; a locked one says that its members are encrypted (APPNOTE 4.4.4, bit 0)."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, inner in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), inner)
    made = bytearray(content.getvalue())
    if is_locked:
        made[made.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def gzipped() -> bytes:
    return gzip.compress(text(*LINES), mtime=0)


def workbook(rows: Sequence[Sequence[object]] | None = None) -> bytes:
    return book(rows or [tuple(line.split(";")) for line in LINES])


def open_document() -> bytes:
    """Return the sound lines as an ODS workbook, written by hand from its specification (OASIS ODF 1.2)."""
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in line.split(";")
        )
        + "</table:table-row>"
        for line in LINES
    )
    names = "".join(f' xmlns:{name}="{_OFFICE}:{name}:1.0"' for name in ("office", "table", "text"))
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names}><office:body><office:spreadsheet>'
        f'<table:table table:name="Données">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<manifest:manifest xmlns:manifest="{_OFFICE}:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_SPREADSHEET}"/></manifest:manifest>'
    )
    return zipped(
        {
            "mimetype": _SPREADSHEET.encode(),
            "content.xml": document.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def parquet(frame: pl.DataFrame | None = None) -> bytes:
    content = io.BytesIO()
    sound = pl.DataFrame(CELLS, schema=HEADING.split(";"), orient="row")
    (sound if frame is None else frame).write_parquet(content)
    return content.getvalue()


def json_text(rows: Sequence[Mapping[str, object]] | None = None) -> bytes:
    import json

    names = HEADING.split(";")
    return json.dumps(rows or [dict(zip(names, cells, strict=True)) for cells in CELLS]).encode()
