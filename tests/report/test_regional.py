"""A reading of several contracts is made in one call, and again only when a declaration has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.errors import ReportError
from evalkit.report.regional import is_regional, make_regional
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.workspace import Workspace
from tests.workspace.small import FILES, write

DOCUMENT = Path(__file__).parents[2] / "reports" / "lecture-regionale.qmd"
KIND = "lecture-regionale"


def two_contracts(root: Path) -> Workspace:
    other = {
        name.replace("essai", "bis"): text.replace("essai", "bis") for name, text in FILES.items() if "essai" in name
    }
    write(root, other)
    (root / "reports").mkdir(exist_ok=True)
    (root / "reports" / f"{KIND}.qmd").write_text(DOCUMENT.read_text("utf-8"), encoding="utf-8")
    return open_workspace(root)


def test_the_document_says_that_it_reads_several_contracts(tmp_path: Path) -> None:
    assert is_regional(two_contracts(tmp_path), KIND)


def test_one_contract_is_no_region(tmp_path: Path) -> None:
    with pytest.raises(ReportError) as caught:
        make_regional(two_contracts(tmp_path), KIND, ["bis"], ("html",))
    assert caught.value.problems[0].code == "EVK-Q009"


def test_it_is_rendered_again_only_when_a_declaration_has_changed(tmp_path: Path) -> None:
    told: list[str] = []
    workspace = two_contracts(tmp_path)
    first = make_regional(workspace, KIND, [], ("html",), lambda done, total, name: told.append(name))
    (page,) = first.files
    assert page == tmp_path / "data" / "rapports" / KIND / f"{KIND}.html"
    text = page.read_text("utf-8")
    assert "Essai" in text and str(tmp_path) not in text
    make_regional(workspace, KIND, ["bis", "essai"], ("html",), lambda done, total, name: told.append(name))
    assert told == [KIND]
    contract = tmp_path / "indicators" / "bis" / "contract.yml"
    contract.write_text(contract.read_text("utf-8").replace("label: Essai", "label: Nouveau nom"), encoding="utf-8")
    again = make_regional(open_workspace(tmp_path), KIND, [], ("html",), lambda done, total, name: told.append(name))
    assert told == [KIND, KIND] and "Nouveau nom" in again.files[0].read_text("utf-8")
