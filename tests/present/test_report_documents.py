"""The cells of every document of ``reports/`` that reads one edition, run in order without any rendering engine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from evalkit.present.chart import FOLDER_VARIABLE
from evalkit.publish.edition import write_edition
from evalkit.publish.publish import publish
from tests.publish.fixture.declared import DECLARATIONS
from tests.publish.fixture.results import confidential

REPORTS = Path(__file__).parents[2] / "reports"
CELL = re.compile(r"^```\{python\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ZONE = DECLARATIONS.territory.qpv[0]


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_edition(publish(confidential()), tmp_path_factory.mktemp("editions"))


def written(kind: str, edition: Path, capsys: pytest.CaptureFixture[str], **parameters: str) -> str:
    names: dict[str, Any] = {}
    for code in CELL.findall((REPORTS / f"{kind}.qmd").read_text("utf-8")):
        exec(compile(code, f"{kind}.qmd", "exec"), names)
        if "tags: [parameters]" in code:
            names |= {"edition": str(edition), **parameters}
    return capsys.readouterr().out


@pytest.mark.parametrize(("kind", "parameters"), [("suivi-annuel", {}), ("portrait", {"zone": ZONE})])
def test_a_document_is_written_from_the_edition_alone(
    kind: str,
    parameters: dict[str, str],
    edition: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    text = written(kind, edition, capsys, **parameters)
    assert "Données synthétiques" in text
    images = re.findall(r"!\[[^\]]+\]\((figures/[\w.-]+)\)\{#(fig-[\w-]+) fig-alt=\"[^\"]+\"\}", text)
    assert images and all((tmp_path / path).is_file() for path, _ in images)
    labels = [f"tbl-donnees-{label.removeprefix('fig-')}" for _, label in images]
    assert re.findall(r"^: .*\{#([\w-]+)\}$", text, re.MULTILINE) == labels
    assert not re.search(r"\bnan\b|None", text)


def test_a_portrait_puts_its_zone_first_and_names_no_other_quarter(
    edition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    text = written("portrait", edition, capsys, zone=ZONE)
    territory = DECLARATIONS.territory
    assert f"**{territory.label(ZONE)}** est un quartier prioritaire" in text
    others = [territory.label(zone) for zone in territory.qpv if zone != ZONE]
    tables = "\n".join(line for line in text.splitlines() if line.startswith("|"))
    assert others and not any(other in tables for other in others)


def test_the_yearly_report_says_what_only_its_authors_can_write(
    edition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    text = written("suivi-annuel", edition, capsys)
    assert text.count("**À rédiger.**") == 4
