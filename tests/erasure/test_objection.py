"""One person objects: gone from every file, kept out of later deliveries, and never named."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from evalkit.declare.clause import Purpose
from evalkit.erasure import objection
from evalkit.erasure.objection import object_to, pending_objections
from evalkit.erasure.traces import files_holding
from evalkit.errors import StoreError, WorkspaceError
from evalkit.receive.receive import receive
from evalkit.store.ledger import read_ledger
from evalkit.store.quarantine import read_quarantine
from evalkit.store.store import Store
from tests.erasure.world import SOMEBODY, persons, pseudonyms_of, received
from tests.receive.world import CONTRACT, order, pathway_lines, pseudonym, written

DAY = dt.date(2026, 9, 1)


def test_every_row_goes_and_no_file_holds_a_trace(tmp_path: Path) -> None:
    space = received(tmp_path)
    store, names = Store(space.data), pseudonyms_of(space, SOMEBODY)
    assert len(persons(space)) == 60
    # Stored rows and refused rows: there was something to remove.
    assert len(files_holding(store.root, names)) == 4
    done = object_to(space, CONTRACT, f"  {pseudonym(SOMEBODY).upper()}\n", DAY)
    assert (done.rows, done.deliveries, done.refused, done.computed, done.was_known) == (2, 2, 2, 1, False)
    assert files_holding(store.root, names) == ()
    assert len(persons(space)) == 59
    assert not names & set(persons(space))
    refused = [read_quarantine(store, each.id) for each in read_ledger(store).deliveries()]
    assert [rows.height for rows in refused if rows is not None] == [1, 1]
    assert done.reference not in names
    assert files_holding(store.root, pseudonyms_of(space, SOMEBODY + 1)), "another person must stay"


def test_later_deliveries_leave_the_person_out_and_say_how_many_rows(tmp_path: Path) -> None:
    space = received(tmp_path)
    object_to(space, CONTRACT, pseudonym(SOMEBODY), DAY)
    receipt = receive(
        space, written(tmp_path, pathway_lines(60, "2026-09"), "suite.csv"), order(received_on=dt.date(2026, 10, 20))
    )
    assert receipt.delivery.rows_accepted == 59
    assert receipt.rows_by_period == (("2026-T3", 59),)
    (note,) = (each for each in receipt.delivery.findings if each.code == "EVK-R038")
    assert (note.count, note.lines, note.received) == (1, (), "")
    assert len(persons(space)) == 59
    assert files_holding(space.data, pseudonyms_of(space, SOMEBODY)) == ()


def test_an_objection_before_any_delivery_and_once_more(tmp_path: Path) -> None:
    space = received(tmp_path)
    first = object_to(space, CONTRACT, pseudonym(900), DAY)
    again = object_to(space, CONTRACT, pseudonym(900), DAY)
    assert (first.rows, first.was_known) == (0, False)
    assert (again.rows, again.was_known, again.reference) == (0, True, first.reference)
    other = object_to(space, CONTRACT, pseudonym(901), DAY)
    assert other.reference != first.reference


def test_an_interrupted_objection_holds_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    space = received(tmp_path)
    store = Store(space.data)
    with monkeypatch.context() as broken:
        broken.setattr(objection, "_remove_refused", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            object_to(space, CONTRACT, pseudonym(SOMEBODY), DAY)
    (left,) = pending_objections(read_ledger(store))
    receipt = receive(
        space, written(tmp_path, pathway_lines(60, "2026-09"), "suite.csv"), order(received_on=dt.date(2026, 10, 20))
    )
    assert receipt.delivery.rows_accepted == 59
    done = object_to(space, CONTRACT, pseudonym(SOMEBODY), DAY)
    assert (done.reference, done.refused) == (left.reference, 2)
    assert pending_objections(read_ledger(store)) == ()
    assert files_holding(store.root, pseudonyms_of(space, SOMEBODY)) == ()


def test_a_rotated_key_still_finds_the_person(tmp_path: Path) -> None:
    space = received(tmp_path)
    key = tmp_path / "cle" / "identite.key"
    key.write_text(f"2026-01-01 {'k' * 40}\n2026-09-01 {'z' * 40}\n", encoding="utf-8")
    late = written(tmp_path, pathway_lines(60, "2026-09"), "suite.csv")
    receive(space, late, order(received_on=dt.date(2026, 10, 20)))
    done = object_to(space, CONTRACT, pseudonym(SOMEBODY), DAY)
    assert (done.rows, done.deliveries) == (3, 3)
    assert files_holding(space.data, pseudonyms_of(space, SOMEBODY)) == ()
    again = written(tmp_path, pathway_lines(60, "2026-12"), "fin.csv")
    assert receive(space, again, order(received_on=dt.date(2027, 1, 20))).delivery.rows_accepted == 59


@pytest.mark.parametrize("typed", ["Bernadette Quimper", "", "ab" * 31, "g" * 64])
def test_what_is_no_pseudonym_is_refused_and_not_repeated(tmp_path: Path, typed: str) -> None:
    space = received(tmp_path)
    with pytest.raises(WorkspaceError) as caught:
        object_to(space, CONTRACT, typed, DAY)
    assert caught.value.problems[0].code == "EVK-W020"
    assert not typed or typed not in str(caught.value)


def test_a_trace_that_cannot_be_removed_is_told_not_hidden(tmp_path: Path) -> None:
    space = received(tmp_path)
    (space.data / "export-maison.parquet").parent.mkdir(exist_ok=True)
    hidden = pl.DataFrame({"personne": [*persons(space, Purpose.COHORT)]})
    hidden.write_parquet(space.data / "export-maison.parquet")
    with pytest.raises(StoreError) as caught:
        object_to(space, CONTRACT, pseudonym(SOMEBODY), DAY)
    assert caught.value.problems[0].code == "EVK-S006"
    assert "export-maison.parquet" in str(caught.value)
