"""The Quarto program, stood in for by a script that records what it is asked."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from evalkit.errors import ReportError
from evalkit.report.render import RenderRequest, find_quarto, render

pytestmark = pytest.mark.skipif(os.name == "nt", reason="posix: the stand-in is a POSIX script")

STAND_IN = """#!{python}
import json, os, sys
from pathlib import Path
arguments = sys.argv[1:]
if arguments == ["--version"]:
    print("1.8.25")
    sys.exit(0)
names = ("QUARTO_PYTHON", "EVALKIT_REPORT_ENGINE", "ESSAI")
call = {{
    "arguments": arguments,
    "environment": {{name: os.environ.get(name) for name in names}},
    "document": Path(arguments[1]).read_text(encoding="utf-8"),
    "files": sorted(str(path) for path in Path(".").rglob("*")),
}}
with open({record!r}, "a", encoding="utf-8") as record:
    record.write(json.dumps(call) + "\\n")
if "echec" in call["document"]:
    print("ERROR: une ligne", file=sys.stderr)
    print("ERROR: la dernière ligne", file=sys.stderr)
    sys.exit(1)
if "muet" not in call["document"]:
    folder = Path("_output")
    folder.mkdir(exist_ok=True)
    (folder / arguments[arguments.index("--output") + 1]).write_text("rendu", encoding="utf-8")
"""


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a stand-in for Quarto in the place that QUARTO_PATH names; return the file of its calls."""
    program = tmp_path / "bin" / "quarto"
    program.parent.mkdir()
    path = tmp_path / "calls.jsonl"
    program.write_text(STAND_IN.format(python=sys.executable, record=str(path)), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("QUARTO_PATH", str(program))
    return path


def document_in(folder: Path, body: str = "Texte.\n") -> Path:
    folder.mkdir(exist_ok=True)
    cell = "```{python}\n#| tags: [parameters]\nannee = 2026\n```\n"
    path = folder / "rapport.qmd"
    path.write_text(f"---\ntitle: Essai\nnotice: Données synthétiques\n---\n\n{cell}\n{body}", encoding="utf-8")
    return path


def request_of(document: Path, output: Path) -> RenderRequest:
    return RenderRequest(
        document=document,
        formats=("html", "pdf"),
        output_dir=output,
        name="mi-parcours",
        parameters={"annee": 2027},
        metadata={"subtitle": "Valmont : un essai"},
        environment={"ESSAI": "oui"},
    )


def calls(record: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]


def test_quarto_is_called_once_for_each_format(record: Path, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    document = document_in(reports)
    (reports / "_quarto.yml").write_text("lang: fr\n", encoding="utf-8")
    (reports / "autre.qmd").write_text("Autre.\n", encoding="utf-8")
    rendered = render(request_of(document, tmp_path / "sortie"))
    assert (rendered.engine, rendered.engine_version) == ("quarto", "1.8.25")
    assert [path.name for path in rendered.files] == ["mi-parcours.html", "mi-parcours.pdf"]
    assert all(path.read_text(encoding="utf-8") == "rendu" for path in rendered.files)
    html, pdf = calls(record)
    common = ["--execute-dir", str(reports.resolve())]
    subtitle = ["--metadata", "subtitle:Valmont : un essai"]
    assert html["arguments"] == [
        *("render", "rapport.qmd", "--to", "html", "--output", "mi-parcours.html"),
        *common,
        *("--metadata", "embed-resources:true"),
        *subtitle,
    ]
    assert pdf["arguments"] == [
        *("render", "rapport.qmd", "--to", "typst", "--output", "mi-parcours.pdf"),
        *common,
        *subtitle,
    ]
    assert html["environment"] == {
        "QUARTO_PYTHON": sys.executable,
        "EVALKIT_REPORT_ENGINE": "Quarto 1.8.25",
        "ESSAI": "oui",
    }
    assert html["files"] == ["_quarto.yml", "rapport.qmd"]


def test_parameters_and_notice_are_in_the_text_given_to_quarto(record: Path, tmp_path: Path) -> None:
    document = document_in(tmp_path / "reports")
    before = document.read_text(encoding="utf-8")
    render(request_of(document, tmp_path / "sortie"))
    text = str(calls(record)[0]["document"])
    assert "annee = 2026\n```\n\n```{python}\n#| tags: [injected-parameters]" in text
    assert "annee = 2027" in text
    head = "---\ntitle: Essai\nnotice: Données synthétiques\n---\n\n::: {.callout-important"
    assert text.startswith(head)
    assert document.read_text(encoding="utf-8") == before
    assert [path.name for path in document.parent.iterdir()] == ["rapport.qmd"]


def test_a_failure_of_quarto_is_told_by_its_last_line(record: Path, tmp_path: Path) -> None:
    document = document_in(tmp_path / "reports", "echec\n")
    with pytest.raises(ReportError, match="EVK-Q112") as caught:
        render(request_of(document, tmp_path / "sortie"))
    assert caught.value.problems[0].received == "ERROR: la dernière ligne"
    assert len(calls(record)) == 1


def test_a_silent_quarto_is_a_failure(record: Path, tmp_path: Path) -> None:
    document = document_in(tmp_path / "reports", "muet\n")
    with pytest.raises(ReportError, match="sans écrire"):
        render(request_of(document, tmp_path / "sortie"))
    assert len(calls(record)) == 1


def test_quarto_path_comes_before_path(record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = record.parent / "bin" / "quarto"
    other = tmp_path / "autre" / "quarto"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\n", encoding="utf-8")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(other.parent))
    assert find_quarto() == named
    monkeypatch.delenv("QUARTO_PATH")
    assert find_quarto() == other
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_quarto() is None


def test_a_wrong_quarto_path_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTO_PATH", "/absent/quarto")
    with pytest.raises(ReportError, match="QUARTO_PATH"):
        find_quarto()
