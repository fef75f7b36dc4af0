"""A workspace is found where the user is, and a new one passes its own check."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.errors import DeclarationError, WorkspaceError
from evalkit.workspace.config import read_config
from evalkit.workspace.create import create_workspace
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.find import DECLARATION_FOLDERS, find_workspace, shipped_workspace
from evalkit.workspace.workspace import Workspace, declaration_hash
from tests.workspace.small import write


def code_of(caught: pytest.ExceptionInfo[WorkspaceError] | pytest.ExceptionInfo[DeclarationError]) -> str:
    (problem,) = caught.value.problems
    return problem.code


def test_the_named_folder_wins_over_the_current_one(tmp_path):
    here, named = write(tmp_path / "ici"), write(tmp_path / "ailleurs")
    assert find_workspace(named, start=here) == named.resolve()


def test_a_parent_is_found_from_deep_inside(tmp_path):
    root = write(tmp_path / "espace")
    deep = root / "indicators" / "essai" / "notes"
    deep.mkdir(parents=True)
    assert find_workspace(start=deep) == root.resolve()


def test_without_any_the_shipped_one_is_opened(tmp_path):
    assert find_workspace(start=tmp_path) == shipped_workspace()
    assert all((shipped_workspace() / folder).is_dir() for folder in DECLARATION_FOLDERS)


def test_a_named_folder_that_is_none_is_refused_without_looking_elsewhere(tmp_path):
    write(tmp_path)
    empty = tmp_path / "vide"
    empty.mkdir()
    with pytest.raises(WorkspaceError) as caught:
        find_workspace(empty, start=tmp_path)
    assert code_of(caught) == "EVK-W001"
    assert "evalkit init" in str(caught.value)


def test_a_new_workspace_passes_the_check_and_has_the_shipped_feeds(tmp_path):
    root = create_workspace(tmp_path / "nouveau", "beau-contrat")
    workspace = open_workspace(root)
    assert list(workspace.contracts) == ["beau-contrat"]
    assert set(workspace.feeds) == set(open_workspace(shipped_workspace()).feeds)
    assert all((root / folder).is_dir() for folder in DECLARATION_FOLDERS)
    assert (root / ".gitignore").read_text() == "/data/\n"
    assert workspace.data == root / "data"


@pytest.mark.parametrize("made", ["dir", "file"])
def test_nothing_is_written_over(tmp_path, made):
    target = tmp_path / "pris"
    if made == "dir":
        target.mkdir()
        (target / "notes.txt").write_text("à garder")
    else:
        target.write_text("à garder")
    with pytest.raises(WorkspaceError) as caught:
        create_workspace(target, "essai")
    assert code_of(caught) == "EVK-W003"
    assert "à garder" in (target / "notes.txt" if made == "dir" else target).read_text()


@pytest.mark.parametrize("contract", ["Mon Contrat", "../ailleurs", "", "élan"])
def test_a_contract_id_that_is_none_writes_nothing(tmp_path, contract):
    with pytest.raises(WorkspaceError) as caught:
        create_workspace(tmp_path / "nouveau", contract)
    assert code_of(caught) == "EVK-W004"
    assert not (tmp_path / "nouveau").exists()


def test_configuration_has_defaults_and_says_what_is_wrong(tmp_path):
    assert read_config(tmp_path).data == "data"
    path = tmp_path / "evalkit.yml"
    path.write_text("data: coffre\ndemonstration: true\n")
    assert (read_config(tmp_path).data, read_config(tmp_path).demonstration) == ("coffre", True)
    for text, code in (("dta: coffre\n", "EVK-D010"), ("- data: a\n- data: b\n", "EVK-D012"), ("", "EVK-D005")):
        path.write_text(text)
        with pytest.raises(DeclarationError) as caught:
            read_config(tmp_path)
        assert code_of(caught) == code
        assert str(caught.value.problems[0].place).startswith("evalkit.yml")


def test_the_contract_is_named_only_when_there_are_several(tmp_path):
    one = open_workspace(write(tmp_path))
    assert one.contract() is one.contract("essai")
    two = Workspace(one.root, one.config, one.feeds, {**one.contracts, "autre": one.contract()})
    none = Workspace(Path(), one.config, {}, {})
    for workspace, name, message in (
        (one, "esai", "Contrat inconnu"),
        (two, None, "Plusieurs contrats"),
        (none, None, "Aucun contrat"),
    ):
        with pytest.raises(WorkspaceError) as caught:
            workspace.contract(name)
        assert code_of(caught) == "EVK-W002"
        assert message in str(caught.value)


def test_a_declaration_has_one_hash_and_a_changed_one_another(tmp_path):
    cohort = open_workspace(write(tmp_path)).contract().cohorts[0]
    assert declaration_hash(cohort) == declaration_hash(cohort.model_copy())
    assert declaration_hash(cohort) != declaration_hash(cohort.model_copy(update={"minimum": 31}))
