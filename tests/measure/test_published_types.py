"""Every type goes through publication: small counts are masked, and nothing made of a masked value is shown."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from evalkit.declare.clause import Clause
from evalkit.measure.run import measure
from evalkit.publish.confidential import Confidential
from evalkit.publish.publish import publish
from evalkit.store.store import Store
from evalkit.workspace.workspace import ContractDeclarations
from tests.measure.test_types import VISITS
from tests.measure.world import CONTRACT, TERRITORY, indicator, put, workspace

THRESHOLD = {"units": 5, "of": "persons", "source": "convention, article 4"}
SHARE = {
    "type": "ratio",
    "feed": "visites",
    "numerator": "nature = 'oui'",
    "denominator": "nature IS NOT NULL",
    "population": "p",
}
DELAY = {"type": "duration", "feed": "visites", "start": "debut", "end": "fin"}
ON_ROWS = {
    "nombre": {"type": "count", "feed": "visites"},
    "venues": {"type": "participations", "feed": "visites", "of": "venues"},
    "somme": {"type": "sum", "feed": "visites", "of": "venues"},
    "part": SHARE,
    "moyenne": {"type": "mean", "feed": "visites", "of": "montant"},
    "mediane": {"type": "median", "feed": "visites", "of": "montant"},
    "quantile": {"type": "quantile", "feed": "visites", "of": "montant", "order": "0.1"},
    "delai": {**DELAY, "statistic": "mean"},
    "censure": {**DELAY, "statistic": "median", "open": "censored"},
    "repartition": {"type": "distribution", "feed": "visites", "of": "nature"},
    "natures": {"type": "kinds", "feed": "visites", "of": "nature"},
    "liste": {"type": "list", "feed": "visites", "of": "nature"},
    "oui-non": {"type": "yes_no", "feed": "visites", "of": "venues > 0"},
    "etape": {"type": "milestone", "feed": "visites", "date": "fin"},
}
DERIVED = {
    "ecart": {"type": "gap", "of": "part", "zone": "reference"},
    "evolution": {"type": "change", "of": "part", "since": "2023"},
    "pour": {"type": "quotient", "of": "nombre", "over": "venues", "population": "p"},
    "score": {"type": "composite", "components": [{"of": "part"}, {"of": "moyenne"}], "method": "weighted_mean"},
}


def visits(zone, year, yes, no):
    return [
        {
            "visite": f"{zone}-{year}-{number}",
            "zone": zone,
            "annee": year,
            "nature": "oui" if number < yes else "non",
            "montant": Decimal(number),
            "venues": 1 + number % 3,
            "debut": dt.date(int(year), 1, 1),
            "fin": dt.date(int(year), 1, 2 + number),
        }
        for number in range(yes + no)
    ]


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Aubépins has 2 « oui » of 10 in 2024, under the threshold of 5; everything else is over it."""
    root = tmp_path_factory.mktemp("publies")
    zones = {"zones": ["pres", "aubepins", "hors-qpv"]}
    asked = [indicator(each, id=name, **zones) for name, each in {**ON_ROWS, **DERIVED}.items()]
    feed = VISITS.model_copy(update={"identity": None})
    space = workspace(root, *asked, feed=feed)
    store = Store(space.data)
    rows = visits("outside", "2023", 9, 9) + visits("outside", "2024", 9, 9) + visits("pres", "2023", 8, 8)
    rows += visits("pres", "2024", 8, 8) + visits("aubepins", "2023", 7, 7) + visits("aubepins", "2024", 2, 8)
    put(store, rows, feed=feed)
    clause = Clause.model_validate(
        {"feed": "visites", "producers": ["bailleur"], "status": "signed", "production": {"threshold": THRESHOLD}}
    )
    contract = space.contracts[CONTRACT].contract
    declared = ContractDeclarations(contract, TERRITORY, (clause,), tuple(asked), (), ())
    confidential = measure(space, store, CONTRACT)
    published = publish(
        Confidential(
            declarations=declared, feeds={"visites": feed}, observations=confidential, as_of=dt.date(2025, 1, 1)
        )
    )
    return confidential, published.tables.observations


def one(frame, **where):
    (row,) = frame.filter(**where).to_dicts()
    return row


def test_every_type_has_a_value_before_publication(tables):
    confidential, _ = tables
    for name in (*ON_ROWS, *DERIVED):
        row = one(confidential, indicator=name, zone="pres", period="2024", breakdown="")
        assert row["availability"] == "disponible", (name, row["cause"])


def test_a_count_under_the_threshold_is_masked_and_so_is_what_is_made_of_it(tables):
    _, published = tables
    for name in ("part", "ecart", "evolution", "score"):
        row = one(published, indicator=name, zone="aubepins", period="2024", breakdown="")
        assert row["confidentiality"] == "secret", name
        assert row["value"] is None
        assert row["numerator"] is None
    small = one(published, indicator="repartition", zone="aubepins", period="2024", breakdown="nature=oui")
    assert (small["confidentiality"], small["value"], small["numerator"]) == ("secret", None, None)


def test_a_derived_value_is_shown_only_beside_all_its_parts(tables):
    confidential, published = tables
    free = published.filter(confidentiality="libre", availability="disponible")
    shown = {"|".join((row["indicator"], row["zone"], row["period"], row["breakdown"])) for row in free.to_dicts()}
    for row in free.filter(pl.col("indicator").is_in(list(DERIVED))).to_dicts():
        made = one(confidential, **{name: row[name] for name in ("indicator", "zone", "period", "breakdown")})
        assert made["parts"]
        assert set(made["parts"]) <= shown
