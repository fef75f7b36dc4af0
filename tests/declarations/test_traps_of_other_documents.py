"""Grand Chalon, Creusot Montceau and Occitanie: traps of the documents that no test of a catalogue looks at."""

from __future__ import annotations

from decimal import Decimal

import pytest

from evalkit.declare.indicator import Indicator
from evalkit.workspace.load import ContractFiles, WorkspaceFiles


@pytest.fixture(scope="module")
def folders(real: WorkspaceFiles) -> dict[str, ContractFiles]:
    return {each.folder: each for each in real.contracts}


def found(files: ContractFiles, name: str) -> Indicator:
    return next(located.value for located in files.indicators if located.value.id == name)


def zone_names(files: ContractFiles) -> dict[str, str]:
    return {alias: zone.id for located in files.territories for zone in located.value.zones for alias in zone.aliases}


def test_a_share_of_the_area_without_its_sign_is_a_percentage(folders: dict[str, ContractFiles]) -> None:
    """Grand Chalon, line 142: « 26,3 % […] pour 14,6 », « 13,1 % […] pour 24,9 »: both numbers are percentages."""
    files = folders["grand-chalon"]
    by_line = [
        (located.value.unit, each.value)
        for located in files.indicators
        for each in located.value.baselines
        if each.evidence and each.evidence.line == 142
    ]
    assert {Decimal("26.3"), Decimal("13.1")} <= {value for _, value in by_line}
    assert {unit for unit, _ in by_line} == {"%"}


def test_neighbourhoods_are_found_under_their_other_names(folders: dict[str, ContractFiles]) -> None:
    """« Stade Fontaine au Loup », « Aubépains »; « Le Plessis » for the Rives du Plessis."""
    chalon, creusot = zone_names(folders["grand-chalon"]), zone_names(folders["creusot-montceau"])
    assert chalon["Stade Fontaine au Loup"] == chalon["Le Stade"] == "stade"
    assert creusot["Le Plessis"] == creusot["Rives du Plessis"] == "rives-du-plessis"


def test_the_annex_renames_the_orientation_on_housing(folders: dict[str, ContractFiles]) -> None:
    """Creusot Montceau: line 471 « adapter l’habitat à la population », line 1597 « améliorer la qualité »."""
    objectives = folders["creusot-montceau"].contracts[0].value.objectives.values()
    (housing,) = (each for each in objectives if each.evidence and each.evidence.line == 471)
    assert housing.evidence is not None
    assert "Adapter l’habitat" in housing.label
    assert "1597" in (housing.evidence.note or "")


def test_a_part_of_a_pact_is_not_the_pact(folders: dict[str, ContractFiles]) -> None:
    """Occitanie: 54 and 55 % (lines 477, 1586); « moins de 20 % » (line 1182) is of the health part only: a bound."""
    files = folders["occitanie"]
    whole, health = (found(files, f"occitanie.part.{name}.solidarites") for name in ("gouvernance", "sante"))
    (bound,) = health.baselines
    assert (bound.value, bound.firmness) == (Decimal(20), "at_most")
    assert {str(each.value) for each in whole.baselines} == {"54", "55"}


def test_one_in_ten_is_about_ten_percent(folders: dict[str, ContractFiles]) -> None:
    """Occitanie, line 458: « un contrat de ville sur dix », beside 36 and 56 %."""
    (share,) = found(folders["occitanie"], "occitanie.part.gouvernance.msa").baselines
    assert (share.value, share.firmness) == (Decimal(10), "about")
    assert share.evidence is not None and "value" in share.evidence.inferred


def test_schools_were_counted_before_the_borders_of_2024(folders: dict[str, ContractFiles]) -> None:
    """Occitanie, lines 1411 and 1429: 353 schools, counted before the new borders."""
    schools = found(folders["occitanie"], "occitanie.ctx.education-prioritaire")
    (start,) = schools.baselines
    assert start.evidence is not None
    assert (start.value, start.evidence.line) == (Decimal(353), 1411)
    assert "1429" in (start.evidence.note or "")
    assert "period" in start.evidence.inferred


def test_hardly_any_is_not_none(folders: dict[str, ContractFiles]) -> None:
    """Occitanie: the participative budget is « quasiment pas mobilisé » (line 643), then in « aucun site » (658)."""
    budget = found(folders["occitanie"], "occitanie.part.participation.budget")
    assert [each.value for each in budget.baselines] == [0]
    assert any("643" in defect and "658" in defect for defect in budget.defects)
