"""A process killed at any step, and two processes at once: ledger and store always agree."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from evalkit.errors import StoreError
from evalkit.receive.receive import receive
from evalkit.store.ledger import deliveries
from evalkit.store.lock import writing
from evalkit.store.quarantine import read_quarantine
from evalkit.store.rows import current_rows, sweep_orphans
from evalkit.store.store import Store
from tests.receive.world import CONTRACT, PATHWAYS, order, pathway_lines, workspace, written

ROOT = Path(__file__).resolve().parents[2]

# What a reception calls, in order; each is killed before it starts and after it ends.
STEPS = (
    "evalkit.receive.receive:write_quarantine",
    "evalkit.store.rows:append_rows",
    "evalkit.store.rows:commit",
    "evalkit.receive.receive:write_receipt",
)

RECEIVE = """
import importlib, os, sys
from pathlib import Path
from evalkit.receive import judging
from evalkit.receive import receive as verb
from evalkit.receive.checks.run_checks import Checked
from tests.receive.world import order, workspace
root, step, moment = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
judging.run_checks = lambda *_: Checked((), ())  # Great Expectations is slow to start, and not at stake here
if step:
    name, function = step.split(":")
    module = importlib.import_module(name)
    real = getattr(module, function)
    def killed(*args, **kwargs):
        if moment == "after":
            real(*args, **kwargs)
        os._exit(9)
    setattr(module, function, killed)
receipt = verb.receive(workspace(root), root / "fichier.csv", order())
print(receipt.delivery.id, receipt.is_repeated)
"""


def start(root: Path, step: str = "", moment: str = "") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RECEIVE, str(root), step, moment]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def file_with_one_bad_row(root: Path) -> Path:
    lines = pathway_lines(40)
    lines[10] = "trop;court"
    return written(root, lines)


def stored_rows(store: Store) -> int:
    return current_rows(store, CONTRACT, PATHWAYS).collect().height


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step(tmp_path: Path, step: str, moment: str) -> None:
    file_with_one_bad_row(tmp_path)
    store = Store(workspace(tmp_path).data)
    process = start(tmp_path, step, moment)
    process.communicate(timeout=120)
    assert process.returncode == 9
    is_committed = (step, moment) == (STEPS[2], "after") or step == STEPS[3]
    assert [one.rows_accepted for one in deliveries(store)] == ([39] if is_committed else [])
    assert stored_rows(store) == (39 if is_committed else 0)

    receipt = receive(workspace(tmp_path), tmp_path / "fichier.csv", order())
    delivery_id = receipt.delivery.id
    assert receipt.is_repeated is is_committed
    assert [one.id for one in deliveries(store)] == [delivery_id]
    assert stored_rows(store) == 39
    refused = read_quarantine(store, delivery_id)
    assert refused is not None
    assert refused.height == 1
    assert {path.suffix for path in store.receipts.glob(f"{delivery_id}.*")} == {".html", ".json"}
    assert sweep_orphans(store) == ()
    assert stored_rows(store) == 39


def test_orphans_are_never_read_and_are_swept(tmp_path: Path) -> None:
    file_with_one_bad_row(tmp_path)
    store = Store(workspace(tmp_path).data)
    start(tmp_path, STEPS[1], "after").communicate(timeout=120)
    files = list((store.root / "store" / "rows").rglob("*.parquet"))
    assert len(files) == 1
    assert stored_rows(store) == 0
    assert len(sweep_orphans(store)) == 1
    assert not list((store.root / "store" / "rows").rglob("*.parquet"))
    assert not list(store.quarantine.iterdir())


def test_two_processes_at_once_receive_once(tmp_path: Path) -> None:
    file_with_one_bad_row(tmp_path)
    store = Store(workspace(tmp_path).data)
    both = [start(tmp_path), start(tmp_path)]
    said = [process.communicate(timeout=180)[0].split() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert said[0][0] == said[1][0]
    assert sorted(word for _, word in said) == ["False", "True"]
    assert len(deliveries(store)) == 1
    assert stored_rows(store) == 39


def test_a_writer_waits_for_another_then_says_so(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with writing(store), pytest.raises(StoreError) as caught, writing(store, wait=0.05):
        pass
    assert caught.value.problems[0].code == "EVK-S002"
    with writing(store, wait=0.0):
        pass


def test_the_order_of_the_day_is_the_order_of_reception(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    receive(space, written(tmp_path, pathway_lines(5), "a.csv"), order())
    receive(space, written(tmp_path, pathway_lines(7), "b.csv"), order())
    assert stored_rows(Store(space.data)) == 7
