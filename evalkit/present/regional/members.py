"""Read several contracts side by side: their declarations, and the edition of those that have one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evalkit.declare.clause import Clause
from evalkit.declare.cohort import Cohort
from evalkit.declare.contract import Contract
from evalkit.declare.indicator import Indicator
from evalkit.french_dates import day_words
from evalkit.present.messages.catalogue import say
from evalkit.present.reading import Reader
from evalkit.present.tables import Column, markdown_table
from evalkit.present.words.lists import enumerate_words
from evalkit.present.words.numbers import number, tally
from evalkit.typography import typeset

COUNTED_IN_CONTRACTS = "% des contrats"
"""Unit of a share over contracts, in the declarations of a study that reads several."""


@dataclass(frozen=True, slots=True)
class Declares:
    """What a contract declares, as far as the reading looks at it.

    Attributes:
        feeds_read: the feeds that an indicator, a cohort or a comparison needs.
        fingerprint: short hash of all of it.
    """

    contract: Contract
    clauses: tuple[Clause, ...]
    indicators: tuple[Indicator, ...]
    cohorts: tuple[Cohort, ...]
    feeds_read: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Member:
    """One contract of a region.

    Attributes:
        declarations: what it declares today.
        reader: its edition; ``None`` when nothing of it is published.
    """

    declarations: Declares
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


def front_matter(region: Region) -> dict[str, str]:
    """Return what the front matter takes from the region: how many contracts, the date of the data, the notice."""
    counts = (
        tally("regional.members.contracts", len(region.contracts)),
        tally("regional.members.studies", len(region.studies)),
    )
    texts = {"subtitle": typeset(say("regional.members.subtitle", contracts=counts[0], studies=counts[1]))}
    readers = [each.reader for each in region.members if each.reader is not None]
    received = [each.publication.as_of for each in readers if each.publication.manifest.deliveries]
    if received:
        texts["date"] = max(received).isoformat()
    if any(each.publication.demonstration for each in readers):
        texts["notice"] = typeset(say("regional.members.notice"))
    return texts


def about_markdown(region: Region) -> str:
    """Return what is read: how many contracts, which have an edition, which are studies."""
    fields = {
        "contracts": tally("regional.members.contracts", len(region.contracts)),
        "named": enumerate_words([each.declarations.contract.label for each in region.contracts]),
        "published": enumerate_words([each.label for each in region.published]) or say("regional.members.nobody"),
    }
    parts = [say("regional.members.about", **fields)]
    parts += [say("regional.members.study", label=each.declarations.contract.label) for each in region.studies]
    return typeset("\n\n".join(parts))


def notice_markdown(region: Region) -> str:
    """Return the warning that some data are synthetic, and of which contracts; empty when none is."""
    invented = [each.label for each in region.members if each.reader and each.reader.publication.demonstration]
    return typeset(say("regional.members.synthetic", named=enumerate_words(invented))) if invented else ""


def editions_markdown(region: Region) -> str:
    """Return the table of what was read of each contract: edition, date of its data, deliveries."""
    rows = []
    for each in region.members:
        if each.reader is None:
            rows.append(
                [
                    each.label,
                    say("regional.members.no_edition"),
                    say("regional.members.none"),
                    say("regional.members.none"),
                ]
            )
            continue
        publication = each.reader.publication
        received = len(publication.manifest.deliveries)
        as_of = day_words(publication.as_of) if received else say("regional.members.none")
        rows.append([each.label, publication.manifest.edition, as_of, number(received)])
    columns = (
        Column(say("regional.members.column_contract"), width=44),
        Column(say("regional.members.column_edition"), width=26),
        Column(say("regional.members.column_as_of"), width=20),
        Column(say("regional.members.column_deliveries"), "right", 11),
    )
    return typeset(markdown_table(columns, rows, say("regional.members.caption_editions")))
