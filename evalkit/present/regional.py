"""Read several contracts side by side: their declarations, and the edition of those that have one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from evalkit.declare.indicator import Indicator
from evalkit.french_dates import day_words
from evalkit.present.messages.catalogue import say
from evalkit.present.numbers import number, tally
from evalkit.present.opening import enumerate_words
from evalkit.present.reading import Reader, open_reader
from evalkit.present.tables import Column, markdown_table
from evalkit.typography import typeset
from evalkit.workspace.crosscheck import open_workspace
from evalkit.workspace.workspace import ContractDeclarations, Workspace, declaration_hash

COUNTED_IN_CONTRACTS = "% des contrats"
"""Unit of a share over contracts, in the declarations of a study that reads several."""


@dataclass(frozen=True, slots=True)
class Member:
    """One contract of a region.

    Attributes:
        declarations: what it declares today.
        reader: its edition; ``None`` when nothing of it is published.
    """

    declarations: ContractDeclarations
    reader: Reader | None = None

    @property
    def id(self) -> str:
        """Return the id of the contract."""
        return self.declarations.contract.contract

    @property
    def label(self) -> str:
        """Return the short name of the contract."""
        return self.declarations.contract.name

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Return the indicators as the edition has them, else as they are declared."""
        return self.reader.publication.declared.indicators if self.reader else self.declarations.indicators

    @property
    def is_study(self) -> bool:
        """Tell whether it is no contract but a reading of others: half of its indicators at least count contracts."""
        indicators = self.declarations.indicators
        counting = sum(each.unit == COUNTED_IN_CONTRACTS for each in indicators)
        return bool(indicators) and 2 * counting >= len(indicators)


@dataclass(frozen=True, slots=True)
class Region:
    """The contracts that are read together, by id.

    Attributes:
        feeds: French name of each feed, which every contract shares.
    """

    members: tuple[Member, ...]
    feeds: Mapping[str, str]

    @property
    def contracts(self) -> tuple[Member, ...]:
        """Return the contracts, without the studies that read others."""
        return tuple(each for each in self.members if not each.is_study)

    @property
    def studies(self) -> tuple[Member, ...]:
        """Return the studies."""
        return tuple(each for each in self.members if each.is_study)

    @property
    def published(self) -> tuple[Member, ...]:
        """Return the contracts that have an edition."""
        return tuple(each for each in self.contracts if each.reader is not None)


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
    return Region(tuple(Member(each, readers.get(each.contract.contract)) for each in declared), feeds)


def front_matter(region: Region) -> dict[str, str]:
    """Return what the front matter takes from the region: how many contracts, the date of the data, the notice."""
    counts = tally("regional.contracts", len(region.contracts)), tally("regional.studies", len(region.studies))
    texts = {"subtitle": typeset(say("regional.subtitle", contracts=counts[0], studies=counts[1]))}
    readers = [each.reader for each in region.members if each.reader is not None]
    received = [each.publication.as_of for each in readers if each.publication.manifest.deliveries]
    if received:
        texts["date"] = max(received).isoformat()
    if any(each.publication.demonstration for each in readers):
        texts["notice"] = typeset(say("regional.notice"))
    return texts


def declared_hash(member: Member) -> str:
    """Return a short hash of everything that a contract declares and that the reading looks at."""
    declared = member.declarations
    return declaration_hash(
        declared.contract, *declared.clauses, *declared.indicators, *declared.comparisons, *declared.cohorts
    )


def about_markdown(region: Region) -> str:
    """Return what is read: how many contracts, which have an edition, which are studies."""
    fields = {
        "contracts": tally("regional.contracts", len(region.contracts)),
        "named": enumerate_words([each.declarations.contract.label for each in region.contracts]),
        "published": enumerate_words([each.label for each in region.published]) or say("regional.nobody"),
    }
    parts = [say("regional.about", **fields)]
    parts += [say("regional.study", label=each.declarations.contract.label) for each in region.studies]
    return typeset("\n\n".join(parts))


def notice_markdown(region: Region) -> str:
    """Return the warning that some data are synthetic, and of which contracts; empty when none is."""
    invented = [each.label for each in region.members if each.reader and each.reader.publication.demonstration]
    return typeset(say("regional.synthetic", named=enumerate_words(invented))) if invented else ""


def editions_markdown(region: Region) -> str:
    """Return the table of what was read of each contract: edition, date of its data, deliveries."""
    rows = []
    for each in region.members:
        if each.reader is None:
            rows.append([each.label, say("regional.no_edition"), say("regional.none"), say("regional.none")])
            continue
        publication = each.reader.publication
        received = len(publication.manifest.deliveries)
        as_of = day_words(publication.as_of) if received else say("regional.none")
        rows.append([each.label, publication.manifest.edition, as_of, number(received)])
    columns = (
        Column(say("regional.column_contract"), width=44),
        Column(say("regional.column_edition"), width=26),
        Column(say("regional.column_as_of"), width=20),
        Column(say("regional.column_deliveries"), "right", 11),
    )
    return typeset(markdown_table(columns, rows, say("regional.caption_editions")))
