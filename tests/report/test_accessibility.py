"""What a screen reader meets: axe-core on the pages, tags and alternative texts in the PDF and in the DOCX."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from evalkit.publish.edition import write_edition
from evalkit.publish.publish import publish
from evalkit.report.engine.kernel import Kernel
from evalkit.report.render import RenderRequest, render
from evalkit.territory.contours import Contour, Contours
from tests.publish.fixture.declared import DECLARATIONS
from tests.publish.fixture.results import confidential
from tests.report.axe import violations

REPORTS = Path(__file__).parents[2] / "reports"
FORMATS = ("html", "pdf", "docx")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def _square(east: float) -> Contour:
    corners = ((east, 46.0), (east + 0.01, 46.0), (east + 0.01, 46.01), (east, 46.01), (east, 46.0))
    return Contour("", 2024, ((corners,),))


CONTOURS = Contours(
    {zone: replace(_square(4 + rank / 50), zone=zone) for rank, zone in enumerate(DECLARATIONS.territory.qpv)}, "essai"
)


@dataclass(frozen=True)
class Documents:
    """A true report in each format, with what was asked for it."""

    request: RenderRequest
    kernel: Kernel

    def path(self, extension: str) -> Path:
        return self.request.output_dir / f"{self.request.name}.{extension}"

    @property
    def page(self) -> str:
        return self.path("html").read_text(encoding="utf-8")

    @property
    def alternatives(self) -> list[str]:
        """The texts of the figures of the page, in order."""
        return [html.unescape(each) for each in re.findall(r'<img [^>]*?alt="([^"]*)"', self.page)]

    def part(self, name: str) -> Xml.Element:
        """A part of the DOCX, parsed."""
        with zipfile.ZipFile(self.path("docx")) as archive:
            return Xml.fromstring(archive.read(name))


@pytest.fixture(scope="module")
def mid_term(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Documents]:
    """The mid-term report, with a notice, a map, masked cells, tables, figures and callouts, in the three formats."""
    folder = tmp_path_factory.mktemp("mi-parcours")
    source = confidential()
    drawn = replace(source, declarations=replace(source.declarations, contours=CONTOURS))
    edition = write_edition(publish(drawn), folder / "editions")
    request = RenderRequest(
        document=REPORTS / "mi-parcours.qmd",
        formats=FORMATS,
        output_dir=folder,
        name="mi-parcours",
        parameters={"edition": str(edition)},
        metadata={"notice": "Données synthétiques"},
        engine="embedded",
    )
    with Kernel() as kernel:
        render(replace(request, kernel=kernel))
        yield Documents(request, kernel)


def test_no_rule_of_axe_is_broken(mid_term: Documents, tmp_path: Path) -> None:
    assert violations(mid_term.path("html"), tmp_path) == []


def test_nothing_is_loaded_from_elsewhere(mid_term: Documents) -> None:
    loading = [
        part for word in ("src=", "url(", "@import", "<link", "<script") for part in mid_term.page.split(word)[1:]
    ]
    assert loading and all(part.startswith(('"data:', "data:", '"#')) for part in loading)
    with zipfile.ZipFile(mid_term.path("docx")) as archive:
        for name in archive.namelist():
            assert b'TargetMode="External"' not in archive.read(name), name
    # The only addresses in the PDF are the names of the vocabularies of its metadata.
    assert b"/URI" not in mid_term.path("pdf").read_bytes()


def test_rendering_a_report_twice_gives_the_same_bytes(mid_term: Documents, tmp_path: Path) -> None:
    render(replace(mid_term.request, output_dir=tmp_path, kernel=mid_term.kernel))
    for extension in FORMATS:
        again = (tmp_path / f"mi-parcours.{extension}").read_bytes()
        assert again == mid_term.path(extension).read_bytes(), extension


def test_the_pdf_is_tagged_in_french_with_the_text_of_every_figure(mid_term: Documents) -> None:
    content = mid_term.path("pdf").read_bytes()
    assert b"/MarkInfo" in content and b"/StructTreeRoot" in content and b"/Lang(fr-FR)" in content
    # The identifier of PDF/UA-1 is written only when typst has checked the alternative texts and the headings.
    assert b"<pdfuaid:part>1<" in content
    assert len(mid_term.alternatives) >= 6
    assert [plain(each) for each in _pdf_alternatives(content)] == [plain(each) for each in mid_term.alternatives]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _pdf_alternatives(content: bytes) -> list[str]:
    """The alternative texts of the figures of a PDF, in order; typst writes them in hexadecimal UTF-16."""
    found = re.findall(rb"/S/Figure/P \d+ 0 R/Alt<FEFF([0-9A-F]+)>", content)
    return [bytes.fromhex(each.decode()).decode("utf-16-be") for each in found]


def test_the_docx_says_the_text_of_every_figure(mid_term: Documents) -> None:
    drawings = mid_term.part("word/document.xml").iter(f"{_DRAWING}docPr")
    assert [plain(each.get("descr", "")) for each in drawings] == [plain(each) for each in mid_term.alternatives]


def test_the_docx_is_in_french(mid_term: Documents) -> None:
    for name in ("word/styles.xml", "word/document.xml"):
        languages = {each.get(f"{_WORD}val") for each in mid_term.part(name).iter(f"{_WORD}lang")}
        assert languages <= {"fr", "fr-FR"}, name
    assert next(mid_term.part("word/styles.xml").iter(f"{_WORD}lang")).get(f"{_WORD}val") == "fr"
    settings = mid_term.part("word/settings.xml")
    for name, value in (("themeFontLang", "fr-FR"), ("decimalSymbol", ",")):
        assert next(settings.iter(f"{_WORD}{name}")).get(f"{_WORD}val") == value
    assert mid_term.part("docProps/core.xml").findtext("{http://purl.org/dc/elements/1.1/}language") == "fr"


def test_the_headings_of_the_docx_skip_no_level(mid_term: Documents) -> None:
    styles = [each.get(f"{_WORD}val", "") for each in mid_term.part("word/document.xml").iter(f"{_WORD}pStyle")]
    levels = [int(found[1]) for style in styles if (found := re.fullmatch(r"Heading(\d)", style))]
    assert levels[0] == 1 and len(levels) > 10
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_table_of_the_docx_has_a_row_of_headings_that_is_repeated(mid_term: Documents) -> None:
    tables = list(mid_term.part("word/document.xml").iter(f"{_WORD}tbl"))
    assert len(tables) > 10
    for table in tables:
        first, *others = table.findall(f"{_WORD}tr")
        assert first.find(f"{_WORD}trPr/{_WORD}tblHeader") is not None
        assert not [row for row in others if row.find(f"{_WORD}trPr/{_WORD}tblHeader") is not None]
        look = table.find(f"{_WORD}tblPr/{_WORD}tblLook")
        assert look is not None and look.get(f"{_WORD}firstRow") == "1"


def test_a_masked_cell_reads_secret_in_every_format(mid_term: Documents) -> None:
    text = "".join(mid_term.part("word/document.xml").itertext())
    page = re.sub(r"<[^>]+>", "\n", re.sub(r"<style.*?</style>", "", mid_term.page, flags=re.DOTALL))
    cells = re.findall(r"^\s*secret\s*$", page, re.MULTILINE)
    assert len(cells) >= 3
    # Each cell of the page is a cell of the DOCX: both are made of the same text.
    assert text.count("secret") == html.unescape(page).count("secret")
