"""What a cohort reads beside its own feed, and who owes it: each name that does not stand is said with its place."""

from __future__ import annotations

import pytest

from evalkit.errors import DeclarationError
from evalkit.workspace.crosscheck import open_workspace
from tests.workspace.small import FILES, MARK, write

COHORT = "cohorts/essai/femmes.yml"
RETOURS = """\
feed: retours
label: Retours
grain: total
nature: exhaustif
key: [cohorte, vague, zone, ventilation, modalite, preuve]
period: {granularity: trimestre, field: trimestre}
fields:
  - {name: cohorte, type: code}
  - {name: trimestre, type: quarter}
  - {name: vague, type: integer}
  - {name: zone, type: zone}
  - {name: ventilation, type: category, values: [ensemble, sexe]}
  - {name: modalite, type: code}
  - {name: preuve, type: category, values: [declaration]}
  - {name: suivis, type: integer}
  - {name: emplois, type: integer}
  - {name: en_recherche, type: integer}
  - {name: inactifs, type: integer}
"""
SUIVI = """\
feed: suivi
label: Suivi
grain: evenement
nature: exhaustif
key: [personne, debut]
identity: {field: personne, made_by: tiers, from: [nom]}
period: {granularity: trimestre}
fields:
  - {name: personne, type: identity}
  - {name: zone, type: zone}
  - {name: debut, type: date}
  - {name: fin, type: date}
  - {name: etat, type: category, values: [emploi, perdu, autre]}
"""
CLAUSES = """
- feed: retours
  producers: [bailleur]
  status: signed
  sharing: {purposes: [cohorte]}
- feed: suivi
  producers: [bailleur]
  status: planned
  sharing: {purposes: [cohorte]}
"""
RETURNS = "returns: {feed: retours, exits: {durable: emplois}}\n"
SOURCES = "sources:\n  - {feed: suivi, situation: etat, start: debut, end: fin}\n"
DUE = "protocol:\n  deliveries:\n    - {partner: bailleur, what: la liste}\n"


def problems(tmp_path, added: str, feed: str = SUIVI):
    """The problems of the small workspace whose cohort ends with ``added``; one place of it may be marked."""
    files = {"expectations/retours.yml": RETOURS, "expectations/suivi.yml": feed}
    files["indicators/essai/clauses.yml"] = FILES["indicators/essai/clauses.yml"] + CLAUSES
    text = FILES[COHORT] + added
    before = text[: text.index(MARK)] if MARK in text else ""
    place = (before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
    write(tmp_path, {**files, COHORT: text.replace(MARK, "")})
    try:
        open_workspace(tmp_path)
    except DeclarationError as error:
        return [problem for problem in error.problems if problem.place.file == COHORT], place
    return [], place


def test_what_is_declared_right_is_right(tmp_path):
    made = FILES["expectations/parcours.yml"]
    assert "made_by: tiers" in made, "the small feed of persons has the identity of the other file"
    assert problems(tmp_path, RETURNS + SOURCES + DUE)[0] == []


@pytest.mark.parametrize(
    ("code", "added", "received"),
    [
        ("EVK-D033", DUE.replace("partner: bailleur", "partner: §bailleurs"), "bailleurs"),
        ("EVK-D030", RETURNS.replace("feed: retours", "feed: §retour"), "retour"),
        ("EVK-D034", RETURNS.replace("durable: emplois", "durable: §emploi"), "emploi"),
        ("EVK-D034", RETURNS.replace("}}", "}, wave: §mois}"), "mois"),
        ("EVK-D034", RETURNS.replace("}}", "}, remaining: [inactifs, §presents]}"), "presents"),
        ("EVK-D044", RETURNS.replace("feed: retours", "feed: §parcours"), "parcours"),
        ("EVK-D030", SOURCES.replace("feed: suivi", "feed: §suivis"), "suivis"),
        ("EVK-D044", SOURCES.replace("feed: suivi", "feed: §attributions"), "attributions"),
        ("EVK-D034", SOURCES.replace("situation: etat", "situation: §situation"), "situation"),
        ("EVK-D034", SOURCES.replace("start: debut", "start: §etat"), "etat (category)"),
        ("EVK-D037", SOURCES.replace("end: fin", "end: fin, exits: {durable: §travail}"), "travail"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_each_name_that_does_not_stand_has_its_code_and_its_place(tmp_path, code, added, received):
    found, place = problems(tmp_path, added)
    first = next(problem for problem in found if problem.code == code and received in problem.received)
    assert (first.place.line, first.place.column) == place


def test_another_pseudonym_joins_nobody(tmp_path):
    found, _ = problems(tmp_path, SOURCES, SUIVI.replace("from: [nom]", "from: [numero]"))
    assert [problem.code for problem in found] == ["EVK-D044"]
    assert "même pseudonyme" in found[0].message


@pytest.mark.parametrize(
    ("added", "words"),
    [
        ("sources:\n  - {feed: suivi, situation: etat}\n", "« month »"),
        ("sources:\n  - {feed: suivi, situation: etat, month: debut, end: fin}\n", "« start »"),
        ("returns: {exits: {durable: emplois}}\n", "nomment leur fichier"),
        ("mode: panel\nreturns: {feed: retours}\n", "panel"),
    ],
)
def test_a_block_that_says_half_is_refused(tmp_path, added, words):
    base = FILES[COHORT].replace("against: {where: \"sexe = 'H'\", balance: [age]}\n", "")
    write(tmp_path, {"expectations/retours.yml": RETOURS, "expectations/suivi.yml": SUIVI, COHORT: base + added})
    with pytest.raises(DeclarationError) as caught:
        open_workspace(tmp_path)
    assert any(words in problem.message for problem in caught.value.problems)
