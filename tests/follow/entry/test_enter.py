"""Rows by month become persons: spells, one entry each, their group, their exit, and nobody lost on the way."""

from __future__ import annotations

import calendar
import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.follow.entry.persons import ACCOMPANIED, COMPARISON
from evalkit.follow.states import OTHER_EXIT, STILL_THERE, VANISHED
from tests.follow.world import day, protocol, read, stay


def only(persons):
    (row,) = persons.frame.to_dicts()
    return row


def test_a_spell_takes_its_covariates_from_the_first_row_and_its_exit_from_the_last():
    rows = stay("a", "2024-02-10", "2024-05", etat="emploi", fin="2024-05-20")
    rows[0] |= {"age": 29, "zone": "aubepins"}
    rows[2] |= {"age": 30, "zone": "pres"}
    assert only(read(rows)) == {
        "group": ACCOMPANIED,
        "zone": "aubepins",
        "entry": day("2024-02-10"),
        "exit_date": day("2024-05-20"),
        "exit": "durable",
        "age": 29,
    }


def test_no_identity_leaves_the_reading():
    assert set(read(stay("a", "2024-02-10", "2024-12")).frame.columns) == {
        "group",
        "zone",
        "entry",
        "exit_date",
        "exit",
        "age",
    }


@pytest.mark.parametrize(
    ("fields", "last_month", "expected"),
    [
        ({"etat": "emploi", "fin": "2024-05-20"}, "2024-05", ("durable", "2024-05-20")),
        ({"etat": "mission", "fin": "2024-05-20"}, "2024-05", ("transition", "2024-05-20")),
        ({"etat": "emploi"}, "2024-05", ("durable", "2024-05-31")),  # an exit without a date: certain by then
        ({"etat": "perdu"}, "2024-02", (VANISHED, "2024-02-29")),
        ({"etat": "inactif", "fin": "2024-05-20"}, "2024-05", (OTHER_EXIT, "2024-05-20")),
        ({}, "2024-12", (STILL_THERE, None)),  # still in the last month delivered
        ({}, "2024-11", (VANISHED, "2024-11-30")),  # left the file without a word
    ],
)
def test_each_way_of_leaving_is_an_exit_of_its_own(fields, last_month, expected):
    found = only(read(stay("a", "2024-01-10", last_month, **fields)))
    role, date = expected
    assert (found["exit"], found["exit_date"]) == (role, day(date) if date else None)


def test_a_person_counts_once_by_the_first_entry():
    rows = stay("a", "2024-03-01", "2024-04", etat="emploi", fin="2024-04-10")
    rows += stay("a", "2024-08-01", "2024-12")
    found = read(rows)
    assert only(found)["entry"] == day("2024-03-01")
    assert (found.spells, found.persons, found.repeated) == (2, 1, 1)


def test_somebody_who_was_accompanied_is_never_a_comparison():
    rows = stay("a", "2024-02-01", "2024-03", accompagnement="commun", etat="emploi", fin="2024-03-10")
    rows += stay("a", "2024-09-01", "2024-12")
    rows += stay("b", "2024-02-01", "2024-12", accompagnement="commun")
    found = read(rows)
    assert found.frame.select("group", "entry").sort("group").rows() == [
        (ACCOMPANIED, day("2024-09-01")),
        (COMPARISON, day("2024-02-01")),
    ]
    assert (found.both, found.repeated, found.persons) == (1, 1, 2)


def test_the_group_is_that_of_the_entry_not_of_what_follows():
    rows = stay("a", "2024-02-01", "2024-12", accompagnement="commun")
    rows[3]["accompagnement"] = "cite"
    assert only(read(rows))["group"] == COMPARISON


def test_an_exit_before_the_entry_is_counted_and_left_out():
    rows = stay("a", "2024-05-10", "2024-05", etat="emploi", fin="2024-05-09")
    rows += stay("b", "2024-05-10", "2024-05", etat="emploi", fin="2024-05-10")
    rows += stay("c", "2024-05-10", "2024-05", etat="emploi", fin="2024-05-09", accompagnement="autre")
    found = read(rows)
    assert (found.contradictory, found.frame.height, found.spells) == (1, 1, 3)


@pytest.mark.parametrize(
    ("entry", "zone", "counts"),
    [
        ("2023-12-31", "pres", False),
        ("2024-01-01", "pres", True),
        ("2024-12-31", "aubepins", True),
        ("2025-01-01", "pres", False),
        ("2024-06-01", "outside", False),
        ("2024-06-01", None, False),
    ],
)
def test_entries_are_those_of_the_window_both_days_included_and_of_the_zones(entry, zone, counts):
    found = read(stay("a", entry, "2025-03", zone=zone), last_day="2025-03-31")
    assert (found.spells, found.frame.height) == (int(counts), int(counts))


def test_a_row_without_a_pseudonym_is_nobody():
    rows = [{**row, "personne": None} for row in stay("a", "2024-02-01", "2024-04")]
    assert read(rows).spells == 0


def test_without_a_comparison_group_only_the_public_enters():
    rows = stay("a", "2024-02-01", "2024-12") + stay("b", "2024-02-01", "2024-12", accompagnement="commun")
    found = read(rows, protocol(against=None))
    assert found.frame["group"].to_list() == [ACCOMPANIED]
    assert "age" not in found.frame.columns


def test_balancing_on_the_zone_and_on_the_situation_at_entry():
    against = {"where": "accompagnement = 'commun'", "balance": ["zone", "etat"]}
    rows = stay("a", "2024-02-01", "2024-04", etat="emploi", fin="2024-04-02")
    found = only(read(rows, protocol(against=against)))
    assert (found["etat"], found["exit"]) == ("recherche", "durable")


