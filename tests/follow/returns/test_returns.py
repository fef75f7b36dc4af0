"""Returns become rates, and each thing in them that does not hold is said in its place while the rest is computed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.declare.feed import Feed
from evalkit.follow.result.returns import ReturnRate
from tests.follow.returns.world import COUNTS, RETURNS, followed, protocol, row, sound

PLAIN = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})


def rates(result) -> dict[tuple[str, str, str, str], ReturnRate]:
    return {(rate.wave, rate.breakdown, rate.word, rate.exit): rate for rate in result.returns.rates}


def findings(result) -> list[tuple[str, str]]:
    return [(found.code, found.place.translate(PLAIN)) for found in result.returns.findings]


def changed(index: int, **fields):
    """The sound returns with one row changed; its entrants stay what they were unless they are given."""
    rows = sound()
    rows[index] = {**rows[index], **fields}
    return rows


def test_rates_are_shares_of_those_who_entered(tmp_path):
    """60 + 40 entrants; with a durable job: 10 at 3 months, 21 at 6, 34 at 12. Without news: 16 at 12 months."""
    result = followed(tmp_path, sound())
    found = rates(result)
    whole = [found[wave, "ensemble", "ensemble", "durable"] for wave in ("P3M", "P6M", "P12M")]
    assert [(rate.entrants, rate.count, rate.rate) for rate in whole] == [
        (100, 10, 0.10),
        (100, 21, 0.21),
        (100, 34, 0.34),
    ]
    assert (whole[2].worst, whole[2].best) == (0.34, 0.50)
    assert (result.refusal, result.returns.findings, result.returns.due) == ("", (), ())
    assert result.returns.producers == ("france-travail",)
    assert (result.rates, result.flow, result.feed, result.deliveries) == ((), (), "retours", ("d-france-travail",))


def test_an_exhaustive_count_has_no_interval_and_a_sample_has_wilson_s(tmp_path):
    """10 of 100: Wilson 5.52 to 17.44 % (Newcombe 1998, method 3)."""
    rate = rates(followed(tmp_path / "a", sound()))["P3M", "ensemble", "ensemble", "durable"]
    assert (rate.low, rate.high) == (None, None)
    sample = Feed.model_validate({**RETURNS.model_dump(by_alias=True), "nature": "sondage"})
    rate = rates(followed(tmp_path / "b", sound(), feed=sample))["P3M", "ensemble", "ensemble", "durable"]
    assert (rate.low, rate.high) == (pytest.approx(0.05523, abs=1e-5), pytest.approx(0.17437, abs=1e-5))
    volunteer = Feed.model_validate({**RETURNS.model_dump(by_alias=True), "nature": "volontaire"})
    rate = rates(followed(tmp_path / "c", sound(), feed=volunteer))["P3M", "ensemble", "ensemble", "durable"]
    assert rate.low is None


def test_classes_and_zones_tell_the_outcome(tmp_path):
    found = rates(followed(tmp_path, sound()))
    assert found["P12M", "zone", "pres", "durable"].rate == pytest.approx(20 / 60)
    assert {key[3] for key in found if key[1] != "ensemble"} == {"durable", "lost"}
    assert found["P12M", "ensemble", "ensemble", "en cours"].count == 100 - 34 - 13 - 15 - 16


def test_a_breakdown_that_one_zone_lacks_is_not_added_up(tmp_path):
    """Sex is given in one of the two zones: at 3 months its classes are those of that zone."""
    found = rates(followed(tmp_path, sound()))
    assert found["P3M", "sexe", "F", "durable"].entrants == 30


def test_proofs_are_never_added(tmp_path):
    told = [row(12, "pres", (25, 9, 9, 4, 3, 10), preuve="declaration")]
    told += [row(12, "aubepins", (16, 6, 6, 4, 2, 6), preuve="declaration")]
    declared = rates(followed(tmp_path / "a", sound() + told))
    assert declared["P12M", "ensemble", "ensemble", "durable"].count == 34, "the proof of the protocol: DPAE"
    silent = followed(tmp_path / "b", sound() + told, protocol(protocol={}))
    both = {
        rate.proof: rate.count
        for rate in silent.returns.rates
        if (rate.wave, rate.exit) == ("P12M", "durable") and rate.breakdown == "ensemble"
    }
    assert both == {"declaration": 41, "dpae_dsn": 34}


FAULTS = [
    ("EVK-M421", "vague de 6 mois, Pres, preuve dpae_dsn", lambda: changed(4, suivis=61)),
    ("EVK-M422", "vague de 6 mois, Pres, preuve dpae_dsn", lambda: changed(4, suivis=59, en_recherche=19)),
    ("EVK-M423", "vague de 12 mois, Pres, preuve dpae_dsn", lambda: changed(6, emplois=11, en_recherche=17)),
    ("EVK-M424", "vague de 3 mois, Pres, preuve dpae_dsn", lambda: changed(1, emplois=1, en_recherche=21)),
    ("EVK-M425", "vague de 6 mois", lambda: [each for each in sound() if each["vague"] != 6]),
    (
        "EVK-M427",
        "vague de 6 mois",
        lambda: [row(6, each["zone"], (0,) * 6) if each["vague"] == 6 else each for each in sound()],
    ),
    ("EVK-M428", "vague de 9 mois", lambda: [*sound(), row(9, "pres", (15, 7, 8, 16, 5, 9))]),
    ("EVK-M429", "vague de 6 mois, Pres, preuve dpae_dsn", lambda: changed(4, trimestre="2025-T2")),
    ("EVK-M429", "vague de 12 mois, Pres, preuve dpae_dsn", lambda: changed(6, trimestre="2024-T4")),
    ("EVK-M430", "vague de 6 mois, Pres, preuve dpae_dsn", lambda: changed(4, suivis=None)),
    ("EVK-M431", "vague de 3 mois, Pres, preuve dpae_dsn",
     lambda: [*sound(), row(3, "pres", (7, 4, 5, 34, 4, 6), trimestre="2025-T3")]),
    ("EVK-M432", "vague de 6 mois, Pres, preuve dpae_dsn", lambda: changed(4, missions=None)),
    ("EVK-M436", "vague de 3 mois, Pres, preuve dpae_dsn", lambda: sound()[1:]),
    ("EVK-M437", "vague de 6 mois, preuve dpae_dsn", lambda: [*sound()[:5], *sound()[6:]]),
    (
        "EVK-M435",
        "france-travail, mission-locale",
        lambda: [*sound(), *(row(each, "pres", (1, 1, 1, 1, 1, 1), producer="mission-locale") for each in (3, 6, 12))],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "place", "rows"), FAULTS, ids=[f"{fault[0]} {fault[1]}" for fault in FAULTS])
def test_each_fault_is_said_in_its_place_and_the_rest_is_computed(tmp_path, code, place, rows):
    result = followed(tmp_path, rows())
    told = findings(result)
    assert (code, place) in told, told
    assert result.returns.rates, "the other waves are computed"
    assert ("P12M", "zone", "aubepins", "durable") in rates(result)


def test_no_message_that_may_be_published_holds_a_number_of_persons(tmp_path):
    """Messages are published as they are; the numbers stand apart, for the evaluator."""
    for _, _, rows in FAULTS:
        for found in followed(tmp_path / found_name(rows), rows()).returns.findings:
            words = found.message.translate(PLAIN).split()
            numbers = [word for word in words if word.isdigit() and word not in {"3", "6", "12", "2"}]
            assert numbers == [], found.message


def found_name(rows) -> str:
    return str(id(rows))


def test_a_wave_that_does_not_add_up_is_not_computed_and_the_others_are(tmp_path):
    found = rates(followed(tmp_path, changed(4, suivis=61)))
    assert ("P6M", "ensemble", "ensemble", "durable") not in found
    assert ("P6M", "zone", "pres", "durable") not in found
    assert found["P6M", "zone", "aubepins", "durable"].count == 9
    assert found["P12M", "ensemble", "ensemble", "durable"].count == 34


def test_the_latest_reading_of_a_wave_counts(tmp_path):
    again = [row(3, "pres", (7, 4, 5, 34, 4, 6), trimestre="2025-T3")]
    assert rates(followed(tmp_path, sound() + again))["P3M", "zone", "pres", "durable"].count == 7


def test_a_file_of_situations_may_fall(tmp_path):
    rows = changed(6, emplois=11, en_recherche=17)
    on_the_day = protocol(returns={"counts": "on_the_day"})
    assert not [code for code, _ in findings(followed(tmp_path, rows, on_the_day)) if code == "EVK-M423"]


def test_a_wave_that_is_not_over_is_due_and_not_missing(tmp_path):
    result = followed(tmp_path, [each for each in sound() if each["vague"] != 12])
    assert result.returns.due == ("P12M",)
    assert result.returns.findings == ()


OTHERS = [{**each, "cohorte": "seniors"} for each in sound()]


@pytest.mark.parametrize(
    ("rows", "cohort", "words"),
    [
        ([], None, "n’a pas été reçu"),
        (
            [{**each, "cohorte": "seniors"} for each in sound()],
            None,
            "aucune cohorte nommée « essai.neet » ou « neet »",
        ),
        (OTHERS, None, "il compte « seniors »"),
        ([{**each, "zone": "outside"} for each in sound()], None, "hors des quartiers du protocole"),
        (sound(), protocol(exits={"durable": "embauches"}), "il n’a pas « embauches »"),
    ],
    ids=["rien", "autre nom", "noms connus", "ailleurs", "sans colonne"],
)
def test_what_cannot_be_followed_says_why(tmp_path, rows, cohort, words):
    result = followed(tmp_path, rows, cohort)
    assert words in result.refusal.translate(PLAIN)
    assert result.returns is None


def test_totals_stand_in_for_rows_that_are_not_allowed(tmp_path):
    """The clause of the rows is only planned: the totals of the same cohort are read, and the result says so."""
    cohort = protocol(
        mode="individual",
        feed="parcours",
        public="accompagnement = 'cite'",
        entry={"date": "debut", "window": ["2025-01-01", "2025-03-31"]},
        situation="etat",
        exit_date="fin",
        exits={"durable": "emploi", "transition": "mission", "lost": "perdu"},
        returns={"feed": "retours", "exits": {"durable": "emplois", "lost": "sans_nouvelle"}},
    )
    result = followed(tmp_path, sound(), cohort)
    assert rates(result)["P12M", "ensemble", "ensemble", "durable"].count == 34
    assert "faute de lignes de personnes" in result.warnings[0]
    assert "prévue, non signée" in result.warnings[0]


COUNT = st.integers(0, 40)


@settings(max_examples=25, deadline=None)
@given(
    waves=st.lists(st.tuples(*(COUNT for _ in COUNTS)), min_size=3, max_size=3),
    zone=st.sampled_from(["pres", "aubepins"]),
)
def test_those_who_entered_are_conserved_at_every_wave(tmp_path_factory, waves, zone):
    """Entered = each exit + without news + still there, at every wave that has a rate."""
    rows = [row(wave, zone, counts) for wave, counts in zip((3, 6, 12), waves, strict=True)]
    result = followed(tmp_path_factory.mktemp("vague"), rows)
    told: dict[str, list[ReturnRate]] = {}
    for rate in result.returns.rates:
        if rate.breakdown == "ensemble":
            told.setdefault(rate.wave, []).append(rate)
    assert len(told) == sum(bool(sum(counts)) for counts in waves)
    for found in told.values():
        assert sum(rate.count for rate in found) == found[0].entrants
        assert sum(rate.rate for rate in found) == pytest.approx(1)
        assert all(rate.worst <= rate.rate <= rate.best <= 1 for rate in found)


def test_counts_rounded_by_the_partner_may_be_a_little_apart(tmp_path):
    """Six counts and their total rounded to 5 may be 7 x 2.5 = 17.5 apart; 20 is a fault."""
    checks = [{"total": "suivis", "parts": list(COUNTS), "rounding": "5", "severity": "bloquant", "message": "Total."}]
    feed = Feed.model_validate({**RETURNS.model_dump(by_alias=True), "checks": checks})
    rows = [row(wave, zone, (5, 5, 5, 30, 5, 5), suivis=70) for wave in (3, 6, 12) for zone in ("pres", "aubepins")]
    assert findings(followed(tmp_path / "a", rows, feed=feed)) == []
    rows[2]["suivis"] = 75
    codes = [code for code, _ in findings(followed(tmp_path / "b", rows, feed=feed))]
    assert codes[0] == "EVK-M421"


def test_a_count_left_empty_is_not_zero(tmp_path):
    """At 6 months the partner hides those without news of one zone: 60 entrants, 26 exits told."""
    result = followed(tmp_path, changed(4, sans_nouvelle=None, en_recherche=None))
    found = rates(result)
    assert ("P6M", "ensemble", "ensemble", "lost") not in found
    assert ("P6M", "ensemble", "ensemble", "en cours") not in found
    zone = found["P6M", "zone", "pres", "durable"]
    assert (zone.count, zone.worst, zone.best) == (12, 0.2, (12 + 60 - 12 - 6 - 8) / 60)
    assert not [code for code, _ in findings(result) if code == "EVK-M421"]
