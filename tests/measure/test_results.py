"""Revisions explained, baselines with their evidence, coverage and feasibility, comparisons refused with a sentence."""

import datetime as dt

import polars as pl

from evalkit.measure.baseline import baseline_frame
from evalkit.measure.contract_coverage import contract_coverage
from evalkit.measure.definition_defects import definition_defects
from evalkit.measure.results import write_measured
from evalkit.measure.revisions import revisions
from evalkit.measure.run import given_frame, measure, measured
from evalkit.store.store import Store
from tests.measure.world import CONTRACT, HOMES, feed_of, indicator, put, workspace

COUNT = {"type": "count", "feed": "attributions"}


def homes(count, year="2023", **fields):
    return [
        {"numero": f"{year}-{number}", "zone": "pres", "trimestre": f"{year}-T{number % 4 + 1}", **fields}
        for number in range(count)
    ]


def one(frame, **where):
    (row,) = frame.filter(**where).to_dicts()
    return row


def test_a_new_delivery_and_a_new_definition_are_told_apart(tmp_path):
    asked = indicator(COUNT, zones=["pres"])
    space = workspace(tmp_path, asked)
    store = Store(space.data)
    put(store, homes(8), received_on=dt.date(2024, 2, 1))
    first = measure(space, store, CONTRACT)
    put(store, homes(12), delivery_id="d2", received_on=dt.date(2024, 5, 1))
    second = measure(space, store, CONTRACT)
    assert revisions(first, first).is_empty()
    (row,) = revisions(first, second).to_dicts()
    assert (row["before"], row["after"], row["reason"]) == (8, 12, "nouvelle livraison")
    assert row["explanation"] == "livraison d2 à la place de d1"
    kept = indicator({**COUNT, "where": "numero <> '2023-0'"}, zones=["pres"], version="2")
    third = measure(workspace(tmp_path, kept), store, CONTRACT)
    (row,) = revisions(second, third).to_dicts()
    assert (row["after"], row["reason"], row["explanation"]) == (
        11,
        "nouvelle définition",
        "version 1 devenue version 2",
    )


def test_a_value_that_is_no_longer_asked_is_a_revision_and_a_first_value_is_none(tmp_path):
    space = workspace(tmp_path, indicator(COUNT, zones=["pres", "aubepins"]))
    store = Store(space.data)
    put(store, homes(8))
    before = measure(space, store, CONTRACT)
    after = measure(workspace(tmp_path, indicator(COUNT, zones=["pres", "qpv"])), store, CONTRACT)
    assert revisions(before, after).select("zone", "after").rows() == [("aubepins", None)]


def test_a_run_writes_its_observations_its_targets_and_what_it_revised(tmp_path):
    space = workspace(tmp_path, indicator(COUNT, zones=["pres"], targets=[{"value": "10", "zone": "pres"}]))
    store = Store(space.data)
    put(store, homes(8), received_on=dt.date(2024, 2, 1))
    first = write_measured(store, measured(space, store, CONTRACT))
    assert first.revisions.is_empty()
    assert first.standings.select("status", "shortfall").rows() == [("non atteint", 2)]
    put(store, homes(12), delivery_id="d2", received_on=dt.date(2024, 5, 1))
    second = write_measured(store, measured(space, store, CONTRACT))
    assert second.revisions.height == 1
    assert second.standings["status"].to_list() == ["atteint"]
    assert pl.read_parquet(second.path).equals(second.observations)


def test_t0_is_measured_when_it_can_be_else_declared_with_its_page(tmp_path):
    declared = {
        "value": "7",
        "period": "2023",
        "zone": "pres",
        "source": "contrat",
        "evidence": {"document": "cv", "line": "12"},
    }
    elsewhere = {**declared, "zone": "aubepins", "firmness": "about", "value": "30", "period": "2021"}
    asked = indicator(COUNT, zones=["pres", "aubepins", "qpv"], baselines=[declared, elsewhere])
    empty = indicator({"type": "sum", "feed": "attributions", "of": "quartile"}, id="vide", zones=["pres"])
    space = workspace(tmp_path, asked, empty.model_copy(update={"measure": None}))
    store = Store(space.data)
    put(store, homes(8) + homes(9, "2024"))
    store_only_pres = measured(space, store, CONTRACT)
    frame = baseline_frame(store_only_pres, dt.date(2024, 1, 1))
    row = one(frame, indicator="essai.indicateur", zone="pres")
    assert (row["value"], row["period"], row["origin"], row["deliveries"]) == (8, "2023", "mesurée", ["d1"])
    assert (row["declared"], row["difference"]) == (7, 1)
    assert "diffère de celle que le document donne" in row["remark"]
    before_anything = baseline_frame(store_only_pres, dt.date(2023, 1, 1))
    row = one(before_anything, indicator="essai.indicateur", zone="aubepins")
    assert (row["value"], row["origin"], row["firmness"], row["document"], row["line"]) == (
        30,
        "déclarée",
        "environ",
        "cv",
        12,
    )
    assert row["is_comparable"] is True
    row = one(before_anything, indicator="essai.indicateur", zone="qpv")
    assert (row["origin"], row["value"]) == ("absente", None)
    assert "d’autres zones" in row["remark"]
    assert "pas de définition" in one(frame, indicator="vide", zone="pres")["remark"]


