"""The figures copied from the contract are exact, and what it leaves out stays empty."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from evalkit.declare.clause import ClauseStatus
from evalkit.declare.indicator import Indicator
from evalkit.declare.measures import RatioMeasure
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.holes import forbidden_uses, holes_of
from evalkit.workspace.load import ContractFiles

ROOT = Path(__file__).resolve().parents[2]
CENT = Decimal("0.01")


def _indicator(contract: ContractFiles, name: str) -> Indicator:
    return next(located.value for located in contract.indicators if located.value.id == name)


def _percent(part: int, whole: int) -> Decimal:
    return (Decimal(100 * part) / Decimal(whole)).quantize(CENT, ROUND_HALF_UP)


def test_first_quartile_outside_qpv(contract: ContractFiles) -> None:
    """Line 2183: 82 allocations, 12,04 %, and 88 missing to reach 25 %: only 681 allocations give both."""
    indicator = _indicator(contract, "chalon.cia.premier-quartile-hors-qpv")
    baseline, target = indicator.baselines[0], indicator.targets[0]
    assert baseline.value == _percent(82, 681) == Decimal("12.04")
    assert [whole for whole in range(300, 1000) if _percent(82, whole) == baseline.value] == [681]
    assert (target.value / 100 * 681 - 82).to_integral_value(ROUND_HALF_UP) == 88
    assert (target.value, target.sense, target.zone) == (Decimal(25), "at_least", "hors-qpv")
    assert (baseline.period, baseline.zone) == ("2021", "hors-qpv")


def test_other_quartiles_in_qpv(contract: ContractFiles) -> None:
    """Line 2201: 231 allocations in 2020, 59,23 %: the whole is 390."""
    indicator = _indicator(contract, "chalon.cia.autres-quartiles-qpv")
    assert indicator.baselines[0].value == _percent(231, 390) == Decimal("59.23")
    assert [whole for whole in range(240, 600) if _percent(231, whole) == Decimal("59.23")] == [390]
    assert (indicator.targets[0].value, indicator.targets[0].zone) == (Decimal(50), "qpv")
    assert isinstance(indicator.measure, RatioMeasure)


def test_both_contradictory_targets_are_kept(contract: ContractFiles) -> None:
    """Lines 2278 and 2248 give 25 % and 42,5 % for the same share: neither is chosen."""
    targets = _indicator(contract, "chalon.cia.prioritaires").targets
    assert {(target.value, target.evidence.line) for target in targets if target.evidence and not target.scope} == {
        (Decimal(25), 2278),
        (Decimal("42.5"), 2248),
    }


def test_residents_and_codes(contract: ContractFiles) -> None:
    """Lines 97 and 122; codes of both vintages in the official lists."""
    zones = {zone.id: zone for located in contract.territories for zone in located.value.zones}
    assert {name: zones[name].residents for name in ("pres-saint-jean", "aubepins")} == {
        "pres-saint-jean": 5600,
        "aubepins": 2500,
    }
    codes = {name: {each.vintage: each.code for each in zone.perimeters} for name, zone in zones.items()}
    assert codes["pres-saint-jean"] == {2015: "QP071003", 2024: "QN07102I"}
    assert codes["aubepins"] == {2015: "QP071001", 2024: "QN07101I"}
    assert codes["stade"] == {2015: "QP071002"}
    assert zones["plateau-saint-jean"].residents is None
    assert not any(zone.fictitious for zone in zones.values())


def test_employment_rate_is_suspect_and_kept(contract: ContractFiles) -> None:
    """Lines 118 and 143 print the same 43 % for two neighbourhoods."""
    baselines = _indicator(contract, "chalon.emploi.taux-emploi").baselines
    assert {each.zone: each.value for each in baselines} == {
        "pres-saint-jean": Decimal(43),
        "aubepins": Decimal(43),
        "chalon-sur-saone": Decimal("60.1"),
    }


def test_no_clause_is_signed_in_the_real_contract(contract: ContractFiles) -> None:
    clauses = {located.value.feed: located.value for located in contract.clauses}
    assert {name for name, clause in clauses.items() if clause.status is ClauseStatus.SIGNED} == set()
    assert {name for name, clause in clauses.items() if clause.status is ClauseStatus.PLANNED} == {
        "logement-attributions"
    }
    assert clauses["logement-attributions"].production.frequency == "trimestre"
    assert clauses["insee-qpv-insertion"].sharing.access == "open"
    assert all(clause.protection is None for clause in clauses.values())


def test_everything_fictitious_says_so(demo_contract: ContractFiles) -> None:
    clauses = [located.value for located in demo_contract.clauses]
    assert all(clause.fictitious and clause.status is ClauseStatus.SIGNED for clause in clauses)
    zones = [zone for located in demo_contract.territories for zone in located.value.zones]
    invented = [zone for zone in zones if zone.id.startswith("temoin-")]
    assert len(invented) == 24
    assert all(zone.fictitious and zone.control and "ficti" in zone.label for zone in invented)
    assert all(900 <= (zone.residents or 0) <= 7000 for zone in invented)
    assert len({zone.residents for zone in invented}) == 24
    for located in demo_contract.comparisons:
        assert "fictive" in located.value.programme.label


def test_roles_of_the_comparisons(demo_contract: ContractFiles) -> None:
    roles = {located.value.id: located.value.role for located in demo_contract.comparisons}
    assert sorted(roles.values()) == ["exploratory", "placebo", "primary"]
    crossing = next(each.value for each in demo_contract.comparisons if each.value.role == "exploratory")
    assert (crossing.outcome.feed, crossing.accept_breaks) == ("france-travail-demandeurs", None)


def test_the_missing_clause_forbids_the_real_cohort() -> None:
    workspace = open_workspace(ROOT)
    declarations = workspace.contract("grand-chalon")
    reasons = {(use.subject, use.reason) for use in forbidden_uses(workspace, declarations)}
    assert ("chalon.femmes.emploi", "clause DATA absente : flux individuel non recevable") in reasons
    assert not any(subject == "chalon.emploi.taux-emploi" for subject, _ in reasons)  # open data


def test_fictitious_clauses_allow_every_use(demonstration_root: Path) -> None:
    """Purposes are written, rows outlive the longest follow-up; only feeds without any clause are out of reach."""
    workspace = open_workspace(demonstration_root)
    declarations = workspace.contract("grand-chalon")
    assert {cohort.cohort for cohort in declarations.cohorts} >= {"chalon.femmes.emploi", "chalon.femmes.cite-emploi"}
    covered = {clause.feed for clause in declarations.clauses}
    forbidden = forbidden_uses(workspace, declarations)
    assert {use.reason for use in forbidden} == {"aucune clause DATA ne porte sur ce flux"}
    assert {use.feed for use in forbidden} & covered == set()


def test_holes_of_the_document_are_listed(contract: ContractFiles) -> None:
    holes = holes_of(open_workspace(ROOT).contract("grand-chalon"))
    undefined = {hole.subject for hole in holes if hole.missing == "définition"}
    assert undefined == {located.value.id for located in contract.indicators if located.value.measure is None}
    assert ("chalon.habiter.gsup.delai", "statistique du délai") in {(hole.subject, hole.missing) for hole in holes}
    assert "cia.accueil" in {hole.subject for hole in holes}
