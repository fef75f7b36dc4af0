"""The annex that an amendment needs: the clauses of a contract as sheets, with their days and who signs.

Source: the three pillars of the clause DATA are those of the circular of 31 August 2023 on the contracts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from evalkit.clause.completeness import completeness
from evalkit.clause.sheet import Sheet, clause_sheet
from evalkit.clause.terms import Pillar
from evalkit.clause.uses import uses_of
from evalkit.clause.words import FREQUENCY_WORDS, STATUS_WORDS, deadlines_words, duration_words
from evalkit.declare.clause import Clause, ClauseStatus
from evalkit.declare.feed import Feed
from evalkit.french_dates import day_words
from evalkit.typography import typeset
from evalkit.workspace.workspace import ContractDeclarations

_ORDER = (ClauseStatus.SIGNED, ClauseStatus.PLANNED, ClauseStatus.ABSENT)


@dataclass(frozen=True, slots=True)
class Annex:
    """What the annex of a contract says.

    Attributes:
        label: the name of the contract.
        day: the day of the annex.
        pilots: who pilots the contract.
        sheets: the clauses that bind a partner: signed, then planned, then absent.
        summary: feed, producers, status, rhythm and day, terms written.
        open_data: feed, producer and licence of the open data, which need no clause.
        bare: the feeds that are read and for which no clause exists.
        signatories: the names of who signs: pilots, then producers.
        is_fictitious: a clause exists only in the demonstration.
    """

    label: str
    day: str
    pilots: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    summary: tuple[tuple[str, str, str, str, str], ...]
    open_data: tuple[tuple[str, str, str], ...]
    bare: tuple[str, ...]
    signatories: tuple[str, ...]
    is_fictitious: bool

    @property
    def to_complete(self) -> int:
        """Return how many terms remain to be completed or confirmed."""
        return sum(sheet.to_complete for sheet in self.sheets)


def clause_annex(declarations: ContractDeclarations, feeds: Mapping[str, Feed], as_of: dt.date) -> Annex:
    """Return the annex of a contract.

    Args:
        declarations: the contract, its clauses, and what reads them.
        feeds: the declared feeds.
        as_of: the day of the annex.
    """
    contract = declarations.contract
    partners = {partner.id: partner.label for partner in contract.partners}
    ordered = sorted(declarations.clauses, key=lambda each: (_ORDER.index(each.status), feeds[each.feed].label))
    binding = [each for each in ordered if not _needs_none(each)]
    sheets = [clause_sheet(each, feeds[each.feed], uses_of(declarations, each.feed), partners) for each in binding]
    covered = {clause.feed for clause in declarations.clauses}
    producers = sorted({partners.get(name, name) for each in binding for name in each.producers})
    return Annex(
        label=typeset(contract.label),
        day=day_words(as_of),
        pilots=tuple(contract.pilots),
        sheets=tuple(sheets),
        summary=tuple(_summary(each, feeds[each.feed], declarations, partners) for each in binding),
        open_data=tuple(_open_line(each, feeds[each.feed], partners) for each in ordered if _needs_none(each)),
        bare=tuple(typeset(feeds[name].label) for name in declarations.feeds_read if name not in covered),
        signatories=(*contract.pilots, *(name for name in producers if name not in contract.pilots)),
        is_fictitious=any(clause.fictitious for clause in declarations.clauses),
    )


def _needs_none(clause: Clause) -> bool:
    return clause.sharing.access == "open" and clause.status is ClauseStatus.ABSENT


def _summary(
    clause: Clause, feed: Feed, declarations: ContractDeclarations, partners: Mapping[str, str]
) -> tuple[str, str, str, str, str]:
    uses = [use.id for use in uses_of(declarations, feed.feed)]
    pillars = [each for each in completeness(clause, feed, uses) if each.pillar is not Pillar.RECORD]
    written, asked = sum(each.written for each in pillars), sum(each.asked for each in pillars)
    names = ", ".join(partners.get(name, name) for name in clause.producers)
    rhythm = typeset(_rhythm(clause) or "à compléter")
    return typeset(feed.label), typeset(names), STATUS_WORDS[clause.status], rhythm, f"{written} sur {asked}"


def _rhythm(clause: Clause) -> str:
    terms = clause.production
    parts = [FREQUENCY_WORDS[terms.frequency] if terms.frequency else ""]
    if terms.deadlines:
        parts.append(deadlines_words(terms.deadlines))
    elif terms.due:
        parts.append(f"{duration_words(terms.due)} après la période")
    elif terms.frequency:
        parts.append("jour à compléter")
    return " ; ".join(part for part in parts if part)


def _open_line(clause: Clause, feed: Feed, partners: Mapping[str, str]) -> tuple[str, str, str]:
    names = ", ".join(partners.get(name, name) for name in clause.producers)
    return typeset(feed.label), typeset(names), clause.sharing.licence or "à compléter"
