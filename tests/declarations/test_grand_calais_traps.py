"""Grand Calais, section 9 of the notes: what the document contradicts, misdates or leaves empty stays visible."""

from __future__ import annotations

from decimal import Decimal

import pytest

from evalkit.declare.indicator import Indicator
from evalkit.workspace.load import WorkspaceFiles

PREFIX = "calais.diag."


@pytest.fixture(scope="module")
def catalogue(real: WorkspaceFiles) -> dict[str, Indicator]:
    files = next(each for each in real.contracts if each.folder == "grand-calais")
    return {located.value.id: located.value for located in files.indicators}


def notes(indicator: Indicator) -> str:
    return " | ".join(each.evidence.note or "" for each in indicator.baselines if each.evidence)


def test_two_shares_of_social_housing_stand_side_by_side(catalogue: dict[str, Indicator]) -> None:
    """38 % on line 1012, 37 % on line 1675."""
    found = catalogue[f"{PREFIX}parc-social-beau-marais"]
    assert {(str(each.value), each.evidence.line) for each in found.baselines if each.evidence} == {
        ("38", 1012),
        ("37", 1675),
    }
    assert "retenu" in notes(found)


def test_a_share_of_a_former_population_is_told(catalogue: dict[str, Indicator]) -> None:
    """« Près de 8 % » (1733) is 5 700 of Calais's 67 544 residents (7233); 4 733 of them are 7,0 %."""
    written, computed = catalogue[f"{PREFIX}population-fort-nieulay"].baselines
    assert (written.value, written.firmness) == (Decimal(8), "about")
    assert computed.numerator is not None
    assert computed.denominator is not None
    assert round(100 * computed.numerator / computed.denominator, 1) == computed.value == Decimal("7.0")
    assert round(100 * Decimal(5700) / computed.denominator) == written.value


def test_a_total_is_the_sum_of_its_years_and_not_that_of_the_summary(catalogue: dict[str, Indicator]) -> None:
    """Lines 374 to 382: the eight years make 13 995 314,59 €; the summary of line 301 ends with 54 cents."""
    values = {each.period: each.value for each in catalogue[f"{PREFIX}financement"].baselines if "-" not in each.period}
    totals = [each for each in catalogue[f"{PREFIX}financement"].baselines if each.period == "2015-2022"]
    assert len(values) == 8
    assert sum(values.values()) == totals[0].value == Decimal("13995314.59")
    assert totals[1].value - totals[0].value == Decimal("-0.05")


def test_a_cell_that_is_not_filled_in_is_missing_and_not_zero(catalogue: dict[str, Indicator]) -> None:
    """« NON renseigné » on line 374 for the Région in 2015; a true 0,00 € on line 375 for the agglomération."""
    region = catalogue[f"{PREFIX}region"]
    assert "2015" not in {each.period for each in region.baselines}
    assert all(each.value for each in region.baselines)
    assert "n’est pas nulle" in notes(region)
    assert "vrai 0" in notes(catalogue[f"{PREFIX}financement"])


def test_a_school_is_not_created_after_the_contract(catalogue: dict[str, Indicator]) -> None:
    """« Créée en mai 2027 » (4896); 2017 on line 2002."""
    (created,) = catalogue[f"{PREFIX}ecole-des-langues"].baselines
    assert (created.value, created.period) == (Decimal(2017), "2017")
    assert "4896" in notes(catalogue[f"{PREFIX}ecole-des-langues"])


def test_one_rank_given_to_two_themes_is_kept_for_none(catalogue: dict[str, Indicator]) -> None:
    """Lines 1617 and 1713 both say third."""
    ranks = catalogue[f"{PREFIX}priorite-habitants"]
    assert [each.value for each in ranks.baselines] == [3, 3]
    assert any("aucun n’est retenu" in defect for defect in ranks.defects)


def test_contradictions_are_context_and_start_nothing(catalogue: dict[str, Indicator]) -> None:
    """Ids of the file ``diagnostic-contradictions.yml``: none of them is measured or announced by the table."""
    for name in ("parc-social-beau-marais", "population-fort-nieulay", "financement", "region", "priorite-habitants"):
        found = catalogue[f"{PREFIX}{name}"]
        assert found.status == "context"
        assert found.measure is None
        assert found.targets == ()


