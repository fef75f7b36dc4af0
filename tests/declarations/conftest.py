"""The declarations of the repository, and the same with the overlay of the demonstration."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evalkit.workspace.load import ContractFiles, WorkspaceFiles, read_workspace_files

ROOT = Path(__file__).resolve().parents[2]
OVERLAY = ROOT / "evalkit" / "demo" / "overlay"


@pytest.fixture(scope="session")
def real() -> WorkspaceFiles:
    return read_workspace_files(ROOT)


@pytest.fixture(scope="session")
def demonstration_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the declarations, then the overlay on top, as ``evalkit demo`` does."""
    root = tmp_path_factory.mktemp("demonstration")
    for source in (ROOT, OVERLAY):
        for folder in ("expectations", "indicators", "cohorts"):
            if (source / folder).is_dir():
                shutil.copytree(source / folder, root / folder, dirs_exist_ok=True)
    return root


@pytest.fixture(scope="session")
def demonstration(demonstration_root: Path) -> WorkspaceFiles:
    return read_workspace_files(demonstration_root)


def chalon(files: WorkspaceFiles) -> ContractFiles:
    return next(each for each in files.contracts if each.folder == "grand-chalon")


@pytest.fixture(scope="session")
def contract(real: WorkspaceFiles) -> ContractFiles:
    return chalon(real)


@pytest.fixture(scope="session")
def demo_contract(demonstration: WorkspaceFiles) -> ContractFiles:
    return chalon(demonstration)
