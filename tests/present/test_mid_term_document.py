"""The cells of ``reports/mi-parcours.qmd``, run in order on an edition, without any rendering engine."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evalkit.present.chart import FOLDER_VARIABLE
from evalkit.publish.edition import write_edition
from evalkit.publish.publish import publish
from tests.publish.fixture.declared import DECLARATIONS
from tests.publish.fixture.results import confidential
from tests.report.constructs import constructs
from tests.report.test_constructs import documented

DOCUMENT = Path(__file__).parents[2] / "reports" / "mi-parcours.qmd"
CELL = re.compile(r"^```\{python\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run_cells(edition: Path, capsys: pytest.CaptureFixture[str]) -> str:
    names: dict[str, Any] = {}
    for code in CELL.findall(DOCUMENT.read_text("utf-8")):
        exec(compile(code, DOCUMENT.name, "exec"), names)
        if "tags: [parameters]" in code:
            names["edition"] = str(edition)
    return capsys.readouterr().out


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


def test_the_document_is_written_from_the_edition_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = run_cells(write_edition(publish(confidential()), folder / "editions"), capsys)
    assert "Données synthétiques" in text
    assert constructs(text) <= documented()
    images = re.findall(r"!\[[^\]]+\]\((figures/[\w.-]+)\)\{#(fig-[\w-]+) fig-alt=\"[^\"]+\"\}", text)
    assert [name for _, name in images] == ["fig-axe-1", "fig-axe-2", "fig-cohorte-1", "fig-effets", "fig-courbes-1"]
    assert all((folder / path).is_file() for path, _ in images)
    assert "<table" not in text
    labels = [f"tbl-donnees-{label.removeprefix('fig-')}" for _, label in images]
    assert re.findall(r"\(données\u00a0: @([\w-]+)\)", text) == labels
    assert re.findall(r"^: .*\{#([\w-]+)\}$", text, re.MULTILINE) == labels
    assert not re.search(r"[^\s|+] {2,}[^\s|]", re.sub(r"^[|+].*$", "", text, flags=re.MULTILINE))
    assert not re.search(r"\bnan\b", text)


def test_a_contract_without_cohort_comparison_or_data_still_has_its_report(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = confidential()
    bare = replace(
        source,
        declarations=replace(DECLARATIONS, comparisons=(), cohorts=()),
        observations=source.observations.clear(),
        cohorts=(),
        estimates=(),
        deliveries=(),
        demonstration=False,
    )
    text = run_cells(write_edition(publish(bare), folder / "editions"), capsys)
    assert "Aucune cohorte n’est déclarée." in text
    assert "Aucune comparaison n’est déclarée." in text
    assert "synthétiques" not in text
    assert "![" not in text
