from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.errors import PublicationError
from evalkit.measure.observation import Observation, observation_frame
from evalkit.publish.confidential import Confidential
from evalkit.publish.edition import read_edition, write_edition
from evalkit.publish.policy import policy_of
from evalkit.publish.publication import SCHEMAS, Publication
from evalkit.publish.publish import check_audit, publish
from evalkit.publish.whole import whole_plan

from .fixture.declared import CLAUSES, DECLARATIONS, FEEDS
from .fixture.results import AS_OF, confidential, ratio, total

NUMBERS = ("value", "numerator", "denominator", "n", "low", "high")


@pytest.fixture(scope="module")
def publication() -> Publication:
    return publish(confidential())


def observed(*rows: Observation) -> Confidential:
    return Confidential(declarations=DECLARATIONS, feeds=FEEDS, observations=observation_frame(rows), as_of=AS_OF)


def row(publication: Publication, indicator: str, zone: str, period: str) -> dict[str, object]:
    found = publication.tables.observations.filter(indicator=indicator, zone=zone, period=period)
    return found.row(0, named=True)


def test_every_table_has_its_declared_schema(publication: Publication) -> None:
    assert {name: frame.schema for name, frame in publication.tables.named()} == dict(SCHEMAS)


def test_a_small_numerator_is_masked_with_every_number_of_its_row(publication: Publication) -> None:
    masked = row(publication, "emploi.durable", "tilleuls", "2025")
    assert masked["confidentiality"] == "secret"
    assert [masked[name] for name in NUMBERS] == [None] * 6
    assert masked["reason"] == "secret statistique\u00a0: seuil de 5 personnes (convention, art. 4)"


def test_the_sister_zone_falls_too_because_the_total_is_shown(publication: Publication) -> None:
    assert row(publication, "emploi.durable", "qpv", "2025")["confidentiality"] == "libre"
    assert row(publication, "emploi.durable", "prairie", "2025")["confidentiality"] == "secret"


def test_the_reason_does_not_tell_the_small_cell_from_its_protector(publication: Publication) -> None:
    reasons = {row(publication, "emploi.durable", zone, "2025")["reason"] for zone in ("prairie", "tilleuls")}
    assert len(reasons) == 1


def test_a_median_on_few_units_is_masked(publication: Publication) -> None:
    assert row(publication, "habiter.delai", "tilleuls", "2026")["value"] is None


def test_zero_is_shown_and_is_not_a_mask(publication: Publication) -> None:
    shown = row(publication, "emploi.femmes.contrats", "tilleuls", "2024")
    assert (shown["value"], shown["confidentiality"]) == (0.0, "libre")


def test_a_feed_without_threshold_fails_closed(publication: Publication) -> None:
    rows = publication.tables.observations.filter(indicator="habiter.sante.permanences")
    assert rows["confidentiality"].unique().to_list() == ["secret"]
    assert rows["reason"].unique().to_list() == ["aucun seuil de secret n’est déclaré pour ce flux"]


def test_values_already_protected_by_their_producer_are_free(publication: Publication) -> None:
    assert row(publication, "emploi.femmes.taux", "prairie", "2024")["value"] == 32.4


def test_what_is_not_available_keeps_its_cause_and_no_number(publication: Publication) -> None:
    missing = row(publication, "habiter.satisfaction", "qpv", "2025")
    assert missing["cause"] == "livraison refusée le 12/03/2026, non remplacée"
    assert missing["confidentiality"] == "libre"
    assert missing["value"] is None


def test_the_complement_is_tested(publication: Publication) -> None:
    shown = publish(observed(ratio("emploi.durable", "prairie", "2026", (208, 210), "parcours")))
    assert row(shown, "emploi.durable", "prairie", "2026")["confidentiality"] == "secret"


@pytest.mark.parametrize("above", [0, 60])
def test_unanimity_of_persons_is_secret_whatever_their_number(above: int) -> None:
    shown = publish(observed(ratio("emploi.durable", "prairie", "2026", (above, 60), "parcours")))
    assert row(shown, "emploi.durable", "prairie", "2026")["confidentiality"] == "secret"


def test_a_part_that_nobody_asked_for_is_protected_when_a_total_leaves_it() -> None:
    """Les Tilleuls are not shown, but all QPV less La Prairie is three."""
    rows = [total("emploi.contrats", zone, "2026", count) for zone, count in (("qpv", 43.0), ("prairie", 40.0))]
    shown = publish(observed(*rows)).tables.observations
    assert "secret" in shown["confidentiality"].to_list()


