"""The declarations of the demonstration, with the feeds that its clauses name and those that these feeds name."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = "grand-chalon"


def write_declarations(root: Path, *, overlay: bool = True) -> Path:
    """Write the contract under ``root``, with the fictitious clauses unless ``overlay`` is false, and return it."""
    for source in (ROOT, ROOT / "evalkit" / "demo" / "overlay")[: 1 + overlay]:
        for folder in ("indicators", "cohorts"):
            shutil.copytree(source / folder / CONTRACT, root / folder / CONTRACT, dirs_exist_ok=True)
    shutil.copytree(ROOT / "expectations", root / "expectations")
    return root