def test_a_change_across_a_break_is_refused_with_its_sentence_unless_declared(tmp_path):
    """The act on full employment, January 2025: recipients of RSA are registered of right."""
    broken = feed_of(
        "defm", "ligne:code", "zone:zone", "demandeurs:integer",
        breaks=[{"date": "2025-01-01", "text": "Loi pour le plein emploi : inscription d’office."}],
    )  # fmt: skip
    level = indicator({"type": "sum", "feed": "defm", "of": "demandeurs"}, id="defm", zones=["pres"])
    change = {"type": "change", "of": "defm", "since": "2024"}
    asked = [
        indicator(change, id="refusee", zones=["pres"]),
        indicator({**change, "accept_break": "série corrigée par le producteur"}, id="admise", zones=["pres"]),
    ]
    space = workspace(tmp_path, level, *asked, feed=broken)
    store = Store(space.data)
    rows = [
        {"ligne": year, "zone": "pres", "annee": year, "demandeurs": count}
        for year, count in (("2024", 100), ("2025", 107))
    ]
    put(store, rows, feed=broken)
    frame = given_frame(measured(space, store, CONTRACT))
    refused, allowed = (one(frame, indicator=name, period="2025") for name in ("refusee", "admise"))
    assert (refused["value"], refused["availability"]) == (None, "non calculable")
    assert "inscription d’office" in refused["cause"]
    assert allowed["value"] == 7
    assert "série corrigée par le producteur" in allowed["cause"]


def test_coverage_goes_from_declared_to_comparable_and_says_what_is_missing(tmp_path):
    share = {
        "type": "ratio",
        "feed": "attributions",
        "numerator": "quartile = 1",
        "denominator": "quartile IS NOT NULL",
        "population": "x",
    }
    asked = [
        indicator(share, id="part", zones=["pres", "hors-qpv"], unit="%"),
        indicator(COUNT, id="nombre", zones=["pres"]),
        indicator(COUNT, id="jumeau", zones=["pres"], direction="none"),
        indicator(COUNT, id="rien").model_copy(update={"measure": None, "defects": ("libellé vague",)}),
    ]
    space = workspace(tmp_path, *asked)
    store = Store(space.data)
    put(store, homes(8, quartile=1) + homes(8, "2024", quartile=2) + homes(8, "2022", zone="outside", quartile=1))
    declarations = space.contract(CONTRACT)
    found = contract_coverage(space, declarations, measured(space, store, CONTRACT))
    assert found.totals == {
        "declared": 4,
        "typed": 4,
        "defined": 3,
        "fed": 3,
        "computed": 3,
        "supplied": 0,
        "comparable": 3,
        "attributable": 0,
    }
    by_name = {each.indicator: each for each in found.verdicts}
    assert by_name["part"].comparable_in_time
    assert not by_name["nombre"].comparable_in_space
    assert any("un dénominateur" in each for each in by_name["nombre"].missing)
    assert any("une définition" in each for each in by_name["rien"].missing)
    assert any("comparaison déclarée" in each for each in by_name["part"].missing)
    defects = {(each.indicator, each.defect) for each in definition_defects(declarations)}
    assert ("rien", "libellé vague") in defects
    assert ("jumeau", "Même mesure que « nombre » : compte-t-on deux fois la même chose ?") in defects
    assert ("jumeau", "Attend-on une hausse ou une baisse ?") in defects
    assert not any(name == "part" for name, _ in defects)
    assert HOMES.feed in space.feeds
