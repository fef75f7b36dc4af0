"""What evaluators write is checked against the contract, and names nobody."""

from __future__ import annotations

import pytest

from evalkit.errors import DeclarationError
from evalkit.workspace.crosscheck import open_workspace
from tests.workspace.small import FILES, write

CONTRACT = "indicators/essai/contract.yml"
EVALUATION = "indicators/essai/evaluation.yml"
GOOD = """\
report: mi-parcours
date: 2027-06-25
authors: [Service]
answers:
  - question: q.un
    judgement: en partie
    text: À moitié.
    evidence:
      - {side: pour, indicator: axe.un.part}
      - {side: contre, comparison: axe.un.comparaison, text: Deux zones.}
      - {side: limite, cohort: essai.femmes}
      - {side: limite, voice: v.un}
recommendations:
  - {id: r.un, text: Faire, to: [bailleur], follow_up: [{date: 2027-09-01, status: acceptée}]}
voices:
  - {id: v.un, kind: citation, text: On attend., origin: atelier, source: Atelier, collected: 2027-03-04, zone: pres}
review:
  - {id: p.un, text: Revoir, reason: Rien ne se mesure., objectives: [axe.un], indicators: [axe.un.part]}
"""


def found(root, text: str, **others: str) -> list[tuple[str, int | None]]:
    contract = FILES[CONTRACT] + "reports: [mi-parcours, suivi-annuel]\n"
    added = {f"indicators/essai/{name}.yml": more for name, more in others.items()}
    try:
        open_workspace(write(root, {CONTRACT: contract, EVALUATION: text, **added}))
    except DeclarationError as error:
        return [(problem.code, problem.place.line) for problem in error.problems]
    return []


def test_a_whole_evaluation_agrees_with_its_contract(tmp_path):
    assert found(tmp_path, GOOD) == []
    (evaluation,) = open_workspace(tmp_path).contract("essai").evaluations
    assert evaluation.recommendations[0].progress.value == "acceptée"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("report: mi-parcours", "report: final", ("EVK-D095", 1)),
        ("question: q.un", "question: q.deux", ("EVK-D035", 5)),
        ("judgement: en partie", "judgement: parfois", ("EVK-D012", 6)),
        ("indicator: axe.un.part}\n", "indicator: axe.un.parts}\n", ("EVK-D038", 9)),
        ("axe.un.comparaison", "axe.un.comparaisons", ("EVK-D092", 10)),
        ("essai.femmes", "essai.hommes", ("EVK-D093", 11)),
        ("voice: v.un", "voice: v.deux", ("EVK-D094", 12)),
        ("voice: v.un}", "source: Note}", ("EVK-D012", 12)),
        ("cohort: essai.femmes", "cohort: essai.femmes, voice: v.un", ("EVK-D012", 11)),
        ("to: [bailleur]", "to: [mairie]", ("EVK-D033", 14)),
        ("status: acceptée", "status: abandonnée", ("EVK-D012", 14)),
        ("zone: pres", "zone: aubepins", ("EVK-D032", 16)),
        ("collected: 2027-03-04", "collected: 2027-07-04", ("EVK-D012", 1)),
        ("objectives: [axe.un]", "objectives: [axe.trois]", ("EVK-D031", 18)),
        ("id: p.un", "id: r.un", ("EVK-D021", 18)),
        ("On attend.", "Appelez le 06 12 34 56 78.", ("EVK-D097", 16)),
        ("On attend.", "jeanne@exemple.fr", ("EVK-D097", 16)),
        ("source: Atelier", "source: Mme Martin", ("EVK-D097", 16)),
        ("On attend.", "2 85 05 71 076 005 82", ("EVK-D097", 16)),
    ],
)
def test_what_is_wrong_is_told_at_its_line(tmp_path, old, new, expected):
    assert GOOD.count(old) == 1
    assert found(tmp_path, GOOD.replace(old, new)) == [expected]


def test_what_is_personal_is_not_repeated(tmp_path):
    contract = FILES[CONTRACT] + "reports: [mi-parcours]\n"
    spoilt = GOOD.replace("On attend.", "jeanne@exemple.fr")
    with pytest.raises(DeclarationError) as caught:
        open_workspace(write(tmp_path, {CONTRACT: contract, EVALUATION: spoilt}))
    assert "jeanne" not in str(caught.value)


def test_a_report_has_one_file_and_a_question_one_answer(tmp_path):
    again = "report: mi-parcours\ndate: 2027-06-25\nauthors: [Service]\n"
    assert found(tmp_path, GOOD, **{"evaluation-bis": again}) == [("EVK-D096", 1)]


def test_two_years_of_the_yearly_report_are_two_evaluations(tmp_path):
    texts = {
        f"evaluation-{year}": f"report: suivi-annuel\nyear: {year}\ndate: 2027-06-25\nauthors: [Service]\n"
        for year in (2025, 2026)
    }
    assert found(tmp_path, GOOD, **texts) == []


def test_a_question_is_answered_once(tmp_path):
    answer = GOOD[GOOD.index("  - question") : GOOD.index("recommendations:")]
    assert found(tmp_path, GOOD.replace(answer, answer * 2)) == [("EVK-D096", 13)]
