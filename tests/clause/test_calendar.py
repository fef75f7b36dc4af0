"""The dated days of the clauses, counted by hand."""

from __future__ import annotations

import datetime as dt

from evalkit.clause.calendar import dated_days
from evalkit.declare.clause import Clause

from .declared import clause, feed

FEEDS = {"attributions": feed(granularity="annee")}
DAYS = [
    {"day": "03-30", "what": "bilan", "sends": True},
    {"day": "04-30", "what": "réunion d’évaluation"},
    {"day": "05-30", "what": "justificatifs"},
]


def yearly(**changes: object) -> Clause:
    production = {"frequency": "annee", "due": None, "deadlines": DAYS, "until": "2030-12-31"}
    return clause(**{"production": production, **changes})


def coming(*clauses: Clause, day: str = "2026-11-21", ahead: str = "P1Y") -> list[tuple[str, str, str]]:
    found = dated_days(clauses, FEEDS, dt.date.fromisoformat(day), ahead)
    return [(each.day.isoformat(), each.period, each.what) for each in found]


def test_the_three_days_of_a_year_come_in_order() -> None:
    assert coming(yearly()) == [
        ("2027-03-30", "2026", "bilan"),
        ("2027-04-30", "2026", "réunion d’évaluation"),
        ("2027-05-30", "2026", "justificatifs"),
    ]


def test_the_day_itself_is_past_and_the_last_day_is_seen() -> None:
    assert coming(yearly(), day="2026-03-30")[0] == ("2026-04-30", "2025", "réunion d’évaluation")
    assert coming(yearly(), day="2026-03-29")[0] == ("2026-03-30", "2025", "bilan")
    assert coming(yearly(), day="2026-03-30")[-1] == ("2027-03-30", "2026", "bilan")


def test_a_delay_gives_a_day_too() -> None:
    """A quarter is due 30 days after its end."""
    plain = clause(production={"until": "2030-12-31"})
    found = dated_days([plain], {"attributions": feed()}, dt.date(2026, 11, 21))
    assert [(each.day.isoformat(), each.period, each.what) for each in found] == [
        ("2027-01-30", "2026-T4", "envoi des données"),
        ("2027-04-30", "2027-T1", "envoi des données"),
        ("2027-07-30", "2027-T2", "envoi des données"),
        ("2027-10-30", "2027-T3", "envoi des données"),
    ]


def test_a_clause_without_an_end_gives_a_finite_calendar() -> None:
    assert len(coming(yearly(production={"frequency": "annee", "deadlines": DAYS, "until": None}))) == 3


def test_what_nobody_planned_owes_nothing() -> None:
    assert coming(yearly(status="absent")) == []
    assert len(coming(yearly(status="planned"))) == 3


def test_the_ledger_sees_sendings_only() -> None:
    found = dated_days([yearly()], FEEDS, dt.date(2026, 11, 21))
    assert [each.sends for each in found] == [True, False, False]


def test_a_meeting_within_the_year_of_the_data_is_seen() -> None:
    june = {"day": "06-30", "years_after": 0, "what": "point d’étape"}
    found = coming(yearly(production={"frequency": "annee", "due": None, "deadlines": [june], "until": "2030-12-31"}))
    assert found == [("2027-06-30", "2027", "point d’étape")]
