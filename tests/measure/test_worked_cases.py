"""The figures that the contracts print come out exactly, and what they contradict is shown."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from evalkit.measure.run import given_frame, measured
from evalkit.measure.standings import standing_frame
from evalkit.store.store import Store
from tests.measure.world import CONTRACT, HOMES, feed_of, indicator, put, territory_of, workspace

TODAY = dt.date(2026, 6, 30)

FIRST_QUARTILE = {
    "type": "ratio",
    "feed": "attributions",
    "numerator": "quartile = 1",
    "denominator": "bail IS NOT NULL",
    "population": "baux signés",
}


def homes(count, start, **fields):
    """Leases of the four quarters of 2021: a target is judged on a whole year."""
    row = {"bail": dt.date(2021, 2, 1)}
    return [
        {**row, "numero": f"{start}-{number}", "trimestre": f"2021-T{number % 4 + 1}", **fields}
        for number in range(count)
    ]


def run(root, *indicators, rows=None, **around):
    space = workspace(root, *indicators, **around)
    store = Store(space.data)
    for number, (feed, found) in enumerate(rows or ()):
        put(store, found, feed=feed, delivery_id=f"d{number}")
    return measured(space, store, CONTRACT)


def one(frame, **where):
    (row,) = frame.filter(**where).to_dicts()
    return row


@pytest.fixture
def agreement(tmp_path):
    """Grand Chalon, allocation agreement, 2021, outside QPV (contract text, line 2183)."""
    share = indicator(
        FIRST_QUARTILE,
        id="cia.hors-qpv",
        zones=["hors-qpv"],
        targets=[{"value": "25", "zone": "hors-qpv"}],
        baselines=[{"value": "12.04", "period": "2021", "zone": "hors-qpv", "source": "CIA"}],
    )
    gap = indicator({"type": "gap", "of": "cia.hors-qpv", "target": "true"}, id="cia.ecart", zones=["hors-qpv"])
    rows = homes(82, "a", zone="outside", quartile=1) + homes(599, "b", zone="outside", quartile=2)
    return run(tmp_path, share, gap, rows=[(HOMES, rows + homes(9, "c", zone="pres", quartile=1))])


def test_82_of_681_is_12_04_percent_and_88_are_missing_to_reach_25(agreement):
    row = one(given_frame(agreement), indicator="cia.hors-qpv")
    assert (row["numerator"], row["denominator"], round(row["value"], 2)) == (82, 681, 12.04)
    (stand,) = standing_frame(agreement, TODAY).to_dicts()
    assert (stand["status"], stand["shortfall"], stand["aim"]) == ("non atteint", 88, 25)
    assert "« atteinte » quand" in stand["rule"]


def test_the_gap_to_the_target_is_in_points_and_in_number_missing(agreement):
    row = one(given_frame(agreement), indicator="cia.ecart")
    assert round(row["value"], 2) == round(100 * 82 / 681 - 25, 2) == -12.96
    assert row["shortfall"] == 88
    assert row["parts"] == ["cia.hors-qpv|hors-qpv|2021|"]
    assert row["n"] is None, "it counts nobody by itself: it is shown only beside what it is made of"


def test_231_of_390_is_59_23_percent_and_reaches_50(tmp_path):
    """Grand Chalon, 2020: allocations in QPV above the first quartile (lines 2201 and 2206)."""
    share = indicator(
        {**FIRST_QUARTILE, "numerator": "quartile > 1"}, zones=["qpv"], targets=[{"value": "50", "zone": "qpv"}]
    )
    rows = homes(231, "a", zone="pres", quartile=3) + homes(159, "b", zone="aubepins", quartile=1)
    known = run(tmp_path, share, rows=[(HOMES, rows)])
    row = one(given_frame(known), zone="qpv")
    assert (row["numerator"], row["denominator"], round(row["value"], 2)) == (231, 390, 59.23)
    assert standing_frame(known, TODAY)["status"].to_list() == ["atteint"]


def test_42_5_is_a_weighted_mean_and_contradicts_the_25_of_the_other_table(tmp_path):
    """Grand Chalon: 100 % for the State, 25 % for the others, 42,5 % in all (line 2248); 25 % in all (line 2278).

    100 s + 25 (1 - s) = 42.5 when the State holds s = 7/30 of the allocations. The mean of the five rates is 40.
    """
    objectives = feed_of("objectifs", "reservataire:code", "zone:zone", "objectif:decimal", "attributions:integer")
    shares = {"Etat": (100, 7), "Collectivites": (25, 8), "ALS": (25, 9), "Bailleurs": (25, 5), "Autre": (25, 1)}
    rows = [
        {"reservataire": name, "annee": "2023", "objectif": Decimal(aim), "attributions": count}
        for name, (aim, count) in shares.items()
    ]
    weighted = indicator(
        {"type": "mean", "feed": "objectifs", "of": "objectif", "weight": "attributions"},
        id="cia.objectif",
        zones=["ensemble"],
    )
    plain = indicator({"type": "mean", "feed": "objectifs", "of": "objectif"}, id="cia.simple", zones=["ensemble"])
    both = indicator(
        {**FIRST_QUARTILE, "numerator": "quartile = 1"},
        id="cia.prioritaires",
        zones=["ensemble"],
        targets=[{"value": "25", "zone": "ensemble"}, {"value": "42.5", "zone": "ensemble"}],
    )
    homes_2021 = homes(30, "a", zone="pres", quartile=1) + homes(70, "b", zone="pres", quartile=2)
    known = run(tmp_path, weighted, plain, both, rows=[(objectives, rows), (HOMES, homes_2021)], others=(objectives,))
    frame = given_frame(known)
    assert one(frame, indicator="cia.objectif")["value"] == 42.5
    assert one(frame, indicator="cia.simple")["value"] == 40
    stands = standing_frame(known, TODAY).select("target", "status", "contradicts", "shortfall").rows()
    assert stands == [("≥ 25", "atteint", ["≥ 42,5"], None), ("≥ 42,5", "non atteint", ["≥ 25"], 13)]


SERVICES = {
    "Accompagnement renforcé et global": 226,
    "CEJ Pôle emploi": 170,
    "Entrées en formation": 184,
    "Valoriser son image pro": 211,
    "Précompétences": 184,
    "PEC": 206,
    "Immersion professionnelle": 168,
    "CIEERBM": 170,
    "CIE jeunes": 42,
    "POE": 203,
    "AFPR": 158,
}
"""Residents of QPV in 1 000 beneficiaries, Pas-de-Calais, 2023 (Grand Calais, lines 8082 to 8094)."""


def test_11_services_of_france_travail_against_16_4_percent(tmp_path):
    """19 072 of 116 528 job seekers live in a QPV: 16,4 % (line 8097). Nine services of eleven are at least there."""
    feed = feed_of("services", "service:code", "beneficiaires:integer", "beneficiaires_qpv:integer", grain="total")
    share = {
        "type": "ratio",
        "feed": "services",
        "numerator": "beneficiaires_qpv",
        "denominator": "beneficiaires",
        "population": "bénéficiaires",
    }
    job_seekers = indicator({**share, "where": "service = 'DEFM'"}, id="ft.defm", zones=["ensemble"])
    services = indicator(
        {**share, "where": "service <> 'DEFM'"},
        id="ft.services",
        zones=["ensemble"],
        by=["service"],
        targets=[{"value": "0", "than": "ft.defm", "each": "service", "zone": "ensemble"}],
    )
    rows = [
        {"service": name, "annee": "2023", "beneficiaires": 1000, "beneficiaires_qpv": count}
        for name, count in SERVICES.items()
    ]
    rows.append({"service": "DEFM", "annee": "2023", "beneficiaires": 116_528, "beneficiaires_qpv": 19_072})
    known = run(tmp_path, job_seekers, services, rows=[(feed, rows)], feed=feed)
    assert round(one(given_frame(known), indicator="ft.defm")["value"], 1) == 16.4
    stands = standing_frame(known, TODAY)
    assert stands["status"].value_counts(sort=True).rows() == [("atteint", 9), ("non atteint", 2)]
    below = stands.filter(status="non atteint").sort("breakdown").select("breakdown", "value", "shortfall").rows()
    # 1000 x 19072 / 116528 = 163.67: six more for AFPR, 122 for CIE jeunes.
    assert below == [("service=AFPR", 15.8, 6), ("service=CIE jeunes", 4.2, 122)]


CALAIS = territory_of(
    {"id": "beau-marais", "label": "Beau Marais", "kind": "qpv", "within": ["calais"]},
    {"id": "fort-nieulay", "label": "Fort Nieulay", "kind": "qpv", "within": ["calais"]},
    {"id": "calais", "label": "Calais", "kind": "commune"},
    {"id": "qpv-france", "label": "QPV de France", "kind": "epci"},
    reference="calais",
)
RSA = {
    "beau-marais": (1273, 1308),
    "fort-nieulay": (651, 518),
    "calais": (7254, 4854),
    "qpv-france": (431_036, 425_376),
}
"""Recipients of RSA in 2015 and 2021 (Grand Calais, lines 320 to 323; CAF.data)."""


@pytest.fixture
def recipients(tmp_path):
    feed = feed_of("caf", "zone:zone", "rsa:integer", grain="zone", perimeter="2015")
    rows = [
        {"zone": zone, "annee": year, "rsa": count}
        for zone, counts in RSA.items()
        for year, count in zip(("2015", "2021"), counts, strict=True)
    ]
    level = indicator(
        {"type": "sum", "feed": "caf", "of": "rsa"}, id="rsa", zones=["qpv", "hors-qpv", "calais", "ensemble"]
    )
    change = {"type": "change", "of": "rsa", "since": "2015", "express": "both"}
    asked = [
        indicator(change, id="seul", zones=["qpv", "calais", "hors-qpv", "beau-marais", "fort-nieulay"]),
        indicator({**change, "against": "calais"}, id="avec", zones=["qpv"]),
        indicator({**change, "against": "reference"}, id="sans", zones=["qpv"]),
        indicator({**change, "express": "absolute", "against": "qpv-france"}, id="france", zones=["fort-nieulay"]),
    ]
    return given_frame(run(tmp_path, level, *asked, rows=[(feed, rows)], feed=feed, territory=CALAIS))


def test_hors_qpv_is_the_commune_without_its_qpv(recipients):
    """7 254 - 1 273 - 651 = 5 330 and 4 854 - 1 308 - 518 = 3 028: the commune's row holds its QPV."""
    levels = (
        recipients.filter(indicator="rsa").drop_nulls("value").sort("zone", "period").select("zone", "value").rows()
    )
    assert levels == [
        ("calais", 7254),
        ("calais", 4854),
        ("ensemble", 7254),
        ("ensemble", 4854),
        ("hors-qpv", 5330),
        ("hors-qpv", 3028),
        ("qpv", 1924),
        ("qpv", 1826),
    ]


