"""Open the contracts of a region: their declarations, and the edition of those that have one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from evalkit.present.reading import open_reader
from evalkit.present.regional.members import Declares, Member, Region
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.workspace import ContractDeclarations, Workspace, declaration_hash


def open_region(workspace: str | Path, contracts: str, editions: str) -> Region:
    """Open the declarations of some contracts, and their editions.

    Args:
        workspace: the root of the workspace that declares them.
        contracts: their ids, separated by commas.
        editions: folder of the edition of each contract that has one, by id, as a JSON object.

    Raises:
        WorkspaceError: a contract is not declared.
        PublicationError: a folder is not a whole edition.
    """
    folders: dict[str, str] = json.loads(editions or "{}")
    names = [each.strip() for each in contracts.split(",") if each.strip()]
    return region_of(open_workspace(Path(workspace)), names, {name: Path(each) for name, each in folders.items()})


def region_of(workspace: Workspace, contracts: Iterable[str], editions: Mapping[str, Path]) -> Region:
    """Return some contracts of an open workspace, with the editions of those that have one.

    Args:
        workspace: the declarations.
        contracts: their ids.
        editions: folder of the edition of each contract that has one, by id.

    Raises:
        WorkspaceError: a contract is not declared (``EVK-W002``).
        PublicationError: a folder is not a whole edition.
    """
    declared = [workspace.contract(name) for name in sorted(set(contracts))]
    readers = {name: open_reader(folder) for name, folder in editions.items()}
    feeds = {name: feed.label for name, feed in sorted(workspace.feeds.items())}
    return Region(tuple(Member(_declares(each), readers.get(each.contract.contract)) for each in declared), feeds)


def _declares(declared: ContractDeclarations) -> Declares:
    everything = (*declared.clauses, *declared.indicators, *declared.comparisons, *declared.cohorts)
    return Declares(
        declared.contract,
        declared.clauses,
        declared.indicators,
        declared.cohorts,
        declared.feeds_read,
        declaration_hash(declared.contract, *everything),
    )
