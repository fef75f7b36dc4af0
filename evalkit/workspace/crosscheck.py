"""Check declarations against each other: every name that one uses must be declared by another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from evalkit.declare.contract import ZoneKind
from evalkit.declare.feed import Feed
from evalkit.declare.load import Located
from evalkit.declare.model import Declaration
from evalkit.errors import DeclarationError, Place, Problem
from evalkit.territory.zones import Territory
from evalkit.workspace.check_feeds import feed_problems
from evalkit.workspace.check_use import use_problems
from evalkit.workspace.config import read_config
from evalkit.workspace.load import ContractFiles, WorkspaceFiles, read_workspace_files
from evalkit.workspace.unknown import unknown
from evalkit.workspace.workspace import ContractDeclarations, Workspace

D = TypeVar("D", bound=Declaration)


def open_workspace(root: Path) -> Workspace:
    """Read and check a whole workspace.

    Args:
        root: the folder found by :func:`evalkit.workspace.find.find_workspace`.

    Returns:
        The workspace, whose declarations agree with each other.

    Raises:
        DeclarationError: every problem of every file, at once.
    """
    files = read_workspace_files(root)
    problems = [*files.problems, *cross_problems(files)]
    if problems:
        raise DeclarationError(problems)
    feeds = {located.value.feed: located.value for located in files.feeds}
    contracts = [_declarations(contract) for contract in files.contracts]
    return Workspace(root, read_config(root), feeds, {each.contract.contract: each for each in contracts})


def cross_problems(files: WorkspaceFiles) -> list[Problem]:
    """Return what is wrong between declarations that are each valid alone."""
    feeds = {located.value.feed: located.value for located in files.feeds}
    problems = list(_repeated((each, each.value.feed, "feed") for each in files.feeds))
    for located in files.feeds:
        problems += feed_problems(located)
    for contract in files.contracts:
        problems += _contract_problems(contract, feeds)
    return problems


def _contract_problems(files: ContractFiles, feeds: Mapping[str, Feed]) -> list[Problem]:
    problems = [*_identity_problems(files)]
    territory = _territory(files)
    for located in files.territories:
        for index, zone in enumerate(located.value.zones):
            for outer in zone.within:
                if outer not in territory.zones:
                    place = located.place("zones", index, "within")
                    problems.append(unknown("Zone", outer, territory.zones, place))
        reference = located.value.reference
        if reference is not None and reference not in territory.zones:
            problems.append(unknown("Zone", reference, territory.zones, located.place("reference")))
    return problems + list(use_problems(files, feeds, territory))


def _identity_problems(files: ContractFiles) -> Iterator[Problem]:
    """Each id is given once, and the folder bears the name of its contract."""
    yield from _repeated((each, each.value.id, "id") for each in files.indicators)
    yield from _repeated((each, each.value.id, "id") for each in files.comparisons)
    yield from _repeated((each, each.value.cohort, "cohort") for each in files.cohorts)
    zones = [
        (located, zone.id, ("zones", index, "id"))
        for located in files.territories
        for index, zone in enumerate(located.value.zones)
    ]
    seen: dict[str, str] = {}
    for located, zone_id, steps in zones:
        place = located.place(*steps)
        if zone_id in seen:
            yield Problem(
                "EVK-D021", f"Identifiant déjà pris ({seen[zone_id]}).", place, zone_id, "Changez l’un des deux."
            )
        seen.setdefault(zone_id, str(place))
    for contract in files.contracts:
        if contract.value.contract != files.folder:
            message = f"Le dossier s’appelle « {files.folder} » et le contrat porte un autre nom."
            yield Problem(
                "EVK-D022", message, contract.place("contract"), contract.value.contract, "Donnez-leur le même."
            )


def _repeated(named: Iterable[tuple[Located[D], str, str]]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for located, name, field in named:
        place = located.place(field)
        if name in seen:
            yield _taken(name, seen[name], place)
        seen.setdefault(name, str(place))


def _taken(name: str, before: str, place: Place) -> Problem:
    return Problem("EVK-D021", f"Identifiant déjà pris ({before}).", place, name, "Changez l’un des deux.")


def _territory(files: ContractFiles) -> Territory:
    zones = {zone.id: zone for located in files.territories for zone in located.value.zones}
    references = [located.value.reference for located in files.territories if located.value.reference]
    urban = [zone.id for zone in zones.values() if zone.kind is ZoneKind.URBAN_UNIT]
    return Territory(dict(sorted(zones.items())), next(iter([*references, *urban]), None))


def _declarations(files: ContractFiles) -> ContractDeclarations:
    return ContractDeclarations(
        contract=files.contracts[0].value,
        territory=_territory(files),
        clauses=tuple(each.value for each in files.clauses),
        indicators=tuple(each.value for each in files.indicators),
        comparisons=tuple(each.value for each in files.comparisons),
        cohorts=tuple(each.value for each in files.cohorts),
    )
