"""One kernel for several documents; a record that spares what stands; documents of one's own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.errors import ReportError
from evalkit.report.engine.kernel import Kernel, Session, Task, run_tasks
from evalkit.report.own import begin_document
from evalkit.report.record import MANIFEST, made, standing, write_manifest
from evalkit.report.render import Rendered, RenderRequest

DOCUMENT = "---\ntitle: Essai\n---\n\n```{python}\n#| tags: [parameters]\nn = 1\n```\n\nTexte.\n"


@pytest.fixture
def request_(tmp_path: Path) -> RenderRequest:
    document = tmp_path / "essai.qmd"
    document.write_text(DOCUMENT, encoding="utf-8")
    return RenderRequest(document=document, formats=("html",), output_dir=tmp_path, name="essai", engine="embedded")


def test_a_warm_kernel_keeps_modules_and_forgets_names(tmp_path: Path) -> None:
    def session(name: str) -> Session:
        (tmp_path / name).mkdir()
        return Session(tmp_path / f"{name}.qmd", tmp_path / name, {"ESSAI": name})

    look = "import os, sys; print(os.environ['ESSAI'], os.path.basename(os.getcwd()), os.getpid())"
    with Kernel() as kernel:
        first = run_tasks([Task("x = 1", "a", 1), Task(look, "b", 2)], session("un"), kernel)
        second = run_tasks([Task("print('x' in globals())", "c", 1), Task(look, "d", 2)], session("deux"), kernel)
    *place, process = first[1][0].data["text/plain"].split()
    assert place == ["un", "un"]
    assert second[0][0].data["text/plain"].strip() == "False"
    assert second[1][0].data["text/plain"].split() == ["deux", "deux", process]


def test_a_kernel_serves_after_a_document_that_failed(tmp_path: Path) -> None:
    session = Session(tmp_path / "essai.qmd", tmp_path, {})
    with Kernel() as kernel:
        with pytest.raises(ReportError):
            run_tasks([Task("1 / 0", "La cellule", 1)], session, kernel)
        outputs = run_tasks([Task("print(2)", "La cellule", 1)], session, kernel)
    assert outputs[0][0].data["text/plain"].strip() == "2"


def test_a_report_stands_until_something_of_it_changes(request_: RenderRequest) -> None:
    path = request_.output_dir.resolve() / "essai.html"
    path.write_text("<p>rendu</p>", encoding="utf-8")
    assert standing(request_) is None
    write_manifest(request_.output_dir, [made(request_, Rendered((path,), "embedded", "pandoc 3"))])
    assert standing(request_) == Rendered((path,), "embedded", "pandoc 3")
    assert standing(replace(request_, parameters={"n": 2})) is None
    assert standing(replace(request_, formats=("html", "pdf"))) is None
    request_.document.write_text(DOCUMENT + "Autre.\n", encoding="utf-8")
    assert standing(request_) is None
    request_.document.write_text(DOCUMENT, encoding="utf-8")
    path.write_text("<p>retouché</p>", encoding="utf-8")
    assert standing(request_) is None


def test_the_manifest_keeps_the_other_formats_of_a_report_made_of_the_same_things(request_: RenderRequest) -> None:
    folder = request_.output_dir.resolve()
    for format_ in ("html", "pdf"):
        path = folder / f"essai.{format_}"
        path.write_text(format_, encoding="utf-8")
        one = replace(request_, formats=(format_,))
        write_manifest(folder, [made(one, Rendered((path,), "embedded", "x"))])
    lines = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert sorted(lines["essai"]["files"]) == ["essai.html", "essai.pdf"]
    assert standing(replace(request_, formats=("html", "pdf"))) is not None


def test_a_document_of_one_s_own_is_begun_once(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "mi-parcours.qmd").write_text(DOCUMENT, encoding="utf-8")
    path = begin_document(tmp_path, "mi-parcours", "evaluation-2027")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("---\ntitle: Essai\n---\n\n<!--") and text.endswith("Texte.\n")
    for kind, name, code in (
        ("mi-parcours", "evaluation-2027", "EVK-Q007"),
        ("mi-parcours", "../ailleurs", "EVK-Q006"),
        ("inconnu", "autre", "EVK-Q002"),
    ):
        with pytest.raises(ReportError) as caught:
            begin_document(tmp_path, kind, name)
        assert caught.value.problems[0].code == code
