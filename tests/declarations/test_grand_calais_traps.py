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