@pytest.mark.parametrize(
    ("name", "zone", "absolute", "relative"),
    [
        ("seul", "beau-marais", 35, 2.7),
        ("seul", "fort-nieulay", -133, -20.4),
        ("seul", "calais", -2400, -33.1),
        ("seul", "hors-qpv", -2302, -43.2),
        ("seul", "qpv", -98, -5.1),
        ("avec", "qpv", 2302, 28.0),
        ("sans", "qpv", 2204, 38.1),
    ],
)
def test_rsa_changes_with_and_without_the_qpv_in_the_reference(recipients, name, zone, absolute, relative):
    """By hand from the table; with the QPV in its own reference the gap of growth is ten points too small."""
    row = one(recipients, indicator=name, zone=zone, period="2021")
    assert (row["value"], round(row["relative"], 1)) == (absolute, relative)


def test_both_readings_are_given_when_they_oppose_each_other(recipients):
    """Fort Nieulay loses 133 recipients of 651, the QPV of France 5 660 of 431 036."""
    row = one(recipients, indicator="france", zone="fort-nieulay", period="2021")
    assert (row["value"], round(row["relative"], 1)) == (5527, -19.1)
    assert "s’opposent" in row["cause"]
    assert one(recipients, indicator="france", zone="fort-nieulay", period="2015")["availability"] == "sans objet"


