"""Cohorts are followed from the store, or say why they are not."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from evalkit.declare.cohort_words import wave_words
from evalkit.follow.run import follow
from evalkit.store.store import Store
from tests.follow.world import PATHWAYS, SIGNED, protocol, stay, workspace
from tests.measure.world import CONTRACT, put

AGES = (25, 35, 45, 55)


def quarter(row):
    return f"{row['mois'][:4]}-T{(int(row['mois'][5:]) - 1) // 3 + 1}"


def people(count: int, group: str, *, jobs: int, first: int = 0, **fields: object):
    """Persons entered in February 2024, seen to the end of 2025; the first ``jobs`` of them find a job in June."""
    rows = []
    for number in range(first, first + count):
        given = {"accompagnement": group, "age": AGES[number % 4], "zone": ("pres", "aubepins")[number % 2], **fields}
        if number - first < jobs:
            rows += stay(f"{group}{number}", "2024-02-05", "2024-06", etat="emploi", fin="2024-06-15", **given)
        else:
            rows += stay(f"{group}{number}", "2024-02-05", "2025-12", **given)
    return rows


def result(tmp_path, rows, cohort=None, clause=None, **fields):
    space = workspace(tmp_path, cohort or protocol(), clause=clause)
    store = Store(space.data)
    if rows:
        put(store, [{**row, "_period": quarter(row)} for row in rows], feed=PATHWAYS, **fields)
    (found,) = follow(space, store, CONTRACT)
    return found


def test_a_cohort_is_described_balanced_and_compared(tmp_path):
    """48 accompanied, 24 with a job: 50 %. 60 comparisons, 15 with a job: 25 %. Alike at entry by construction."""
    found = result(tmp_path, people(48, "cite", jobs=24) + people(60, "commun", jobs=15))
    durable = {(rate.group, rate.wave): rate for rate in found.rates if rate.exit == "durable"}
    assert durable["accompagnés", "P6M"].rate == 0.5
    assert durable["comparaison", "P12M"].rate == 0.25
    assert durable["comparaison pondérée", "P6M"].rate == pytest.approx(0.25)
    assert [contrast.wave for contrast in found.contrasts] == ["P6M", "P12M"]
    assert found.contrasts[0].effect == pytest.approx(25)
    assert (found.refusal, found.lost, found.feed, found.deliveries) == ("", 0.0, "parcours", ("d1",))
    assert any("tirées au sort" in sentence for sentence in found.warnings)


def test_the_flow_is_conserved_at_every_step(tmp_path):
    rows = people(48, "cite", jobs=24) + people(60, "commun", jobs=15) + people(7, "autre", jobs=0)
    rows += stay("cite0", "2024-09-01", "2024-12")  # again
    rows += stay("commun0", "2024-09-01", "2024-12")  # accompanied later
    rows += stay("x", "2024-05-10", "2024-05", etat="emploi", fin="2024-05-01")  # leaves before it enters
    found = result(tmp_path, rows)
    assert [(step.persons, step.removed) for step in found.flow] == [
        (118, 0),  # 48 + 60 + 7 entries, then three more
        (111, 7),
        (110, 1),
        (108, 2),
        (49, 59),  # commun0 counts as accompanied
    ]
    for before, after in zip(found.flow, found.flow[1:], strict=False):
        assert before.persons - after.removed == after.persons
        assert bool(after.removed) == bool(after.reason)
    assert any("avec accompagnement et une autre sans" in sentence for sentence in found.warnings)


def test_without_a_comparison_group_nothing_is_compared(tmp_path):
    found = result(tmp_path, people(48, "cite", jobs=24), protocol(against=None))
    assert (found.contrasts, found.balance, found.warnings, found.refusal) == ((), (), (), "")
    assert {rate.group for rate in found.rates} == {"accompagnés"}
    assert len(found.flow) == 4


def test_under_the_minimum_persons_are_described_and_their_number_is_not_told(tmp_path):
    found = result(tmp_path, people(29, "cite", jobs=10) + people(60, "commun", jobs=15))
    assert found.refusal.startswith("Moins de 30 personnes accompagnées")
    assert "29" not in found.refusal
    assert found.contrasts == ()
    assert {rate.at_risk for rate in found.rates if rate.group == "accompagnés"} == {29}


def test_too_few_comparisons_give_a_reason_said_once_for_all_waves(tmp_path):
    found = result(tmp_path, people(48, "cite", jobs=24) + people(12, "commun", jobs=3))
    assert found.contrasts == ()
    (told,) = found.warnings
    assert told.startswith("À 6 mois et à 12 mois, pas de comparaison\N{NO-BREAK SPACE}: l’un des deux groupes")
    assert not any(re.search(r"\b12 personnes|\b48\b", sentence) for sentence in found.warnings)


def test_groups_without_overlap_are_described_side_by_side(tmp_path):
    found = result(tmp_path, people(48, "cite", jobs=24, age=20) + people(60, "commun", jobs=15, age=60))
    assert found.contrasts == ()
    assert all("aucune pondération" in sentence for sentence in found.warnings)
    assert {rate.group for rate in found.rates} == {"accompagnés", "comparaison"}


def test_what_balancing_leaves_out_is_said(tmp_path):
    rows = people(48, "cite", jobs=24) + people(60, "commun", jobs=15)
    rows += people(3, "commun", jobs=0, first=100, age=None)
    found = result(tmp_path, rows)
    assert any("hors de la comparaison" in sentence for sentence in found.warnings)
    sizes = {rate.at_risk for rate in found.rates if rate.group in {"comparaison", "comparaison pondérée"}}
    assert sizes == {63}, "two sizes would tell that three persons have no age"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"status": "planned"}, "clause DATA prévue, non signée"),
        ({"sharing": {"purposes": ["indicateur"]}}, "finalité «\N{NO-BREAK SPACE}cohorte\N{NO-BREAK SPACE}»"),
        ({"retention": "P1Y"}, "conservation trop courte (P1Y) pour un suivi de 24 mois"),
    ],
)
def test_a_clause_that_forbids_stops_everything(tmp_path, changed, reason):
    found = result(tmp_path, people(48, "cite", jobs=24), clause={**SIGNED, **changed})
    assert reason in found.refusal
    assert (found.rates, found.flow, found.lost) == ((), (), None)


def test_what_was_not_received_cannot_be_followed(tmp_path):
    found = result(tmp_path, [])
    assert "n’a pas été reçu" in found.refusal
    assert found.deliveries == ()


def test_a_zone_of_the_protocol_holds_those_inside_it(tmp_path):
    rows = people(48, "cite", jobs=24)
    for zones in (["qpv"], ["ville"], ["pres", "aubepins"]):
        found = result(tmp_path / zones[0], rows, protocol(zones=zones, against=None))
        assert found.flow[0].persons == 48
    assert result(tmp_path / "une", rows, protocol(zones=["pres"], against=None)).flow[0].persons == 24


def test_a_producer_that_is_late_makes_nobody_vanish(tmp_path):
    """One producer has delivered all of 2024, the other its first half: who is not seen after June is not lost."""
    space = workspace(tmp_path, protocol(against=None))
    store = Store(space.data)
    here = [row for number in range(40) for row in stay(f"a{number}", "2024-02-05", "2024-12")]
    there = [row for number in range(40) for row in stay(f"b{number}", "2024-02-05", "2024-06")]
    put(store, [{**row, "_period": quarter(row)} for row in here], feed=PATHWAYS, producer="un")
    put(store, [{**row, "_period": quarter(row)} for row in there], feed=PATHWAYS, producer="deux", delivery_id="d2")
    (found,) = follow(space, store, CONTRACT)
    assert found.flow[-1].persons == 80
    assert found.rates == (), "six months after the entries, only one producer has delivered"
    short = protocol(against=None, waves=["P3M"])
    (found,) = follow(workspace(tmp_path, short), store, CONTRACT)
    assert {rate.exit: rate.count for rate in found.rates} == {"durable": 0, "lost": 0, "transition": 0}


def test_as_of_goes_back_and_the_same_store_gives_the_same_result(tmp_path):
    space = workspace(tmp_path, protocol(against=None))
    store = Store(space.data)
    rows = [{**row, "_period": quarter(row)} for row in people(48, "cite", jobs=24)]
    put(store, rows, feed=PATHWAYS, received_on=dt.date(2026, 1, 15))
    assert follow(space, store, CONTRACT) == follow(space, store, CONTRACT)
    (before,) = follow(space, store, CONTRACT, dt.date(2026, 1, 14))
    assert "n’a pas été reçu" in before.refusal


@pytest.mark.parametrize(
    ("wave", "words"), [("P6M", "6 mois"), ("P1Y", "1 an"), ("P2Y", "2 ans"), ("P30D", "30 jours"), ("P1D", "1 jour")]
)
def test_waves_are_said_in_french(wave, words):
    assert wave_words(wave) == words
