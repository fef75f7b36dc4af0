"""The document of a kind is the workspace's own, else the shipped one."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.errors import ReportError
from evalkit.report.documents import find_document
from evalkit.report.own import begin_document
from evalkit.workspace.find import shipped_workspace


def test_a_workspace_without_a_document_takes_the_shipped_one(tmp_path: Path) -> None:
    shipped = shipped_workspace() / "reports" / "portrait.qmd"
    assert find_document("portrait", tmp_path) == shipped
    own = tmp_path / "reports" / "portrait.qmd"
    own.parent.mkdir()
    own.write_text("---\ntitle: Le mien\n---\n", encoding="utf-8")
    assert find_document("portrait", tmp_path) == own


def test_what_begins_from_a_shipped_kind_is_written_in_the_workspace(tmp_path: Path) -> None:
    begun = begin_document(tmp_path, "portrait", "mon-portrait")
    assert begun == tmp_path / "reports" / "mon-portrait.qmd"
    assert "Ce document est le vôtre" in begun.read_text(encoding="utf-8")


def test_an_unknown_kind_names_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="EVK-Q002") as caught:
        find_document("inconnu", tmp_path)
    assert "mi-parcours" in caught.value.problems[0].repair
