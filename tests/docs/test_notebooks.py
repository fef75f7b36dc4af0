"""The notebooks of ``docs/``: each runs to its end, and says today what is stored."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))


def builder() -> Any:
    spec = importlib.util.spec_from_file_location("build_notebooks", DOCS / "build_notebooks.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def said(notebook: Any) -> list[str]:
    """What the cells print and return, without the pictures, whose bytes depend on the version of the fonts."""
    texts = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            texts.append("".join(text))
    return texts


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every notebook run once, on one small workspace; a cell that fails ends the session with its error."""
    home = tmp_path_factory.mktemp("carnets")
    return {path.name: notebook for path, notebook in builder().executed(home)}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_says_what_is_stored(path: Path, executed: dict[str, Any]) -> None:
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert said(executed[path.name]) == said(stored)
    outputs = [output for cell in stored["cells"] for output in cell.get("outputs", ())]
    assert len([output for output in outputs if "image/png" in output.get("data", {})]) == 1
    assert not [output for output in outputs if output["output_type"] == "error"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_stored_notebook_tells_nothing_of_a_machine_or_an_hour(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    notebook = json.loads(text)
    assert builder().text_of(notebook) == text
    assert all(cell["metadata"] == {} for cell in notebook["cells"])
    counts = [cell["execution_count"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert not re.search(r"/(?:home|root|tmp|work|Users)/|stderr|Warning", text)
