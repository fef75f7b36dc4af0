"""The synthetic levels are those of the documents, and the planted effect has the size that is stated."""

import math

import numpy as np
import polars as pl
import pytest

from evalkit.demo.allocations import FEED as ALLOCATIONS
from evalkit.demo.allocations import allocation_drafts
from evalkit.demo.census_base import census_drafts
from evalkit.demo.declarations import read_declarations
from evalkit.demo.job_seekers import simulate_job_seekers
from evalkit.demo.labour_market import SITUATIONS, Plant, plan_effect
from evalkit.demo.local_reports import report_drafts
from evalkit.demo.panel import exit_panel
from evalkit.demo.pathways import pathway_drafts
from evalkit.demo.places import Place, simulated_places
from evalkit.demo.randomness import stream
from evalkit.demo.stocks import end_of_quarter

NAMES = {"2024": "QN00001N", "2015": "QP000001", "label": "Un quartier", "alias": "Quartier"}
QPV = ("aubepins", "pres-saint-jean")


@pytest.fixture(scope="module")
def places(demonstration):
    return simulated_places(read_declarations(demonstration.root).zones)


@pytest.fixture(scope="module")
def job_seekers(places):
    return simulate_job_seekers(places, plan_effect(0.0), seed=7)


def test_the_places_are_the_two_quarters_and_26_control_units(places):
    assert [place.id for place in places if place.treated] == list(QPV)
    assert len(places) == 28


@pytest.mark.parametrize(("zone", "insee"), [("pres-saint-jean", 1_077), ("aubepins", 475)])
def test_job_seekers_are_as_many_as_insee_counts(places, job_seekers, zone, insee):
    # Insee, base « insertion professionnelle » 2021, DEFM A, B, C; the list loses a month's exits at the count.
    counts = end_of_quarter(places, job_seekers, seed=7)
    before = counts.filter(pl.col("zone") == zone, pl.col("trimestre") < "2025")["defm_abc"].mean()
    assert before == pytest.approx(insee, rel=0.10)


def test_january_2025_adds_15_percent_in_the_quarters_and_6_elsewhere(places, job_seekers):
    counts = end_of_quarter(places, job_seekers, seed=7)
    side = pl.col("zone").is_in(QPV).alias("qpv")
    mean = pl.col("defm_abc").sum() / pl.col("trimestre").n_unique()
    after = counts.filter(pl.col("trimestre") >= "2025").group_by(side).agg(mean.alias("after"))
    before = counts.filter(pl.col("trimestre") < "2025").group_by(side).agg(mean.alias("before"))
    rises = {row["qpv"]: row["after"] / row["before"] for row in after.join(before, on="qpv").to_dicts()}
    assert rises[True] == pytest.approx(1.15, abs=0.02)
    assert rises[False] == pytest.approx(1.06, abs=0.02)
    assert (counts["defm_abc_femmes"] + counts["defm_abc_hommes"] == counts["defm_abc"]).all()


def test_a_person_leaves_once_then_is_listed_no_more(job_seekers):
    rows = pl.DataFrame(
        {"person": job_seekers.person, "month": job_seekers.month, "situation": job_seekers.situation}
    ).sort("person", "month")
    stays = SITUATIONS.index("recherche")
    assert not rows.select(pl.struct("person", "month").is_duplicated().any()).item()
    last = rows.select((pl.col("month") == pl.col("month").max().over("person")).alias("last"))["last"]
    assert not ((rows["situation"] != stays) & ~last).any()


def test_files_of_pathways_keep_dates_in_order(places, job_seekers):
    drafts = {draft.name: draft for draft in pathway_drafts(places, job_seekers, seed=7)}
    table = drafts["parcours_2024_T4.csv"].table
    left = table.filter(pl.col("date_sortie").is_not_null())
    assert (left["date_sortie"] >= left["date_entree"]).all()
    assert (left["situation"] != "recherche").all()
    assert table.filter(pl.col("date_sortie").is_null())["situation"].unique().to_list() == ["recherche"]
    helped = table.filter(pl.col("accompagnement") == "cite_emploi")
    assert 0 < len(helped) < len(table.filter(pl.col("zone").is_in(QPV)))
    assert set(helped["zone"]) == set(QPV)
    assert helped["date_entree"].min().isoformat() >= "2024-09-01"


