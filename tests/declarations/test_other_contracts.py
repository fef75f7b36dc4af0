"""Creusot Montceau, Grand Calais, Blois and Occitanie: trees, zones and clauses as the documents say."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from evalkit.clause.calendar import dated_days
from evalkit.clause.completeness import completeness
from evalkit.clause.terms import Pillar
from evalkit.declare.clause import ClauseStatus
from evalkit.declare.contract import ZoneKind
from evalkit.workspace.load import ContractFiles, WorkspaceFiles

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
REAL_DATA = pytest.mark.skipif(not DATA.is_dir(), reason="real-data: the shared folder is absent")
OTHERS = ("blois", "creusot-montceau", "grand-calais", "narbonne", "occitanie", "sete-agglopole", "toulouse-metropole")


@pytest.fixture(scope="module")
def folders(real: WorkspaceFiles) -> dict[str, ContractFiles]:
    return {each.folder: each for each in real.contracts}


def objectives(files: ContractFiles, *axes: str) -> list[str]:
    return [each.id for axis in files.contracts[0].value.axes if axis.id in axes for each in axis.objectives]


def test_every_contract_of_the_documents_is_there(folders: dict[str, ContractFiles]) -> None:
    assert set(folders) >= {*OTHERS, "grand-chalon"}
    assert all(folders[name].clauses for name in OTHERS)


def test_creusot_montceau_has_14_orientations_and_the_questions_of_its_annex(folders: dict[str, ContractFiles]) -> None:
    """Four axes and 14 orientations (lines 324 to 623); the annex gives indicators for nine of them."""
    files = folders["creusot-montceau"]
    orientations = objectives(files, "cohesion", "cadre-de-vie", "emploi", "tranquillite")
    assert len(orientations) == 14
    declared = files.contracts[0].value
    asked = {objective for question in declared.questions for objective in question.objectives}
    bare = {
        each.id
        for each in declared.objectives.values()
        if each.evidence and each.evidence.note == "aucun indicateur dans l’annexe 9.2"
    }
    assert bare == {
        "cohesion.droits", "cohesion.participation", "cadre-de-vie.quartiers", "emploi.acces",
        "tranquillite.evaluation",
    }  # fmt: skip
    assert asked == set(orientations) - bare


def test_grand_calais_has_23_strategic_objectives_and_what_its_table_adds(folders: dict[str, ContractFiles]) -> None:
    """Four axes (lines 2766 to 3097), then what its table adds: steering, transversal themes, watched sectors."""
    files = folders["grand-calais"]
    assert len(objectives(files, "epanouis", "actifs", "apaises", "transition")) == 23
    operational = sum(
        len(each.operational)
        for axis in files.contracts[0].value.axes
        for each in axis.objectives
        if axis.id in {"epanouis", "actifs", "apaises", "transition"}
    )
    assert operational == 78
    assert len(objectives(files, "transversal")) == 4


def test_blois_has_the_31_strategic_objectives_of_its_five_stakes(folders: dict[str, ContractFiles]) -> None:
    """4, 8, 5, 6 and 8 objectives (lines 410 to 924); transversal priorities apart."""
    counted = [
        sum(not name.endswith(".transversal") for name in objectives(folders["blois"], axis))
        for axis in ("renouvellement", "dynamisme", "parcours", "education", "mieux-vivre")
    ]
    assert counted == [4, 8, 5, 6, 8]


def test_occitanie_has_108_neighbourhoods_of_which_65_moved(folders: dict[str, ContractFiles]) -> None:
    """Lines 222 and 233."""
    zones = [zone for located in folders["occitanie"].territories for zone in located.value.zones]
    qpv = [zone for zone in zones if zone.kind is ZoneKind.QPV]
    changes = Counter(each.change for zone in qpv for each in zone.perimeters if each.vintage == 2024)
    assert (len(qpv), changes["moved"]) == (108, 65)
    assert len(objectives(folders["occitanie"], "clause")) == 0
    assert len(folders["occitanie"].contracts[0].value.axes) == 14


@REAL_DATA
@pytest.mark.parametrize("folder", OTHERS)
def test_codes_are_those_of_the_official_lists(folders: dict[str, ContractFiles], folder: str) -> None:
    with (DATA / "qpv2024_liste.csv").open(encoding="utf-8-sig") as lines:
        new = {row["code_qp"]: row for row in csv.DictReader(lines, delimiter=";")}
    with (DATA / "qpv15_communes.csv").open(encoding="utf-8-sig") as lines:
        old = {row["code"]: row for row in csv.DictReader(lines)}
    letters = {"moved": "M", "same": "I", "new": "N"}
    zones = {zone.id: zone for located in folders[folder].territories for zone in located.value.zones}
    for zone in zones.values():
        communes = {zones[name].code for name in zone.within if zones[name].kind is ZoneKind.COMMUNE}
        for perimeter in zone.perimeters:
            if perimeter.vintage == 2015:
                assert old[perimeter.code]["insee_com"] in communes
                continue
            row = new[perimeter.code]
            assert {each.strip() for each in row["insee_com"].split(",")} == communes
            assert row["statut"] == letters[perimeter.change]


@pytest.mark.parametrize("folder", [*OTHERS, "grand-chalon"])
def test_no_document_signs_a_clause(folders: dict[str, ContractFiles], folder: str) -> None:
    clauses = [located.value for located in folders[folder].clauses]
    assert {clause.status for clause in clauses} <= {ClauseStatus.ABSENT, ClauseStatus.PLANNED}
    assert not any(clause.fictitious or clause.amendment or clause.protection for clause in clauses)


def test_grand_calais_dates_its_landlords(folders: dict[str, ContractFiles], real: WorkspaceFiles) -> None:
    """Lines 7837 and 8036: 30 March; line 8052: 30 April; line 8056: 30 May, of the year after."""
    feeds = {located.value.feed: located.value for located in real.feeds}
    clauses = [located.value for located in folders["grand-calais"].clauses]
    found = dated_days(clauses, feeds, dt.date(2026, 11, 21))
    assert [(each.day.isoformat(), each.feed, each.sends) for each in found] == [
        ("2027-03-30", "tfpb-actions", True),
        ("2027-03-30", "tfpb-comptes", True),
        ("2027-04-30", "tfpb-actions", False),
        ("2027-05-30", "tfpb-actions", False),
    ]
    assert {each.producers for each in found} == {("foh", "hhf", "toh")}


def test_quarters_of_the_cia_and_of_the_anah_have_no_day(folders: dict[str, ContractFiles]) -> None:
    """Grand Chalon, line 2495; Grand Calais, line 6284: a quarter, and no day."""
    for folder, feed in (("grand-chalon", "logement-attributions"), ("grand-calais", "anah-aides")):
        (clause,) = [each.value for each in folders[folder].clauses if each.value.feed == feed]
        terms = clause.production
        assert (clause.status, terms.frequency, terms.due, terms.deadlines) == (
            ClauseStatus.PLANNED, "trimestre", None, (),
        )  # fmt: skip


def test_the_caf_asks_for_an_agreement_that_does_not_exist_yet(folders: dict[str, ContractFiles]) -> None:
    """Grand Calais, lines 4477 to 4479: free of charge, within the limits of the CNIL, under an agreement."""
    (clause,) = [each.value for each in folders["grand-calais"].clauses if each.value.feed == "caf-allocataires"]
    assert (clause.status, clause.sharing.cost, clause.amendment) == (ClauseStatus.PLANNED, "gratuit", None)
    assert "convention" in (clause.sharing.usage_conditions or "")
    assert clause.production.from_ is None


def test_sete_has_four_partners_who_already_sent_data(folders: dict[str, ContractFiles], real: WorkspaceFiles) -> None:
    """Occitanie, line 765: CAF, France Travail, landlords, Département; lines 771 to 774: four aims; no rhythm."""
    feeds = {located.value.feed: located.value for located in real.feeds}
    planned = [each.value for each in folders["sete-agglopole"].clauses if each.value.status is ClauseStatus.PLANNED]
    assert {clause.producers for clause in planned} == {("caf",), ("france-travail",), ("bailleurs",), ("departement",)}
    for clause in planned:
        assert clause.history is not None
        assert clause.history.provided
        assert len(clause.framework.objectives) == 4
        assert clause.production.frequency is None
        missing = {each.pillar: each.missing for each in completeness(clause, feeds[clause.feed])}
        assert {"fréquence", "délai d’envoi", "seuil de secret"} <= set(missing[Pillar.PRODUCTION])
        assert "avenant" in missing[Pillar.FRAMEWORK]


def test_a_protocol_that_is_over_owes_nothing(folders: dict[str, ContractFiles], real: WorkspaceFiles) -> None:
    feeds = {located.value.feed: located.value for located in real.feeds}
    clauses = [located.value for located in folders["blois"].clauses]
    assert dated_days(clauses, feeds, dt.date(2026, 11, 21)) == ()
    (paqte,) = [clause for clause in clauses if clause.status is ClauseStatus.PLANNED]
    assert paqte.engagement is not None
    assert (paqte.production.frequency, paqte.engagement.state) == ("semestre", "interrupted")
