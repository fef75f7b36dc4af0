"""What a screen reader meets: axe-core on the pages, tags and alternative texts in the PDF."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.publish.edition import write_edition
from evalkit.publish.publish import publish
from evalkit.report.render import Rendered, RenderRequest, render
from tests.publish.fixture.declared import DECLARATIONS
from tests.publish.fixture.results import confidential
from tests.report.axe import violations

REPORTS = Path(__file__).parents[2] / "reports"


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """A true report, with a notice, tables, figures and callouts."""
    folder = tmp_path_factory.mktemp("portrait")
    edition = write_edition(publish(confidential()), folder / "editions")
    return render(
        RenderRequest(
            document=REPORTS / "portrait.qmd",
            formats=("html", "pdf"),
            output_dir=folder,
            name="portrait",
            parameters={"edition": str(edition), "zone": DECLARATIONS.territory.qpv[0]},
            metadata={"title": "Portrait", "notice": "Données synthétiques"},
            engine="embedded",
        )
    )


def test_no_rule_of_axe_is_broken(portrait: Rendered, tmp_path: Path) -> None:
    assert violations(portrait.files[0], tmp_path) == []


def test_nothing_is_loaded_from_elsewhere(portrait: Rendered) -> None:
    page = portrait.files[0].read_text(encoding="utf-8")
    loading = [part for part in ("src=", "url(", "@import", "<link", "<script") for part in page.split(part)[1:]]
    assert all(part.startswith(('"data:', "data:", '"#')) for part in loading)


def test_the_pdf_is_tagged_in_french_with_the_text_of_every_figure(portrait: Rendered) -> None:
    content = portrait.files[1].read_bytes()
    assert b"/MarkInfo" in content and b"/StructTreeRoot" in content and b"/Lang(fr-FR)" in content
    # The identifier of PDF/UA-1 is written only when typst has checked the alternative texts and the headings.
    assert b"<pdfuaid:part>1<" in content