def test_a_qpv_that_is_not_in_the_file_leaves_hors_qpv_unknown(tmp_path):
    feed = feed_of("caf", "zone:zone", "rsa:integer", grain="zone")
    rows = [{"zone": zone, "annee": "2021", "rsa": RSA[zone][1]} for zone in ("beau-marais", "calais")]
    level = indicator({"type": "sum", "feed": "caf", "of": "rsa"}, id="rsa", zones=["qpv", "hors-qpv", "calais"])
    frame = given_frame(run(tmp_path, level, rows=[(feed, rows)], feed=feed, territory=CALAIS))
    assert one(frame, zone="calais")["value"] == 4854
    for zone in ("qpv", "hors-qpv"):
        row = one(frame, zone=zone)
        assert (row["value"], row["availability"]) == (None, "non calculable")
        assert "1 QPV sur 2" in row["cause"]


def test_a_median_never_gives_hors_qpv(tmp_path):
    feed = feed_of("revenus", "zone:zone", "mediane:integer", grain="zone")
    rows = [{"zone": zone, "annee": "2021", "mediane": 10_000} for zone in RSA]
    asked = indicator({"type": "median", "feed": "revenus", "of": "mediane"}, zones=["hors-qpv", "calais"])
    frame = given_frame(run(tmp_path, asked, rows=[(feed, rows)], feed=feed, territory=CALAIS))
    assert one(frame, zone="hors-qpv")["value"] is None
    assert "ne se soustrait pas" in one(frame, zone="hors-qpv")["cause"]
    assert frame.filter(pl.col("zone") == "calais")["value"].to_list() == [10_000]
