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
from evalkit.declare.decisions import FOLDER as DECISIONS
from evalkit.declare.decisions import Decisions
from evalkit.declare.evaluation import Evaluation
from evalkit.declare.feed import Feed
from evalkit.declare.indicator import Indicator
from evalkit.declare.load import Located, load_file
from evalkit.declare.model import Declaration
from evalkit.declare.parameter import Parameter
from evalkit.declare.printed_gap import PrintedGap
from evalkit.errors import DeclarationError, Place, Problem
from evalkit.territory.contours import GeoFile, read_geojson
from evalkit.workspace.unknown import unless_known

D = TypeVar("D", bound=Declaration)


@dataclass(slots=True)
class ContractFiles:
    """What the folder of one contract holds, with places."""

    folder: str
    contracts: list[Located[Contract]] = field(default_factory=list)
    territories: list[Located[TerritoryFile]] = field(default_factory=list)
    clauses: list[Located[Clause]] = field(default_factory=list)
    indicators: list[Located[Indicator]] = field(default_factory=list)
    parameters: list[Located[Parameter]] = field(default_factory=list)
    comparisons: list[Located[Comparison]] = field(default_factory=list)
    cohorts: list[Located[Cohort]] = field(default_factory=list)
    printed: list[Located[PrintedGap]] = field(default_factory=list)
    decisions: list[Located[Decisions]] = field(default_factory=list)
    contours: list[GeoFile] = field(default_factory=list)
    evaluations: list[Located[Evaluation]] = field(default_factory=list)


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

    def read_contours(self, folder: Path) -> Iterator[GeoFile]:
        """Read the files of contours of a contract, keep their problems and give the good ones."""
        for path in sorted(folder.glob("contours*.geojson")):
            place = Place(path.relative_to(self.root).as_posix())
            try:
                yield read_geojson(path.read_bytes(), place)
            except DeclarationError as error:
                self.problems.extend(error.problems)


_JUDGED_BY = ("contract", "territory", "clauses")
"""Files of a contract by which a delivery is judged."""


def read_workspace_files(root: Path, *, for_reception: bool = False) -> WorkspaceFiles:
    """Read ``expectations/``, then ``indicators/<contract>/`` and ``cohorts/<contract>/`` for each contract.

    ``publication/<contract>.yml``, which may be absent, holds the decisions on its publication.

    In a contract's folder, ``contract.yml``, ``territory*.yml``, ``clauses*.yml``, ``comparisons*.yml`` (those
    that a document prints: ``comparisons-imprimees*.yml``), ``parameters*.yml`` and ``evaluation*.yml`` are named by
    what they hold; every other YAML file holds indicators. ``contours*.geojson`` holds the contours of its zones, for
    maps.

    Args:
        root: the folder of the workspace.
        for_reception: read only what a delivery is judged by.
    """
    files = WorkspaceFiles(root)
    for path in _yaml_files(root / "expectations"):
        files.feeds += files.read(path, Feed)
    folders = _folders(root / "indicators")
    for folder in folders:
        files.contracts.append(_read_contract(files, folder, for_reception=for_reception))
    for path in _yaml_files(root / DECISIONS):
        for contract in files.contracts:
            if contract.folder == path.stem and not for_reception:
                contract.decisions += files.read(path, Decisions)
    files.problems += _unread_problems(root, {folder.name for folder in folders})
    return files


def _unread_problems(root: Path, contracts: set[str]) -> Iterator[Problem]:
    """A file that belongs to no contract would be left out without a word."""
    for name in ("indicators", "cohorts"):
        for path in _yaml_files(root / name):
            message, repair = "Ce fichier n’est dans le dossier d’aucun contrat.", f"Rangez-le dans {name}/<contrat>/."
            yield Problem("EVK-D023", message, Place(path.relative_to(root).as_posix()), repair=repair)
    for path in _yaml_files(root / DECISIONS):
        yield from unless_known("Contrat", path.stem, contracts, Place(path.relative_to(root).as_posix()))
    for folder in _folders(root / "cohorts"):
        yield from unless_known("Contrat", folder.name, contracts, Place(folder.relative_to(root).as_posix()))


def _read_contract(files: WorkspaceFiles, folder: Path, *, for_reception: bool) -> ContractFiles:
    found = ContractFiles(folder.name)
    for path in _yaml_files(folder):
        if not for_reception or path.stem.startswith(_JUDGED_BY):
            _read_declarations(files, path, found)
    if not for_reception:
        for path in _yaml_files(files.root / "cohorts" / folder.name):
            found.cohorts += files.read(path, Cohort)
        found.contours += files.read_contours(folder)
    home = folder.relative_to(files.root).as_posix()
    unreadable = any(problem.place.file in _contract_names(home) for problem in files.problems)
    if len(found.contracts) != 1 and not unreadable:
        message, repair = (
            "Il faut un fichier contract.yml, qui déclare un contrat.",
            "Ajoutez-le, ou retirez le dossier.",
        )
        files.problems.append(Problem("EVK-D020", message, Place(home), repair=repair))
    return found


def _read_declarations(files: WorkspaceFiles, path: Path, found: ContractFiles) -> None:
    """Read one file of a contract's folder, by what its name says that it holds."""
    if path.stem == "contract":
        found.contracts += files.read(path, Contract)
    elif path.stem.startswith("territory"):
        found.territories += files.read(path, TerritoryFile)
    elif path.stem.startswith("clauses"):
        found.clauses += files.read(path, Clause)
    elif path.stem.startswith("comparisons-imprimees"):
        found.printed += files.read(path, PrintedGap)
    elif path.stem.startswith("comparisons"):
        found.comparisons += files.read(path, Comparison)
    elif path.stem.startswith("parameters"):
        found.parameters += files.read(path, Parameter)
    elif path.stem.startswith("evaluation"):
        found.evaluations += files.read(path, Evaluation)
    else:
        found.indicators += files.read(path, Indicator)


def _contract_names(home: str) -> tuple[str, str]:
    return f"{home}/contract.yml", f"{home}/contract.yaml"


def _folders(parent: Path) -> list[Path]:
    """Return the folders of contracts, sorted; a hidden one is no contract."""
    found = parent.iterdir() if parent.is_dir() else ()
    return sorted(each for each in found if each.is_dir() and not each.name.startswith("."))


def _yaml_files(folder: Path) -> Iterator[Path]:
    return iter(sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]))
