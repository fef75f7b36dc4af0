"""A process killed at every step, a full disk, many processes at once: nothing is lost, doubled or orphaned."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from evalkit.errors import StoreError
from evalkit.receive import judging
from evalkit.receive.checks.run_checks import Checked
from evalkit.receive.receive import receive
from evalkit.store.ledger import deliveries
from evalkit.store.lock import writing
from evalkit.store.rows import current_rows
from evalkit.store.store import Store
from evalkit.store.tidy import sweep_orphans, transaction
from tests.receive.world import CONTRACT, PATHWAYS, order, pathway_lines, workspace, written
from tests.store.faults import Fault, Server, inventory, serving

FIRST, SECOND = "premier.csv", "second.csv"
ROWS = {FIRST: 30, SECOND: 39}
FINISHED_EVERY = 9
"""Every step is interrupted and counted; the file is received again after some, for receiving takes the time."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A store that holds a first delivery, a second one of the same period at the door, and the ids of both."""

    server: Server
    root: Path
    first: str
    second: str
    steps: int


@pytest.fixture(autouse=True)
def quick_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Great Expectations is slow to start, and not at stake here."""
    monkeypatch.setattr(judging, "run_checks", lambda *_: Checked((), ()))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    root = tmp_path_factory.mktemp("depart")
    workspace(root)
    written(root, pathway_lines(30), FIRST)
    lines = pathway_lines(40)
    lines[10] = "trop;court"
    written(root, lines, SECOND)
    with serving(root) as server:
        assert server.receive(root, FIRST)[0]["code"] == 0
        (first,) = deliveries(Store(root / "espace" / "data"))
        whole = root.parent / "entier"
        shutil.copytree(root, whole)
        (end,) = server.receive(whole, SECOND, mode=Fault.NONE, at=0)
        second = next(one.id for one in deliveries(Store(whole / "espace" / "data")) if one.id != first.id)
        yield Prepared(server, root, first.id, second, end["steps"])


def copy_of(prepared: Prepared, name: str, folder: Path) -> tuple[Path, Store]:
    root = folder / name
    shutil.copytree(prepared.root, root)
    return root, Store(root / "espace" / "data")


def rows_read(store: Store) -> int:
    return current_rows(store, CONTRACT, PATHWAYS).collect().height


def check_between(prepared: Prepared, store: Store, step: int) -> None:
    """Whatever was interrupted, readers see one delivery whole, and the next writer leaves nothing else on the disk."""
    committed = prepared.second in {one.id for one in deliveries(store)}
    assert rows_read(store) == (ROWS[SECOND] if committed else ROWS[FIRST]), step
    with transaction(store):
        pass
    found = inventory(store, "parcours")
    expected = {prepared.first: ROWS[FIRST]} | ({prepared.second: ROWS[SECOND]} if committed else {})
    assert (found.told, found.held) == (expected, expected), step
    assert found.stray == (), step
    assert found.refused == ({prepared.second: 1} if committed else {}), step


def check_finished(prepared: Prepared, root: Path, store: Store, step: int) -> None:
    """Receiving again finishes the work: every row once, nothing stray, both receipts."""
    receive(workspace(root), root / SECOND, order())
    found = inventory(store, "parcours")
    expected = {prepared.first: ROWS[FIRST], prepared.second: ROWS[SECOND]}
    assert (found.told, found.held) == (expected, expected), step
    assert found.stray == (), step
    assert found.refused == {prepared.second: 1}, step
    assert rows_read(store) == ROWS[SECOND], step
    receipts = {path.name for path in store.receipts.iterdir()}
    assert receipts == {f"{name}.{kind}" for name in expected for kind in ("html", "json")}, step


def test_killed_at_every_step(prepared: Prepared, tmp_path: Path) -> None:
    assert prepared.steps > 30
    for step in range(1, prepared.steps + 1):
        root, store = copy_of(prepared, f"tue{step}", tmp_path)
        (end,) = prepared.server.receive(root, SECOND, mode=Fault.KILL, at=step)
        assert end["code"] == -signal.SIGKILL, step
        check_between(prepared, store, step)
        if step % FINISHED_EVERY == 1:
            check_finished(prepared, root, store, step)
        shutil.rmtree(root)


def test_a_disk_full_from_any_step_on(prepared: Prepared, tmp_path: Path) -> None:
    refusals = 0
    for step in range(1, prepared.steps + 1, 3):
        root, store = copy_of(prepared, f"plein{step}", tmp_path)
        (end,) = prepared.server.receive(root, SECOND, mode=Fault.FULL_DISK, at=step)
        if end["code"]:
            assert end["problem"] == "EVK-S005", step
            refusals += 1
        check_between(prepared, store, step)
        if step % FINISHED_EVERY == 1:
            check_finished(prepared, root, store, step)
        shutil.rmtree(root)
    assert refusals > prepared.steps // 6


@pytest.mark.parametrize("processes", [2, 8])
def test_several_processes_at_once_receive_once(prepared: Prepared, tmp_path: Path, processes: int) -> None:
    root, store = copy_of(prepared, "ensemble", tmp_path)
    ends = prepared.server.receive(root, SECOND, processes=processes)
    assert [(end["code"], end.get("problem")) for end in ends] == [(0, None)] * processes
    assert sorted(end["repeated"] for end in ends) == [False] + [True] * (processes - 1)
    check_finished(prepared, root, store, processes)


def test_an_interrupted_writer_is_tidied_after_by_the_next(prepared: Prepared, tmp_path: Path) -> None:
    """Another file, not the interrupted one, is what comes next: the rows left behind go all the same."""
    root, store = copy_of(prepared, "suivant", tmp_path)
    left = []
    for step in range(prepared.steps // 4, prepared.steps + 1):
        prepared.server.receive(root, SECOND, mode=Fault.KILL, at=step)
        left = [name for name, rows in inventory(store, "parcours").held.items() if name == prepared.second and rows]
        if left or len(deliveries(store)) > 1:
            break
    assert left, "no step leaves rows without a ledger line"
    written(root, pathway_lines(7, "2026-06"), "autre.csv")
    receive(workspace(root), root / "autre.csv", order())
    found = inventory(store, "parcours")
    assert found.told == found.held
    assert prepared.second not in found.told
    assert found.stray == ()


def test_orphans_are_never_read_and_are_swept(prepared: Prepared, tmp_path: Path) -> None:
    root, store = copy_of(prepared, "orphelins", tmp_path)
    prepared.server.receive(root, SECOND, mode=Fault.KILL, at=prepared.steps // 2)
    assert rows_read(store) == ROWS[FIRST]
    assert sweep_orphans(store) in {(), (prepared.second,)}
    assert inventory(store, "parcours").stray == ()
    assert inventory(store, "parcours").held == {prepared.first: ROWS[FIRST]}
    assert sweep_orphans(store) == ()


def test_a_copy_made_by_hand_answers_the_same(prepared: Prepared, tmp_path: Path) -> None:
    root, store = copy_of(prepared, "copie", tmp_path)
    original = Store(prepared.root / "espace" / "data")
    assert deliveries(store) == deliveries(original)
    rows = current_rows(store, CONTRACT, PATHWAYS).collect()
    assert rows.height == ROWS[FIRST]
    assert rows.equals(current_rows(original, CONTRACT, PATHWAYS).collect())
    check_finished(prepared, root, store, 0)
    assert [one.id for one in deliveries(original)] == [prepared.first]


def test_a_writer_waits_for_another_then_says_so(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with writing(store), pytest.raises(StoreError) as caught, writing(store, wait=0.05):
        pass
    assert caught.value.problems[0].code == "EVK-S002"
    with writing(store, wait=0.0) as was_interrupted:
        assert not was_interrupted


def test_the_order_of_the_day_is_the_order_of_reception(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    receive(space, written(tmp_path, pathway_lines(5), "a.csv"), order())
    receive(space, written(tmp_path, pathway_lines(7), "b.csv"), order())
    assert rows_read(Store(space.data)) == 7
