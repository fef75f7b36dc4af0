"""Receives files in processes that can be killed: started once, it forks one process per reception.

Polars and Delta start their threads at their first use, which only happens in the children.
"""

from __future__ import annotations

import ctypes
import json
import os
import pickle
import sys
from pathlib import Path
from typing import Any

from evalkit.errors import EvalkitError
from evalkit.receive import judging
from evalkit.receive import receive as verb
from evalkit.receive.checks.run_checks import Checked
from tests.receive.world import order, workspace

SAID_NO = 3


def answer(question: dict[str, Any]) -> list[dict[str, int]]:
    """Receive the same file in as many processes as asked, and say how each ended."""
    children = [_forked(question) for _ in range(question.get("processes", 1))]
    ends = []
    for pid, reader in children:
        with os.fdopen(reader) as told:
            text = told.read()
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        ends.append({"code": status, **json.loads(text or "{}")})
    return ends


def _forked(question: dict[str, Any]) -> tuple[int, int]:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        return pid, reader
    os.close(reader)
    code, told = _received(question)
    os.write(writer, json.dumps(told).encode())
    os._exit(code)


def _received(question: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    root = Path(question["root"])
    shim = ctypes.CDLL(None) if "mode" in question else None
    if shim is not None:
        shim.fault_arm(str(root / "espace" / "data").encode(), question["mode"], ctypes.c_long(question["at"]))
    verb._judge = _judged_once(root.parent / f"{question['file']}.jugement")
    try:
        receipt = verb.receive(workspace(root), root / question["file"], order())
    except EvalkitError as error:
        return SAID_NO, {"problem": error.problems[0].code}
    told: dict[str, Any] = {"repeated": receipt.is_repeated}
    if shim is not None:
        told["steps"] = shim.fault_count()
    return 0, told


def _judged_once(path: Path) -> Any:
    """Judge a file the first time only: nothing is written before it is judged, and judging takes the time."""
    judge = verb._judge

    def judged(*asked: Any) -> Any:
        if not path.exists():
            mine = path.with_suffix(f".{os.getpid()}")
            mine.write_bytes(pickle.dumps(judge(*asked)))
            mine.replace(path)
        return pickle.loads(path.read_bytes())

    return judged


def main() -> None:
    import deltalake.exceptions  # noqa: F401
    import polars.io.delta  # noqa: F401
    import pyarrow  # noqa: F401

    # Great Expectations is slow to start, and not at stake here.
    judging.run_checks = lambda *_: Checked((), ())
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
