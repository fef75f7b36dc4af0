"""The declarations of the demonstration: those of one contract, with what only the demonstration needs on top."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evalkit.declare.contract import Zone
from evalkit.declare.feed import Feed
from evalkit.errors import DeclarationError, Problem, WorkspaceError
from evalkit.receive.privacy.key import write_demonstration_key
from evalkit.workspace.config import CONFIG_FILE
from evalkit.workspace.find import shipped_workspace
from evalkit.workspace.load import read_workspace_files

CONTRACT = "grand-chalon"

_OVERLAY = "overlay"
_NOT_DECLARATIONS = shutil.ignore_patterns("__pycache__", ".*", "_site", "_book", "*_files", "*_cache")
_CONFIG = """\
# Démonstration : toutes les données sont synthétiques.
demonstration: true
data: data
key_file: ../{key}
"""


@dataclass(frozen=True, slots=True)
class DemoDeclarations:
    """What the simulation reads in the declarations of the workspace that it fills."""

    feeds: Mapping[str, Feed]
    zones: tuple[Zone, ...]
    objectives: tuple[str, ...]


def lay_workspace(target: Path, contract: str = CONTRACT) -> None:
    """Create the workspace folder: the shipped declarations of one contract, the overlay, the configuration, the key.

    The key of the demonstration is public; it still lies outside the workspace, as every key must.

    Args:
        target: a new or empty folder.
        contract: the contract; only Grand Chalon has an overlay.

    Raises:
        WorkspaceError: the folder holds something already (``EVK-W003``).
    """
    if target.exists() and any(target.iterdir()):
        repair = "Choisissez un dossier vide ou nouveau."
        raise WorkspaceError(Problem("EVK-W003", "Le dossier n’est pas vide.", received=str(target), repair=repair))
    shipped = shipped_workspace()
    for name in ("expectations", "reports"):
        shutil.copytree(shipped / name, target / name, ignore=_NOT_DECLARATIONS, dirs_exist_ok=True)
    for name in ("indicators", "cohorts"):
        home = shipped / name / contract
        (target / name).mkdir(parents=True, exist_ok=True)
        if home.is_dir():
            shutil.copytree(home, target / name / contract, ignore=_NOT_DECLARATIONS)
    if contract == CONTRACT:
        overlay = Path(__file__).resolve().parent / _OVERLAY
        shutil.copytree(overlay, target, ignore=_NOT_DECLARATIONS, dirs_exist_ok=True)
    key = target.with_name(f"{target.name}-cle") / "cle-demonstration.key"
    key.parent.mkdir(parents=True, exist_ok=True)
    write_demonstration_key(key)
    config = _CONFIG.format(key=f"{key.parent.name}/{key.name}")
    (target / CONFIG_FILE).write_text(config, encoding="utf-8")
    (target / ".gitignore").write_text("/data/\n", encoding="utf-8")


def read_declarations(target: Path, contract: str = CONTRACT) -> DemoDeclarations:
    """Read the feeds, zones and objectives of the workspace of the demonstration of a contract.

    Raises:
        DeclarationError: a declaration is not valid.
    """
    files = read_workspace_files(target)
    if files.problems:
        raise DeclarationError(files.problems)
    folder = next(each for each in files.contracts if each.folder == contract)
    zones = [zone for located in folder.territories for zone in located.value.zones]
    axes = [axis for located in folder.contracts for axis in located.value.axes if axis.agreement is None]
    objectives = [objective.id for axis in axes for objective in axis.objectives]
    return DemoDeclarations(
        {located.value.feed: located.value for located in files.feeds}, tuple(zones), tuple(objectives)
    )
