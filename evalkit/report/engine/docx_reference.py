"""The reference document that gives a DOCX its look: pandoc's own, with the styles of the theme and an A4 page."""

from __future__ import annotations

import io
import subprocess
import zipfile
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as Xml

from evalkit.report.engine.pandoc import pandoc_path

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ID = f"{{{_WORD}}}styleId"
_PAGE = {"w": "11906", "h": "16838"}  # A4, in twentieths of a point
_MARGINS = {"top": "1304", "right": "1247", "bottom": "1304", "left": "1247", "header": "709", "footer": "709"}
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)


def write_reference(path: Path) -> None:
    """Write the reference document.

    Args:
        path: the file to write.
    """
    command = [pandoc_path(), "--print-default-data-file", "reference.docx"]
    original = subprocess.run(command, capture_output=True, check=True).stdout
    with zipfile.ZipFile(io.BytesIO(original)) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name == "word/styles.xml":
                content = _restyled(content)
            elif name == "word/document.xml":
                content = _on_a4(content)
            elif name == "word/settings.xml":
                content = _in_french(content)
            target.writestr(zipfile.ZipInfo(name, _FIRST_DATE), content, zipfile.ZIP_DEFLATED)


def _restyled(content: bytes) -> bytes:
    styles = Xml.fromstring(content)
    theme = Xml.fromstring(files("evalkit.report").joinpath("theme", "docx-styles.xml").read_bytes())
    ours = {style.get(_ID) for style in theme}
    for style in list(styles):
        if style.get(_ID) in ours:
            styles.remove(style)
    for rank, style in enumerate(theme):
        styles.insert(rank, style) if style.get(_ID) is None else styles.append(style)
    return _written(styles)


def _in_french(content: bytes) -> bytes:
    """Return the settings with the language that a screen reader speaks, and the signs of its numbers and lists."""
    settings = Xml.fromstring(content)
    for name, value in (("themeFontLang", "fr-FR"), ("decimalSymbol", ","), ("listSeparator", ";")):
        for found in settings.iter(f"{{{_WORD}}}{name}"):
            found.set(f"{{{_WORD}}}val", value)
    return _written(settings)


def _on_a4(content: bytes) -> bytes:
    document = Xml.fromstring(content)
    for section in document.iter(f"{{{_WORD}}}sectPr"):
        section.append(Xml.Element(f"{{{_WORD}}}pgSz", {f"{{{_WORD}}}{key}": value for key, value in _PAGE.items()}))
        margins = {f"{{{_WORD}}}{key}": value for key, value in _MARGINS.items()}
        section.append(Xml.Element(f"{{{_WORD}}}pgMar", {**margins, f"{{{_WORD}}}gutter": "0"}))
    return _written(document)


def _written(root: Xml.Element) -> bytes:
    Xml.register_namespace("w", _WORD)
    content: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return content
