"""Read every declaration of a workspace, with all its problems at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from evalkit.declare.clause import Clause
from evalkit.declare.cohort import Cohort
from evalkit.declare.comparison import Comparison
from evalkit.declare.contract import Contract, TerritoryFile
from evalkit.declare.feed import Feed
from evalkit.declare.indicator import Indicator
from evalkit.declare.load import Located, load_file
from evalkit.declare.model import Declaration
from evalkit.errors import Place, Problem

D = TypeVar("D", bound=Declaration)


@dataclass(slots=True)
class ContractFiles:
    """What the folder of one contract holds, with places."""

    folder: str
    contracts: list[Located[Contract]] = field(default_factory=list)
    territories: list[Located[TerritoryFile]] = field(default_factory=list)
    clauses: list[Located[Clause]] = field(default_factory=list)
    indicators: list[Located[Indicator]] = field(default_factory=list)
    comparisons: list[Located[Comparison]] = field(default_factory=list)
    cohorts: list[Located[Cohort]] = field(default_factory=list)


@dataclass(slots=True)
class WorkspaceFiles:
    """Every declaration of a workspace, with places, before they are checked together."""

    root: Path
    feeds: list[Located[Feed]] = field(default_factory=list)
    contracts: list[ContractFiles] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def read(self, path: Path, model: type[D]) -> list[Located[D]]:
        """Read one file, keep its problems and return its good values."""
        loading = load_file(path, model, path.relative_to(self.root).as_posix())
        self.problems.extend(loading.problems)
        return list(loading.found)


def read_workspace_files(root: Path) -> WorkspaceFiles:
    """Read ``expectations/``, then ``indicators/<contract>/`` and ``cohorts/<contract>/`` for each contract.

    In a contract's folder, ``contract.yml``, ``territory*.yml``, ``clauses*.yml`` and ``comparisons*.yml`` are named
    by what they hold; every other YAML file holds indicators.
    """
    files = WorkspaceFiles(root)
    for path in _yaml_files(root / "expectations"):
        files.feeds += files.read(path, Feed)
    for folder in sorted(each for each in (root / "indicators").iterdir() if each.is_dir()):
        files.contracts.append(_read_contract(files, folder))
    return files


def _read_contract(files: WorkspaceFiles, folder: Path) -> ContractFiles:
    found = ContractFiles(folder.name)
    for path in _yaml_files(folder):
        if path.stem == "contract":
            found.contracts += files.read(path, Contract)
        elif path.stem.startswith("territory"):
            found.territories += files.read(path, TerritoryFile)
        elif path.stem.startswith("clauses"):
            found.clauses += files.read(path, Clause)
        elif path.stem.startswith("comparisons"):
            found.comparisons += files.read(path, Comparison)
        else:
            found.indicators += files.read(path, Indicator)
    for path in _yaml_files(files.root / "cohorts" / folder.name):
        found.cohorts += files.read(path, Cohort)
    if not (folder / "contract.yml").exists():
        place = Place(folder.relative_to(files.root).as_posix())
        files.problems.append(Problem("EVK-D020", "Le fichier contract.yml manque dans ce dossier.", place))
    return found


def _yaml_files(folder: Path) -> Iterator[Path]:
    return iter(sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]))
