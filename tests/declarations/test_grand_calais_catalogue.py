"""Grand Calais: the 130 indicators of its table (lines 4028 to 4076), and what is wrong in the document."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from evalkit.declare.derived_measures import CompositeMeasure
from evalkit.declare.indicator import Indicator
from evalkit.declare.target import Baseline
from evalkit.measure.definition_defects import definition_defects
from evalkit.measure.whole_counts import possible_counts
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.load import WorkspaceFiles

ROOT = Path(__file__).resolve().parents[2]
READ = ROOT.parent / "shared" / "contracts" / "grand-calais.indicators.yaml"
TABLE = "Tableau d’indicateurs"
DOUBLED = {
    "calais.edu.incidents-bis": "calais.edu.incidents",
    "calais.act.duree-chomage-bis": "calais.act.duree-chomage",
    "calais.apa.cddf": "calais.edu.saisines-cddf",
    "calais.vif.formes-bis": "calais.vif.formes",
}


@pytest.fixture(scope="module")
def catalogue(real: WorkspaceFiles) -> dict[str, Indicator]:
    files = next(each for each in real.contracts if each.folder == "grand-calais")
    return {located.value.id: located.value for located in files.indicators}


@pytest.fixture(scope="module")
def official(catalogue: dict[str, Indicator]) -> list[Indicator]:
    return [each for each in catalogue.values() if each.evidence.section == TABLE and each.status == "declared"]


def at(indicator: Indicator, zone: str, period: str = "") -> list[Baseline]:
    return [each for each in indicator.baselines if each.zone == zone and (not period or each.period == period)]


def test_the_table_has_five_context_indicators_and_125_bullets(official: list[Indicator]) -> None:
    assert Counter(each.evidence.line == 4028 for each in official) == {True: 5, False: 125}
    assert {each.evidence.line for each in official} <= set(range(4028, 4077))
    assert {each.frequency for each in official} == {None}
    assert not any(each.targets for each in official)


@pytest.mark.skipif(not READ.is_file(), reason="real-data: the shared folder is absent")
def test_line_by_line_and_kind_by_kind_as_read(official: list[Indicator]) -> None:
    """As many indicators on each line, and of each kind (71, 38, 12, 5, 4), as were read in the text."""
    read = [
        each
        for each in yaml.load(READ.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["indicators"]
        if each["section"] == "tableau_indicateurs"
    ]
    assert Counter(each["line"] for each in read) == Counter(each.evidence.line for each in official)
    assert Counter(each["kind"] for each in read) == Counter(each.kind.value for each in official)


def test_doubled_bullets_are_aliases_with_the_same_measure(catalogue: dict[str, Indicator]) -> None:
    """Incidents twice on 4043, job seekers on 4060 and 4063, trained staff twice on 4069, CDDF on 4043 and 4068."""
    aliases = {each.id: each.same_as for each in catalogue.values() if each.same_as and each.status == "declared"}
    assert aliases == DOUBLED
    for alias, origin in DOUBLED.items():
        assert catalogue[alias].measure == catalogue[origin].measure


def test_the_18_compound_bullets_are_split(catalogue: dict[str, Indicator], official: list[Indicator]) -> None:
    """Seventeen batteries and one sum (complaints and reports, which no feed separates); PMI is a battery too."""
    batteries = {each.id: each.measure.reads for each in official if isinstance(each.measure, CompositeMeasure)}
    assert len(batteries) == 18
    assert batteries.keys() - {"calais.edu.pmi"} == {
        each.id
        for each in official
        if any(defect.startswith("libellé composé") for defect in each.defects) and each.id != "calais.apa.plaintes"
    }
    parts = [part for parts in batteries.values() for part in parts]
    assert all(catalogue[part].status == "implied" for part in parts)
    assert len(set(parts)) == len(parts)


def test_placeholders_are_flagged_and_not_measured(catalogue: dict[str, Indicator]) -> None:
    """« Le tri : indicateur » (4076), « Nombre d’interventions » (4075), pHARe and its outside battery (4043)."""
    for name in (
        "tra.tri",
        "tra.interventions",
        "edu.phare",
        "edu.diplomation",
        "edu.stage-troisieme",
        "apa.animations",
    ):
        indicator = catalogue[f"calais.{name}"]
        assert indicator.measure is None
        assert indicator.defects
    renamed = catalogue["calais.san.mediatrices"]
    assert any("accès aux droits" in defect and "2886" in defect for defect in renamed.defects)


def test_every_hole_has_its_cause(catalogue: dict[str, Indicator]) -> None:
    """No feed, no definition, a published value that nothing follows: said in words that a reader can count."""
    causes = ("aucun flux :", "définition absente :", "valeur publiée", "se lit au tableau", "se lit dans")
    for indicator in catalogue.values():
        if indicator.measure is None and indicator.same_as is None:
            told = " | ".join(indicator.defects)
            assert any(cause in told for cause in (*causes, "se lit dans les bilans", "se lit au tableau")), (
                indicator.id
            )


def test_persons_without_women_and_men_are_told() -> None:
    declarations = open_workspace(ROOT).contract("grand-calais")
    told = {each.indicator for each in definition_defects(declarations) if "femmes-hommes" in each.defect}
    by_sex = {each.id for each in declarations.indicators if "sexe" in each.by}
    assert {"calais.act.jeunes-suivis", "calais.edu.parents-elus", "calais.vif.formes"} <= by_sex
    assert {"calais.san.cpam", "calais.apa.main-de-justice"} <= told
    assert not told & by_sex
    assert {"calais.soc.participations-femmes", "calais.apa.pre-filles", "calais.tra.concertation-femmes"} <= {
        each.id for each in declarations.indicators if "transversal.egalite" in each.also
    }


@pytest.mark.parametrize(
    ("name", "zone", "values"),
    [
        ("glo.revenu-median", "calais", {"17230": 1022, "18090": 920}),
        ("glo.pauvrete", "calais", {"30": 1077, "29": 925}),
        ("glo.pauvrete", "fort-nieulay", {"46": 1813, "43": 1754}),
        ("glo.brevet", "college-vadez", {"84.2": 343, "87.7": 1159, "76.25": 343, "66": 1159}),
        ("act.demandeurs", "fort-nieulay", {"599": 2310, "703": 2348}),
        ("diag.petits-dejeuners", "qpv", {"15": 2505, "10": 5323}),
        ("tra.logements", "beau-marais", {"659": 5146, "646": 7887}),
    ],
)
def test_contradictory_values_stand_side_by_side(
    catalogue: dict[str, Indicator], name: str, zone: str, values: dict[str, int]
) -> None:
    """Section 9 of the notes: the document gives both; neither is dropped, and a note says which one is kept."""
    found = {
        str(each.value): each.evidence.line
        for each in at(catalogue[f"calais.{name}"], zone)
        if each.evidence is not None
    }
    assert found.items() >= values.items()
    notes = [each.evidence.note or "" for each in at(catalogue[f"calais.{name}"], zone) if each.evidence is not None]
    assert any("contredit" in note for note in notes)


def test_the_31st_of_september_is_not_a_date(catalogue: dict[str, Indicator]) -> None:
    """Line 2310 prints « 31 septembre » twice: the quarter is kept, the day is not."""
    with pytest.raises(ValueError, match="day is out of range"):
        dt.date(2022, 9, 31)
    impossible = [
        each
        for each in catalogue["calais.act.demandeurs"].baselines
        if each.evidence and "date impossible" in (each.evidence.note or "")
    ]
    assert [(str(each.value), each.period) for each in impossible] == [("599", "2022-T3"), ("689", "2021-T3")]


def test_the_doubled_row_of_rsa_is_france(catalogue: dict[str, Indicator]) -> None:
    """Lines 323 and 324 are both « Moy. QPV »; published changes (+3, −20, −33) are recomputed from the counts."""
    rsa = catalogue["calais.glo.allocataires-rsa"]
    assert {each.zone for each in rsa.baselines if each.evidence and each.evidence.line == 324} == {"france"}
    assert not any(each.evidence and each.evidence.line == 323 for each in rsa.baselines)
    changes = {
        zone: round(100 * (at(rsa, zone, "2021")[0].value / at(rsa, zone, "2015")[0].value - 1))
        for zone in ("beau-marais", "fort-nieulay", "calais", "france")
    }
    assert changes == {"beau-marais": 3, "fort-nieulay": -20, "calais": -33, "france": -24}


@pytest.mark.parametrize(
    ("asked", "written", "line"),
    [
        ("edu.deux-ans", "diag.moins-3-ans", 1157),
        ("edu.reorientation", "diag.seconde-gt", 1954),
        ("edu.diplomation", "diag.inferieur-bac", 1562),
        ("edu.saisines-cddf", "diag.cddf", 869),
        ("dro.numerique", "diag.espaces-numeriques", 1475),
        ("san.diabete", "diag.diabete", 970),
        ("san.paniers", "diag.repas", 999),
        ("apa.main-de-justice", "diag.pjj-qpv", 5501),
        ("act.survie", "diag.talents", 4730),
        ("tra.rencontres", "diag.petits-dejeuners", 2505),
    ],
)
def test_a_value_of_another_concept_is_no_start(
    catalogue: dict[str, Indicator], asked: str, written: str, line: int
) -> None:
    """Shares for counts, places for persons, excess mortality for prevalence, eight years added up: kept apart."""
    assert catalogue[f"calais.{asked}"].baselines == ()
    observed = catalogue[f"calais.{written}"]
    assert (observed.status, observed.measure, observed.evidence.line) == ("context", None, line)
    assert observed.baselines


def test_bounds_are_not_points(catalogue: dict[str, Indicator]) -> None:
    """« Plus de 1 500 », « environ 400 », « plus de 60 % », « pas moins de 680 », « 250 à 300 »."""
    firmness = {
        name: catalogue[f"calais.{name}"].baselines[0].firmness
        for name in ("san.maison-des-femmes", "diag.permanences", "diag.pjj-qpv", "diag.cddf", "diag.revenu-declare")
    }
    assert list(firmness.values()) == ["at_least", "about", "at_least", "at_least", "at_most"]
    violence = catalogue["calais.diag.violences-conjugales"].baselines[0]
    assert (violence.value, violence.until) == (250, 300)


def test_sums_of_the_document(catalogue: dict[str, Indicator]) -> None:
    """PRE: 141 + 111 = 252 (lines 846, 1165, 1971); PIC: 13 + 9 + 4 = 26 of 27, the last one in no QPV (3674)."""
    pre = {each.zone: each.value for each in catalogue["calais.apa.pre"].baselines}
    assert pre["beau-marais"] + pre["fort-nieulay"] == pre["qpv"] == 252
    pic = {each.zone: each.value for each in catalogue["calais.soc.pic-projets"].baselines}
    ways = [catalogue[f"calais.diag.{name}"].baselines[0].value for name in ("seconde-gt", "seconde-pro", "cap")]
    assert sum(ways) == 100  # line 1954
    assert pic["ensemble"] - pic["beau-marais"] - pic["fort-nieulay-sud"] - pic["saint-pierre"] == 1


def test_services_reach_the_share_of_job_seekers_or_not(catalogue: dict[str, Indicator]) -> None:
    """Lines 8082 to 8111: 9 of 11 services above 16,4 %; 19 072 of 116 528 gives that share."""
    whole = catalogue["calais.ft.part-qpv-demande"].baselines[0]
    assert whole.numerator is not None and whole.denominator is not None
    assert round(100 * whole.numerator / whole.denominator, 1) == whole.value == Decimal("16.4")
    services = catalogue["calais.ft.part-qpv-services"]
    below = {each.scope["service"] for each in services.baselines if each.value < whole.value}
    assert (len(services.baselines), below) == (11, {"CIE jeunes", "AFPR"})
    assert (services.targets[0].than, services.targets[0].each) == ("calais.ft.part-qpv-demande", "service")


def test_tfpb_is_judged_over_three_years_in_each_neighbourhood(catalogue: dict[str, Indicator]) -> None:
    """Lines 8040 and 8050; 646 + 13 dwellings make the 659 of line 7821."""
    targets = catalogue["calais.tfpb.depense-sur-degrevement"].targets
    assert {(each.zone, each.over, each.value) for each in targets} == {
        ("beau-marais", 3, Decimal(1)),
        ("fort-nieulay", 3, Decimal(1)),
    }
    dwellings = catalogue["calais.tra.logements"]
    assert sum(each.value for each in dwellings.baselines if str(each.value) in {"646", "13"}) == 659


def test_shares_of_a_small_number_must_be_possible(catalogue: dict[str, Indicator]) -> None:
    """The 116 of the SAS are not the sum of both neighbourhoods: 45 live elsewhere (lines 906, 1531, 2316)."""
    sas = {each.zone: each.value for each in catalogue["calais.act.sas"].baselines}
    assert sas["ensemble"] - sas["beau-marais"] - sas["fort-nieulay"] == 45
    assert possible_counts(Decimal("16.4"), 116528)


def test_volumes_of_the_renewal_contradict_each_other(catalogue: dict[str, Indicator]) -> None:
    """889 or 649 dwellings to renovate (lines 1651, 7217), 152 or 192 to pull down (lines 2464, 7255)."""
    kept = {
        name: {
            str(each.value): each.evidence.line
            for each in catalogue[f"calais.eng.npnru.{name}"].targets
            if each.evidence
        }
        for name in ("rehabilites", "demolis")
    }
    assert kept == {
        "rehabilites": {"795": 5253, "889": 1651, "649": 7217, "146": 2465},
        "demolis": {"743": 5255, "413": 1650, "152": 2464, "192": 7255},
    }
    hired = {str(each.value) for each in catalogue["calais.eng.npnru.salaries"].baselines}
    assert "51" not in hired  # contracts (line 1534), not persons (line 2320)


def test_a_mean_hides_what_is_not_covered(catalogue: dict[str, Indicator]) -> None:
    """Line 8547: 16 posts for 149 827 residents are more than 1 for 10 000, yet 5 are missing; 44 is not 52 (8540)."""
    posts = catalogue["calais.eng.arms"]
    found = posts.baselines[0]
    assert found.numerator is not None and found.denominator is not None
    assert round(10_000 * found.numerator / found.denominator, 2) == found.value > posts.targets[0].value
    assert any("44" in defect and "52" in defect for defect in posts.defects)


def test_two_rhythms_for_one_group(catalogue: dict[str, Indicator]) -> None:
    """Four times a year (line 7327) or twelve (line 3928): both targets are kept."""
    assert [int(each.value) for each in catalogue["calais.eng.gusp-groupes"].targets] == [4, 12]


def test_anah_exports_15_indicators_that_are_never_recomputed(catalogue: dict[str, Indicator]) -> None:
    """Lines 6293 to 6307, in their order; « trimestriel » (6284) and « annuellement » (6282)."""
    exported = [each for name, each in catalogue.items() if name.startswith("calais.anah.")]
    assert sorted(each.evidence.line or 0 for each in exported) == list(range(6293, 6308))
    assert {each.measure.type for each in exported if each.measure} == {"published"}
    assert any("6284" in defect and "6282" in defect for each in exported for defect in each.defects)
