"""Occitanie: shares of 40 contracts, named evaluation indicators, and what no whole number of contracts gives."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from evalkit.declare.indicator import Indicator
from evalkit.declare.target import Baseline
from evalkit.measure.whole_counts import possible_counts
from evalkit.workspace.load import WorkspaceFiles

CONTRACTS = 40
FOLDERS = ("occitanie", "narbonne", "toulouse-metropole", "sete-agglopole")
IMPOSSIBLE = {
    "gouvernance.ademe": "19",
    "gouvernance.cpam": "36",
    "gouvernance.cpam-partenaire": "56",
    "gouvernance.solidarites": "54",
    "gouvernance.tfpb": "61",
    "gouvernance.gusp": "56",
    "participation.referent": "16",
    "participation.fph": "16",
    "education.commission": "26",
    "egalite.sans-reference": "19",
    "egalite.espace-public": "34",
    "egalite.soins": "21",
    "egalite.isolement": "21",
    "egalite.education": "11",
    "egalite.sport": "11",
}


@pytest.fixture(scope="module")
def catalogue(real: WorkspaceFiles) -> dict[str, Indicator]:
    files = [each for each in real.contracts if each.folder in FOLDERS]
    return {located.value.id: located.value for each in files for located in each.indicators}


@pytest.fixture(scope="module")
def shares(catalogue: dict[str, Indicator]) -> dict[str, Indicator]:
    prefix = "occitanie.part."
    return {name.removeprefix(prefix): each for name, each in catalogue.items() if name.startswith(prefix)}


def of_40(shares: dict[str, Indicator]) -> list[tuple[str, Baseline]]:
    """Give every exact share of the 40 contracts with its indicator."""
    return [
        (name, baseline)
        for name, each in shares.items()
        if each.unit == "% des contrats" and each.population == "contrats de ville de la région (40)"
        for baseline in each.baselines
        if baseline.firmness == "exact"
    ]


def test_whole_numbers_of_contracts_are_exact(shares: dict[str, Indicator]) -> None:
    """Where a number of contracts is written beside a share, it gives it, and it is said to be inferred."""
    counted = [(name, each) for name, each in of_40(shares) if each.numerator is not None]
    assert len(counted) > 80
    for name, each in counted:
        assert each.denominator == CONTRACTS, name
        assert int(each.numerator or 0) in possible_counts(each.value, CONTRACTS), name
        assert each.evidence is not None and "numerator" in each.evidence.inferred


def test_15_shares_are_no_whole_number_of_40(shares: dict[str, Indicator]) -> None:
    """Section 8 of the notes: 34, 11, 19, 21, 16, 56 %…: the denominator is another one, or the share is wrong."""
    found = {(name, str(each.value)) for name, each in of_40(shares) if not possible_counts(each.value, CONTRACTS)}
    assert found == set(IMPOSSIBLE.items())
    for name, value in IMPOSSIBLE.items():
        assert any(f"ne donne {value} %" in defect for defect in shares[name].defects)


def test_the_list_on_equality_fits_38_contracts(shares: dict[str, Indicator]) -> None:
    """Lines 2268 to 2275: every share is one of 38, which nothing writes."""
    listed = [
        each.value
        for indicator in shares.values()
        for each in indicator.baselines
        if each.evidence and each.evidence.line and 2268 <= each.evidence.line <= 2275
    ]
    assert len(listed) == 8
    assert all(possible_counts(value, 38) for value in listed)
    assert not all(possible_counts(value, CONTRACTS) for value in listed)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("gouvernance.bailleurs", {"92": 462, "92.5": 1783}),
        ("gouvernance.ctg", {"73": 475, "75": 1585}),
        ("gouvernance.solidarites", {"54": 477, "55": 1586}),
        ("gouvernance.clspd", {"80": 474, "82": 1940}),
        ("education.commission", {"26": 1443, "28": 1467}),
    ],
)
def test_two_values_for_one_thing_stand_side_by_side(
    shares: dict[str, Indicator], name: str, values: dict[str, int]
) -> None:
    baselines = shares[name].baselines
    assert {str(each.value): each.evidence.line for each in baselines if each.evidence} == values
    assert any("deux valeurs" in defect for defect in shares[name].defects)


def test_one_share_and_three_denominators(shares: dict[str, Indicator]) -> None:
    """57 % at lines 456, 476 and 1156; 63 % of all contracts, 80 % of those that have a PRE (480, 1462)."""
    health = shares["gouvernance.cls"]
    assert [each.evidence.line for each in health.baselines if each.evidence] == [456, 476, 1156]
    assert {str(each.value) for each in health.baselines} == {"57"}
    assert any("trois dénominateurs" in defect for defect in health.defects)
    assert shares["gouvernance.pre"].population != shares["education.pre"].population


def test_fractions_are_bounds(shares: dict[str, Indicator]) -> None:
    """« Un petit tiers » (334), « à peine la moitié » (611), « un peu plus de 15 % » (715), « environ 60 % » (816)."""
    firmness = {
        name: shares[name].baselines[0].firmness
        for name in ("gouvernance.commissions", "participation.copil", "evaluation.continue", "emploi.developpement")
    }
    assert list(firmness.values()) == ["at_most", "at_most", "at_least", "about"]
    assert {each.firmness for each in shares["gouvernance.ars"].baselines} == {"at_most", "about"}


def test_counts_and_shares_do_not_mix(shares: dict[str, Indicator]) -> None:
    """Line 454: 95 % and « 5 contrats » in one paragraph: two units, never one column."""
    units = Counter(each.unit for each in shares.values())
    assert set(units) == {"% des contrats", "contrats", "% des orientations", "% des consultations"}
    assert (shares["gouvernance.france-travail"].unit, shares["gouvernance.chambre-agriculture"].unit) == (
        "% des contrats",
        "contrats",
    )
    violences = shares["securite.violences"].baselines[0].value
    assert 100 * violences / CONTRACTS == Decimal("37.5")
    assert shares["egalite.violences"].baselines[0].value == 37


def test_region_and_its_two_populations(catalogue: dict[str, Indicator]) -> None:
    """Lines 222 and 238 give 6,4 % and 7 %; 55 communes here, 54 in the official list."""
    part = catalogue["occitanie.ctx.part-habitants"]
    assert [str(each.value) for each in part.baselines] == ["6.4", "7"]
    assert any("54" in defect for defect in catalogue["occitanie.ctx.communes"].defects)
    moved, whole = (catalogue[f"occitanie.ctx.{name}"].baselines[0].value for name in ("qpv-modifies", "qpv"))
    assert (moved, whole) == (65, 108)
    assert any("2014-2026" in defect for defect in catalogue["occitanie.ctx.npnru"].defects)


def test_every_territory_that_names_an_indicator_has_it(catalogue: dict[str, Indicator]) -> None:
    """Lines 1708 to 1720: nine common ones, then Uzès, Sète, Narbonne, Toulouse, Lézignan, Pamiers and two more."""
    lines = Counter(
        each.evidence.line
        for each in catalogue.values()
        if each.evidence.line is not None and 1708 <= each.evidence.line <= 1720
    )
    assert lines == {1708: 9, 1712: 2, 1713: 3, 1714: 1, 1715: 2, 1716: 2, 1717: 3, 1718: 4, 1720: 1}
    assert catalogue["toulouse.mobilite"].evidence.line == 1810


def test_cohorts_are_asked_without_definition(catalogue: dict[str, Indicator]) -> None:
    """Lines 725 to 741: « NEET », « séniors en 2028 »: no age, no exit, no date; the tool asks, it does not choose."""
    for name in ("narbonne.cohorte.neet", "toulouse.cohorte.neet", "toulouse.cohorte.seniors"):
        defects = catalogue[name].defects
        assert any("n’est pas défini" in defect for defect in defects)
        assert any("ni groupe de comparaison" in defect for defect in defects)
    assert any(
        "entrée dans la cohorte ou date de mesure" in each for each in catalogue["toulouse.cohorte.seniors"].defects
    )
    assert catalogue["toulouse.cohorte.seniors"].aims[0].until == 2028


def test_meetings_two_or_three_times_a_year(catalogue: dict[str, Indicator]) -> None:
    """Line 639: a range; the lower bound is the target, and the words are kept."""
    target = catalogue["occitanie.beziers.groupes"].targets[0]
    assert (target.value, target.sense) == (Decimal(2), "at_least")
    assert target.evidence is not None and "2 à 3 fois" in (target.evidence.note or "")


def test_every_hole_has_its_cause(catalogue: dict[str, Indicator]) -> None:
    causes = (
        "aucun flux :",
        "définition absente :",
        "compte national",
        "valeur publiée",
        "se lit dans",
        "se lit au tableau",
    )
    for indicator in catalogue.values():
        if indicator.measure is None:
            told = " | ".join(indicator.defects)
            assert any(cause in told for cause in causes), indicator.id


@pytest.mark.parametrize("wrong", ["23 août 2023", "4 janvier 2023", "2014/2030", "Pamiers (Ardèche)"])
def test_no_declaration_repeats_a_wrong_date_or_place(real: WorkspaceFiles, wrong: str) -> None:
    """Lines 587 (31 August, 303), 352 and 1859 (2024, 314), 597 (2024-2030), 1188 (Ariège, 824)."""
    files = next(each for each in real.contracts if each.folder == "occitanie")
    written = "".join(
        located.value.model_dump_json()
        for found in (files.contracts, files.territories, files.indicators)
        for located in found
    )
    assert wrong not in written
