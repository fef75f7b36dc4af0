"""What the documents of ``reports/`` ask of Quarto stays within what the documentation says that both render."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evalkit.publish.edition import write_edition
from evalkit.publish.publish import publish
from evalkit.report.engine.refusals import refusals
from evalkit.report.engine.split import read_source, split_source
from evalkit.report.render import RenderRequest, find_quarto, render
from tests.publish.fixture.results import confidential
from tests.report.constructs import constructs

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted((ROOT / "reports").glob("*.qmd"))
SAMPLE = Path(__file__).parent / "documents" / "exemple.qmd"


def documented() -> set[str]:
    """The names of the first column of the table of the documentation."""
    text = (ROOT / "docs" / "rapports.md").read_text(encoding="utf-8")
    section = text.split("## Ce que les deux moteurs rendent")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]*`) \|", section, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_stays_within_the_documented_subset(path: Path) -> None:
    assert constructs(path.read_text(encoding="utf-8")) <= documented()
    assert refusals(read_source(path)) == ()


def test_the_documented_subset_is_met_in_the_documents_or_in_the_sample_that_is_rendered() -> None:
    written = {name for path in [*DOCUMENTS, SAMPLE] for name in constructs(path.read_text(encoding="utf-8"))}
    printed = {"figure", "figure:fig-alt", "table:grid", "table:label", "table:pipe"}
    # Each of these has its own test beside the engine.
    alone = {"front:toc-title", "option:echo", "option:eval", "option:warning", "comment"}
    assert documented() <= written | printed | alone


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("---\ntitle: A\nbibliography: b.bib\n---\n", "front:bibliography"),
        ("```{r}\n1\n```\n", "cell:r"),
        ("```{python}\n#| code-fold: true\n1\n```\n", "option:code-fold"),
        ("{{< video a.mp4 >}}\n", "shortcode:video"),
        ("::: {.panel-tabset}\nA\n:::\n", "div:panel-tabset"),
        ("# A {.smaller}\n", "heading:smaller"),
        ("Voir @lst-code.\n", "ref:lst"),
        ("Un <span>mot</span>.\n", "tag:span"),
        ("`<b>`{=html}\n", "raw:html"),
        ("![A](a.png){fig-alt='A' layout='1'}\n", "figure:layout"),
    ],
)
def test_the_scan_names_what_is_outside(text: str, name: str) -> None:
    assert name in constructs(text)
    assert name not in documented()


def test_what_the_scan_finds_outside_the_engine_refuses_too(tmp_path: Path) -> None:
    body = "---\ntitle: A\n---\n\n::: {.panel-tabset}\nA\n:::\n\n{{< video a.mp4 >}}\n\nUn <span>mot</span>.\n"
    assert len(refusals(split_source(body, tmp_path / "a.qmd"))) == 4


@pytest.mark.quarto
def test_the_quarto_program_renders_the_same_document(tmp_path: Path) -> None:
    if find_quarto() is None:
        pytest.skip("quarto: the Quarto program is not installed")
    edition = write_edition(publish(confidential()), tmp_path / "editions")
    rendered = render(
        RenderRequest(
            document=ROOT / "reports" / "mi-parcours.qmd",
            formats=("html", "pdf", "docx"),
            output_dir=tmp_path / "rapports",
            name="mi-parcours",
            parameters={"edition": str(edition)},
            engine="quarto",
        )
    )
    page, pdf, docx = (path.read_bytes() for path in rendered.files)
    assert rendered.engine == "quarto"
    assert "L’essentiel en dix lignes".encode() in page and b"secret" in page
    assert pdf.startswith(b"%PDF") and docx.startswith(b"PK")
