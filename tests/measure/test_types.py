"""Each type of measure, against numbers made by hand or by another library."""

import datetime as dt
import random
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from evalkit.declare.parameter import Parameter
from evalkit.measure.run import measure
from evalkit.store.store import Store
from tests.measure.world import CONTRACT, HOMES, feed_of, indicator, put, territory_of, workspace

YEAR = {"annee": "2024"}


def observed(root, declared, rows, *, feed=HOMES, territory=None, parameters=()):
    around = {"feed": feed, "parameters": parameters} | ({"territory": territory} if territory else {})
    space = workspace(root, *(declared if isinstance(declared, list) else [declared]), **around)
    store = Store(space.data)
    complete = [{**YEAR, feed.key[0]: str(number), **row} for number, row in enumerate(rows)]
    put(store, complete, feed=feed)
    return measure(space, store, CONTRACT)


def one(frame, **where):
    (row,) = frame.filter(**where).to_dicts()
    return row


VISITS = feed_of(
    "visites",
    "visite:code",
    "personne:identity",
    "zone:zone",
    "sexe:code",
    "age:integer",
    "nature:code",
    "montant:decimal",
    "venues:integer",
    "debut:date",
    "fin:date",
    grain="personne",
    identity={"field": "personne", "made_by": "tiers", "from": ["nom"]},
)


def test_a_person_counts_once_in_a_zone_and_once_in_all_of_them(tmp_path, monkeypatch):
    """Anne in both QPV, Bob twice in one: 2 and 1 by zone, 2 persons in all, not 3."""
    rows = [("anne", "pres"), ("anne", "aubepins"), ("bob", "pres"), ("bob", "pres"), (None, "pres")]
    asked = indicator(
        {"type": "persons", "feed": "visites", "person": "personne"}, zones=["pres", "aubepins", "qpv", "hors-qpv"]
    )
    frame = with_persons(tmp_path, monkeypatch, asked, [{"personne": who, "zone": zone} for who, zone in rows])
    found = {row["zone"]: row["value"] for row in frame.to_dicts()}
    assert found == {"pres": 2, "aubepins": 1, "qpv": 2, "hors-qpv": 0}


def with_persons(root, monkeypatch, asked, rows):
    """Rows as the purpose of indicators sees them: pseudonyms are the store's affair."""
    from evalkit.cells import collect

    feed = VISITS
    schema = {field.name: pl.String for field in feed.fields}
    frame = pl.LazyFrame([{**dict.fromkeys(schema), **row} for row in rows], schema=schema).with_columns(
        pl.lit("2024").alias("_period"), pl.lit("2024").alias("annee")
    )
    monkeypatch.setattr(collect, "current_rows", lambda *_: frame)
    return observed(root, asked, [{"zone": "pres"}], feed=feed)


def test_participations_count_every_coming(tmp_path):
    rows = [{"zone": "pres", "venues": count} for count in (3, 1, None)]
    summed = indicator({"type": "participations", "feed": "visites", "of": "venues"}, zones=["pres"])
    counted = indicator({"type": "participations", "feed": "visites"}, id="lignes", zones=["pres"])
    frame = observed(tmp_path, [summed, counted], rows, feed=VISITS)
    assert frame.sort("indicator")["value"].to_list() == [4, 3]


def test_a_weighted_mean_is_a_sum_over_a_sum(tmp_path):
    """(10 x 1 + 40 x 3) / (1 + 3) = 32.5, and the row without an amount weighs nothing."""
    rows = [("10", 1), ("40", 3), (None, 5)]
    rows = [{"zone": "pres", "montant": Decimal(m) if m else None, "venues": w} for m, w in rows]
    asked = indicator({"type": "mean", "feed": "visites", "of": "montant", "weight": "venues"}, zones=["pres"])
    assert one(observed(tmp_path, asked, rows, feed=VISITS))["value"] == 32.5


@pytest.mark.parametrize("order", ["0.1", "0.25", "0.5", "0.9"])
def test_quantiles_are_those_of_numpy_whatever_the_zone(tmp_path, order):
    chance = random.Random(11)
    rows = [
        {"zone": chance.choice(["pres", "aubepins", "outside"]), "montant": Decimal(chance.randint(0, 400)).scaleb(-1)}
        for _ in range(501)
    ]
    asked = indicator(
        {"type": "quantile", "feed": "visites", "of": "montant", "order": order}, zones=["pres", "qpv", "hors-qpv"]
    )
    frame = observed(tmp_path, asked, rows, feed=VISITS)
    for zone, kept in (("pres", {"pres"}), ("qpv", {"pres", "aubepins"}), ("hors-qpv", {"outside"})):
        values = [float(row["montant"]) for row in rows if row["zone"] in kept]
        row = one(frame, zone=zone)
        assert row["value"] == pytest.approx(np.quantile(values, float(order)), abs=1e-9)
        assert row["n"] == len(values)