def test_the_effect_planted_on_persons_moves_the_zone_by_what_is_stated():
    # One large quarter, the same seed with and without the effect. Binomial error of a difference of two rates of
    # about 2.5 % over 38,400 persons x 33 months: 0.020 points; four of them.
    place = Place("quartier", 200_000, treated=True, names=NAMES)
    rates = []
    for plant in (Plant(0.0, 0.0), plan_effect(0.6)):
        panel = exit_panel([place], simulate_job_seekers([place], plant, seed=3))
        after = panel.filter(pl.col("period") >= "2024-T4")
        rates.append(100 * after["exits"].sum() / after["person_months"].sum())
    assert rates[1] - rates[0] == pytest.approx(0.6, abs=0.08)


def test_nothing_planted_adds_nothing():
    assert plan_effect(0.0) == Plant(0.0, 0.0)


def test_allocations_have_the_levels_of_the_cia(places):
    drafts = [draft for draft in allocation_drafts(places, seed=11) if "reprise" in draft.name]
    rows = pl.concat([draft.table for draft in drafts])
    in_qpv = pl.col("zone").is_in(QPV)
    yearly = {side: len(rows.filter(kept)) / 5 for side, kept in (("qpv", in_qpv), ("outside", ~in_qpv))}
    # CIA (contract, annexe 7): 231 of 390 above the first quartile in QPV (2020), 82 of 681 below outside (2021).
    assert yearly["qpv"] == pytest.approx(390, abs=4 * math.sqrt(390 / 5))
    assert yearly["outside"] == pytest.approx(681, abs=4 * math.sqrt(681 / 5))
    above = rows.filter(in_qpv).select((pl.col("quartile") > 1).mean()).item()
    assert above == pytest.approx(231 / 390, abs=4 * math.sqrt(0.24 / (5 * 390)))
    outside = rows.filter(~in_qpv, pl.col("trimestre").str.starts_with("2021"))
    assert outside.select((pl.col("quartile") == 1).mean()).item() == pytest.approx(
        82 / 681, abs=4 * math.sqrt(0.106 / 681)
    )
    assert rows["mutation"].mean() == pytest.approx(0.33, abs=4 * math.sqrt(0.22 / len(rows)))
    signed = rows.filter(pl.col("date_bail").is_not_null())
    assert (signed["date_bail"] >= signed["date_decision"]).all()
    assert rows["attribution"].is_unique().all()


def test_answers_take_less_time_every_year(places):
    delays = [
        draft.table.select((pl.col("date_reponse") - pl.col("date_signalement")).dt.total_days().mean()).item()
        for draft in report_drafts(places, seed=5)
    ]
    early, late = np.mean(delays[:4]), np.mean(delays[-4:])
    assert 8 < early < 11
    assert late < early - 1


def test_the_two_quarters_have_different_employment_rates(places):
    # Insee, base of 2021: 43.0 and 36.6; the contract prints 43 for both.
    first = census_drafts(places, seed=1)[0].table
    rates = dict(zip(first["zone"], first["taux_emploi"], strict=True))
    assert rates["QP071003"] == pytest.approx(43.0, abs=0.8)
    assert rates["QP071001"] == pytest.approx(36.6, abs=0.8)
    masked = first.filter(pl.col("zone") == "QP071002")
    assert masked["defm_abc"].to_list() == [None]
    assert masked["note_pe"].to_list() == ["3"]


def test_each_name_has_its_own_stream():
    first = stream(1, ALLOCATIONS, "opac71").random(1_000)
    assert (first == stream(1, ALLOCATIONS, "opac71").random(1_000)).all()
    assert not (first == stream(1, ALLOCATIONS, "habellis").random(1_000)).any()
    assert not (first == stream(2, ALLOCATIONS, "opac71").random(1_000)).any()
