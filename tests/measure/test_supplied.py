"""Values that others supply: published figures with what is said of them, and answers to surveys."""

from decimal import Decimal

import pytest

from evalkit.measure.run import measure
from evalkit.store.store import Store
from tests.measure.test_types import observed, one
from tests.measure.world import CONTRACT, feed_of, indicator, put, workspace

PUBLISHED = feed_of("base", "zone:zone", "taux:decimal", "sens:code", grain="zone")


@pytest.mark.parametrize(
    ("word", "qualifier", "low", "high"),
    [
        (None, "exact", None, None),
        ("environ", "environ", None, None),
        ("plus de", "borne", 34, None),
        ("<", "borne", None, 34),
        ("à peu près", "environ", None, None),
    ],
)
def test_bounds_and_about_are_qualifiers(tmp_path, word, qualifier, low, high):
    asked = indicator({"type": "published", "feed": "base", "value": "taux", "qualifier": "sens"}, zones=["pres"])
    space = workspace(tmp_path, asked, feed=PUBLISHED)
    put(Store(space.data), [{"zone": "pres", "annee": "2024", "taux": Decimal(34), "sens": word}], feed=PUBLISHED)
    row = one(measure(space, Store(space.data), CONTRACT))
    assert (row["value"], row["qualifier"], row["low"], row["high"]) == (34, qualifier, low, high)


def test_a_file_that_gives_two_values_gives_none(tmp_path):
    asked = indicator({"type": "published", "feed": "base", "value": "taux"}, zones=["pres", "qpv"])
    space = workspace(tmp_path, asked, feed=PUBLISHED)
    rows = [{"zone": "pres", "annee": "2024", "taux": Decimal(value)} for value in (34, 35)]
    put(Store(space.data), rows, feed=PUBLISHED)
    frame = measure(space, Store(space.data), CONTRACT)
    assert "plusieurs valeurs (34, 35)" in one(frame, zone="pres")["cause"]
    assert one(frame, zone="qpv")["availability"] == "sans objet"


SAMPLE = feed_of(
    "enquete", "reponse:code", "zone:zone", "note:integer", "poids:decimal", nature="sondage", grain="reponse"
)


def test_a_survey_has_the_interval_of_its_design_and_a_volunteer_one_has_none(tmp_path):
    """Answers 2, 4, 4, 5 of weights 1, 1, 2, 1: mean 3.8; linearised variance of a weighted mean by hand, 4/3 x
    sum w2 (y - mean)2 / (sum w)2 = 4/3 x (3.24 + 0.04 + 4 x 0.04 + 1.44) / 25."""
    rows = [("2", "1"), ("4", "1"), ("4", "2"), ("5", "1")]
    rows = [{"zone": "pres", "note": int(note), "poids": Decimal(weight)} for note, weight in rows]
    declared = {"type": "survey", "feed": "enquete", "score": "note", "scale": ["1", "5"], "weight": "poids"}
    row = one(observed(tmp_path / "a", indicator(declared, zones=["pres"]), rows, feed=SAMPLE))
    half = 1.959963984540054 * (4 / 3 * 4.88 / 25) ** 0.5
    assert (row["value"], row["n"]) == (3.8, 4)
    assert row["low"] == pytest.approx(3.8 - half, abs=1e-9)
    assert row["high"] == pytest.approx(min(5, 3.8 + half), abs=1e-9)
    open_to_all = SAMPLE.model_copy(update={"nature": "volontaire"})
    open_to_all = type(SAMPLE).model_validate({**SAMPLE.model_dump(by_alias=True), "nature": "volontaire"})
    assert one(observed(tmp_path / "b", indicator(declared, zones=["pres"]), rows, feed=open_to_all))["low"] is None


def test_each_wave_of_a_survey_is_given_apart(tmp_path):
    waves = feed_of("suivi", "reponse:code", "zone:zone", "note:integer", "vague:code", grain="reponse")
    rows = [
        {"zone": "pres", "note": note, "vague": wave} for note, wave in ((2, "à chaud"), (4, "à chaud"), (5, "à froid"))
    ]
    declared = {"type": "survey", "feed": "suivi", "score": "note", "scale": ["1", "5"], "wave": "vague"}
    frame = observed(tmp_path, indicator(declared, zones=["pres"]), rows, feed=waves)
    assert {row["breakdown"]: (row["value"], row["n"]) for row in frame.to_dicts()} == {
        "": (11 / 3, 3),
        "vague=à chaud": (3, 2),
        "vague=à froid": (5, 1),
    }
