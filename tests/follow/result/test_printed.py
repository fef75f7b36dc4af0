"""What the terminal says of a cohort: a flow in which nobody is lost, states, contradictions, what does not hold."""

from __future__ import annotations

import pytest

from evalkit.cli.follow_persons import flow_lines, print_persons
from evalkit.cli.follow_returns import print_returns
from evalkit.declare.cohort import Cohort
from evalkit.follow.protocol_terms import protocol_terms
from tests.follow.people.world import CONTRACTS, event
from tests.follow.people.world import followed as follow_people
from tests.follow.returns import world as returns_world
from tests.follow.world import PATHWAYS, protocol, stay, workspace
from tests.measure.world import CONTRACT

PLAIN = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})


@pytest.fixture
def told(tmp_path):
    own = [row for rank in range(40) for row in stay(f"p{rank}", "2024-01-10", "2024-12")]
    gone = [
        row for rank in range(6) for row in stay(f"q{rank}", "2024-01-10", "2024-04", etat="emploi", fin="2024-04-20")
    ]
    back = stay("z", "2024-05-10", "2024-05", etat="emploi", fin="2024-05-01")
    contracts = [event(f"q{rank}", "2024-04-02", "2024-12-31", "mission") for rank in range(2)]
    return follow_people(tmp_path, own + gone + back, contracts=contracts)


def test_the_flow_ends_with_everybody(told):
    lines = [line.translate(PLAIN) for line in flow_lines(told.flow, told.people)]
    assert "  │──▶ 1 : sortie avant l’entrée" in lines
    assert lines[-3:] == ["  46 personnes, comptées une fois", "  ├─ 6 emploi durable", "  └─ 40 encore là"]


def test_contradictions_moves_and_faults_are_printed(told, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    print_persons(protocol(against=None, sources=[CONTRACTS]), told)
    text = capsys.readouterr().out.translate(PLAIN)
    assert "2 contradictoires ; le premier fichier du protocole est cru" in " ".join(text.split())
    assert "EVK-M440 [fichier parcours]" in text
    assert "EVK-M448" in text
    assert "Déplacements : 0 hors des quartiers" in text
    assert "Maintien (emploi durable), 6 mois après" in text


def test_returns_are_printed_with_their_faults_and_limits(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    rows = returns_world.sound()
    rows[6] = {**rows[6], "suivis": 61}
    result = returns_world.followed(tmp_path, rows)
    print_returns(returns_world.protocol(), result, result.returns, {"pres": "Prés"})
    text = capsys.readouterr().out.translate(PLAIN)
    assert "21 (21,0 %)" in text
    assert "EVK-M421 [vague de 12 mois, Pres, preuve dpae_dsn]" in text
    assert "pour 61 entrées" in text
    assert "doubles comptes" in text


def test_the_protocol_says_which_rule_chooses(tmp_path):
    cohort: Cohort = protocol(against=None, sources=[CONTRACTS], contradictions="strictest")
    space = workspace(tmp_path, cohort)
    terms = {
        term.name: term.text.translate(PLAIN)
        for term in protocol_terms(space.contract(CONTRACT), cohort, PATHWAYS, {"contrats": "Contrats signés"})
    }
    assert "Contrats signés" in terms["Autres fichiers"]
    assert "la plus éloignée du résultat est crue" in terms["Si deux fichiers se contredisent"]
