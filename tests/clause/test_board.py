from __future__ import annotations

import datetime as dt

import pytest

from evalkit.clause.board import BoardLine, clause_board
from evalkit.clause.reminder import producers_to_remind, reminder
from evalkit.declare.clause import Clause
from evalkit.errors import WorkspaceError
from evalkit.store.delivery import Delivery, DeliveryStatus

from .declared import CONTRACT, clause, declarations, delivery, feed

FEEDS = {"attributions": feed(), "signalements": feed("signalements")}
DAY = dt.date(2025, 10, 1)
FIRST = delivery("2025-T1", dt.date(2025, 4, 20))
LATE_FIRST = delivery("2025-T1", dt.date(2025, 5, 10))
REFUSED = delivery("2025-T2", dt.date(2025, 7, 28), DeliveryStatus.REFUSED)


def board(
    *deliveries: Delivery, clauses: tuple[Clause, ...] = (clause(),), day: dt.date = DAY
) -> tuple[BoardLine, ...]:
    return clause_board(declarations(*clauses), FEEDS, deliveries, day)


def test_days_late_count_from_the_day_of_the_agreement() -> None:
    """The second quarter is due on 30 July 2025: 63 days before 1 October."""
    (line,) = board(FIRST)
    assert [(each.period, each.days_late) for each in line.outstanding] == [("2025-T2", 63)]
    assert line.next_due is not None
    assert (line.next_due.period, line.next_due.agreed) == ("2025-T3", dt.date(2025, 10, 30))
    assert line.last_received is not None
    assert line.last_received.period == "2025-T1"


def test_on_its_last_day_nobody_is_late_yet() -> None:
    (line,) = board(FIRST, day=dt.date(2025, 7, 30))
    assert (line.days_late, line.is_late) == (0, False)
    (line,) = board(FIRST, day=dt.date(2025, 7, 31))
    assert (line.days_late, line.is_late) == (1, True)


def test_a_refused_file_is_still_due() -> None:
    (line,) = board(FIRST, REFUSED)
    assert [(each.period, each.refused_on) for each in line.outstanding] == [("2025-T2", REFUSED.received_on)]


def test_a_delay_of_the_past_is_kept() -> None:
    (line,) = board(LATE_FIRST)
    assert [(each.period, each.days_late) for each in line.delayed] == [("2025-T1", 10)]


def test_what_came_after_the_day_is_not_seen() -> None:
    (line,) = board(FIRST, day=dt.date(2025, 4, 19))
    assert line.last_received is None


def test_what_came_in_advance_is_not_awaited() -> None:
    (line,) = board(FIRST, delivery("2025-T3", dt.date(2025, 9, 30)))
    assert line.next_due is not None
    assert line.next_due.period == "2025-T4"


@pytest.mark.parametrize(("status", "due"), [("absent", 0), ("planned", 2), ("signed", 2)])
def test_only_what_is_planned_or_signed_is_due(status: str, due: int) -> None:
    (line,) = board(clauses=(clause(status=status),))
    assert len(line.outstanding) == due


@pytest.mark.parametrize(
    "changes", [{"status": "planned"}, {"sharing": {"access": "open"}}, {"production": {"due": None}}]
)
def test_nobody_is_late_without_a_signed_date_to_keep(changes: dict[str, object]) -> None:
    assert producers_to_remind(board(clauses=(clause(**changes),))) == ()


def test_one_line_for_each_producer_sorted_by_name() -> None:
    lines = board(FIRST, clauses=(clause(producers=["regie", "office"]),))
    assert [line.producer for line in lines] == ["office", "regie"]
    assert [len(line.outstanding) for line in lines] == [1, 2]
    assert producers_to_remind(lines) == ("office", "regie")


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_the_letter_says_what_when_and_how_late() -> None:
    text = plain(reminder(CONTRACT, board(FIRST), "office", DAY))
    assert "À l’attention de : Office de l’habitat" in text
    assert "Avenant n° 1 du 1er janvier 2025" in text
    assert "- Flux attributions, 2e trimestre 2025 : envoi attendu le 30 juillet 2025, soit 63 jours de retard." in text
    assert "Prochaine échéance : Flux attributions, 3e trimestre 2025, le 30 octobre 2025." in text
    assert text.endswith("Pour les pilotes du contrat : État et Agglomération")


def test_the_letter_says_that_a_file_was_refused() -> None:
    text = plain(reminder(CONTRACT, board(FIRST, REFUSED), "office", DAY))
    assert "le fichier reçu le 28 juillet 2025 a été refusé à la réception" in text


def test_the_letter_asks_only_this_producer() -> None:
    clauses = (clause(), clause(feed="signalements", producers=["ville"]))
    assert "signalements" not in reminder(CONTRACT, board(clauses=clauses), "office", DAY)


def test_many_periods_are_said_by_the_first_and_the_last() -> None:
    text = plain(reminder(CONTRACT, board(day=dt.date(2027, 3, 1)), "office", dt.date(2027, 3, 1)))
    assert "du 1er trimestre 2025 au 4e trimestre 2026 (8 périodes)" in text


def test_a_planned_clause_is_proposed_not_claimed() -> None:
    planned = clause(status="planned", production={"due": None})
    text = plain(reminder(CONTRACT, board(clauses=(planned,)), "office", DAY))
    assert "restent à écrire : délai d’envoi." in text
    assert "retard" not in text


def test_a_planned_clause_that_writes_a_day_recalls_it_and_claims_no_delay() -> None:
    """Grand Calais, line 8036: 30 March of the year after, in an agreement that is still to be renewed."""
    text = plain(reminder(CONTRACT, board(clauses=(clause(status="planned"),)), "office", DAY))
    assert "à la date que le document écrit (30 avril 2025 pour la première)" in text
    assert "retard" not in text


def test_a_fictitious_clause_says_so_first() -> None:
    text = reminder(CONTRACT, board(clauses=(clause(fictitious=True),)), "office", DAY)
    assert text.startswith("EXEMPLE FICTIF")


def test_nothing_to_ask_is_said() -> None:
    text = plain(reminder(CONTRACT, board(FIRST, day=dt.date(2025, 7, 30)), "office", dt.date(2025, 7, 30)))
    assert text == "Rien n’est à réclamer à Office de l’habitat au 30 juillet 2025."


def test_an_unknown_producer_is_told_with_the_nearest() -> None:
    with pytest.raises(WorkspaceError, match="Vouliez-vous dire"):
        reminder(CONTRACT, board(), "ofice", DAY)


def test_the_state_is_the_declared_one_then_what_the_ledger_shows() -> None:
    """Field 22 of a clause: signed, on trial, delivered, late, interrupted."""
    (late,) = board(FIRST)
    (delivered,) = board(FIRST, day=dt.date(2025, 7, 29))
    (trial,) = board(FIRST, clauses=(clause(engagement={"state": "trial"}),))
    (stopped,) = board(clauses=(clause(engagement={"state": "interrupted", "since": "2025-01-01"}),))
    (planned,) = board(clauses=(clause(status="planned"),))
    states = [each.state for each in (late, delivered, trial, stopped, planned)]
    assert states == ["en retard", "livré", "à l’essai", "interrompu", "prévue"]


def test_an_interrupted_commitment_owes_nothing_more() -> None:
    stopped = clause(engagement={"state": "interrupted", "since": "2025-07-01"})
    (line,) = board(clauses=(stopped,), day=dt.date(2027, 1, 1))
    assert [each.period for each in line.outstanding] == ["2025-T1", "2025-T2"]
    assert line.next_due is None
