"""The table of codes says everything that a reception can print, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import evalkit
from evalkit.declare.feed import Severity
from evalkit.receive.findings.codes import KINDS
from evalkit.store.delivery import Outcome


def test_every_code_of_the_table_is_used_and_every_code_used_is_in_it() -> None:
    folder = Path(evalkit.__file__).parent / "receive"
    others = [path for path in folder.rglob("*.py") if path.name != "codes.py"]
    used = {code for path in others for code in re.findall(r'"(EVK-R0\d{2})"', path.read_text(encoding="utf-8"))}
    assert used == set(KINDS)


def test_whatever_fails_says_what_to_do() -> None:
    silent = [code for code, kind in KINDS.items() if kind.outcome is Outcome.FAILED and not kind.repair]
    assert silent == []
    assert all(kind.severity is Severity.MINOR for kind in KINDS.values() if kind.outcome is Outcome.REPAIRED)