SPELL = st.fixed_dictionaries(
    {
        "person": st.sampled_from("abcdef"),
        "entry": st.dates(dt.date(2023, 11, 1), dt.date(2025, 1, 31)),
        "months": st.integers(0, 5),
        "zone": st.sampled_from(["pres", "aubepins", "outside", None]),
        "accompagnement": st.sampled_from(["cite", "commun", "autre", None]),
        "etat": st.sampled_from(["emploi", "mission", "recherche", "inactif", "perdu"]),
        "after": st.none() | st.integers(-40, 200),
    }
)


def rows_of(spells):
    rows = []
    for spell in spells:
        index = 12 * spell["entry"].year + spell["entry"].month - 1 + spell["months"]
        last = f"{index // 12:04d}-{index % 12 + 1:02d}"
        left = None if spell["after"] is None else str(spell["entry"] + dt.timedelta(days=spell["after"]))
        fields = {name: spell[name] for name in ("zone", "accompagnement", "etat")}
        rows += stay(spell["person"], str(spell["entry"]), last, fin=left, **fields)
    return rows


@settings(max_examples=60, deadline=None)
@given(
    spells=st.lists(SPELL, max_size=12, unique_by=lambda spell: (spell["person"], spell["entry"])), seed=st.integers()
)
def test_persons_are_conserved_whatever_the_file(spells, seed):
    """Every spell is somewhere: kept, repeated, contradictory or of neither group; and the order of rows is nothing."""
    rows = rows_of(spells)
    found = read(rows, last_day="2025-06-30")
    inside = [
        spell
        for spell in spells
        if spell["zone"] in {"pres", "aubepins"} and day("2024-01-01") <= spell["entry"] <= day("2024-12-31")
    ]
    grouped = [spell for spell in inside if spell["accompagnement"] in {"cite", "commun"}]
    backwards = [spell for spell in grouped if spell["after"] is not None and spell["after"] < 0]
    kept = {spell["person"] for spell in grouped if spell not in backwards}
    assert found.spells == len(inside)
    assert found.persons == len({spell["person"] for spell in inside})
    assert found.contradictory == len(backwards)
    assert found.frame.height == len(kept)
    assert found.spells == found.frame.height + found.repeated + found.contradictory + len(inside) - len(grouped)
    accompanied = {spell["person"] for spell in grouped if spell["accompagnement"] == "cite" and spell not in backwards}
    assert found.frame.filter(group=ACCOMPANIED).height == len(accompanied)
    random.Random(seed).shuffle(rows)
    assert read(rows, last_day="2025-06-30").frame.equals(found.frame)


ODD_ROW = st.fixed_dictionaries(
    {
        "personne": st.sampled_from("ab"),
        "debut": st.sampled_from([day("2024-03-10"), day("2024-06-01")]),
        "mois": st.sampled_from(["2024-02", "2024-03", "2024-05", "2024-06", "2024-09", "2024-12"]),
        "zone": st.sampled_from(["pres", "aubepins"]),
        "age": st.integers(18, 20),
        "accompagnement": st.sampled_from(["cite", "commun"]),
        "etat": st.sampled_from(["emploi", "mission", "recherche", "perdu"]),
        "fin": st.none() | st.dates(dt.date(2024, 6, 1), dt.date(2024, 7, 15)),
    }
)
RANKS = {"perdu": 0, "recherche": 1, "mission": 2, "emploi": 3}
WORDS = {"perdu": VANISHED, "mission": "transition", "emploi": "durable"}


def plainly(rows):
    """The rule of one entry, written plainly: its exit and the day of it; the month of its first row."""
    entered = f"{rows[0]['debut']:%Y-%m}"
    rows = [row for row in rows if row["mois"] >= entered] or rows
    order = sorted(rows, key=lambda row: (row["mois"], row["fin"] or dt.date.min, RANKS[row["etat"]]))
    leaving = [row for row in order if row["fin"] is not None]
    last = leaving[0] if leaving and leaving[0]["fin"] != order[-1]["fin"] else order[-1]
    silent = STILL_THERE if last["mois"] == "2024-12" else VANISHED
    said = WORDS.get(last["etat"], OTHER_EXIT if last["fin"] else silent)
    year, month = (int(part) for part in last["mois"].split("-"))
    month_end = dt.date(year, month, calendar.monthrange(year, month)[1])
    dated = None if said == STILL_THERE else last["fin"] or month_end
    first = [row for row in order if (row["mois"], row["fin"]) == (order[0]["mois"], order[0]["fin"])]
    return said, dated, {(row["zone"], row["age"], row["accompagnement"]) for row in first}


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(ODD_ROW, min_size=1, max_size=7), seed=st.integers())
def test_an_entry_is_read_by_its_first_and_its_last_word_whatever_its_rows(rows, seed):
    """Rows of one month that differ, exits followed by something else, rows before the entry: one rule, no chance."""
    entries = {}
    for row in rows:
        entries.setdefault((row["personne"], row["debut"]), []).append(row)
    for mine in entries.values():
        persons, (said, dated, firsts) = read(mine), plainly(mine)
        if dated is not None and dated < mine[0]["debut"]:
            assert persons.contradictory == 1
            continue
        row = only(persons)
        assert (row["exit"], row["exit_date"]) == (said, dated)
        assert (row["zone"], row["age"], "cite" if row["group"] == ACCOMPANIED else "commun") in firsts
    whole = read(rows)
    random.Random(seed).shuffle(rows)
    assert read(rows).frame.equals(whole.frame)
