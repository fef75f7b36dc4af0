"""Creusot Montceau: annex 9.2 and the engagements are declared whole, and the document's traps stay visible."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import pytest

from evalkit.declare.derived_measures import ChangeMeasure, GapMeasure
from evalkit.declare.indicator import Indicator, Kind, Status
from evalkit.declare.measures import NarrativeMeasure, PublishedMeasure, RatioMeasure, SurveyMeasure
from evalkit.workspace.load import ContractFiles, WorkspaceFiles
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

NAME = "creusot-montceau"
QUARTERS = {"tennis", "molette", "residence-du-lac", "bois-du-verne", "rives-du-plessis"}


@pytest.fixture(scope="module")
def files(real: WorkspaceFiles) -> ContractFiles:
    return next(each for each in real.contracts if each.folder == NAME)


@pytest.fixture(scope="module")
def catalogue(files: ContractFiles) -> dict[str, Indicator]:
    return declared(files)


def unvalued(indicator: Indicator) -> set[str]:
    return QUARTERS - {str(zone) for zone in by_zone(indicator)}


@REAL_DATA
@pytest.mark.parametrize(("status", "count"), [(Status.DECLARED, 92), (Status.TARGET, 22)])
def test_every_announced_indicator_is_declared_at_its_line(
    catalogue: dict[str, Indicator], status: Status, count: int
) -> None:
    """Lines 1535 to 1719 (annex 9.2), 1171 and 1172; engagements of lines 1449 to 1498, 1324, 152 and 1615."""
    wanted = Counter(each["line"] for each in announced(NAME) if each["status"] == status.value)
    assert wanted.total() == count
    assert lines(catalogue.values(), status) == wanted


@REAL_DATA
def test_the_figures_of_the_document_are_kept(catalogue: dict[str, Indicator]) -> None:
    """Populations stand with the zones; the 18 % of line 1443 is the note of the stock that it explains."""
    kept = published(catalogue.values())
    missing = {name for line, value, name in figures("CUCM") if (line, value) not in kept}
    assert missing == {"Population", "Nombre de QPV", "Part des ménages du territoire logés par l'OPAC"}


def test_five_orientations_have_no_indicator(catalogue: dict[str, Indicator], files: ContractFiles) -> None:
    """Lines 390, 406, 422, 496 and 623: annex 9.2 gives indicators for nine orientations of 14."""
    served = {name for each in catalogue.values() for name in (each.objective, *each.also)}
    assert set(files.contracts[0].value.objectives) - served == {
        "cohesion.droits",
        "cohesion.participation",
        "cadre-de-vie.quartiers",
        "emploi.acces",
        "tranquillite.evaluation",
    }


def test_an_indicator_answers_a_question_of_its_own_orientation(
    catalogue: dict[str, Indicator], files: ContractFiles
) -> None:
    """Annex 9.2 puts every indicator under a question; only the one on leaving school early (line 1547) has none."""
    questions = {each.id: each.objectives for each in files.contracts[0].value.questions}
    annex = [
        each
        for each in catalogue.values()
        if each.evidence.section == "Annexe 9.2" and each.status is not Status.CONTEXT
    ]
    assert all(each.question and each.objective in questions[each.question] for each in annex)
    assert set(questions) - {each.question for each in annex} == {"q.educ-3"}


def test_no_target_and_no_written_direction_in_the_annex(catalogue: dict[str, Indicator]) -> None:
    """Section 8 of the notes: the annex gives no target but the 25 and 50 % of the CIA (line 1615), no direction."""
    annex = [each for each in catalogue.values() if each.evidence.section == "Annexe 9.2"]
    assert {each.id for each in annex if each.targets} == {
        "creusot.cia.premier-quartile-hors-qpv",
        "creusot.cia.autres-quartiles-qpv",
    }
    assert all(
        each.direction == "none" or "direction" in each.evidence.inferred
        for each in annex
        if each.status is Status.DECLARED
    )


def test_what_has_no_measure_says_why(catalogue: dict[str, Indicator]) -> None:
    told_beside = frozenset(
        {"creusot.education.parents", "creusot.insecurite.marches.presences", "creusot.mixite.population"}
    )  # the share of fathers or of women is the next indicator
    assert unexplained(catalogue.values()) == []
    assert silent_about_women(catalogue.values(), told_beside) == []


def test_populations_add_up(files: ContractFiles) -> None:
    """Line 134: 6 500; lines 686, 733, 780, 822 and 865."""
    zones = [zone for located in files.territories for zone in located.value.zones if zone.id in QUARTERS]
    assert sum(zone.residents or 0 for zone in zones) == 6500


def test_values_that_quarters_lack(catalogue: dict[str, Indicator]) -> None:
    """NEET and single parents are missing for some quarters: missing, not zero."""
    assert unvalued(catalogue["creusot.portrait.neet"]) == {"bois-du-verne", "residence-du-lac"}
    assert unvalued(catalogue["creusot.portrait.monoparentales-menages"]) == {"bois-du-verne"}
    assert unvalued(catalogue["creusot.portrait.monoparentales-familles"]) == {"bois-du-verne"}
    assert unvalued(catalogue["creusot.portrait.pauvrete"]) == set()
    assert all(each.value != 0 for indicator in catalogue.values() for each in indicator.baselines)


def test_single_parents_have_two_denominators(catalogue: dict[str, Indicator]) -> None:
    """Lines 699 and 700: 13 % of households, 41 % of families, in the same quarter."""
    households, families = (catalogue[f"creusot.portrait.monoparentales-{each}"] for each in ("menages", "familles"))
    assert (by_zone(households)["tennis"], by_zone(families)["tennis"]) == (Decimal(13), Decimal(41))
    assert (households.population, families.population) == ("ménages", "familles")
    assert any("699 et 700" in defect for defect in catalogue["creusot.mixite.monoparentales"].defects)


def test_a_level_is_written_as_an_increase(catalogue: dict[str, Indicator]) -> None:
    """Line 783: « en augmentation de 3,1 personnes par ménage »."""
    size = catalogue["creusot.portrait.taille-menages"]
    assert by_zone(size) == {"residence-du-lac": Decimal("3.1")}
    assert size.unit == "personnes"
    assert not isinstance(size.measure, ChangeMeasure)
    assert any("niveau" in defect for defect in size.defects)


def test_mixity_is_never_defined(catalogue: dict[str, Indicator]) -> None:
    """Line 689: « mixité de la population », 25 %; line 826: « population mixte », 13 %."""
    mixity = catalogue["creusot.portrait.mixite"]
    assert mixity.measure is None
    assert by_zone(mixity) == {"tennis": Decimal(25), "bois-du-verne": Decimal(13)}
    assert any(defect.startswith("définition absente") for defect in mixity.defects)


def test_inhabitants_are_not_households(catalogue: dict[str, Indicator]) -> None:
    """Line 825 counts inhabitants who moved in, lines 688, 736, 788 and 868 households; line 687, poor households."""
    moved, poverty = catalogue["creusot.portrait.emmenages"], catalogue["creusot.portrait.pauvrete"]
    (odd,) = [each for each in moved.baselines if each.evidence and each.evidence.note]
    assert (odd.zone, odd.value) == ("bois-du-verne", Decimal(34))
    assert "habitants" in (odd.evidence.note if odd.evidence and odd.evidence.note else "")
    (odd,) = [each for each in poverty.baselines if each.evidence and each.evidence.note]
    assert (odd.zone, odd.value) == ("tennis", Decimal(46))


def test_precarious_jobs_are_known_for_both_sexes_only(catalogue: dict[str, Indicator]) -> None:
    """Line 1660 defines precarious contracts and follows women; lines 705 to 884 give both sexes together."""
    women, both = catalogue["creusot.femmes.emplois-precaires"], catalogue["creusot.portrait.emplois-precaires"]
    assert women.measure is None
    assert women.baselines == ()
    assert "apprentissage" in (women.evidence.note or "")
    assert isinstance(both.measure, PublishedMeasure)
    assert unvalued(both) == set()


def test_ages_are_those_of_the_source(catalogue: dict[str, Indicator]) -> None:
    """NEET of 15 to 24 years (line 348); the open base counts 16 to 25: another concept, so no measure."""
    neet = catalogue["creusot.portrait.neet"]
    assert neet.measure is None
    assert neet.population == "15-24 ans"
    assert by_zone(neet)["qpv"] == Decimal("17.4")


def test_a_panel_is_not_a_control_group(catalogue: dict[str, Indicator]) -> None:
    """Lines 1577 and 1719: « groupe-témoin », about 15 people: texts, no percentage, no comparison."""
    for name, line in (("sante", 1577), ("insecurite", 1719)):
        panel = catalogue[f"creusot.{name}.groupe-temoin"]
        assert panel.evidence.line == line
        assert isinstance(panel.measure, NarrativeMeasure)
        assert any("n’est pas un groupe de comparaison" in defect for defect in panel.defects)


def test_cohorts_without_public_nor_identifier_are_holes(catalogue: dict[str, Indicator]) -> None:
    """Lines 1171, 1561 and 1668: cohorts are wanted; entry, public, identifier and producer are not written."""
    wanted = {each.evidence.line for each in catalogue.values() if any(d.startswith("cohorte") for d in each.defects)}
    assert wanted == {1171, 1561, 1668}
    assert all(catalogue[name].measure is None for name in ("creusot.pilotage.cohortes", "creusot.jeunes.parcours"))


def test_insecurity_is_followed_by_a_score_of_security(catalogue: dict[str, Indicator]) -> None:
    """Line 1699 follows insecurity, which must fall; the survey scores security, which must rise."""
    survey = catalogue["creusot.insecurite.sondage"]
    assert isinstance(survey.measure, SurveyMeasure)
    assert (survey.measure.score, survey.direction, survey.by) == ("sentiment_securite", "up", ("sexe", "tranche_age"))
    assert any("baisse de l’insécurité" in defect for defect in survey.defects)


def test_more_cases_may_mean_better_detection(catalogue: dict[str, Indicator]) -> None:
    """Line 1715: cases of harassment at school."""
    cases = catalogue["creusot.harcelement"]
    assert (cases.direction, cases.kind, cases.measure) == ("down", Kind.IMPACT, None)
    assert any("sens ambigu" in defect for defect in cases.defects)


def test_a_registered_job_seeker_is_not_an_unemployed_person(catalogue: dict[str, Indicator]) -> None:
    """Line 1642: « taux de chômage sur les QPV (France Travail) », which counts registered people."""
    rate, registered = catalogue["creusot.entrepreneuriat.chomage"], catalogue["creusot.entrepreneuriat.demandeurs"]
    assert rate.measure is None
    assert registered.measure is not None
    assert (registered.measure.feed, registered.unit) == ("france-travail-demandeurs", "demandeurs d’emploi")


def test_women_are_told_where_the_document_writes_both_sexes(catalogue: dict[str, Indicator]) -> None:
    """« participantes et participants », « présentes, présents »: a share of women stands beside each such count."""
    shares = {
        each.evidence.line
        for each in catalogue.values()
        if isinstance(each.measure, RatioMeasure) and re.search(r"femmes|filles|peres", each.measure.numerator)
    }
    assert shares >= {1536, 1537, 1554, 1570, 1587, 1641, 1642, 1694, 1695}


def test_parts_never_exceed_their_whole(catalogue: dict[str, Indicator]) -> None:
    """« dont pères » (line 1537), « dont initiative citoyenne » (line 1585): parts of the count before them."""
    fathers, parents = catalogue["creusot.education.peres"].measure, catalogue["creusot.education.parents"].measure
    assert isinstance(fathers, RatioMeasure)
    assert parents is not None
    assert fathers.denominator == getattr(parents, "of", None) == "parents_associes"
    assert "jamais plus" in (catalogue["creusot.culture.initiative-citoyenne"].evidence.note or "")


def test_the_gap_of_living_standards_is_against_the_rest_of_the_area(catalogue: dict[str, Indicator]) -> None:
    """Line 1609: « hors QPV (CUCM) », never an area that holds its own QPV."""
    gap = catalogue["creusot.mixite.niveau-de-vie"].measure
    assert isinstance(gap, GapMeasure)
    assert gap.zone == "reference"


def test_engagements_of_habellis_add_up_over_their_years(catalogue: dict[str, Indicator]) -> None:
    """Lines 1479 to 1484 and 1498: 2024 to 2030, all years added up."""
    cumulated = {
        each.id.removeprefix("creusot.engagement.habellis."): target.value
        for each in catalogue.values()
        for target in each.targets
        if target.count == "cumulated"
    }
    assert cumulated == {
        "ventes": 50, "demolitions": 80, "rehabilitations": 397, "constructions": 124, "rives-du-plessis": 134,
    }  # fmt: skip
    years = {
        (target.from_, target.until)
        for each in catalogue.values()
        for target in each.targets
        if target.count == "cumulated"
    }
    assert years == {(2024, 2030)}


def test_engagements_of_the_department_have_no_measure_here(catalogue: dict[str, Indicator]) -> None:
    """Lines 1449, 1453 and 1460: « stratégie départementale à décliner par territoire »; line 1324: the Département."""
    wide = {each.evidence.line for each in catalogue.values() if any("tout le département" in d for d in each.defects)}
    assert wide == {1324, 1449, 1453, 1460}
    assert all(each.measure is None for each in catalogue.values() if each.evidence.line in wide)


def test_hours_and_jobs_of_insertion_agree(catalogue: dict[str, Indicator]) -> None:
    """Lines 1469 and 1471: 36 000 hours are 20 full-time jobs of 1 800 hours."""
    (target,) = catalogue["creusot.engagement.opac.clauses"].targets
    assert (target.value, target.value / 20) == (Decimal(36000), Decimal(1800))


def test_labels_f_and_g_are_gone_in_2023_and_treated_in_2024(catalogue: dict[str, Indicator]) -> None:
    """Line 1490: eradicated with orders of 2023; line 1496: 848 treated since 2021, 273 left for 2024."""
    labels = catalogue["creusot.engagement.habellis.f-g"]
    assert (labels.baselines[0].value, labels.targets[0].value, labels.targets[0].until) == (
        Decimal(848),
        Decimal(273),
        2024,
    )
    assert any("1490" in defect for defect in labels.defects)


def test_two_targets_of_200_may_be_the_same(catalogue: dict[str, Indicator]) -> None:
    """Lines 1449 and 1460: 200 thermal renovations, 200 rehabilitations: the document does not say."""
    for name in ("renovations-thermiques", "rehabilitations"):
        indicator = catalogue[f"creusot.engagement.opac.{name}"]
        assert indicator.targets[0].value == 200
        assert any("si ce sont les mêmes" in defect for defect in indicator.defects)


def test_titles_of_the_annex_and_of_the_body_share_one_objective(files: ContractFiles) -> None:
    """Line 346 says « parents », line 1529 « jeunes »; line 548 « entrepreneuriat », 1635 « auto-entrepreneuriat »."""
    objectives = files.contracts[0].value.objectives
    for name, body, annex in (("cohesion.education", "parents", "jeunes"), ("emploi.entrepreneuriat", "l’e", "l’auto")):
        evidence = objectives[name].evidence
        assert body in objectives[name].label
        assert evidence is not None
        assert annex in (evidence.note or "")


def test_no_declaration_repeats_an_impossible_date(files: ContractFiles) -> None:
    """Line 1137 dates the Lamy act of 21 February 2024 (it is of 2014); line 954, an instruction of 2024 of 2023."""
    written = "".join(
        [each.value.model_dump_json() for each in files.contracts]
        + [each.value.model_dump_json() for each in files.territories]
        + [each.value.model_dump_json() for each in files.indicators]
    )
    assert "21 février 2024" not in written
    assert "4 janvier 2023" not in written
    assert "21 février 2014" in written


def test_moved_perimeters_are_known_to_the_zones(files: ContractFiles) -> None:
    """Lines 126 to 132: four quarters enlarged; line 121: La Molette enters, so no series of 2015 can hold it."""
    zones = {zone.id: zone for located in files.territories for zone in located.value.zones}
    moved = {name for name in QUARTERS if any(each.change == "moved" for each in zones[name].perimeters)}
    assert moved == QUARTERS - {"molette"}
    assert {each.vintage for each in zones["molette"].perimeters} == {2024}


def test_a_poverty_rate_of_persons_is_written_of_households(catalogue: dict[str, Indicator]) -> None:
    """Line 687: « taux de pauvreté chez les ménages » (46 %) at Tennis; Insee's rate is that of persons."""
    poverty = catalogue["creusot.portrait.pauvrete"]
    tennis = next(each for each in poverty.baselines if each.zone == "tennis")
    assert (tennis.value, tennis.evidence.line if tennis.evidence else None) == (46, 687)
    told = " ".join([*poverty.defects, (tennis.evidence.note or "") if tennis.evidence else ""])
    assert "ménages" in told
