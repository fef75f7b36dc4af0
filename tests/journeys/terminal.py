"""The command line as a test uses it: in this process, or in one of its own."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from evalkit.cli.main import main

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Answer:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


def evalkit(*arguments: object) -> Answer:
    """Run a command in this process, which has imported the heavy libraries once."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        mock.patch.object(sys, "argv", ["evalkit", *map(str, arguments)]),
        mock.patch.dict(os.environ, {"COLUMNS": "120"}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Answer(code, out.getvalue(), err.getvalue())


def started(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    """Start a command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "evalkit", *map(str, arguments)],
        cwd=ROOT,
        env=_environment(environment),
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def kill_group(process: subprocess.Popen[str], when: Callable[[], bool], seconds: float = 120) -> None:
    """Kill a command and the processes that it started, as a power cut would, as soon as a condition holds."""
    deadline = time.monotonic() + seconds
    while not when() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=seconds)


def ended(process: subprocess.Popen[str], seconds: float = 300) -> Answer:
    """Wait for a command and return what it gave."""
    out, err = process.communicate(timeout=seconds)
    return Answer(process.returncode, out, err)


def python(code: str, folder: Path = ROOT, **environment: str) -> Answer:
    """Run Python code in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=_environment(environment),
        text=True,
        encoding="utf-8",
        capture_output=True,
        check=False,
        timeout=300,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def _environment(changes: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "EVALKIT_KEY_FILE"}
    return {**kept, "COLUMNS": "120", "PYTHONIOENCODING": "utf-8", **changes}
