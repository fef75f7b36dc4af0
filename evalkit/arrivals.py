"""Receive everything that has arrived, several feeds at once, the files of one feed in their order."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from evalkit.errors import DeliveryError
from evalkit.receive.history.linked_feeds import linked_feeds
from evalkit.receive.order import ReceiveOrder
from evalkit.receive.receipts.receipt import Receipt
from evalkit.receive.receive import receive
from evalkit.receive.slip import SlipLine, read_slip, unannounced_files
from evalkit.workspace.crosscheck import open_for_reception
from evalkit.workspace.workspace import Workspace

ARRIVALS = "arrivees"
"""Folder of a workspace where partners' files are put, one folder per contract, with a delivery slip."""

_FEW = 4
"""Below this number of files, starting other processes costs more than it saves."""

_THREADS = "POLARS_MAX_THREADS"

Progress = Callable[[int, int, str], None]


def receive_arrivals(
    workspace: Workspace, contract: str, progress: Progress, workers: int | None = None
) -> tuple[Receipt, ...]:
    """Receive each file that the delivery slip of a contract names.

    Files of feeds that do not depend on each other are received side by side; those of one feed, and of feeds whose
    checks read each other, are received one after the other, in the order of the slip. The store admits one writer at a
    time, so the result is the same.

    Args:
        workspace: declarations that agree.
        contract: id of the contract.
        progress: told how many files are done, out of how many, and the last one.
        workers: processes; the number of processors when absent, one for few files.

    Returns:
        The receipts, in the order of the slip.

    Raises:
        DeliveryError: the slip is wrong, or the installation lacks something to receive a file.
    """
    lines = read_slip(workspace.root / ARRIVALS / contract)
    count = workers or min(os.cpu_count() or 1, len({line.feed for line in lines}))
    if count == 1 or len(lines) < _FEW:
        return _one_by_one(workspace, contract, lines, progress)
    return _side_by_side(workspace, contract, lines, progress, count)


def left_aside(workspace: Workspace, contract: str) -> tuple[Path, ...]:
    """Return the files that lie in the arrivals of a contract and that its slip does not name: none is received.

    Raises:
        DeliveryError: the slip is wrong.
    """
    folder = workspace.root / ARRIVALS / contract
    return unannounced_files(folder, read_slip(folder))


def _one_by_one(
    workspace: Workspace, contract: str, lines: tuple[SlipLine, ...], progress: Progress
) -> tuple[Receipt, ...]:
    receipts = []
    for number, line in enumerate(lines):
        progress(number, len(lines), line.file.name)
        receipts.append(receive(workspace, line.file, _order(contract, line)))
    progress(len(lines), len(lines), "")
    return tuple(receipts)


def _side_by_side(
    workspace: Workspace, contract: str, lines: tuple[SlipLine, ...], progress: Progress, workers: int
) -> tuple[Receipt, ...]:
    waiting = _queues(lines, linked_feeds(workspace.feeds))
    receipts: dict[SlipLine, Receipt] = {}
    context = multiprocessing.get_context("spawn")
    with _one_thread_each(), ProcessPoolExecutor(workers, mp_context=context) as pool:

        def submit(queue: list[SlipLine]) -> tuple[Future[Receipt], list[SlipLine]]:
            return pool.submit(_receive_line, workspace.root, contract, queue[0]), queue

        running = dict(submit(waiting.pop(0)) for _ in range(min(workers, len(waiting))))
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                queue = running.pop(future)
                line = queue.pop(0)
                receipts[line] = future.result()
                progress(len(receipts), len(lines), line.file.name)
                if not queue and waiting:
                    queue = waiting.pop(0)
                if queue:
                    following, rest = submit(queue)
                    running[following] = rest
    return tuple(receipts[line] for line in lines)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let each process that starts compute on one thread: there are as many processes as processors."""
    before = os.environ.get(_THREADS)
    os.environ[_THREADS] = before or "1"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_THREADS, None)


def _queues(lines: tuple[SlipLine, ...], linked: Mapping[str, str]) -> list[list[SlipLine]]:
    """Return one queue per group of linked feeds, in the order of the slip, the largest first: no processor waits."""
    queues: dict[str, list[SlipLine]] = {}
    for line in lines:
        queues.setdefault(linked.get(line.feed, line.feed), []).append(line)
    return sorted(queues.values(), key=lambda queue: -sum(line.file.stat().st_size for line in queue))


def _receive_line(root: Path, contract: str, line: SlipLine) -> Receipt:
    try:
        return receive(_workspace(root), line.file, _order(contract, line))
    except DeliveryError as error:
        # What stops a reception carries its findings, which do not cross from one process to another; its problems do.
        raise DeliveryError(error.problems) from None


@cache
def _workspace(root: Path) -> Workspace:
    """Open the workspace once per process: it is immutable."""
    return open_for_reception(root)


def _order(contract: str, line: SlipLine) -> ReceiveOrder:
    return ReceiveOrder(contract, line.received_on, line.feed, line.producer, line.period)
