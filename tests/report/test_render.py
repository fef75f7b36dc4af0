"""From a document to its files, with the embedded engine."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from evalkit.errors import ReportError
from evalkit.report.render import Rendered, RenderRequest, render

SAMPLE = Path(__file__).parent / "documents" / "exemple.qmd"
FORMATS = ("html", "pdf", "docx")
ALTERNATIVE = "Courbes de 2022 à 2026."
NOTICE = "Données synthétiques"


def request_of(output: Path, document: Path = SAMPLE, **parameters: str | int | bool) -> RenderRequest:
    return RenderRequest(
        document=document, formats=FORMATS, output_dir=output, name="exemple", parameters=parameters, engine="embedded"
    )


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """Render the sample once for the tests of this file."""
    return render(request_of(tmp_path_factory.mktemp("un"), annee=2027))


@pytest.fixture(scope="module")
def html(rendered: Rendered) -> str:
    return rendered.files[0].read_text(encoding="utf-8")


class Attributes(HTMLParser):
    """Collects every (tag, attributes) of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


def tags(html: str) -> list[tuple[str, dict[str, str]]]:
    parser = Attributes()
    parser.feed(html)
    return parser.tags


def printed(html: str) -> str:
    without_style = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", "", without_style)
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


def test_files_and_engine(rendered: Rendered) -> None:
    assert [path.name for path in rendered.files] == ["exemple.html", "exemple.pdf", "exemple.docx"]
    assert rendered.engine == "embedded"
    assert re.fullmatch(r"pandoc \d\S+, typst \d\S+", rendered.engine_version)
    assert rendered.warnings == ()


def test_html_fetches_nothing(html: str) -> None:
    fetching = {"src", "srcset", "data", "poster", "action", "background"}
    for tag, attributes in tags(html):
        for name in fetching & attributes.keys():
            assert attributes[name].startswith("data:"), (tag, attributes[name][:80])
        assert tag not in {"link", "script", "iframe", "object", "embed"}
    styles = "".join(re.findall(r"<style.*?</style>", html, re.DOTALL))
    assert "@import" not in styles
    assert all(found.startswith("data:") for found in re.findall(r"url\(\W?([^)]*)", styles))


