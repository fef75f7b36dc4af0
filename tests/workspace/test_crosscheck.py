"""Each thing that contradicts another declaration is found, once, under its code and at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.errors import DeclarationError, Place, Problem
from evalkit.workspace.crosscheck import open_workspace
from tests.workspace.small import FILES, spoilt, write

FEED, HOMES = "expectations/parcours.yml", "expectations/attributions.yml"
CONTRACT, TERRITORY = "indicators/essai/contract.yml", "indicators/essai/territory.yml"
CLAUSES, INDICATORS = "indicators/essai/clauses.yml", "indicators/essai/axe.yml"
COMPARISONS, COHORT = "indicators/essai/comparisons.yml", "cohorts/essai/femmes.yml"

# code, file, what is replaced, by what (the mark stands where the user must look), what the message quotes
CASES = [
    ("EVK-D021", INDICATORS, "id: axe.deux.delai", "id: §axe.un.part", "axe.un.part"),
    ("EVK-D021", CONTRACT, "id: axe.deux,", "id: §axe.un,", "axe.un"),
    ("EVK-D021", CONTRACT, "id: france-travail,", "id: §bailleur,", "bailleur"),
    ("EVK-D021", TERRITORY, "id: temoin-2,", "id: §temoin-1,", "temoin-1"),
    ("EVK-D021", HOMES, "name: demande,", "name: §bail,", "bail"),
    ("EVK-D022", CONTRACT, "contract: essai", "contract: §autre", "autre"),
    ("EVK-D024", TERRITORY, "kind: unite_urbaine}", "kind: unite_urbaine, within: §[unite]}", "unite"),
    ("EVK-D025", TERRITORY, "id: temoin-2,", "id: §ensemble,", "ensemble"),
    ("EVK-D030", INDICATORS, "feed: attributions, start", "feed: §atributions, start", "atributions"),
    ("EVK-D030", CLAUSES, "feed: attributions", "feed: §baux", "baux"),
    ("EVK-D030", COMPARISONS, "feed: parcours", "feed: §parcour", "parcour"),
    ("EVK-D030", COHORT, "feed: parcours", "feed: §parcour", "parcour"),
    ("EVK-D031", INDICATORS, "objective: axe.deux", "objective: §axe.trois", "axe.trois"),
    ("EVK-D031", COHORT, "objective: axe.deux", "objective: §axe.trois", "axe.trois"),
    ("EVK-D031", CONTRACT, "objectives: [axe.un]", "objectives: §[axe.trois]", "axe.trois"),
    ("EVK-D032", TERRITORY, "within: [unite]", "within: §[ville]", "ville"),
    ("EVK-D032", TERRITORY, "reference: unite", "reference: §ville", "ville"),
    ("EVK-D032", INDICATORS, "zones: [pres, hors-qpv]", "zones: [pres, §hors]", "hors"),
    ("EVK-D032", INDICATORS, "zone: pres}]", "zone: §prés-saint-jean}]".replace("é", "e"), "pres-saint-jean"),
    ("EVK-D032", COMPARISONS, "treated: [pres]", "treated: [§qpv]", "qpv"),
    ("EVK-D032", COMPARISONS, "[temoin-1, temoin-2]", "[temoin-1, §temoin-3]", "temoin-3"),
    ("EVK-D032", COHORT, "zones: [qpv]", "zones: [§hors-qpv]", "hors-qpv"),
    ("EVK-D033", CLAUSES, "producers: [bailleur]", "producers: [§ville]", "ville"),
    ("EVK-D033", INDICATORS, "producer: bailleur", "producer: §ville", "ville"),
    ("EVK-D034", FEED, "key: [personne, mois]", "key: [personne, §moi]", "moi"),
    ("EVK-D034", FEED, "field: mois}", "field: §moi}", "moi"),
    ("EVK-D034", FEED, "- {expectation: expect_column_values_to_not_be_null, column: age",
     "- §{expectation: expect_column_values_to_not_be_null, column: aage", "aage"),
    ("EVK-D034", FEED, "fields: [situation]", "fields: §[situatio]", "situatio"),
    ("EVK-D034", INDICATORS, "by: [zone]", "by: [§quartier]", "quartier"),
    ("EVK-D034", INDICATORS, "start: demande", "start: §depot", "depot"),
    ("EVK-D034", COHORT, "exit_date: date_sortie", "exit_date: §sortie", "sortie"),
    ("EVK-D034", COHORT, "situation: situation", "situation: §etat", "etat"),
    ("EVK-D034", COHORT, "balance: [age]", "balance: [§ages]", "ages"),
    ("EVK-D035", COMPARISONS, "question: q.un", "question: §q.deux", "q.deux"),
    ("EVK-D036", COHORT, "contract: essai", "contract: §autre", "autre"),
    ("EVK-D037", FEED, "{Femme: F}", "{Femme: §Fe}", "Fe"),
    ("EVK-D037", COHORT, "durable: emploi", "durable: §emplois", "emplois"),
    ("EVK-D040", FEED, "{field: personne, made_by", "{field: §zone, made_by", "zone"),
    ("EVK-D041", INDICATORS,
     "measure: {type: duration, feed: attributions, start: demande, end: bail, statistic: median}",
     "measure: §{type: duration, feed: attributions, start: demande, end: bail, statistic: share_within}", "within"),
    ("EVK-D042", INDICATORS, "denominator: bail IS NOT NULL", "denominator: §bail", "bail"),
    ("EVK-D042", INDICATORS, "end: bail", "end: §quartile", "quartile"),
    ("EVK-D042", COHORT, "exit_date: date_sortie", "exit_date: §age", "age"),
    ("EVK-D042", COHORT, "public: \"sexe = 'F'\"", "public: §age + 1", "age + 1"),
    ("EVK-D042", FEED, '{rule: "age > 14"', '{rule: "§age + 14"', "age + 14"),
    ("EVK-D042", HOMES, "field: trimestre}", "field: §quartile}", "quartile"),
    ("EVK-D043", CLAUSES,
     "status: signed\n  sharing: {purposes: [indicateur, cohorte, comparaison]}\n"
     "  protection: {legal_basis: a, controller: b, dpo: c, information: d, aipd: {status: done}}",
     "status: §signed\n  sharing: {purposes: [indicateur, cohorte, comparaison]}", "parcours"),
    ("EVK-D044", COHORT, "feed: parcours\npublic: \"sexe = 'F'\"", "feed: §attributions\npublic: quartile = 1",
     "attributions"),
    ("EVK-D045", CLAUSES, "- feed: attributions\n  producers: [bailleur]",
     "- feed: parcours\n  producers: §[france-travail]", "france-travail"),
    ("EVK-D046", COHORT, "window: [2024-01-01, 2024-12-31]", "window: §[2024-12-31, 2024-01-01]", "2024-12-31"),
    ("EVK-D047", COHORT, "outcome: durable", "outcome: §transition", "transition"),
    ("EVK-D047", COHORT, "lost: perdu}", "lost: §emploi}", "emploi"),
    ("EVK-D048", COMPARISONS, "[temoin-1, temoin-2]", "[temoin-1, §pres]", "pres"),
    ("EVK-D049", COMPARISONS, "from: 2022-T1", "from: §2022", "2022"),
    ("EVK-D049", COMPARISONS, "granularity: trimestre\n  from: 2022-T1\n  until: 2025-T4", "granularity: §mois",
     "mois"),
    ("EVK-D049", INDICATORS, "period: trimestre", "period: §mois", "mois"),
    ("EVK-D050", HOMES, "{name: zone, type: zone}", "{name: zone, type: code}", "zone"),
]  # fmt: skip


def problems(root: Path) -> tuple[Problem, ...]:
    with pytest.raises(DeclarationError) as caught:
        open_workspace(root)
    return caught.value.problems


def test_the_small_workspace_agrees_with_itself(tmp_path):
    workspace = open_workspace(write(tmp_path))
    assert sorted(workspace.feeds) == ["attributions", "parcours"]
    declared = workspace.contract("essai")
    assert (len(declared.indicators), len(declared.cohorts), len(declared.comparisons)) == (2, 1, 1)
    assert declared.territory.reference == "unite"
    assert declared.feeds_read == ("attributions", "parcours")


@pytest.mark.parametrize(
    ("code", "file", "old", "new", "quoted"), CASES, ids=[f"{case[0]} {case[3]}" for case in CASES]
)
def test_each_contradiction_has_its_code_and_its_place(tmp_path, code, file, old, new, quoted):
    if code == "EVK-D050":  # said where the feed is used, by each that uses it
        write(tmp_path, {file: FILES[file].replace(old, new)})
        found = [problem for problem in problems(tmp_path) if problem.code == code]
        assert [problem.place.line for problem in found] == [6, 20]
        return
    text, place = spoilt(file, old, new)
    found = [problem for problem in problems(write(tmp_path, {file: text})) if problem.code == code]
    assert [problem.place for problem in found] == [place]
    assert quoted in str(found[0])


def test_every_code_of_the_cross_check_has_an_example():
    structural = {"EVK-D020", "EVK-D023", "EVK-D026"}  # below: they concern files, not values
    told = {f"EVK-D0{number}" for number in (*range(20, 27), *range(30, 38), *range(40, 51))}
    assert {case[0] for case in CASES} | structural == told


def test_a_near_name_is_proposed(tmp_path):
    text, _ = spoilt(INDICATORS, "start: demande", "start: §demandes")
    (found,) = problems(write(tmp_path, {INDICATORS: text}))
    assert "Vouliez-vous dire «\N{NO-BREAK SPACE}demande\N{NO-BREAK SPACE}»" in str(found)


def test_a_wrong_column_names_those_that_fit(tmp_path):
    text, _ = spoilt(COHORT, "exit_date: date_sortie", "exit_date: §age")
    (found,) = problems(write(tmp_path, {COHORT: text}))
    assert "date_entree, date_sortie" in found.repair


def test_every_problem_of_every_file_comes_at_once(tmp_path):
    feed, first = spoilt(FEED, "key: [personne, mois]", "key: [personne, §moi]")
    cohort, second = spoilt(COHORT, "outcome: durable", "outcome: §transition")
    contract, third = spoilt(CONTRACT, "label: Essai", "libelle: §Essai")
    found = problems(write(tmp_path, {FEED: feed, COHORT: cohort, CONTRACT: contract}))
    assert {first, second, third} <= {problem.place for problem in found}


def test_two_feeds_of_one_name_are_found_across_files(tmp_path):
    found = problems(write(tmp_path, {"expectations/z.yml": FILES[HOMES]}))
    assert [(problem.code, problem.place) for problem in found] == [("EVK-D021", Place("expectations/z.yml", 1, 7))]
    assert "expectations/attributions.yml:1:7" in found[0].message


def test_two_references_are_found_across_files(tmp_path):
    more = "reference: pres\nzones:\n  - {id: sortant, label: Sortant, kind: sortant}\n"
    found = problems(write(tmp_path, {"indicators/essai/territory-bis.yml": more}))
    assert [problem.code for problem in found] == ["EVK-D026"]


@pytest.mark.parametrize("text", [None, "[]\n"])
def test_a_folder_without_its_contract_is_found(tmp_path, text):
    write(tmp_path)
    path = tmp_path / CONTRACT
    path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    found = [problem for problem in problems(tmp_path) if problem.code == "EVK-D020"]
    assert [problem.place for problem in found] == [Place("indicators/essai")]


def test_an_invalid_contract_is_not_also_called_missing(tmp_path):
    text, _ = spoilt(CONTRACT, "label: Essai", "libelle: §Essai")
    codes = [problem.code for problem in problems(write(tmp_path, {CONTRACT: text}))]
    assert codes == ["EVK-D011", "EVK-D010"]


@pytest.mark.parametrize(("file", "text"), [(CONTRACT, "a: ["), (TERRITORY, "zones: 3"), (FEED, "feed: [")])
def test_names_of_a_file_that_cannot_be_read_are_not_called_unknown(tmp_path, file, text):
    assert {problem.place.file for problem in problems(write(tmp_path, {file: text}))} == {file}


@pytest.mark.parametrize(
    ("file", "code", "place"),
    [
        ("cohorts/oubliee.yml", "EVK-D023", "cohorts/oubliee.yml"),
        ("indicators/oublie.yml", "EVK-D023", "indicators/oublie.yml"),
        ("cohorts/esai/femmes.yml", "EVK-D036", "cohorts/esai"),
    ],
)
def test_a_file_that_nobody_would_read_is_found(tmp_path, file, code, place):
    found = problems(write(tmp_path, {file: FILES[COHORT]}))
    assert [(problem.code, problem.place) for problem in found] == [(code, Place(place))]


def test_a_hidden_folder_is_no_contract(tmp_path):
    (write(tmp_path) / "indicators" / ".cache").mkdir()
    assert list(open_workspace(tmp_path).contracts) == ["essai"]