def durations(pairs):
    start = dt.date(2024, 1, 1)
    return [
        {"zone": "pres", "debut": start, "fin": start + dt.timedelta(days=days) if ended else None}
        for days, ended in pairs
    ]


@pytest.mark.parametrize(
    ("statistic", "fields", "expected"),
    [
        ("median", {}, 20),  # half have ended only once the second does
        ("share_within", {"within": "15"}, 25.0),  # one of four, the two open ones included
        ("quantile", {"order": "0.75"}, None),  # so many are never seen to end
    ],
)
def test_open_cases_are_censored_and_not_forgotten(tmp_path, statistic, fields, expected):
    """Days 10 and 20 ended, two still open on 31 December: S(10) = 3/4, S(20) = 1/2 (Kaplan and Meier by hand)."""
    rows = durations([(10, True), (20, True), (0, False), (0, False)])
    declared = {"type": "duration", "feed": "visites", "start": "debut", "end": "fin", "open": "censored"}
    row = one(
        observed(tmp_path, indicator({**declared, "statistic": statistic, **fields}, zones=["pres"]), rows, feed=VISITS)
    )
    assert row["value"] == expected
    if expected is None:
        assert "moins de 75 %" in row["cause"]
    else:
        assert row["n"] == 4
        assert "2 dossiers sans fin" in row["cause"]


def test_without_censoring_the_median_forgets_the_slow_ones(tmp_path):
    rows = durations([(10, True), (20, True), (0, False), (0, False)])
    declared = {"type": "duration", "feed": "visites", "start": "debut", "end": "fin", "statistic": "median"}
    assert one(observed(tmp_path, indicator(declared, zones=["pres"]), rows, feed=VISITS))["value"] == 15


def test_a_distribution_is_100_percent_and_gives_every_category(tmp_path):
    rows = [{"zone": "pres", "nature": "CDI"}] * 3 + [{"zone": "pres", "nature": "CDD"}]
    rows += [{"zone": "aubepins", "nature": "stage"}, {"zone": "pres", "nature": None}]
    asked = indicator({"type": "distribution", "feed": "visites", "of": "nature"}, zones=["pres"])
    frame = observed(tmp_path, asked, rows, feed=VISITS)
    assert {row["breakdown"]: (row["value"], row["numerator"]) for row in frame.to_dicts()} == {
        "": (100, 4),
        "nature=CDD": (25, 1),
        "nature=CDI": (75, 3),
        "nature=stage": (0, 0),
    }


def test_shares_of_a_ledger_by_amount_and_by_distinct_action(tmp_path):
    """Two funders of one action: it counts once among actions, its money twice. 17 % of credits, a quarter of actions
    (Blois, line 693): 17 of 100 euros, 1 of 4 actions."""
    ledger = feed_of(
        "credits", "ligne:code", "zone:zone", "action:code", "pilier:code", "montant:integer", grain="total"
    )
    rows = [("a", "emploi", 10), ("a", "emploi", 7), ("b", "cadre", 40), ("c", "cadre", 3), ("d", "social", 40)]
    rows = [dict(zip(("action", "pilier", "montant"), row, strict=True)) for row in rows]
    share = {"type": "share", "feed": "credits", "part": "pilier = 'emploi'", "of": "montant", "population": "crédits"}
    by = {"type": "distribution", "feed": "credits", "of": "pilier"}
    asked = [
        indicator(share, id="part", zones=["ensemble"]),
        indicator({**by, "weight": "montant"}, id="euros", zones=["ensemble"]),
        indicator({**by, "distinct": "action"}, id="actions", zones=["ensemble"]),
    ]
    frame = observed(tmp_path, asked, rows, feed=ledger)
    assert one(frame, indicator="part")["value"] == 17
    assert one(frame, indicator="euros", breakdown="pilier=emploi")["value"] == 17
    assert one(frame, indicator="actions", breakdown="pilier=emploi")["value"] == 25


