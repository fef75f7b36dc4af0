"""Grand Chalon: every indicator that the document announces is declared, and its traps stay visible."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import pytest

from evalkit.declare.indicator import Indicator, Status
from evalkit.declare.measures import NarrativeMeasure, RatioMeasure
from evalkit.workspace.load import ContractFiles
from tests.declarations.catalogue import (
    REAL_DATA,
    announced,
    by_zone,
    declared,
    figures,
    lines,
    published,
    silent_about_women,
    unexplained,
)

NAME = "grand-chalon"
OF_WOMEN_OR_MEN = frozenset(
    {"chalon.emploi.femmes.participantes", "chalon.parentalite.peres", "chalon.parentalite.parents"}
)


@pytest.fixture(scope="module")
def catalogue(contract: ContractFiles) -> dict[str, Indicator]:
    return declared(contract)


@REAL_DATA
@pytest.mark.parametrize(("status", "count"), [(Status.DECLARED, 148), (Status.TARGET, 12)])
def test_every_announced_indicator_is_declared_at_its_line(
    catalogue: dict[str, Indicator], status: Status, count: int
) -> None:
    """Lines 273 to 303 (main table), 2181 to 2543 (CIA) and the few that the rest of the text commits to."""
    wanted = Counter(each["line"] for each in announced(NAME) if each["status"] == status.value)
    assert wanted.total() == count
    assert lines(catalogue.values(), status) == wanted


@REAL_DATA
def test_directions_that_the_document_writes_are_not_inferred(catalogue: dict[str, Indicator]) -> None:
    """« Augmentation », « Diminution »: 19 times in the main table, and nowhere else among declared indicators."""
    written = Counter(
        (each["line"], each["direction"])
        for each in announced(NAME)
        if each["status"] == "declared" and each["direction_explicit"]
    )
    found = Counter(
        (each.evidence.line, each.direction)
        for each in catalogue.values()
        if each.status is Status.DECLARED and each.direction != "none" and "direction" not in each.evidence.inferred
    )
    assert written.total() == 19
    assert found == written


@REAL_DATA
def test_the_figures_of_the_document_are_kept(catalogue: dict[str, Indicator]) -> None:
    """Populations stand with the zones; numbers of quarters and landlords are the lists; 159 repeats 1284."""
    kept = published(catalogue.values())
    missing = {(line, name) for line, value, name in figures("Grand Chalon") if (line, value) not in kept}
    assert missing == {
        (97, "Population"),
        (122, "Population"),
        (159, "Part du parc social à occupation fragile à très fragile"),
        (2113, "Nombre de QPV (périmètre 2015)"),
        (2113, "Nombre de QVA"),
        (2114, "Nombre de bailleurs sociaux"),
        (2183, "Attributions manquantes pour atteindre 25 %"),
    }


def test_no_target_stands_in_the_main_table(catalogue: dict[str, Indicator]) -> None:
    """Section 8 of the notes: lines 273 to 303 give counts, texts, no rate and no target (1 200 is at line 318)."""
    table = [each for each in catalogue.values() if 273 <= (each.evidence.line or 0) <= 303]
    target_lines = {target.evidence.line for each in table for target in each.targets if target.evidence}
    assert target_lines == {318}
    assert not any(isinstance(each.measure, RatioMeasure) for each in table if each.status is Status.DECLARED)


def test_what_has_no_measure_says_why(catalogue: dict[str, Indicator]) -> None:
    assert unexplained(catalogue.values()) == []
    assert silent_about_women(catalogue.values(), OF_WOMEN_OR_MEN) == []


def test_empty_cells_are_no_targets(catalogue: dict[str, Indicator], contract: ContractFiles) -> None:
    """Lines 2279 to 2283: three landlords have no target in QPV; CDC Habitat signs (line 2569) and has no row."""

    def landlords(name: str) -> set[str]:
        return {target.scope["bailleur"] for target in catalogue[name].targets if "bailleur" in target.scope}

    assert landlords("chalon.cia.autres-quartiles-qpv") == {"OPAC 71", "Habellis"}
    five = {"OPAC 71", "Habellis", "SEMCODA", "DYNACITE", "La Thoisseyenne"}
    assert landlords("chalon.cia.premier-quartile-hors-qpv") == landlords("chalon.cia.prioritaires") == five
    assert "cdc-habitat" in {partner.id for partner in contract.contracts[0].value.partners}


def test_the_total_of_priority_households_supposes_a_share_of_the_state(catalogue: dict[str, Indicator]) -> None:
    """Lines 2248 and 2284 to 2287: 100 % for the State and 25 % elsewhere make 42,5 % for 23,3 % of allocations."""
    targets = catalogue["chalon.cia.prioritaires"].targets
    scoped = {target.scope["reservataire"]: target.value for target in targets if "reservataire" in target.scope}
    assert scoped.pop("Etat") == 100
    assert set(scoped.values()) == {Decimal(25)}
    state = (Decimal("42.5") - 25) / (100 - 25)
    assert (100 * state).quantize(Decimal("0.1"), ROUND_HALF_UP) == Decimal("23.3")


def test_baselines_of_the_cia_keep_their_year_and_perimeter(catalogue: dict[str, Indicator]) -> None:
    """Line 2183: 2021; line 2201: 2020; three QPV of 2015, Stade included (line 2113)."""
    outside = catalogue["chalon.cia.premier-quartile-hors-qpv"].baselines[0]
    inside = catalogue["chalon.cia.autres-quartiles-qpv"].baselines[0]
    assert (outside.period, outside.perimeter, outside.numerator, outside.denominator) == (
        "2021",
        2015,
        Decimal(82),
        Decimal(681),
    )
    assert (inside.period, inside.perimeter, inside.numerator, inside.denominator) == (
        "2020",
        2015,
        Decimal(231),
        Decimal(390),
    )


def test_two_shares_of_social_housing_in_qpv_are_kept(catalogue: dict[str, Indicator]) -> None:
    """Line 167: 40 %; lines 1287, 1288 and 2115: 2 785 over 736 / 7,3 % = 10 082, about 28 %."""
    written, computed = catalogue["chalon.portrait.parc-social-qpv"].baselines
    assert written.value == 40
    assert written.numerator is None
    assert (Decimal(736) / Decimal("0.073")).to_integral_value(ROUND_HALF_UP) == computed.denominator == 10082
    assert computed.numerator == 1017 + 1768
    assert (100 * computed.numerator / computed.denominator).quantize(Decimal("0.1")) == computed.value
    assert any("contredisent" in defect for defect in catalogue["chalon.portrait.parc-social-qpv"].defects)


def test_fragile_occupation_adds_up(catalogue: dict[str, Indicator]) -> None:
    """Lines 1284 to 1288: (928 + 1 505) / (1 017 + 1 768) is 87,4 %, printed 87 %."""
    whole = next(each for each in catalogue["chalon.cia.parc-fragile"].baselines if each.zone == "qpv")
    parts = [each for each in catalogue["chalon.cia.parc-fragile"].baselines if each.zone != "qpv"]
    assert whole.numerator == sum(each.numerator or 0 for each in parts) == 2433
    assert whole.denominator == sum(each.denominator or 0 for each in parts) == 2785
    assert (whole.value, whole.firmness) == (Decimal(87), "about")
    assert {each.value for each in parts} == {
        (100 * (each.numerator or Decimal(0)) / (each.denominator or Decimal(1))).quantize(Decimal("0.1"))
        for each in parts
    }


def test_activity_rate_is_the_same_in_both_quarters(catalogue: dict[str, Indicator]) -> None:
    """Lines 118 and 143 print 64,1 % twice, as they print 43 % twice: kept, and flagged."""
    indicator = catalogue["chalon.portrait.taux-activite"]
    values = by_zone(indicator)
    assert values["pres-saint-jean"] == values["aubepins"] == Decimal("64.1")
    assert any("copie" in defect for defect in indicator.defects)


def test_incomes_of_two_years_and_sources_are_not_comparable(catalogue: dict[str, Indicator]) -> None:
    """Lines 101 and 126: QPV of 2019 (Insee), commune and EPCI of 2022 (Compas); 8 544 / 12 = 712, 8 904 / 12 = 742."""
    monthly = catalogue["chalon.portrait.revenu-mensuel"]
    assert {(each.zone, each.period) for each in monthly.baselines} == {
        ("pres-saint-jean", "2019"),
        ("aubepins", "2019"),
        ("chalon-sur-saone", "2022"),
        ("grand-chalon", "2022"),
    }
    yearly = by_zone(catalogue["chalon.portrait.revenu-median"])
    assert {zone: value / 12 for zone, value in yearly.items()} == {
        zone: value for zone, value in by_zone(monthly).items() if zone in yearly
    }
    assert any("n’est pas permise" in defect for defect in monthly.defects)


def test_two_indices_of_fragility_stay_two(catalogue: dict[str, Indicator]) -> None:
    """Line 113 (seniors, Compas) and line 2467 (social housing, reference 100): no formula, so no measure."""
    seniors, housing = catalogue["chalon.portrait.fragilite-seniors"], catalogue["chalon.cia.indice-fragilite"]
    assert seniors.measure is None
    assert housing.measure is None
    assert by_zone(seniors) == {"pres-saint-jean": Decimal("45.6"), "aubepins": Decimal(35)}
    assert housing.baselines == ()
    assert any("113" in defect for defect in housing.defects)


def test_the_same_word_goes_two_ways(catalogue: dict[str, Indicator]) -> None:
    """More interventions in the evening (line 285), fewer in the neighbourhood management (line 290)."""
    evening, management = (
        catalogue["chalon.habiter.interventions-soiree"],
        catalogue["chalon.habiter.gsup.interventions"],
    )
    assert (evening.evidence.line, evening.direction) == (285, "up")
    assert (management.evidence.line, management.direction) == (290, "down")


def test_an_effective_allocation_is_not_a_signed_lease(catalogue: dict[str, Indicator]) -> None:
    """Line 2391: a signed lease for the first quartile, any allocation above; line 2524: rank 1, or the next."""
    effective = catalogue["chalon.cia.prioritaires.nombre"]
    assert effective.evidence.line == 2498
    assert any("désistements" in defect for defect in effective.defects)
    leases = catalogue["chalon.cia.premier-quartile-hors-qpv"].measure
    assert isinstance(leases, RatioMeasure)
    assert leases.population == "attributions suivies d’un bail signé"
    others = catalogue["chalon.cia.autres-quartiles-qpv"].measure
    assert isinstance(others, RatioMeasure)
    assert "date_bail" not in others.numerator + others.denominator


def test_the_threshold_of_the_first_quartile_is_a_parameter(contract: ContractFiles) -> None:
    """Line 2225: 8 958 € in 2021; it changes every year."""
    (threshold,) = [located.value for located in contract.parameters]
    assert [(each.year, each.value) for each in threshold.values] == [(2021, Decimal(8958))]


def test_poverty_rates_of_the_quarters_are_on_a_map_only(catalogue: dict[str, Indicator]) -> None:
    """Lines 1273 to 1275: an image; only the Plateau Saint-Jean has its rate in the text (line 149)."""
    assert by_zone(catalogue["chalon.portrait.pauvrete"]) == {"plateau-saint-jean": Decimal(27)}


def test_numbers_with_a_point_a_comma_or_a_space(catalogue: dict[str, Indicator]) -> None:
    """« 33.2 » (line 106), « 29,7 » (line 107), « 4.2 millions » (line 318), « 2 314 » (line 2124)."""
    assert by_zone(catalogue["chalon.portrait.familles-nombreuses"])["pres-saint-jean"] == Decimal("33.2")
    assert by_zone(catalogue["chalon.portrait.mineurs"])["pres-saint-jean"] == Decimal("29.7")
    assert catalogue["chalon.precarite.rehabilitation-montant"].targets[0].value == 4_200_000
    assert by_zone(catalogue["chalon.cia.demandes"])["grand-chalon"] == 2314


def test_names_are_spelt_in_several_ways(contract: ContractFiles) -> None:
    """Aubépains (line 1287), Habelis, La Thoisyenne (line 2283), Grand Chalons (line 2252)."""
    zones = {
        alias: zone.id for located in contract.territories for zone in located.value.zones for alias in zone.aliases
    }
    partners = {alias: each.id for each in contract.contracts[0].value.partners for alias in each.aliases}
    assert zones["Aubépains"] == "aubepins"
    assert (partners["Habelis"], partners["Habelilis"]) == ("habellis", "habellis")
    assert (partners["La Thoisyenne"], partners["Grand Chalons"]) == ("la-thoisseyenne", "grand-chalon")


def test_written_reviews_are_expected_for_each_heading(catalogue: dict[str, Indicator]) -> None:
    """« Bilans » of the main table: each is a text expected for its own objective, not for another's."""
    reviews = [
        each
        for each in catalogue.values()
        if isinstance(each.measure, NarrativeMeasure) and each.id.endswith(".bilan") and each.status is Status.DECLARED
    ]
    assert Counter(each.evidence.line for each in reviews) == {
        273: 3, 274: 1, 277: 1, 279: 1, 283: 1, 288: 2, 290: 1, 292: 2, 296: 1, 298: 1, 299: 1, 300: 1, 302: 1, 303: 1,
        2520: 1,
    }  # fmt: skip
    assert all(each.measure and each.measure.where == f"objectif = '{each.objective}'" for each in reviews)


