"""Blois: the 37 targets of the protocol with their formulas, the territory sheet, and the traps of the document."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from evalkit.declare.derived_measures import ChangeMeasure
from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import RatioMeasure, ShareMeasure
from evalkit.workspace.load import WorkspaceFiles

ROOT = Path(__file__).resolve().parents[2]
READ = ROOT.parent / "shared" / "contracts" / "blois.indicators.yaml"
needs_texts = pytest.mark.skipif(not READ.is_file(), reason="real-data: the shared folder is absent")


@pytest.fixture(scope="module")
def catalogue(real: WorkspaceFiles) -> dict[str, Indicator]:
    files = next(each for each in real.contracts if each.folder == "blois")
    return {located.value.id: located.value for located in files.indicators}


def read() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.load(READ.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["indicators"]
    return found


@needs_texts
def test_the_37_targets_are_those_that_were_read(catalogue: dict[str, Indicator]) -> None:
    wanted = Counter(Decimal(str(each["target"]["value"])) for each in read() if each["target"])
    found = Counter(each.targets[0].value for each in catalogue.values() if each.targets)
    assert found == wanted
    assert found.total() == 37


@needs_texts
def test_the_territory_sheet_has_its_24_lines(catalogue: dict[str, Indicator]) -> None:
    """Lines 2107 to 2168: the form that the State sends, left empty."""
    wanted = Counter(each["line"] for each in read() if each["family"] == "fiche-territoire")
    sheet = [each for each in catalogue.values() if each.id.startswith("blois.fiche.")]
    assert Counter(each.evidence.line for each in sheet) == wanted
    assert (len(sheet), any(each.baselines for each in sheet)) == (24, False)


def test_shares_of_the_priority_neighbourhoods(catalogue: dict[str, Indicator]) -> None:
    """Lines 736 to 739: 15, 20 and 40 %, and insertion without any threshold; none has a start value."""
    shares = {name: catalogue[f"blois.emp.{name}"] for name in ("contrats-aides", "garantie-jeunes", "e2c", "iae")}
    assert [[int(target.value) for target in each.targets] for each in shares.values()] == [[15], [20], [40], []]
    assert shares["iae"].aims
    for each in shares.values():
        assert isinstance(each.measure, RatioMeasure)
        assert (each.measure.numerator, each.measure.denominator) == ("beneficiaires_qpv", "beneficiaires")
        assert not each.baselines
        assert any("départ absent" in defect for defect in each.defects)


def test_three_points_without_a_start(catalogue: dict[str, Indicator]) -> None:
    """Line 456: « améliorer de trois points » a rate that nothing gives: points, read on the change."""
    change = catalogue["blois.hab.attributions-points"]
    assert isinstance(change.measure, ChangeMeasure)
    assert (change.measure.of, change.unit, change.targets[0].value) == (
        "blois.hab.attributions-modestes",
        "points",
        Decimal(3),
    )
    assert catalogue[change.measure.of].baselines == ()
    assert any("départ absent" in defect for defect in change.defects)


def test_tending_to_is_not_at_least(catalogue: dict[str, Indicator]) -> None:
    """Line 748: « tendre vers 40 % » of the credits of the CGET; the 17 % of line 693 are of all credits."""
    state, contract = (catalogue[f"blois.emp.{name}"] for name in ("credits-cget", "credits-contrat"))
    assert (state.targets[0].value, state.targets[0].sense) == (Decimal(40), "around")
    assert isinstance(state.measure, ShareMeasure)
    assert isinstance(contract.measure, ShareMeasure)
    assert state.measure.population != contract.measure.population
    assert [each.value for each in contract.baselines] == [Decimal(17)]
    assert state.baselines == ()


def test_rehabilitation_is_cumulated_over_its_own_years(catalogue: dict[str, Indicator]) -> None:
    """Lines 426 and 429: 811 dwellings from 2018 to 2024, beyond the years of the protocol."""
    target = catalogue["blois.hab.rehabilites"].targets[0]
    assert (target.value, target.count, target.from_, target.until) == (Decimal(811), "cumulated", 2018, 2024)


def test_kennedy_is_a_bound_and_a_ratio_of_whole_numbers(catalogue: dict[str, Indicator]) -> None:
    """Line 690: « inférieur à 50 % », « 2 demandeurs d’emploi pour 3 actifs », no year."""
    activity = catalogue["blois.emp.activite-kennedy"].baselines[0]
    seekers = catalogue["blois.emp.demandeurs-kennedy"].baselines[0]
    assert (activity.value, activity.firmness, activity.period) == (Decimal(50), "at_most", "non daté")
    assert (seekers.numerator, seekers.denominator) == (2, 3)
    assert seekers.value == round(Decimal(200) / 3, 1)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("gouv.matinales", ("372", "518")),
        ("nat.entreprises", ("553", "1702", "1748")),
        ("nat.stages-troisieme", ("1140", "1901")),
        ("sante.generalistes", ("588",)),
    ],
)
def test_contradictions_are_told(catalogue: dict[str, Indicator], name: str, lines: tuple[str, ...]) -> None:
    """2016 and 2017, « 10 0000 », 13 and 14 themes, 28 000 and 30 000, care under « Commerce »."""
    told = " ".join(catalogue[f"blois.{name}"].defects)
    assert all(line in told for line in lines)


def test_national_counts_are_never_measured_at_blois(catalogue: dict[str, Indicator]) -> None:
    national = [each for each in catalogue.values() if each.id.startswith("blois.nat.")]
    assert len(national) == 16
    assert all(each.measure is None and each.defects and not each.zones for each in national)


def test_round_numbers_keep_their_firmness(catalogue: dict[str, Indicator]) -> None:
    """« Environ 300 », « 1/4 des actions », « près de 700 », « une centaine », « une soixantaine »."""
    assert catalogue["blois.edu.pre-enfants"].baselines[0].firmness == "about"
    assert catalogue["blois.emp.actions-emploi"].baselines[0].firmness == "about"
    around = {each.id for each in catalogue.values() if each.targets and each.targets[0].sense == "around"}
    assert around == {
        "blois.emp.credits-cget",
        "blois.nat.coproprietes",
        "blois.nat.grandes-entreprises",
        "blois.ce.sites",
    }


def test_every_hole_has_its_cause(catalogue: dict[str, Indicator]) -> None:
    causes = ("aucun flux :", "définition absente :", "compte national", "valeur publiée", "se lit dans")
    for indicator in catalogue.values():
        if indicator.measure is None:
            told = " | ".join(indicator.defects)
            assert any(cause in told for cause in causes), indicator.id