def test_kinds_are_counted_and_listed(tmp_path):
    rows = [{"zone": "pres", "nature": word} for word in ("marche", "atelier", "marche", None)]
    asked = [
        indicator({"type": kind, "feed": "visites", "of": "nature"}, id=kind, zones=["pres"])
        for kind in ("kinds", "list")
    ]
    frame = observed(tmp_path, asked, rows, feed=VISITS)
    assert frame.sort("indicator").select("value", "n", "text").rows() == [(2, 3, ""), (2, 3, "atelier, marche")]


MOVES = feed_of("menages", "menage:code", "avant:zone", "zone:zone")


def test_come_stay_and_leave_for_a_zone_and_for_a_group(tmp_path):
    """Six households: a move between the two QPV is a coming and a leaving, and a stay for both taken together."""
    pairs = [
        ("pres", "pres"),
        ("pres", "aubepins"),
        ("outside", "pres"),
        ("pres", "outside"),
        ("pres", "outside"),
        (None, "pres"),
    ]
    rows = [{"avant": before, "zone": after} for before, after in pairs]
    asked = indicator(
        {"type": "flows", "feed": "menages", "from": "avant", "to": "zone"}, zones=["pres", "aubepins", "qpv"]
    )
    frame = observed(tmp_path, asked, rows, feed=MOVES)

    def counts(zone):
        mine = frame.filter(zone=zone)
        words = ("venus", "restés", "partis", "origine ou destination inconnue")
        return [one(mine, breakdown=f"mouvement={word}")["value"] for word in words]

    assert counts("pres") == [1, 1, 3, 1]
    assert counts("aubepins") == [1, 0, 0, 0]
    assert counts("qpv") == [1, 2, 2, 1]
    for zone, total in (("pres", 6), ("aubepins", 1), ("qpv", 6)):
        assert one(frame, zone=zone, breakdown="")["value"] == total == sum(counts(zone))
    assert one(frame, zone="pres", breakdown="partis vers=outside")["value"] == 2


def test_yes_or_no_by_one_row_or_by_all(tmp_path):
    rows = [{"zone": "pres", "venues": 3}, {"zone": "pres", "venues": 0}, {"zone": "pres", "venues": None}]
    asked = [
        indicator(
            {"type": "yes_no", "feed": "visites", "of": "venues > 0", "rule": rule}, id=rule, zones=["pres", "aubepins"]
        )
        for rule in ("any", "all")
    ]
    frame = observed(tmp_path, asked, rows, feed=VISITS)
    assert [one(frame, indicator=rule, zone="pres")["value"] for rule in ("any", "all")] == [1, 0]
    assert one(frame, indicator="any", zone="aubepins")["availability"] == "non calculable"


def test_a_milestone_says_when_and_how_late(tmp_path):
    rows = [{"zone": "pres", "fin": dt.date(2024, 7, 10)}, {"zone": "pres", "fin": dt.date(2024, 9, 1)}]
    declared = {"type": "milestone", "feed": "visites", "date": "fin", "due": "2024-06-30"}
    frame = observed(tmp_path, indicator(declared, zones=["pres", "aubepins"]), rows, feed=VISITS)
    done, waited = one(frame, zone="pres"), one(frame, zone="aubepins")
    assert (done["value"], waited["value"]) == (1, 0)
    assert "10 jours après l’échéance" in done["cause"]
    assert "attendu le 30" in waited["cause"]


def test_a_ratio_is_cut_in_the_bands_of_its_indicator(tmp_path):
    rows = [{"zone": "pres", "age": age} for age in (15, 16, 25, 26, 49, 50, None)]
    asked = indicator(
        {"type": "count", "feed": "visites"}, zones=["pres"], by=["age"], bands={"age": ["16", "26", "50"]}
    )
    frame = observed(tmp_path, asked, rows, feed=VISITS)
    found = {row["breakdown"]: row["value"] for row in frame.to_dicts()}
    assert found == {"": 7, "age=moins de 16": 1, "age=16 à 25": 2, "age=26 à 49": 2, "age=50 et plus": 1}


QUARTILE = Parameter.model_validate(
    {
        "parameter": "plafond-premier-quartile",
        "label": "Plafond",
        "unit": "€",
        "values": [{"year": 2024, "value": "8958", "source": "CIA du Grand Chalon, 2021 (line 2225)"}],
    }
)


