"""People through time: each file says its part, the declared rule chooses, and everybody is somewhere every month."""

from __future__ import annotations

import pytest

from evalkit.follow.result.cohort import CohortResult
from evalkit.store.store import Store
from tests.follow.people.world import EVENTS, event, followed, quarter
from tests.follow.world import day, stay
from tests.measure.world import put

PLAIN = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})
LAST = "2024-12"


def crowd(number: int = 30, **fields) -> list[dict]:
    """Persons who are there until the end, so that the last month is covered and the cohort is large enough."""
    return [row for rank in range(number) for row in stay(f"foule{rank}", "2024-01-10", LAST, **fields)]


def some(number: int, last_month: str, **fields) -> list[dict]:
    return [row for rank in range(number) for row in stay(f"p{rank}", "2024-01-10", last_month, **fields)]


def endings(found: CohortResult) -> dict[str, int]:
    return {each.state: each.persons for each in found.people.endings}


def counts(found: CohortResult, month: int, group: str = "accompagnés") -> dict[str, int]:
    return {
        each.state: each.count
        for each in found.people.occupation
        if each.month == month and each.group == group and each.count
    }


def codes(found: CohortResult) -> list[str]:
    return [each.code for each in found.findings]


def test_another_file_finds_those_whom_the_first_one_loses(tmp_path):
    """Ten leave the monthly file in April without a word; contracts that begin in May say that six had a job."""
    gone = some(10, "2024-04")
    alone = followed(tmp_path / "a", crowd() + gone)
    assert endings(alone) == {"en cours": 30, "lost": 10}
    told = followed(
        tmp_path / "b", crowd() + gone, contracts=[event(f"p{rank}", "2024-05-06", None) for rank in range(6)]
    )
    assert endings(told) == {"durable": 6, "en cours": 30, "lost": 4}
    by_wave = {(rate.wave, rate.exit): rate.count for rate in told.rates}
    assert by_wave["P6M", "durable"] == 6
    assert told.deliveries == ("d-contrats", "d-parcours")
    assert told.people.told[1].linked == 6


def contradicted() -> tuple[list[dict], list[dict], list[dict]]:
    """In June 2024, of five persons, the files say a job, a follow-up, and a mission."""
    own = [
        row for rank in range(5) for row in stay(f"p{rank}", "2024-01-10", "2024-06", etat="emploi", fin="2024-06-20")
    ]
    mission = [quarter(f"p{rank}", "2024-T2", "suivi") for rank in range(5)]
    contracts = [event(f"p{rank}", "2024-06-03", "2024-06-30", "mission") for rank in range(5)]
    return crowd() + own, mission, contracts


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("priority", {"durable": 5, "en cours": 30}),  # the file of the cohort comes first
        ("latest", {"transition": 5, "en cours": 30}),  # contracts were received in March, the others before
        ("strictest", {"en cours": 30, "lost": 5}),  # followed without a job, then nothing more
    ],
)
def test_the_declared_rule_chooses_between_files(tmp_path, rule, expected):
    found = followed(tmp_path, *contradicted(), contradictions=rule)
    assert endings(found) == expected
    told = found.people.contradictions
    assert (told.rule, told.contradictory, told.persons, told.overlapping) == (rule, 5, 5, 0)
    assert told.twice == 15, "April to June are told by two files, or three"
    finding = next(each for each in found.findings if each.code == "EVK-M448")
    assert "5 mois sur 15" in finding.received.translate(PLAIN)
    assert not any(character.isdigit() for character in finding.message)


def test_no_news_contradicts_nothing(tmp_path):
    """The monthly file says « sans nouvelle » in June, the quarterly one that the person is followed."""
    own = [row for rank in range(5) for row in stay(f"p{rank}", "2024-01-10", "2024-06", etat="perdu")]
    mission = [
        quarter(f"p{rank}", period, "suivi") for rank in range(5) for period in ("2024-T2", "2024-T3", "2024-T4")
    ]
    found = followed(tmp_path, crowd() + own, mission)
    assert endings(found) == {"en cours": 35}
    assert found.people.contradictions.contradictory == 0


def test_within_a_file_what_began_last_is_believed(tmp_path):
    contracts = [event("p", "2024-03-01", "2024-09-30", "mission"), event("p", "2024-04-15", None, "emploi")]
    found = followed(tmp_path, crowd() + stay("p", "2024-01-10", "2024-02"), contracts=contracts)
    assert found.people.contradictions.overlapping == 6, "April to September"
    assert endings(found)["transition"] == 1, "the mission of March is the first exit"
    assert "EVK-M447" in codes(found)
    assert counts(found, 2)["transition"] == 1
    assert counts(found, 3)["durable"] == 1


def test_a_quarter_tells_its_last_month_and_those_who_are_there(tmp_path):
    mission = [quarter("p", "2024-T2", "suivi"), quarter("p", "2024-T3", "emploi")]
    found = followed(tmp_path, crowd() + stay("p", "2024-01-10", "2024-03"), mission)
    assert [counts(found, month).get("durable", 0) for month in (7, 8, 9)] == [0, 1, 1]
    assert [counts(found, month).get("lost", 0) for month in (5, 6, 7)] == [0, 1, 1], "July and August say nothing"


def test_those_who_move_are_counted_and_stay_in_the_cohort(tmp_path):
    rows = crowd(10)
    for person, places in {"out": ["outside"] * 6, "back": ["outside", "outside", "pres", "pres", "pres", "pres"],
                           "near": ["aubepins"] * 6, "unknown": ["unknown"] * 6}.items():  # fmt: skip
        stays = stay(person, "2024-01-10", LAST)
        for row, place in zip(stays[6:], places, strict=True):
            row["zone"] = place
        rows += stays
    found = followed(tmp_path, rows)
    moves = found.people.moves
    assert (moves.left, moves.back, moves.between, moves.told) == (2, 1, 1, 14)
    assert endings(found) == {"en cours": 14}