def test_the_same_count_under_two_indicators_is_masked_under_both() -> None:
    rows = [
        ratio("emploi.durable", "prairie", "2026", (3, 90), "parcours"),
        ratio("emploi.durable", "qpv", "2026", (73, 190), "parcours"),
        ratio("emploi.durable", "tilleuls", "2026", (70, 100), "parcours"),
    ]
    twin = DECLARATIONS.indicators[0].model_copy(update={"id": "emploi.jumeau"})
    declared = replace(DECLARATIONS, indicators=(*DECLARATIONS.indicators, twin))
    rows.append(replace(rows[0], indicator="emploi.jumeau"))
    given_ = replace(observed(*rows), declarations=declared)
    assert row(publish(given_), "emploi.jumeau", "prairie", "2026")["confidentiality"] == "secret"


def test_cohort_rates_on_few_persons_are_masked_with_the_contrast_of_their_wave(publication: Publication) -> None:
    rates = publication.tables.rates.filter(group="accompagnés", wave="P12M", exit="positive")
    assert rates.select("count", "rate", "low", "high", "worst", "best").row(0) == (None,) * 6
    contrast = publication.tables.contrasts.filter(wave="P12M")
    assert contrast["effect"].to_list() == [None]
    assert publication.tables.contrasts.filter(wave="P6M")["effect"].to_list() == [8.1]


@pytest.mark.parametrize(("apart", "is_shown"), [(0, True), (3, False), (40, True)])
def test_what_would_tell_of_a_few_persons_left_out_of_a_gap_is_masked(apart: int, is_shown: bool) -> None:
    """The gap of all but three, the weighted rate and the rate of all would tell what became of the three."""
    source = confidential()
    (cohort,) = source.cohorts
    gaps = tuple(replace(each, unmatched=apart, worst=2.0, best=9.0) for each in cohort.contrasts)
    shown = publish(replace(source, cohorts=(replace(cohort, contrasts=gaps),))).tables
    row = shown.contrasts.filter(wave="P6M").row(0, named=True)
    assert row["effect"] == 8.1
    assert (row["worst"] is not None) is is_shown
    weighted = shown.rates.filter(group="comparaison pondérée", wave="P6M", exit="durable")
    assert (weighted["rate"].item() is not None) is is_shown
    assert shown.rates.filter(group="comparaison", wave="P6M", exit="durable")["rate"].item() is not None
    assert shown.balance["accompanied"].null_count() == 0


def test_the_groups_at_entry_are_masked_when_a_few_lack_a_variable() -> None:
    source = confidential()
    (cohort,) = source.cohorts
    gaps = tuple(replace(each, unknown=2) for each in cohort.contrasts)
    balance = publish(replace(source, cohorts=(replace(cohort, contrasts=gaps),))).tables.balance
    assert balance["accompanied"].null_count() == balance.height


def test_the_flow_cannot_be_subtracted_back(publication: Publication) -> None:
    """Three persons leave at step 4: the steps around it hide what would give them back."""
    flow = publication.tables.flow
    assert flow.filter(step=4)["removed"].to_list() == [None]
    kept = flow.filter(pl.col("step").is_in([3, 4]))["persons"].to_list()
    assert None in kept


def test_a_single_masked_point_of_a_curve_takes_a_second_one(publication: Publication) -> None:
    masked = publication.tables.series.filter(comparison="cite-durable", confidentiality="secret")
    assert masked["period"].to_list() == ["2024-T1", "2024-T2"]
    assert masked["rate"].null_count() == 2


def test_an_effect_on_a_feed_without_threshold_becomes_a_refusal() -> None:
    clauses = tuple(clause for clause in CLAUSES if clause.feed != "parcours")
    source = confidential()
    closed = publish(replace(source, declarations=replace(source.declarations, clauses=clauses)))
    assert closed.tables.estimates.height == 0
    assert closed.tables.refusals.filter(code="EVK-P010")["comparison"].to_list() == ["cite-durable", "cite-placebo"]
    assert closed.tables.rates["rate"].null_count() == closed.tables.rates.height
    assert closed.tables.flow["persons"].null_count() == closed.tables.flow.height


def test_an_undeclared_indicator_stops_everything() -> None:
    stray = replace(total("emploi.contrats", "qpv", "2026", 40.0), indicator="inconnu")
    with pytest.raises(PublicationError, match="EVK-P001"):
        publish(observed(stray))


def test_the_audit_refuses_masks_that_leak() -> None:
    source = confidential()
    plan = whole_plan(source, policy_of(source.declarations.clauses, source.feeds))
    with pytest.raises(PublicationError, match="EVK-P002"):
        check_audit(plan, plan.hidden)


def test_an_edition_is_read_back_exactly(publication: Publication, tmp_path: Path) -> None:
    folder = write_edition(publication, tmp_path)
    back = read_edition(folder)
    assert folder.name == publication.manifest.edition
    assert (back.declared, back.manifest) == (publication.declared, publication.manifest)
    assert (back.as_of, back.demonstration) == (publication.as_of, publication.demonstration)
    for (name, before), (_, after) in zip(publication.tables.named(), back.tables.named(), strict=True):
        assert after.equals(before), name