def test_a_yearly_parameter_is_read_as_a_column_of_the_year_of_the_row(tmp_path):
    rows = [{"zone": "pres", "montant": Decimal(value)} for value in (8000, 8958, 9000)]
    rows += [{"zone": "pres", "montant": Decimal(1), "annee": "2025"}]
    share = {
        "type": "ratio",
        "feed": "visites",
        "numerator": "montant <= plafond_premier_quartile",
        "denominator": "montant IS NOT NULL AND plafond_premier_quartile IS NOT NULL",
        "population": "visites",
    }
    frame = observed(tmp_path, indicator(share, zones=["pres"]), rows, feed=VISITS, parameters=(QUARTILE,))
    assert one(frame, period="2024")["numerator"] == 2
    assert one(frame, period="2025")["availability"] == "non calculable", "no value of the parameter for that year"


def test_contracts_that_do_not_answer_are_out_of_the_denominator(tmp_path):
    reading = feed_of("contrats", "contrat:code", "clause:boolean", grain="total")
    rows = [{"clause": answer} for answer in (True, False, False, None)]
    asked = indicator({"type": "contracts", "feed": "contrats", "holds": "clause"}, zones=["ensemble"])
    row = one(observed(tmp_path, asked, rows, feed=reading))
    assert (row["numerator"], row["denominator"], round(row["value"], 2)) == (1, 3, 33.33)


PLACES = territory_of(
    {
        "id": "aubepins",
        "label": "A",
        "kind": "qpv",
        "within": ["ville"],
        "populations": [{"year": 2019, "residents": 2500}],
    },
    {
        "id": "pres",
        "label": "P",
        "kind": "qpv",
        "within": ["ville"],
        "populations": [{"year": 2019, "residents": 5600}],
    },
    {"id": "ville", "label": "V", "kind": "commune", "populations": [{"year": 2019, "residents": 45_000}]},
    reference="ville",
)


def test_quotients_composites_and_gaps_read_other_indicators(tmp_path):
    rows = [{"zone": "pres", "sexe": "F", "nature": "oui"}] * 3 + [{"zone": "pres", "sexe": "H", "nature": "oui"}]
    rows += [{"zone": "pres", "sexe": "H", "nature": "non"}] * 4 + [{"zone": "outside", "sexe": "F", "nature": "non"}]
    share = {
        "type": "ratio",
        "feed": "visites",
        "numerator": "nature = 'oui'",
        "denominator": "nature IS NOT NULL",
        "population": "x",
    }
    zones = {"zones": ["pres"]}
    asked = [
        indicator({"type": "count", "feed": "visites"}, id="nombre", **zones),
        indicator(share, id="part", by=["sexe"], **zones),
        indicator(
            {"type": "quotient", "of": "nombre", "over": "residents", "population": "hab.", "per": "1000"},
            id="pour-mille",
            **zones,
        ),
        indicator(
            {"type": "quotient", "of": "nombre", "over": "part", "population": "x", "per": "1"}, id="sur", **zones
        ),
        indicator(
            {"type": "gap", "of": "part", "groups": {"field": "sexe", "plus": "F", "minus": "H"}}, id="femmes", **zones
        ),
        indicator({"type": "gap", "of": "part", "zone": "reference"}, id="hors", **zones),
        indicator({"type": "gap", "of": "part", "indicator": "nombre", "express": "ratio"}, id="rapport", **zones),
        indicator(
            {
                "type": "composite",
                "components": [{"of": "part", "weight": "3"}, {"of": "nombre"}],
                "method": "weighted_mean",
            },
            id="score",
            **zones,
        ),
        indicator(
            {"type": "composite", "components": [{"of": "part"}, {"of": "nombre"}], "method": "battery"},
            id="batterie",
            **zones,
        ),
    ]
    frame = observed(tmp_path, asked, rows, feed=VISITS, territory=PLACES)
    whole = {row["indicator"]: row for row in frame.filter(breakdown="").to_dicts()}
    assert whole["pour-mille"]["value"] == 1000 * 8 / 5600
    assert "population 2019" in whole["pour-mille"]["cause"]
    assert (whole["sur"]["value"], whole["rapport"]["value"]) == (8 / 50, 50 / 8)
    assert whole["femmes"]["value"] == 100 - 20, "3 of 3 women, 1 of 5 men"
    assert whole["hors"]["value"] == 50, "4 of 8 here, 0 of 1 outside"
    assert whole["hors"]["parts"] == ["part|pres|2024|", "part|hors-qpv|2024|"]
    assert whole["score"]["value"] == (3 * 50 + 8) / 4
    assert whole["batterie"]["availability"] == "sans objet"
    assert frame.filter(indicator="part")["zone"].unique().to_list() == ["pres"], (
        "zones that only others read are not given"
    )
