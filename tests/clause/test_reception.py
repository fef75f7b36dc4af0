from __future__ import annotations

import datetime as dt

import pytest

from evalkit.clause.reception import ReceptionStatus, receptions
from tests.publish.fixture.declared import CLAUSES, FEEDS
from tests.publish.fixture.results import deliveries


def status(feed: str, period: str, as_of: dt.date = dt.date(2027, 6, 30)) -> ReceptionStatus | None:
    found = receptions(CLAUSES, FEEDS.values(), deliveries(), as_of)
    return next((each.status for each in found if (each.feed, each.period) == (feed, period)), None)


@pytest.mark.parametrize(
    ("feed", "period", "expected"),
    [
        ("bilans", "2025", ReceptionStatus.RECEIVED),
        ("parcours", "2024-T1", ReceptionStatus.LATE),
        ("barometre", "2025", ReceptionStatus.REFUSED),
        ("sante", "2026", ReceptionStatus.MISSING),
        ("signalements", "2026-T4", ReceptionStatus.MISSING),
        ("insee-insertion", "2024", ReceptionStatus.RECEIVED),
    ],
)
def test_status_of_a_period(feed: str, period: str, expected: ReceptionStatus) -> None:
    assert status(feed, period) is expected


def test_nothing_is_missing_before_it_is_due() -> None:
    """The year 2026 is due 60 days after its end: 1 March 2027."""
    assert status("sante", "2026", dt.date(2027, 2, 28)) is None
    assert status("sante", "2026", dt.date(2027, 3, 1)) is ReceptionStatus.MISSING


def test_days_late_count_from_the_last_day_of_the_agreement() -> None:
    found = receptions(CLAUSES, FEEDS.values(), deliveries(), dt.date(2027, 6, 30))
    late = next(each for each in found if (each.feed, each.period) == ("parcours", "2026-T4"))
    assert (late.due_on, late.days_late) == (dt.date(2027, 3, 1), 32)


def test_what_came_after_the_date_is_not_seen() -> None:
    assert status("bilans", "2026", dt.date(2026, 12, 31)) is None