def test_html_is_french_and_ordered(html: str) -> None:
    found = tags(html)
    assert ("html", {"lang": "fr"}) in found
    levels = [int(tag[1]) for tag, _ in found if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    identifiers = [attributes["id"] for _, attributes in found if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    targets = {attributes["href"][1:] for _, attributes in found if attributes.get("href", "").startswith("#")}
    assert targets <= set(identifiers)


def test_every_image_has_its_text(html: str) -> None:
    images = [attributes for tag, attributes in tags(html) if tag == "img"]
    assert len(images) == 1
    assert images[0]["alt"].startswith(ALTERNATIVE)
    assert images[0]["src"].startswith("data:image/svg+xml")


def test_what_the_page_says(html: str) -> None:
    text = printed(html)
    assert NOTICE in text
    assert "En 2027, 1 903 personnes" in text  # the given year, in place of 2026
    assert "1 er mars 2027" in text or "1er mars 2027" in text
    for expected in (
        "Figure 1 – Sorties",
        "Tableau 1 – Personnes",
        "Tableau 3 – Sources",
        "la section 3 dit",
        "équation 1",
    ):
        assert expected in text
    for kind in ("Note", "Conseil", "Important", "Avertissement", "Mise en garde"):
        assert kind in text
    assert "moteur intégré d’evalkit (pandoc" in text
    assert not re.search(r"\bnan\b|\bNone\b|Traceback|\?\?", text, re.IGNORECASE)


def test_docx_keeps_texts_language_and_notice(rendered: Rendered) -> None:
    with zipfile.ZipFile(rendered.files[2]) as archive:
        document = archive.read("word/document.xml").decode()
        styles = archive.read("word/styles.xml").decode()
    assert f'descr="{ALTERNATIVE}' in document
    assert NOTICE in document
    assert "Tableau\N{NO-BREAK SPACE}1" in document
    assert re.search(r'<w:lang [^>]*w:val="fr', styles)
    assert 'w:w="11906"' in document  # A4, 210 mm in twentieths of a point


def test_pdf_is_tagged_and_archivable(rendered: Rendered) -> None:
    content = rendered.files[1].read_bytes()
    assert content.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in content
    assert b"pdfuaid:part" in content


@pytest.fixture(scope="module")
def pages(rendered: Rendered) -> Iterator[list[str]]:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("poppler: pdftotext is not installed")
    done = subprocess.run(
        [program, "-layout", str(rendered.files[1]), "-"], capture_output=True, encoding="utf-8", check=True
    )
    yield [re.sub(r"[\u00a0\u202f]", " ", page) for page in done.stdout.split("\f") if page.strip()]


def test_pdf_repeats_its_notice_and_numbers_its_pages(pages: list[str]) -> None:
    assert len(pages) >= 4
    for number, page in enumerate(pages, 1):
        assert NOTICE in page
        assert f"page {number} / {len(pages)}" in page


def test_pdf_says_what_the_page_says(pages: list[str]) -> None:
    text = re.sub(r"\s+", " ", " ".join(pages))
    for expected in ("En 2027, 1 903 personnes", "Figure 1 – Sorties", "Tableau 2 – Suivi", "Important – Lecture"):
        assert expected in text


def test_two_renders_have_the_same_bytes(rendered: Rendered, tmp_path: Path) -> None:
    again = render(request_of(tmp_path / "deux", annee=2027))
    for before, after in zip(rendered.files, again.files, strict=True):
        assert before.read_bytes() == after.read_bytes(), after.suffix


def written(folder: Path, body: str) -> Path:
    path = folder / "essai.qmd"
    path.write_text(f"---\ntitle: Essai\n---\n\n{body}", encoding="utf-8")
    return path


def test_a_failing_cell_leaves_no_file(tmp_path: Path) -> None:
    body = "```{python}\n#| label: calcul\nx = 1\nx.absent\n```\n"
    with pytest.raises(ReportError, match="EVK-Q104") as caught:
        render(request_of(tmp_path / "sortie", written(tmp_path, body)))
    (problem,) = caught.value.problems
    assert problem.place.line == 8
    assert problem.received == "AttributeError: 'int' object has no attribute 'absent'"
    assert list((tmp_path / "sortie").iterdir()) == []


def test_all_refusals_are_told_at_once_and_nothing_runs(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    body = f"{{{{< video a.mp4 >}}}}\n\n```{{python}}\nopen({str(marker)!r}, 'w')\n```\n\n::: {{.panel-tabset}}\n:::\n"
    with pytest.raises(ReportError) as caught:
        render(request_of(tmp_path / "sortie", written(tmp_path, body)))
    assert [problem.place.line for problem in caught.value.problems] == [5, 11]
    assert not marker.exists()


def test_a_picture_beside_the_document_is_embedded(tmp_path: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>'
    (tmp_path / "carte.svg").write_text(svg, encoding="utf-8")
    document = written(tmp_path, "![La carte](carte.svg){#fig-carte fig-alt='Une carte'}\n\nVoir @fig-carte.\n")
    request = RenderRequest(
        document=document, formats=("html", "pdf"), output_dir=tmp_path / "s", name="r", engine="embedded"
    )
    page = render(request).files[0].read_text(encoding="utf-8")
    assert 'alt="Une carte"' in page
    assert "data:image/svg+xml" in page
    assert "Figure 1 – La carte" in printed(page)


def test_a_vector_picture_in_a_docx_is_told_in_french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>'
    (tmp_path / "carte.svg").write_text(svg, encoding="utf-8")
    document = written(tmp_path, "![La carte](carte.svg)\n")
    monkeypatch.setenv("PATH", str(tmp_path))  # no converter of SVG here
    request = RenderRequest(
        document=document, formats=("docx",), output_dir=tmp_path / "s", name="r", engine="embedded"
    )
    (warning,) = render(request).warnings
    assert "carte.svg est en SVG" in warning


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"formats": ("odt",)}, "formats"),
        ({"formats": ()}, "formats"),
        ({"name": "../ailleurs"}, "nom du rapport"),
        ({"engine": "latex"}, "moteur de rendu"),
        ({"extra_files": (Path("/absent"),)}, "n’existe pas"),
    ],
)
def test_a_wrong_request_is_refused(change: dict[str, object], words: str, tmp_path: Path) -> None:
    settings: dict[str, object] = {"document": SAMPLE, "output_dir": tmp_path, "name": "r", **change}
    with pytest.raises(ReportError, match="EVK-Q113") as caught:
        render(RenderRequest(**settings))  # type: ignore[arg-type]
    assert words in str(caught.value)


def test_quarto_may_be_demanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUARTO_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    request = RenderRequest(document=SAMPLE, output_dir=tmp_path, name="r", engine="quarto")
    with pytest.raises(ReportError, match="introuvable"):
        render(request)