def test_states_add_up_every_month_and_passages_to_them(tmp_path):
    found = followed(tmp_path, *contradicted())
    for month in range(13):
        told = [each for each in found.people.occupation if each.month == month]
        assert not told or sum(each.count for each in told) == told[0].at_risk
    for month in range(13):
        for before in {each.before for each in found.people.transitions if each.month == month}:
            rows = [each for each in found.people.transitions if (each.month, each.before) == (month, before)]
            assert sum(each.count for each in rows) == rows[0].at_risk
    june = {(each.before, each.after): each.count for each in found.people.transitions if each.month == 5}
    assert june == {("en cours", "durable"): 5, ("en cours", "en cours"): 30}


def test_an_outcome_that_nobody_looks_at_again_is_unknown(tmp_path):
    """Ten jobs in March. Six months later: six still told in a job, one told looking again, three told by nobody."""
    own = [
        row for rank in range(10) for row in stay(f"p{rank}", "2024-01-10", "2024-03", etat="emploi", fin="2024-03-05")
    ]
    contracts = [event(f"p{rank}", "2024-03-05", "2024-10-31") for rank in range(6)]
    again = stay("p6", "2024-08-01", LAST)
    found = followed(tmp_path / "a", crowd() + own + again, contracts=contracts)
    six = next(each for each in found.people.retention if each.wave == "P6M")
    assert (six.at_risk, six.told, six.count) == (10, 7, 6)
    assert (six.rate, six.worst, six.best) == (pytest.approx(6 / 7), 0.6, 0.9)
    alone = followed(tmp_path / "b", crowd() + own)
    assert next(each for each in alone.people.retention if each.wave == "P6M").rate is None


def test_a_file_that_tells_of_nobody_is_said_and_the_rest_is_computed(tmp_path):
    found = followed(tmp_path, crowd(), contracts=[event("inconnu", "2024-05-06", None)])
    finding = next(each for each in found.findings if each.code == "EVK-M443")
    assert finding.place == "fichier contrats"
    assert "même clé" in finding.message
    assert endings(found) == {"en cours": 30}


def test_a_file_that_did_not_come_is_said(tmp_path):
    found = followed(tmp_path, crowd(), contracts=[])
    assert any("« Contrats » n’est pas lu" in warning.translate(PLAIN) for warning in found.warnings)


def test_a_key_changed_in_another_file_stops_that_file(tmp_path):
    """Contracts were received under one key, then under another from the third quarter on."""
    rows = crowd() + stay("p", "2024-01-10", "2024-02")
    before = event("p", "2024-05-06", "2024-06-30", "suivi", _period="2024-T2")
    followed(tmp_path, rows, contracts=[before], keys={"contrats": "une"})
    later = [event("p", "2024-08-01", None, "emploi", _period="2024-T3")]
    put(Store(tmp_path / "data"), later, feed=EVENTS, delivery_id="d-suite", key="deux", received_on=day("2026-04-10"))
    found = followed(tmp_path, [], contracts=[])
    assert any("sa clé d’identité a changé" in warning.translate(PLAIN) for warning in found.warnings)
    assert endings(found) == {"en cours": 30, "lost": 1}


@pytest.mark.parametrize(
    ("code", "rows", "kept"),
    [
        ("EVK-M440", lambda: stay("p", "2024-05-10", "2024-05", etat="emploi", fin="2024-05-09"), {"en cours": 30}),
        (
            "EVK-M441",
            lambda: [
                *stay("p", "2024-01-10", "2024-03", etat="mission", fin="2024-03-05"),
                stay("p", "2024-01-10", "2024-06", etat="emploi", fin="2024-06-05")[-1],
            ],
            {"transition": 1, "en cours": 30},
        ),
        (
            "EVK-M442",
            lambda: [{**row, "debut": day("2024-03-10")} for row in stay("p", "2024-01-10", LAST)],
            {"en cours": 31},
        ),
    ],
    ids=["sort avant d’entrer", "deux sorties", "ligne d’avant l’entrée"],
)
def test_rows_that_contradict_themselves_are_said_and_the_rest_is_computed(tmp_path, code, rows, kept):
    found = followed(tmp_path, crowd() + rows())
    finding = next(each for each in found.findings if each.code == code)
    assert (finding.place, finding.received.translate(PLAIN)) == ("fichier parcours", "1 entrée")
    assert endings(found) == kept


def test_a_wave_that_nobody_has_reached_is_said(tmp_path):
    found = followed(tmp_path, crowd(), waves=["P6M", "P12M"])
    (finding,) = [each for each in found.findings if each.code == "EVK-M445"]
    assert finding.place.translate(PLAIN) == "vague de 12 mois"
    assert {rate.wave for rate in found.rates} == {"P6M"}


def test_a_comparison_group_of_three_is_described_and_not_compared(tmp_path):
    rows = crowd() + [row for rank in range(3) for row in stay(f"c{rank}", "2024-01-10", LAST, accompagnement="commun")]
    against = {"where": "accompagnement = 'commun'", "balance": ["age"]}
    found = followed(tmp_path, rows, against=against, waves=["P6M"])
    assert found.contrasts == ()
    assert any("À 6 mois, pas de comparaison" in each.translate(PLAIN) for each in found.warnings)
    assert {rate.at_risk for rate in found.rates if rate.group == "comparaison"} == {3}
