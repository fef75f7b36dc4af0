"""The feeds of the repository, with the clauses of the demonstration, which are whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
OVERLAY = ROOT / "evalkit" / "demo" / "overlay"


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("exchange")
    for source in (ROOT, OVERLAY):
        for folder in ("expectations", "indicators", "cohorts"):
            if (source / folder).is_dir():
                shutil.copytree(source / folder, root / folder, dirs_exist_ok=True)
    return open_workspace(root)
