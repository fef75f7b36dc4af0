"""Cells run in one kernel of the current interpreter."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from evalkit.errors import ReportError
from evalkit.report.engine.kernel import Session, Task, run_tasks


def session(folder: Path) -> Session:
    return Session(folder / "essai.qmd", folder, {"EVALKIT_ESSAI": "oui"})


def test_state_environment_folder_and_interpreter(tmp_path: Path) -> None:
    code = "import os, sys\nprint(os.environ['EVALKIT_ESSAI'])\nprint(os.getcwd())\nprint(sys.executable)"
    first, second = run_tasks([Task(code, "La cellule", 5), Task("1 + 1", "x", 9, inline=True)], session(tmp_path))
    (printed,) = first  # several prints come back as one text, so that a table printed line by line is one table
    assert printed.data["text/plain"].splitlines() == ["oui", str(tmp_path.resolve()), sys.executable]
    (value,) = second
    assert (value.data["text/plain"], value.type_name) == ("2", "int")


def test_an_error_names_the_cell_the_line_and_the_exception_without_traceback(tmp_path: Path) -> None:
    task = Task("a = 1\n\nb = a / 0", "La cellule « calcul »", 12)
    with pytest.raises(ReportError) as caught:
        run_tasks([task], session(tmp_path))
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.line) == ("EVK-Q104", 14)
    assert problem.received == "ZeroDivisionError: division by zero"
    assert "« calcul »" in problem.message.replace("\N{NO-BREAK SPACE}", " ")
    assert "Traceback" not in str(caught.value)


def test_a_document_of_another_version_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(ReportError) as caught:
        run_tasks([Task("from evalkit.present import gone", "La cellule", 3)], session(tmp_path))
    (problem,) = caught.value.problems
    assert "une autre version d’evalkit" in problem.repair
    with pytest.raises(ReportError) as caught:
        run_tasks([Task("import absent_module", "La cellule", 3)], session(tmp_path))
    assert "Corrigez ce code" in caught.value.problems[0].repair


def test_nothing_to_run_starts_no_kernel(tmp_path: Path) -> None:
    assert run_tasks([], session(tmp_path / "absent")) == ()


def test_figures_come_in_the_formats_and_the_size_asked_for_with_the_same_bytes(tmp_path: Path) -> None:
    code = "import matplotlib.pyplot as plt\nplt.plot([1, 2], marker='o')\nprint(plt.rcParams['figure.figsize'])"
    asked = Session(tmp_path / "essai.qmd", tmp_path, {}, ("svg", "retina"), (5.0, 2.5))
    first, second = run_tasks([Task(code, "La cellule", 1), Task(code, "La cellule", 9)], asked)
    assert any(output.data.get("text/plain", "").strip() == "[5.0, 2.5]" for output in first)
    drawn = [[output.data for output in outputs if "image/svg+xml" in output.data] for outputs in (first, second)]
    assert len(drawn[0]) == 1
    assert "image/png" in drawn[0][0]
    assert drawn[0][0]["image/svg+xml"] == drawn[1][0]["image/svg+xml"]
    assert "<dc:date>" not in drawn[0][0]["image/svg+xml"]
