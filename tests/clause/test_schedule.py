"""Due dates, counted by hand from the terms."""

from __future__ import annotations

import datetime as dt
from itertools import islice

import pytest
from pydantic import ValidationError

from evalkit.clause.schedule import day_after, schedule
from evalkit.declare.clause import Deadline

from .declared import clause, feed


def dues(count: int, granularity: str = "trimestre", **terms: object) -> list[tuple[str, str]]:
    found = schedule(clause(production=terms), feed(granularity=granularity))
    return [(due.period, due.day.isoformat()) for due in islice(found, count)]


def test_a_quarter_is_due_thirty_days_after_its_end() -> None:
    assert dues(2) == [("2025-T1", "2025-04-30"), ("2025-T2", "2025-07-30")]


def test_months_sent_by_quarter_are_due_together() -> None:
    expected = [
        ("2025-01", "2025-04-30"),
        ("2025-02", "2025-04-30"),
        ("2025-03", "2025-04-30"),
        ("2025-04", "2025-07-30"),
    ]
    assert dues(4, "mois") == expected


def test_a_sending_cannot_be_more_frequent_than_its_periods() -> None:
    assert dues(2, "annee", frequency="mois") == [("2025", "2026-01-30"), ("2026", "2027-01-30")]


def test_one_year_in_two_counts_from_the_first_day() -> None:
    assert dues(2, "annee", frequency="deux ans", until=None) == [("2025", "2026-01-30"), ("2027", "2028-01-30")]


def test_the_last_period_is_the_one_that_holds_the_last_day() -> None:
    assert [period for period, _ in dues(20, until="2025-07-01")] == ["2025-T1", "2025-T2", "2025-T3"]


def test_the_past_before_the_amendment_was_never_due() -> None:
    assert dues(1, **{"from": "2019-01-01"}) == [("2025-T1", "2025-04-30")]


def test_without_a_delay_nothing_is_agreed() -> None:
    first = next(schedule(clause(production={"due": None}), feed()))
    assert (first.agreed, first.day) == (None, dt.date(2025, 3, 31))


@pytest.mark.parametrize("lost", ["from", "frequency"])
def test_without_a_rhythm_nothing_is_due(lost: str) -> None:
    assert dues(1, **{lost: None}) == []


@pytest.mark.parametrize(
    ("day", "duration", "expected"),
    [
        ("2025-12-31", "P2M", "2026-02-28"),
        ("2023-12-31", "P2M", "2024-02-29"),
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2025-12-31", "P30D", "2026-01-30"),
    ],
)
def test_a_shorter_month_gives_its_last_day(day: str, duration: str, expected: str) -> None:
    assert day_after(dt.date.fromisoformat(day), duration).isoformat() == expected


TFPB = [
    {"day": "03-30", "what": "bilan", "sends": True},
    {"day": "04-30", "what": "réunion"},
    {"day": "05-30", "what": "justificatifs"},
]


def test_a_dated_day_prevails_over_the_delay() -> None:
    """Grand Calais, line 8036: the assessment of year N is due on 30 March N+1."""
    assert dues(2, "annee", frequency="annee", deadlines=TFPB) == [("2025", "2026-03-30"), ("2026", "2027-03-30")]


def test_each_quarter_takes_the_first_dated_day_that_follows_it() -> None:
    days = [
        {"day": "04-20", "years_after": "0", "what": "T1", "sends": True},
        {"day": "07-20", "years_after": "0", "what": "T2", "sends": True},
        {"day": "10-20", "years_after": "0", "what": "T3", "sends": True},
        {"day": "01-20", "years_after": "1", "what": "T4", "sends": True},
    ]
    expected = [("2025-T1", "2025-04-20"), ("2025-T2", "2025-07-20"), ("2025-T3", "2025-10-20")]
    assert dues(4, deadlines=days) == [*expected, ("2025-T4", "2026-01-20")]


@pytest.mark.parametrize(("year", "expected"), [(2026, "2027-02-28"), (2027, "2028-02-29"), (2099, "2100-02-28")])
def test_the_last_day_of_february_is_that_of_the_year(year: int, expected: str) -> None:
    assert Deadline(day="02-29", what="envoi").date_for(year).isoformat() == expected


@pytest.mark.parametrize("day", ["30-03", "3-30", "02-30", "13-01", "mars"])
def test_a_day_of_the_year_is_written_month_first(day: str) -> None:
    with pytest.raises(ValidationError, match="MM-JJ"):
        Deadline(day=day, what="envoi")
