"""The questions of definition, ready to be sent: by partner, in the order of the document, with room for the answer."""

from pathlib import Path

import polars as pl
import pytest

from evalkit.measure.contract_coverage import contract_coverage
from evalkit.measure.questions import ANSWER, TO_BE_NAMED, questions, questions_csv
from evalkit.measure.run import measured
from evalkit.store.store import Store
from evalkit.workspace.crosscheck import open_workspace

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    workspace = open_workspace(ROOT)
    declarations = workspace.contract("grand-calais")
    known = measured(workspace, Store(tmp_path_factory.mktemp("vide")), "grand-calais")
    found = contract_coverage(workspace, declarations, known)
    return found, questions(declarations, found)


def test_every_defect_is_a_question_at_its_line(asked):
    found, table = asked
    assert table.height == len(found.defects)
    phare = table.filter(pl.col("Identifiant") == "calais.edu.phare")
    assert phare["Ligne"].unique().to_list() == [4043]
    assert phare["Partenaire"].unique().to_list() == ["Éducation nationale"]
    assert table[ANSWER].null_count() == table.height


def test_questions_without_a_partner_come_last(asked):
    named = (asked[1]["Partenaire"] != TO_BE_NAMED).to_list()
    assert named == sorted(named, reverse=True)
    assert 0 < sum(named) < len(named)


def test_the_file_opens_in_a_french_spreadsheet(asked):
    content = questions_csv(asked[1])
    assert content.startswith(b"\xef\xbb\xbfPartenaire;Indicateur;")
    assert pl.read_csv(content, separator=";", infer_schema=False).height == asked[1].height
