"""What the tests of erasure share."""

from __future__ import annotations

import pytest

from evalkit.receive import judging
from evalkit.receive.checks.run_checks import Checked


@pytest.fixture(autouse=True)
def quick_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Great Expectations is slow to start, and not at stake here."""
    monkeypatch.setattr(judging, "run_checks", lambda *_: Checked((), ()))
