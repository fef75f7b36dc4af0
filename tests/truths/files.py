"""Where the reference data stand, and how to read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def expected(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))
