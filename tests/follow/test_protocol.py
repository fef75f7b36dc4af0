"""The protocol that partners sign: what it says of every shipped cohort, and what it asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.declare.cohort import Mode
from evalkit.errors import WorkspaceError
from evalkit.follow.protocol import ProtocolPage, find_cohort, protocol_page
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.workspace import Workspace

SHIPPED = {
    "narbonne": ["narbonne.femmes", "narbonne.neet"],
    "toulouse-metropole": ["toulouse.neet", "toulouse.seniors"],
    "creusot-montceau": ["creusot.groupe-temoin", "creusot.jeunes", "creusot.jeunes.panel"],
    "blois": ["blois.pre"],
    "grand-calais": ["calais.cite-emploi", "calais.sas"],
    "grand-chalon": ["chalon.femmes.emploi", "chalon.jeunes.emploi", "chalon.seniors.emploi"],
}


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return open_workspace(Path(__file__).parents[2])


def page_of(workspace: Workspace, cohort: str) -> ProtocolPage:
    declarations, found = find_cohort(workspace, cohort)
    return protocol_page(workspace, declarations, found)


def test_every_contract_that_speaks_of_a_cohort_has_its_protocol(workspace: Workspace):
    found = {name: sorted(each.cohort for each in declared.cohorts) for name, declared in workspace.contracts.items()}
    assert {name: cohorts for name, cohorts in found.items() if cohorts} == SHIPPED


@pytest.mark.parametrize("cohort", [name for names in SHIPPED.values() for name in names])
def test_nothing_is_received_and_everything_left_open_is_asked(workspace: Workspace, cohort: str):
    # No contract has a signed clause for persons: each protocol says so, and none is complete.
    page = page_of(workspace, cohort)
    assert page.blocked
    assert page.questions
    assert all(question.endswith(("?", ".")) for question in page.questions)
    assert page.deliveries or "lecture" not in page.source


def test_the_definition_is_printed_with_what_it_is_not(workspace: Workspace):
    terms = {term.name: term.text for term in page_of(workspace, "narbonne.neet").terms}
    assert "De 16 à 25 ans" in terms["Public"]
    assert "age BETWEEN 16 AND 25" in terms["Public"]
    assert "15-29 ans" in terms["Ce que ce public n’est pas"]
    assert "31 décembre 2027" in terms["Vagues"].replace("\N{NO-BREAK SPACE}", " ")
    assert "date de naissance" in terms["Identité"]
    assert "entropie" in terms["Équilibrage"]


def test_in_2028_is_a_question(workspace: Workspace):
    first = page_of(workspace, "toulouse.seniors").questions[0]
    assert "commence-t-elle en 2028, ou est-elle mesurée en 2028" in first


def test_a_panel_is_never_tested(workspace: Workspace):
    page = page_of(workspace, "creusot.jeunes.panel")
    assert find_cohort(workspace, "creusot.jeunes.panel")[1].mode is Mode.PANEL
    assert page.precisions == ()
    assert "jamais testé" in {term.name: term.text for term in page.terms}["Mode de suivi"]


def test_precision_is_a_gap_with_a_comparison_and_a_margin_without(workspace: Workspace):
    compared, alone = page_of(workspace, "narbonne.neet"), page_of(workspace, "toulouse.seniors")
    assert (compared.is_compared, alone.is_compared) == (True, False)
    # 100 and 100 at 50 %: (t.975 + t.80) x sqrt(0.25 x 2 / 100), Student with 198 degrees of freedom.
    assert compared.precisions[1].points[1] == pytest.approx(19.91, abs=0.01)
    # The SAS expects 116 young people: one line, Wilson's half width at 50 %.
    expected = page_of(workspace, "calais.sas").precisions
    assert [each.persons for each in expected] == [116]
    assert expected[0].points[1] == pytest.approx(8.95, abs=0.01)


def test_an_unknown_cohort_names_those_that_exist(workspace: Workspace):
    with pytest.raises(WorkspaceError, match=r"EVK-W060.*narbonne\.neet"):
        find_cohort(workspace, "narbonne.nett")