def test_the_area_had_five_communes_and_has_fourteen(real: WorkspaceFiles) -> None:
    """Line 7567: five in 2012; line 602: fourteen. A population of one is no start for the other."""
    files = next(each for each in real.contracts if each.folder == "grand-calais")
    zones = {zone.id: zone for located in files.territories for zone in located.value.zones}
    evidence = zones["grand-calais"].evidence
    assert evidence is not None
    assert "14 communes" in (evidence.note or "")
    assert "7567" in (evidence.note or "")


def test_contracts_of_the_clause_are_not_persons(catalogue: dict[str, Indicator]) -> None:
    """51 contracts for 9 390 hours (line 1534), 36 persons recruited (line 2320): only persons count as persons."""
    hired, hours = (catalogue[f"calais.eng.npnru.{name}"] for name in ("salaries", "heures"))
    assert hired.unit == "personnes"
    assert {(str(each.value), each.zone, each.evidence.line) for each in hired.baselines if each.evidence} == {
        ("36", "ensemble", 2320),
        ("14", "beau-marais", 1534),
        ("5", "fort-nieulay", 2320),
    }
    assert any("51 contrats" in defect and "36 personnes" in defect for defect in hired.defects)
    assert [(each.value, each.period) for each in hours.baselines] == [(Decimal(9390), "2024-01")]


def test_posts_of_the_text_are_not_those_of_its_table(catalogue: dict[str, Indicator]) -> None:
    """44 posts (line 8540); 26, 1, 16, 3 and 6 in the table (lines 8545 to 8549): neither total is a start."""
    posts = catalogue["calais.eng.arms"]
    table = 26 + 1 + 16 + 3 + 6
    (start,) = posts.baselines
    assert start.evidence is not None
    assert (start.zone, start.numerator, start.evidence.line) == ("pas-de-calais", Decimal(16), 8547)
    assert any("44 postes" in defect and f"{table} dans la somme" in defect for defect in posts.defects)


def test_each_neighbourhood_has_its_own_age_bands(catalogue: dict[str, Indicator]) -> None:
    """Four bands that share their bounds (line 1032); five (1776 to 1780) where « 3 to 6 » is missing: 89 %."""
    bands = {
        zone: {each.scope["tranche_age"]: each.value for each in catalogue[f"{PREFIX}ages-{zone}"].baselines}
        for zone in ("beau-marais", "fort-nieulay")
    }
    assert {zone: (len(each), sum(each.values())) for zone, each in bands.items()} == {
        "beau-marais": (4, Decimal("99.9")),
        "fort-nieulay": (5, Decimal(89)),
    }
    assert not bands["beau-marais"].keys() & bands["fort-nieulay"].keys()
    for zone in bands:
        found = catalogue[f"{PREFIX}ages-{zone}"]
        assert (found.measure, {each.zone for each in found.baselines}) == (None, {zone})
        assert any("ne se comparent pas" in defect for defect in found.defects)
    assert any("3 à moins de 6 ans manque" in each for each in catalogue[f"{PREFIX}ages-fort-nieulay"].defects)


def test_the_share_of_the_area_is_as_stale_as_that_of_the_town(catalogue: dict[str, Indicator]) -> None:
    """Line 1733 repeats « 6 % » of line 7233, written for 5 700 residents."""
    found = catalogue[f"{PREFIX}population-fort-nieulay"]
    assert {each.zone for each in found.baselines} == {"fort-nieulay"}
    assert Decimal(6) not in {each.value for each in found.baselines}
    assert any("6 %" in defect and "7233" in defect for defect in found.defects)


@pytest.mark.parametrize("name", ["dro.aides", "edu.saisines", "san.paniers", "vif.parenthese", "apa.pre"])
def test_an_ambiguous_direction_is_left_open(catalogue: dict[str, Indicator], name: str) -> None:
    """More aids, referrals, meals, women received or children followed: more need, or more help?"""
    found = catalogue[f"calais.{name}"]
    assert found.direction == "none"
    assert any("sens ambigu" in defect for defect in found.defects)


def test_respect_of_public_space_has_no_scale(catalogue: dict[str, Indicator]) -> None:
    """Line 4073: two words without a number: a text is expected, never a score."""
    respect = catalogue["calais.tra.respect"]
    assert respect.measure is not None
    assert (respect.evidence.line, respect.measure.type, respect.unit) == (4073, "narrative", "texte")
    assert any("sans échelle" in defect for defect in respect.defects)
