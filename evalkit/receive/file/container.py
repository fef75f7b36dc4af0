"""What a file really is, whatever its extension: text, workbook, or an archive around one of them."""

from __future__ import annotations

import gzip
import io
import lzma
import zipfile
import zlib
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import PurePath

from evalkit.receive.findings.finding import found, refused
from evalkit.store.delivery import Finding

MAX_BYTES = 1 << 30
"""The largest file that is read, once decompressed."""

_WORKBOOK_EXTENSIONS = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".xlsb"})
_DATA_EXTENSIONS = _WORKBOOK_EXTENSIONS | {".csv", ".txt", ".tsv", ".gz", ".parquet", ".json", ".geojson"}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_NOT_TABLES = {
    b"%PDF": "un document PDF",
    b"{\\rtf": "un document de texte RTF",
    b"\x89PNG": "une image",
    b"\xff\xd8\xff": "une image",
}
_WEB_PAGES = (b"<!doctype", b"<html", b"<?xml")


class Kind(Enum):
    """What the bytes of a table are."""

    TEXT = "texte"
    WORKBOOK = "classeur"
    PARQUET = "Parquet"
    JSON = "JSON"


@dataclass(frozen=True, slots=True)
class Opened:
    """The bytes of one table.

    Attributes:
        content: the bytes, out of any archive.
        kind: what they are.
        meta: the bytes of the file that describes the columns, when the archive has one.
        findings: what was noticed on the way.
    """

    content: bytes
    kind: Kind
    meta: bytes | None = None
    findings: tuple[Finding, ...] = ()


def open_container(content: bytes, name: str) -> Opened:
    """Recognise a file by its first bytes and take the table out of its archive.

    Args:
        content: the bytes received.
        name: the file name, whose extension is compared with what the file really is.

    Raises:
        RefusedFileError: it is no table (``EVK-R001``), an archive without exactly one table (``EVK-R002``), empty
            (``EVK-R004``) or too big (``EVK-R010``).
    """
    if not content.strip(b"\x00 \t\r\n"):
        raise refused("EVK-R004", "Le fichier est vide.")
    if content.startswith(_GZIP):
        return open_container(_gunzip(content), name.removesuffix(".gz"))
    if content.startswith(_ZIP):
        return _open_zip(content, name)
    if content.startswith(_OLD_OFFICE):
        return _workbook(content, name)
    _refuse_other_documents(content)
    return _open_bare(content, name)


def _open_bare(content: bytes, name: str) -> Opened:
    """Tell what a file out of any archive is, when it is neither a workbook nor refused."""
    extension = PurePath(name).suffix.lower()
    if content.startswith(_PARQUET):
        return Opened(content, Kind.PARQUET)
    if extension in {".json", ".geojson"} and _begins_like_json(content):
        return Opened(content, Kind.JSON)
    if extension in _WORKBOOK_EXTENSIONS:
        message = "Ce fichier porte l’extension d’un classeur, mais c’est un texte (CSV) : il a été lu comme tel."
        return Opened(content, Kind.TEXT, findings=(found("EVK-R011", message),))
    return Opened(content, Kind.TEXT)


def _begins_like_json(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}


def _gunzip(content: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            inner = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise refused("EVK-R008", "L’archive est abîmée ou coupée.") from None
    if len(inner) > MAX_BYTES:
        raise refused("EVK-R010", "Le fichier dépasse 1 Gio une fois décompressé.")
    return inner


def _open_zip(content: bytes, name: str) -> Opened:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError):
        # A damaged directory may ask for a version of the format that does not exist, or hold names that are no text.
        raise refused("EVK-R008", "Le classeur ou l’archive est abîmé ou coupé.") from None
    members = [member for member in archive.infolist() if not member.is_dir()]
    names = {member.filename for member in members}
    if names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        if "word/document.xml" in names:
            raise refused("EVK-R001", "Ce fichier est un document de texte, pas un tableau.")
        return _workbook(content, name)
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise refused("EVK-R001", "Ce fichier est un document de texte ou une présentation, pas un tableau.")
    tables = [member for member in members if _may_be_data(member.filename)]
    notes = [member for member in members if _describes_columns(member.filename)]
    if len(tables) != 1:
        shown = ", ".join(sorted(PurePath(member.filename).name for member in tables)) or "aucun"
        message = f"L’archive devrait contenir un seul fichier de données ; fichiers trouvés : {len(tables)}."
        raise refused("EVK-R002", message, received=shown)
    inner = _extract(archive, tables[0])
    opened = open_container(inner, PurePath(tables[0].filename).name)
    message = f"Le tableau « {PurePath(tables[0].filename).name} » a été tiré de l’archive."
    meta = _extract(archive, notes[0]) if len(notes) == 1 else opened.meta
    return replace(opened, meta=meta, findings=(found("EVK-R011", message), *opened.findings))


def _may_be_data(name: str) -> bool:
    """Tell whether a member of an archive is data: Insee puts a ``meta_`` file beside each table."""
    return not _is_hidden(name) and not _describes_columns(name) and PurePath(name).suffix.lower() in _DATA_EXTENSIONS


def _describes_columns(name: str) -> bool:
    path = PurePath(name)
    return not _is_hidden(name) and path.name.lower().startswith("meta_") and path.suffix.lower() == ".csv"


def _is_hidden(name: str) -> bool:
    path = PurePath(name)
    return "__MACOSX" in path.parts or path.name.startswith(".")


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.flag_bits & 0x1:
        raise refused("EVK-R001", "L’archive est protégée par un mot de passe.")
    try:
        with archive.open(member) as stream:
            inner = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError, ValueError):
        raise refused("EVK-R008", "L’archive est abîmée ou coupée.") from None
    if len(inner) > MAX_BYTES:
        raise refused("EVK-R010", "Le fichier dépasse 1 Gio une fois décompressé.")
    return inner


def _workbook(content: bytes, name: str) -> Opened:
    if PurePath(name).suffix.lower() in _WORKBOOK_EXTENSIONS:
        return Opened(content, Kind.WORKBOOK)
    message = "Ce fichier est un classeur, malgré son extension : il a été lu comme tel."
    return Opened(content, Kind.WORKBOOK, findings=(found("EVK-R011", message),))


def _refuse_other_documents(content: bytes) -> None:
    for magic, what in _NOT_TABLES.items():
        if content.startswith(magic):
            raise refused("EVK-R001", f"Ce fichier est {what}, pas un tableau.")
    if content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB_PAGES):
        raise refused("EVK-R001", "Ce fichier est une page web ou un document XML, pas un tableau.")
