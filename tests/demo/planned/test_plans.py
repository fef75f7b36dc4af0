"""Plans: what they name exists, what they write is declared, and the same seed writes the same bytes."""

from __future__ import annotations

import hashlib
import json

import pytest

from evalkit.demo.declarations import read_declarations
from evalkit.demo.planned.plan import planned_contracts, read_plan
from evalkit.demo.write import is_demonstration, write_demonstration
from evalkit.errors import WorkspaceError
from evalkit.receive.slip import read_slip, unannounced_files
from evalkit.territory.zones import normalise_name
from evalkit.workspace.crosscheck import open_workspace
from tests.demo.conftest import read_lines
from tests.demo.planned.conftest import SEED, SMALL


def test_every_contract_with_a_document_of_its_own_has_a_demonstration():
    assert planned_contracts() == tuple(sorted({*SMALL, "grand-chalon"}))


def test_a_contract_without_a_demonstration_is_told_which_have_one():
    with pytest.raises(WorkspaceError) as caught:
        read_plan("sete-agglopole")
    (problem,) = caught.value.problems
    assert problem.code == "EVK-W005"
    assert "grand-calais" in problem.repair


@pytest.mark.parametrize("contract", SMALL)
def test_the_workspace_agrees_and_every_clause_of_the_plan_is_fictitious(written, contract):
    demonstration = written(contract)
    opened = open_workspace(demonstration.root).contract(contract)
    planned = {each.feed for each in read_plan(contract).feeds}
    assert is_demonstration(demonstration.root)
    assert {clause.feed for clause in opened.clauses if clause.fictitious} == planned
    assert not [clause.feed for clause in opened.clauses if clause.status == "signed" and not clause.fictitious]


@pytest.mark.parametrize("contract", SMALL)
def test_the_slip_announces_every_file_and_headings_are_declared(written, contract):
    demonstration = written(contract)
    lines = read_slip(demonstration.slip.parent)
    assert tuple(line.file for line in lines) == demonstration.files
    assert unannounced_files(demonstration.slip.parent, lines) == ()
    feeds = read_declarations(demonstration.root, contract).feeds
    truth = json.loads(demonstration.truth.read_text(encoding="utf-8"))
    unknown = set()
    for path in demonstration.files:
        known = {
            normalise_name(name) for field in feeds[path.parent.name].fields for name in (field.name, *field.headers)
        }
        first = next(cells for cells in read_lines(path, 10).values() if len([cell for cell in cells if cell]) > 1)
        unknown |= {cell for cell in first if cell and normalise_name(cell) not in known}
    assert unknown == {fault["champ"] for fault in truth["fautes"] if fault["genre"] == "colonne_de_nir"}


@pytest.mark.parametrize("contract", SMALL)
def test_someone_is_late_and_something_is_wrong(written, contract):
    truth = json.loads(written(contract).truth.read_text(encoding="utf-8"))
    kinds = {fault["genre"] for fault in truth["fautes"]}
    assert "retard" in kinds
    assert kinds - {"retard"}
    assert all(fault["attendu"] for fault in truth["fautes"])
    assert truth["livraisons"] == len(written(contract).files)


def test_same_seed_gives_the_same_bytes(written, tmp_path):
    again = write_demonstration(tmp_path / "demonstration", SEED, contract="blois")
    assert _hashes(again.root.parent) == _hashes(written("blois").root.parent)
    other = write_demonstration(tmp_path / "autre", SEED + 1, contract="blois")
    assert _hashes(other.slip.parent) != _hashes(again.slip.parent)


def _hashes(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
