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
    clauses = (root / "indicators" / CONTRACT / "clauses.yml").read_text(encoding="utf-8")
    (root / "expectations").mkdir()
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "expectations").glob("*.yml")}
    wanted = {path for path in texts if f"- feed: {path.stem}\n" in clauses}
    while more := {path for path in texts if path not in wanted and any(path.stem in texts[each] for each in wanted)}:
        wanted |= more
    for path in wanted:
        shutil.copy(path, root / "expectations")
    return root
