"""Check declarations against each other: every name that one uses must be declared by another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from evalkit.declare.contract import ZoneKind
from evalkit.errors import DeclarationError, Problem
from evalkit.territory.contours import contour_problems, contours_of
from evalkit.territory.zones import Territory
from evalkit.workspace.check_contract import contract_problems, repeated
from evalkit.workspace.check_decisions import decision_problems
from evalkit.workspace.check_declared_checks import across_problems
from evalkit.workspace.check_evaluation import evaluation_problems
from evalkit.workspace.check_feeds import feed_problems
from evalkit.workspace.check_use import use_problems
from evalkit.workspace.config import read_config
from evalkit.workspace.load import ContractFiles, WorkspaceFiles, read_workspace_files
from evalkit.workspace.workspace import ContractDeclarations, Workspace


def open_workspace(root: Path) -> Workspace:
    """Read and check a whole workspace.

    Args:
        root: the folder found by :func:`evalkit.workspace.find.find_workspace`.

    Returns:
        The workspace, whose declarations agree with each other.

    Raises:
        DeclarationError: every problem of every file, at once.
    """
    return _agreed(root, read_workspace_files(root))


def open_for_reception(root: Path) -> Workspace:
    """Read and check what a delivery is judged by: the feeds, and the territory, the partners and clauses of contracts.

    What an evaluator is writing (indicators, comparisons, cohorts) stops nobody from checking a file, and is left out
    of the workspace.

    Raises:
        DeclarationError: every problem of every file that was read, at once.
    """
    return _agreed(root, read_workspace_files(root, for_reception=True))


def _agreed(root: Path, files: WorkspaceFiles) -> Workspace:
    problems = [*files.problems, *_own_problems(files.problems, cross_problems(files))]
    try:
        config = read_config(root)
    except DeclarationError as error:
        raise DeclarationError([*problems, *error.problems]) from None
    if problems:
        raise DeclarationError(problems)
    feeds = {located.value.feed: located.value for located in files.feeds}
    contracts = [_declarations(contract) for contract in files.contracts]
    return Workspace(root, config, feeds, {each.contract.contract: each for each in contracts})


def _own_problems(unreadable: Iterable[Problem], found: Iterable[Problem]) -> Iterator[Problem]:
    """Leave out the unknown names that come of a file that could not be read: they are known when it is repaired.

    The file of a feed bears its name, so a misspelt feed is told even beside a feed that cannot be read.
    """
    spoilt = {problem.place.file for problem in unreadable}
    for problem in found:
        folder = PurePosixPath(problem.place.file).parts[1].removesuffix(".yml").removesuffix(".yaml")
        declared_in = {
            "EVK-D030": f"expectations/{problem.received}.",
            "EVK-D031": f"indicators/{folder}/contract.",
            "EVK-D032": f"indicators/{folder}/territory",
            "EVK-D033": f"indicators/{folder}/contract.",
            "EVK-D035": f"indicators/{folder}/contract.",
        }.get(problem.code)
        if declared_in is None or not any(file.startswith(declared_in) for file in spoilt):
            yield problem


def cross_problems(files: WorkspaceFiles) -> list[Problem]:
    """Return what is wrong between declarations that are each valid alone."""
    feeds = {located.value.feed: located.value for located in files.feeds}
    problems = list(repeated((each.place("feed"), each.value.feed) for each in files.feeds))
    for located in files.feeds:
        problems += feed_problems(located)
        for index, check in enumerate(located.value.checks):
            problems += across_problems(located.value, check, feeds, located.place("checks", index))
    for contract in files.contracts:
        territory = _territory(contract)
        problems += contract_problems(contract, territory)
        problems += use_problems(contract, feeds, territory)
        problems += decision_problems(contract, feeds, territory, files.root)
        for file in contract.contours:
            problems += contour_problems(file, territory)
        problems += evaluation_problems(contract, territory)
    return problems


def _territory(files: ContractFiles) -> Territory:
    zones = {zone.id: zone for located in files.territories for zone in located.value.zones}
    references = [located.value.reference for located in files.territories if located.value.reference]
    urban = sorted(zone.id for zone in zones.values() if zone.kind is ZoneKind.URBAN_UNIT)
    attachments = tuple(table for located in files.territories for table in located.value.attachments)
    return Territory(dict(sorted(zones.items())), next(iter([*references, *urban]), None), attachments)


def _declarations(files: ContractFiles) -> ContractDeclarations:
    territory = _territory(files)
    return ContractDeclarations(
        contract=files.contracts[0].value,
        territory=territory,
        clauses=tuple(each.value for each in files.clauses),
        indicators=tuple(each.value for each in files.indicators),
        comparisons=tuple(each.value for each in files.comparisons),
        cohorts=tuple(each.value for each in files.cohorts),
        parameters=tuple(each.value for each in files.parameters),
        printed=tuple(each.value for each in files.printed),
        contours=contours_of(files.contours, territory),
        evaluations=tuple(each.value for each in files.evaluations),
    )
