"""One demonstration for all the tests of this folder, and readers that share nothing with the code that wrote it."""

import csv
import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from evalkit.demo.write import Demonstration, write_demonstration

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory) -> Demonstration:
    return write_demonstration(tmp_path_factory.mktemp("demo") / "demonstration")


@pytest.fixture(scope="session")
def truth(demonstration) -> dict:
    return json.loads(demonstration.truth.read_text(encoding="utf-8"))


def read_lines(path: Path, first: int | None = None) -> dict[int, list[str]]:
    """Return the cells of each line of a delivery by its number, from 1; only the ``first`` ones when given."""
    if path.suffix == ".xlsx":
        return _workbook_lines(path)
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    return dict(enumerate(csv.reader(text.splitlines()[:first], delimiter=";"), start=1))


def _workbook_lines(path: Path) -> dict[int, list[str]]:
    with zipfile.ZipFile(path) as book:
        strings = [
            "".join(part.text or "" for part in item.iter(f"{_MAIN}t"))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    lines = {}
    for row in sheet.iter(f"{_MAIN}row"):
        cells: dict[int, str] = {}
        for cell in row:
            raw = cell.findtext(f"{_MAIN}v", "")
            cells[_column(cell.attrib["r"])] = strings[int(raw)] if cell.attrib.get("t") == "s" else raw
        lines[int(row.attrib["r"])] = [cells.get(column, "") for column in range(max(cells, default=-1) + 1)]
    return lines


def _column(reference: str) -> int:
    number = 0
    for letter in re.match(r"[A-Z]+", reference)[0]:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
