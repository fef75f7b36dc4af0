"""Decisions on a publication are checked with the declarations: each mistake has its code, its file and its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.errors import DeclarationError
from evalkit.workspace.crosscheck import open_workspace
from tests.workspace.small import FILES, write

DECISIONS = "publication/essai.yml"
MARK = "§"
"""Ends the line on which a problem is expected."""

INDICATORS = (
    FILES["indicators/essai/axe.yml"]
    + """\
- id: axe.un.emploi
  label: Emploi
  objective: axe.un
  kind: resultat
  status: declared
  measure: {type: count, feed: parcours, where: "situation = 'emploi'"}
  unit: mois
  direction: up
  by: [zone, sexe, age]
  bands: {age: [16, 26]}
  period: trimestre
  evidence: {}
- id: axe.un.ecart
  label: Écart
  objective: axe.un
  kind: resultat
  status: declared
  measure: {type: gap, of: axe.un.part, zone: hors-qpv}
  unit: points
  direction: down
  period: annee
  evidence: {}
"""
)

GOOD = """\
rules:
  - {feed: attributions, agreement: Convention, units: 11, of: households, citation: art. 9}
  - {feed: attributions, agreement: a, units: 0, of: none, citation: b, dominance: {rest_percent: 10, by: numero}}
exceptions:
  - {indicator: axe.un.part, zone: qpv, period: "2026", decided_by: A. Martin, decided_on: 2027-07-20, reason: accord}
  - {indicator: axe.un.emploi, breakdown: sexe=F, decided_by: A. Martin, decided_on: 2027-07-20, reason: accord}
  - {indicator: axe.un.emploi, zone: les-deux, decided_by: A. Martin, decided_on: 2027-07-20, reason: accord}
recodings:
  - {field: sexe, into: {tous: [F, H]}}
  - {field: zone, into: {les-deux: [temoin-1, temoin-2]}}
public_tables:
  - {id: caf, label: CAF, source: data.caf.fr, file: public/caf.csv, indicator: axe.un.part, part: numerator}
"""


def found(root: Path, text: str, name: str = DECISIONS) -> list[tuple[str, str, int | None]]:
    """The codes, files and lines of the problems of a workspace with some decisions."""
    table = {"public/caf.csv": "zone;period;value\npres;2026;43\n"}
    try:
        open_workspace(write(root, {"indicators/essai/axe.yml": INDICATORS, **table, name: text}))
    except DeclarationError as error:
        return [(problem.code, problem.place.file, problem.place.line) for problem in error.problems]
    return []


def test_decisions_that_agree_with_the_declarations_raise_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, GOOD) == []


WHO = "decided_by: A. Martin, decided_on: 2027-07-20, reason: accord"
PUBLIC = "label: a, source: b, part: n"
MISTAKES = {
    "unknown feed": ("rules:\n  - {feed: bail, agreement: a, units: 5, of: persons, citation: b} §", "EVK-D030"),
    "unknown contributor": (
        "rules:\n  - feed: attributions\n    agreement: a\n    units: 5\n    of: persons\n    citation: b\n"
        "    dominance: {largest: 1, percent: 85, by: siret} §",
        "EVK-D034",
    ),
    "unknown indicator": (f"exceptions:\n  - {{indicator: axe.un.pars, {WHO}}} §", "EVK-D038"),
    "unknown zone": (f"exceptions:\n  - {{indicator: axe.un.part, zone: pre, {WHO}}} §", "EVK-D032"),
    "computed": (f"exceptions:\n  - {{indicator: axe.un.ecart, {WHO}}} §", "EVK-P020"),
    "no such period": (f"exceptions:\n  - {{indicator: axe.un.part, period: 2026-T1, {WHO}}} §", "EVK-P021"),
    "no such field": (f"exceptions:\n  - {{indicator: axe.un.emploi, breakdown: sex=F, {WHO}}} §", "EVK-D034"),
    "no such class": (f"exceptions:\n  - {{indicator: axe.un.emploi, breakdown: sexe=f, {WHO}}} §", "EVK-D037"),
    "nobody decides": (
        "exceptions:\n  - {indicator: axe.un.part, decided_on: 2027-07-20, reason: accord} §",
        "EVK-D011",
    ),
    "no date": (
        "exceptions:\n  - {indicator: axe.un.part, decided_by: A, decided_on: hier, reason: accord} §",
        "EVK-D012",
    ),
    "recoded field": ("recodings:\n  - {field: sexes, into: {tous: [F, H]}} §", "EVK-D034"),
    "recoded class": ("recodings:\n  - {field: sexe, into: {tous: [F, G]}} §", "EVK-D037"),
    "recoded zone": ("recodings:\n  - {field: zone, into: {deux: [pres, loin]}} §", "EVK-D032"),
    "recoded indicator": ("recodings:\n  - {indicators: [axe.un], period: annee} §", "EVK-D038"),
    "no file": (f"public_tables:\n  - {{id: a, file: non.csv, indicator: axe.un.part, {PUBLIC}}} §", "EVK-P007"),
    "public indicator": (
        f"public_tables:\n  - {{id: a, file: public/caf.csv, indicator: axe, {PUBLIC}}} §",
        "EVK-D038",
    ),
    "unknown key": ("exception: [] §", "EVK-D010"),
    "two blocks": ("- {rules: []}\n- {rules: []} §", "EVK-P005"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_has_its_code_its_file_and_its_line(name: str, tmp_path: Path) -> None:
    text, code = MISTAKES[name]
    line = text[: text.index(MARK)].count("\n") + 1
    assert found(tmp_path, text.replace(MARK, "") + "\n") == [(code, DECISIONS, line)]


def test_a_period_merged_into_years_is_named_by_its_year(tmp_path: Path) -> None:
    text = "recodings: [{period: annee}]\nexceptions:\n  - {indicator: axe.un.emploi, period: '2026', WHO}\n"
    assert found(tmp_path, text.replace("WHO", WHO)) == []


def test_a_public_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "other.csv").write_text("lieu;annee;nombre\n", "utf-8")
    text = f"public_tables:\n  - {{id: a, file: public/other.csv, indicator: axe.un.part, {PUBLIC}}}\n"
    assert found(tmp_path, text) == [("EVK-P007", DECISIONS, 2)]


def test_decisions_of_no_contract_are_told(tmp_path: Path) -> None:
    """A misspelt file name would leave every rule in it without effect."""
    assert found(tmp_path, GOOD, "publication/esai.yml") == [("EVK-D036", "publication/esai.yml", 0)]


def test_both_suffixes_are_read_and_two_files_are_too_many(tmp_path: Path) -> None:
    assert found(tmp_path, GOOD, "publication/essai.yaml") == []
    assert found(tmp_path, GOOD)[0][0] == "EVK-P005"
