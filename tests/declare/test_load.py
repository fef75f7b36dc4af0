"""Every problem of a file comes at once, in French, at its line, with a suggestion."""

from evalkit.declare.contract import TerritoryFile
from evalkit.declare.feed import Feed
from evalkit.declare.indicator import Indicator
from evalkit.declare.load import load_file

INDICATOR = """\
- id: emploi.contrats
  label: Contrats signés
  objective: emploi.retour
  kind: resultat
  status: declared
  measure: {type: sum, feed: bilans-actions, of: contrats_signes}
  unit: contrats
  direction: up
  period: annee
  evidence: {document: contrat, line: 273}
"""


def problems(tmp_path, text, model):
    path = tmp_path / "f.yml"
    path.write_text(text, encoding="utf-8")
    return {(p.code, p.place.line, p.received): str(p) for p in load_file(path, model, "f.yml").problems}


def test_a_good_file_gives_its_values(tmp_path):
    path = tmp_path / "f.yml"
    path.write_text(INDICATOR, encoding="utf-8")
    loading = load_file(path, Indicator, "f.yml")
    assert not loading.problems
    (located,) = loading.found
    assert located.value.measure.of == "contrats_signes"
    assert str(located.place("measure", "of")) == "f.yml:6:50"


def test_all_problems_of_a_file_are_given_at_once(tmp_path):
    broken = (
        INDICATOR.replace("objective", "objectiv")
        .replace("kind: resultat", "kind: resultatt")
        .replace("of: contrats", "off: contrats")
    )
    found = problems(tmp_path, broken, Indicator)
    assert ("EVK-D010", 3, "objectiv") in found
    assert "«\N{NO-BREAK SPACE}objective\N{NO-BREAK SPACE}»" in found["EVK-D010", 3, "objectiv"]
    assert "«\N{NO-BREAK SPACE}resultat\N{NO-BREAK SPACE}»" in found["EVK-D012", 4, "resultatt"]
    assert ("EVK-D010", 6, "off") in found
    assert ("EVK-D011", 6, "") in found
    assert len(found) == 5


def test_an_unknown_measure_type_is_named(tmp_path):
    found = problems(tmp_path, INDICATOR.replace("type: sum", "type: summ"), Indicator)
    ((code, line, received),) = found
    assert (code, line, received) == ("EVK-D012", 6, "summ")


def test_a_commune_code_that_lost_its_zero_is_refused(tmp_path):
    text = "zones:\n  - {id: ambronay, label: Ambronay, kind: commune, code: 1007}\n"
    found = problems(tmp_path, text, TerritoryFile)
    assert "01007" in found["EVK-D012", 2, "1007"]
    assert not problems(tmp_path, text.replace("1007", "01007"), TerritoryFile)


def test_a_tolerance_is_a_percentage(tmp_path):
    feed = """\
feed: essai
label: Essai
grain: evenement
nature: exhaustif
key: [a]
period: {granularity: annee}
fields: [{name: a, type: code}]
checks: [{rule: a IS NOT NULL, severity: majeur, message: Vide., tolerance: TOLERANCE}]
"""
    assert not problems(tmp_path, feed.replace("TOLERANCE", "'1,5 %'"), Feed)
    assert ("EVK-D012", 8, "0.015") in problems(tmp_path, feed.replace("TOLERANCE", "0.015"), Feed)


def test_an_empty_file_says_so(tmp_path):
    assert [code for code, _, _ in problems(tmp_path, "", Indicator)] == ["EVK-D005"]
