"""The protocol that partners sign: what it says of every shipped cohort, and what it asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.declare.cohort import Mode
from evalkit.declare.cohort_analysis import Analysis
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


def test_analyses_are_written_before_and_marked_as_proposed(workspace: Workspace):
    for contract in SHIPPED:
        for cohort in workspace.contract(contract).cohorts:
            page = page_of(workspace, cohort.cohort)
            told = [term.text for term in page.terms if term.name == "Analyses écrites d’avance"]
            assert bool(told) == (cohort.mode is Mode.INDIVIDUAL), cohort.cohort
            assert ("analyses" in page.questions[-1]) == bool(told), cohort.cohort
    terms = {term.name: term.text for term in page_of(workspace, "narbonne.neet").terms}
    written = (
        terms["Analyses écrites d’avance"].replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    )
    assert "Temps jusqu’à chaque sortie, selon : sexe." in written
    assert "Écart par sexe, à titre principal (Holm)." in written
    assert "Écart par quartier, à titre exploratoire" in written
    assert "Redressées sur" in terms["Personnes perdues de vue"]


def test_a_protocol_without_analyses_asks_for_them(workspace: Workspace):
    declarations, cohort = find_cohort(workspace, "toulouse.seniors")
    bare = cohort.model_copy(update={"analysis": Analysis()})
    asked = "Entre qui compare-t-on les parcours"
    assert any(asked in question for question in protocol_page(workspace, declarations, bare).questions)
    assert not any(asked in question for question in page_of(workspace, "toulouse.seniors").questions)


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