def test_the_same_results_give_the_same_files(tmp_path: Path) -> None:
    first, second = (write_edition(publish(confidential()), tmp_path / name) for name in ("a", "b"))
    assert first.name == second.name
    for path in sorted(first.iterdir()):
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_a_folder_that_is_no_edition_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PublicationError, match="EVK-P003"):
        read_edition(tmp_path)


@pytest.mark.parametrize("damage", ["missing", "text", "table"])
def test_a_damaged_edition_is_refused(publication: Publication, tmp_path: Path, damage: str) -> None:
    folder = write_edition(publication, tmp_path)
    if damage == "missing":
        (folder / "rates.parquet").unlink()
    elif damage == "table":
        pl.DataFrame({"x": [1]}).write_parquet(folder / "rates.parquet")
    else:
        text = json.loads((folder / "publication.json").read_text("utf-8"))
        del text["contract"]
        (folder / "publication.json").write_text(json.dumps(text), "utf-8")
    with pytest.raises(PublicationError, match="EVK-P004"):
        read_edition(folder)


def test_two_different_results_make_two_editions() -> None:
    source = confidential()
    other = replace(source, estimates=source.estimates[:1])
    assert publish(source).manifest.edition != publish(other).manifest.edition


counts = st.integers(0, 60)
years = st.lists(st.tuples(counts, counts, counts, counts), min_size=1, max_size=4)


def _table(data: list[tuple[int, int, int, int]]) -> Confidential:
    rows: list[Observation] = []
    for index, (women_p, men_p, women_t, men_t) in enumerate(data):
        year = str(2024 + index)
        for zone, women, men in (
            ("prairie", women_p, men_p),
            ("tilleuls", women_t, men_t),
            ("qpv", women_p + women_t, men_p + men_t),
        ):
            rows.append(total("emploi.contrats", zone, year, float(women + men)))
            rows.append(total("emploi.femmes.contrats", zone, year, float(women)))
            if women + men:
                rows.append(ratio("emploi.durable", zone, year, (women, women + men), "parcours"))
    return observed(*rows)


def _subtract(known: dict[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """What a reader gets by subtracting parts from totals and numerators from denominators, again and again."""
    found = dict(known)
    while True:
        before = len(found)
        for term in ("above", "below", "rest"):
            for whole, parts in (("qpv", ("prairie", "tilleuls")),):
                names = [(term, whole), *((term, part) for part in parts)]
                absent = [name for name in names if name not in found]
                if len(absent) == 1:
                    if absent[0] == names[0]:
                        found[names[0]] = found[names[1]] + found[names[2]]
                    else:
                        other = names[2] if absent[0] == names[1] else names[1]
                        found[absent[0]] = found[names[0]] - found[other]
        for zone in ("prairie", "tilleuls", "qpv"):
            if ("above", zone) in found and ("below", zone) in found:
                found[("rest", zone)] = found[("below", zone)] - found[("above", zone)]
            if ("rest", zone) in found and ("below", zone) in found:
                found[("above", zone)] = found[("below", zone)] - found[("rest", zone)]
        if len(found) == before:
            return found


@given(years)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_small_count_comes_back_by_subtraction(data: list[tuple[int, int, int, int]]) -> None:
    shown = publish(_table(data)).tables.observations
    for indicator, period in shown.select("indicator", "period").unique().iter_rows():
        known: dict[tuple[str, str], float] = {}
        for each in shown.filter(indicator=indicator, period=period).iter_rows(named=True):
            if each["numerator"] is not None:
                known["above", each["zone"]] = each["numerator"]
            if each["denominator"] is not None:
                known["below", each["zone"]] = each["denominator"]
        small = {name: count for name, count in _subtract(known).items() if 0 < count < 5}
        assert not small


@given(years)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_masked_row_leaves_no_number_in_the_publication(data: list[tuple[int, int, int, int]]) -> None:
    shown = publish(_table(data)).tables.observations
    masked = shown.filter(confidentiality="secret")
    for name in NUMBERS:
        assert masked[name].null_count() == masked.height
    assert masked["cause"].unique().to_list() in ([], [""])


def test_a_distinctive_masked_number_is_nowhere_in_the_edition(tmp_path: Path) -> None:
    """La Prairie counts 987 643 persons, hidden because the other quarter counts three: no file holds that number."""
    rows = [
        ratio("emploi.durable", "prairie", "2026", (987_643, 1_975_299), "parcours"),
        ratio("emploi.durable", "tilleuls", "2026", (3, 98), "parcours"),
        ratio("emploi.durable", "qpv", "2026", (987_646, 1_975_397), "parcours"),
    ]
    folder = write_edition(publish(observed(*rows)), tmp_path)
    for path in folder.iterdir():
        text = pl.read_parquet(path).write_json() if path.suffix == ".parquet" else path.read_text("utf-8")
        assert "987643" not in text, path.name
        assert "1975299" not in text, path.name