def test_an_engagement_in_days_is_a_share_of_requests(catalogue: dict[str, Indicator]) -> None:
    """Lines 551 and 552: an answer within 3 days, a validation within 15."""
    for name, days in (("reponse", 3), ("validation", 15)):
        indicator = catalogue[f"chalon.habiter.fph.{name}"]
        assert indicator.measure is not None
        assert (indicator.measure.type, getattr(indicator.measure, "within", None)) == ("duration", days)
        assert indicator.targets[0].value == 100


def test_three_calendars_stand_side_by_side(contract: ContractFiles) -> None:
    """Lines 676 and 677: 2027-2028 and 2030-2031; lines 2449 and 2547: the CIA, three then six years after 2023."""
    calendar = {each.id: each for each in contract.contracts[0].value.calendar}
    years = {name: (each.from_.year, each.until.year) for name, each in calendar.items() if each.from_ and each.until}
    assert (years["mi-parcours"], years["finale"]) == ((2027, 2028), (2030, 2031))
    assert (years["cia-mi-parcours"], years["cia-finale"]) == ((2026, 2026), (2029, 2029))


def test_no_declaration_repeats_a_wrong_date(contract: ContractFiles) -> None:
    """Line 975 dates the instruction of 4 January 2024 (line 82) of 2023; three lines date one decree three ways."""
    written = "".join(
        located.value.model_dump_json()
        for found in (contract.contracts, contract.territories, contract.indicators)
        for located in found
    )
    assert "4 janvier 2023" not in written
    assert "29 décembre 2023" not in written
