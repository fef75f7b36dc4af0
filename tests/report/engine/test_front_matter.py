"""The front matter: what is read, what is set aside, what is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.errors import ReportError
from evalkit.report.engine.front_matter import CellDefaults, FrontMatter, Layout, read_front_matter
from evalkit.report.engine.split import split_source


def read(front: str, folder: Path, **overrides: str) -> FrontMatter:
    return read_front_matter(split_source(f"---\n{front}\n---\n", folder / "essai.qmd"), overrides)


def test_what_is_read(tmp_path: Path) -> None:
    front = read(
        "title: Titre\nsubtitle: Sous-titre\nauthor: [A, {name: B}]\nnotice: Essai\ntoc: true\ntoc-depth: 2\n"
        "number-sections: true\nfig-width: 7\nfig-height: 4\nexecute:\n  echo: false\n  warning: no",
        tmp_path,
    )
    assert front.texts == {"title": "Titre", "subtitle": "Sous-titre", "notice": "Essai"}
    assert front.authors == ("A", "B")
    assert front.layouts["pdf"] == Layout(toc=True, toc_depth=2, number_sections=True)
    assert front.cells == CellDefaults(echo=False, warning=False)
    assert front.figure_size == (7.0, 4.0)


def test_a_format_has_its_own_layout(tmp_path: Path) -> None:
    front = read("title: T\ntoc: true\nformat:\n  typst:\n    toc: false\n  html: default", tmp_path)
    assert front.layouts["html"].toc
    assert not front.layouts["pdf"].toc


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("2027-03-15", "15\N{NO-BREAK SPACE}mars\N{NO-BREAK SPACE}2027"),
        ("2027-08-01", "1^er^\N{NO-BREAK SPACE}août\N{NO-BREAK SPACE}2027"),
        ("printemps 2027", "printemps 2027"),
    ],
)
def test_a_date_is_written_in_french(written: str, printed: str, tmp_path: Path) -> None:
    assert read(f"title: T\ndate: {written}", tmp_path).texts["date"] == printed


def test_the_clock_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="horloge") as caught:
        read("title: T\ndate: today", tmp_path)
    assert caught.value.problems[0].place.line == 3


def test_the_project_is_read_under_the_document(tmp_path: Path) -> None:
    (tmp_path / "_quarto.yml").write_text("project:\n  type: default\ntoc: true\ntitle: Projet\n", encoding="utf-8")
    front = read("title: Document", tmp_path)
    assert front.layouts["html"].toc
    assert front.texts["title"] == "Document"


def test_given_texts_win(tmp_path: Path) -> None:
    assert read("title: T\nnotice: N", tmp_path, title="Autre").texts == {"title": "Autre", "notice": "N"}


@pytest.mark.parametrize(
    ("front", "line", "received"),
    [
        ("title: T\nbibliography: refs.bib", 3, "bibliography"),
        ("title: T\nformat:\n  html:\n    code-fold: true", 5, "code-fold"),
        ("title: T\nformat:\n  revealjs: default", 4, "revealjs"),
        ("title: T\nexecute:\n  error: true", 4, "error"),
        ("title: T\nlang: en", 3, "en"),
        ("title: T\nengine: knitr", 3, "knitr"),
    ],
)
def test_what_is_not_rendered_is_refused_by_name(front: str, line: int, received: str, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="EVK-Q103") as caught:
        read(front, tmp_path)
    problem = caught.value.problems[0]
    assert (problem.place.line, problem.received) == (line, received)


@pytest.mark.parametrize("front", ["lang: fr", "title: T\ntoc: peut-être", "title: [", "title: T\nfig-width: large"])
def test_what_is_badly_written_is_refused(front: str, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="EVK-Q102"):
        read(front, tmp_path)


def test_folder_settings_are_refused_rather_than_forgotten(tmp_path: Path) -> None:
    (tmp_path / "_metadata.yml").write_text("toc: true\n", encoding="utf-8")
    with pytest.raises(ReportError, match="réglages de dossier"):
        read("title: T", tmp_path)
