"""What the clause no longer lets be kept goes from the disk; the ledger and the editions remember."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from evalkit.declare.period import Granularity
from evalkit.erasure import purge as purging
from evalkit.erasure.purge import plan_purge, purge
from evalkit.erasure.traces import files_holding
from evalkit.measure.coverage import absence_cause
from evalkit.receive.receive import receive
from evalkit.store.event import EventKind
from evalkit.store.ledger import current_sources, deliveries, read_ledger
from evalkit.store.store import Store
from tests.erasure.world import kept_for, persons, pseudonyms_of, received
from tests.receive.world import CONTRACT, order, pathway_lines, workspace, written

# Received on 20 April and 20 July 2026, kept five years: the first one may stay until 20 April 2031, that day included.
LAST_DAY, DAY_AFTER = dt.date(2031, 4, 20), dt.date(2031, 4, 21)
MUCH_LATER = dt.date(2040, 1, 1)


def test_nothing_goes_before_its_day_and_a_plan_touches_nothing(tmp_path: Path) -> None:
    space = received(tmp_path)
    store = Store(space.data)
    assert plan_purge(space, store, LAST_DAY).expired == ()
    before = {path: path.read_bytes() for path in store.root.rglob("*") if path.is_file()}
    (over,) = plan_purge(space, store, DAY_AFTER).expired
    assert (over.delivery.periods, over.until, over.retention) == (("2026-T1",), LAST_DAY, "P5Y")
    assert {path: path.read_bytes() for path in store.root.rglob("*") if path.is_file()} == before
    assert purge(space, store, LAST_DAY).deliveries == ()
    assert len(persons(space)) == 60


def test_rows_refused_rows_results_and_former_versions_go(tmp_path: Path) -> None:
    space = received(tmp_path)
    store = Store(space.data)
    everybody = set().union(*(pseudonyms_of(space, number) for number in range(60)))
    first, second = deliveries(store)
    done = purge(space, store, DAY_AFTER)
    assert (done.deliveries, done.computed) == ((first.id,), 1)
    assert done.freed > 0
    assert not (store.quarantine / f"{first.id}.parquet").exists()
    assert not list(store.rows(CONTRACT, "parcours").glob(f"*{first.id}*"))
    assert {source.delivery_id for source in current_sources(store, CONTRACT, "parcours")} == {second.id}
    assert files_holding(store.root, everybody), "the second delivery stays"
    purge(space, store, MUCH_LATER)
    assert files_holding(store.root, everybody) == ()
    assert persons(space) == []


def test_the_ledger_remembers_and_a_removed_period_is_not_zero(tmp_path: Path) -> None:
    space = received(tmp_path)
    store = Store(space.data)
    purge(space, store, DAY_AFTER)
    first, second = deliveries(store)
    assert (first.removed_on, first.was_accepted, first.is_accepted) == (DAY_AFTER, True, False)
    assert second.is_accepted
    (event,) = read_ledger(store).events(EventKind.REMOVAL)
    assert dict(event.detail) == {"conservation": "P5Y", "lignes": 60, "lignes refusées": 2, "échéance": "2031-04-20"}
    cause = absence_cause("parcours", deliveries(store), "2026-T1", Granularity.QUARTER)
    assert cause == "lignes supprimées le 21/04/2031, au terme de leur conservation"


def test_an_older_delivery_does_not_speak_again_for_a_removed_one(tmp_path: Path) -> None:
    """A clause may shorten the time of one delivery after another replaced it: nothing comes back."""
    space = workspace(tmp_path, kept_for("P5Y"))
    store = Store(space.data)
    for number, day in ((50, dt.date(2026, 4, 20)), (40, dt.date(2026, 4, 25))):
        receive(space, written(tmp_path, pathway_lines(number), f"{number}.csv"), order(received_on=day))
    assert len(persons(space)) == 40
    purge(space, store, DAY_AFTER)
    assert len(persons(space)) == 40
    purge(space, store, dt.date(2031, 5, 1))
    assert persons(space) == []
    assert current_sources(store, CONTRACT, "parcours") == ()


def test_a_file_sent_again_after_its_time_is_not_kept_again(tmp_path: Path) -> None:
    space = received(tmp_path)
    purge(space, Store(space.data), DAY_AFTER)
    receipt = receive(space, tmp_path / "2026-03.csv", order(received_on=dt.date(2026, 4, 20)))
    assert receipt.is_repeated
    assert [each.code for each in receipt.delivery.findings][-1] == "EVK-R068"
    assert len(read_ledger(Store(space.data)).deliveries()) == 2
    assert not list((Store(space.data).rows(CONTRACT, "parcours")).glob(f"*{receipt.delivery.id}*"))


def test_an_interrupted_purge_is_ended_by_the_next_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    space = received(tmp_path)
    store = Store(space.data)
    with monkeypatch.context() as broken:
        broken.setattr(purging, "sweep", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            purge(space, store, MUCH_LATER)
    assert persons(space) == [], "what the ledger removed is not read"
    everybody = set().union(*(pseudonyms_of(space, number) for number in range(60)))
    assert files_holding(store.root, everybody)
    purge(space, store, MUCH_LATER)
    assert files_holding(store.root, everybody) == ()


def test_rows_without_a_written_time_are_told_and_stay(tmp_path: Path) -> None:
    space = received(tmp_path, retention=None)
    plan = plan_purge(space, Store(space.data), MUCH_LATER)
    assert plan.expired == ()
    assert [(each.feed, each.producer, each.deliveries) for each in plan.unbounded] == [
        ("parcours", "france-travail", 2)
    ]
    assert len(persons(space)) == 60
