"""The protocol of a cohort as the partners sign it: what is agreed, what each owes, and what is still a question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evalkit.declare.cohort import Cohort, Mode
from evalkit.declare.cohort_questions import protocol_questions
from evalkit.declare.feed import Feed
from evalkit.errors import Problem, WorkspaceError
from evalkit.follow.protocol_terms import OUTCOME, Term, exit_rows, protocol_terms
from evalkit.stats.detectable import detectable_gap
from evalkit.stats.intervals import wilson_interval
from evalkit.typography import typeset
from evalkit.workspace.holes import forbidden_uses
from evalkit.workspace.workspace import ContractDeclarations, Workspace

_SIZES = (50, 100, 200, 400)
_SHARES = (0.3, 0.5)
_FREQUENCIES = {
    "mois": "chaque mois",
    "trimestre": "chaque trimestre",
    "semestre": "chaque semestre",
    "annee": "chaque année",
    "deux ans": "tous les deux ans",
}


@dataclass(frozen=True, slots=True)
class Precision:
    """What a number of persons would let the follow-up see, in points.

    Attributes:
        persons: followed, and as many compared unless the protocol says otherwise.
        compared: persons compared; 0 when nobody is.
        points: for each share of :attr:`ProtocolPage.shares`, the smallest gap seen four times in five, or the margin
            of error of the share when nobody is compared.
    """

    persons: int
    compared: int
    points: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ProtocolPage:
    """The two pages of a protocol.

    Attributes:
        label: name of the cohort.
        contract: name of its contract.
        terms: what is agreed, in order; a term without text is a question.
        exits: role, word of the file and proof of each exit.
        shares: shares at which the precision is told.
        precisions: empty for a panel, which is never tested.
        deliveries: partner, what it owes, when.
        blocked: why the rows may not be used today, for want of a clause or of its terms.
        questions: what the partners still have to say.
        signatories: who signs.
        source: where the contract asks for it.
    """

    label: str
    contract: str
    terms: tuple[Term, ...]
    exits: tuple[tuple[str, str, str], ...]
    shares: tuple[float, ...]
    precisions: tuple[Precision, ...]
    deliveries: tuple[tuple[str, str, str], ...]
    blocked: tuple[str, ...]
    questions: tuple[str, ...]
    signatories: tuple[str, ...]
    source: str

    @property
    def exits_after(self) -> int:
        """Number of terms that stand before the exits: up to the outcome, included."""
        return 1 + next(place for place, term in enumerate(self.terms) if term.name == OUTCOME)

    @property
    def is_compared(self) -> bool:
        """Whether the precision is that of a gap, not of a share."""
        return any(each.compared for each in self.precisions)


def find_cohort(workspace: Workspace, cohort: str, contract: str | None = None) -> tuple[ContractDeclarations, Cohort]:
    """Return a cohort by its id, with the declarations of its contract.

    Args:
        workspace: the declarations.
        cohort: id of the cohort.
        contract: id of the contract, to look there only.

    Raises:
        WorkspaceError: no cohort has this id (``EVK-W060``).
    """
    looked = [workspace.contract(contract)] if contract else list(workspace.contracts.values())
    known = {each.cohort: (declared, each) for declared in looked for each in declared.cohorts}
    if cohort not in known:
        repair = f"Cohortes déclarées : {', '.join(sorted(known)) or 'aucune'}."
        raise WorkspaceError(Problem("EVK-W060", "Cohorte inconnue.", received=cohort, repair=repair))
    return known[cohort]


def protocol_page(workspace: Workspace, declarations: ContractDeclarations, cohort: Cohort) -> ProtocolPage:
    """Return what the protocol of a cohort says, owes and asks.

    Args:
        workspace: the feeds.
        declarations: the contract of the cohort.
        cohort: the cohort.
    """
    feed = workspace.feeds[cohort.feed]
    uses = forbidden_uses(workspace, declarations)
    deliveries = tuple(_deliveries(declarations, cohort, feed))
    return ProtocolPage(
        label=cohort.label,
        contract=declarations.contract.label,
        terms=protocol_terms(declarations, cohort, feed, {each.feed: each.label for each in workspace.feeds.values()}),
        exits=exit_rows(cohort, feed),
        shares=_SHARES,
        precisions=tuple(_precisions(cohort)),
        deliveries=deliveries,
        blocked=tuple(
            typeset(f"{use.reason[:1].upper()}{use.reason[1:]}.") for use in uses if use.subject == cohort.cohort
        ),
        questions=tuple(protocol_questions(cohort)),
        signatories=tuple(dict.fromkeys((*declarations.contract.pilots, *(name for name, _, _ in deliveries)))),
        source=_source(cohort),
    )


def _precisions(cohort: Cohort) -> Iterator[Precision]:
    if cohort.mode is Mode.PANEL:
        return
    expected = cohort.protocol.expected
    for persons in (expected,) if expected else _SIZES:
        compared = (cohort.protocol.expected_compared or persons) if cohort.against else 0
        points = tuple(100 * _seen(persons, compared, share) for share in _SHARES)
        yield Precision(persons, compared, points)


def _seen(persons: int, compared: int, share: float) -> float:
    if compared:
        return detectable_gap(persons, compared, share)
    interval = wilson_interval(share * persons, persons)
    return (interval.high - interval.low) / 2


def _deliveries(declarations: ContractDeclarations, cohort: Cohort, feed: Feed) -> Iterator[tuple[str, str, str]]:
    """Give what each partner owes: what the protocol says, then the feed itself, by those whom a clause names."""
    partners = {each.id: each.label for each in declarations.contract.partners}
    for due in cohort.protocol.deliveries:
        yield partners.get(due.partner, due.partner), due.what, due.when or ""
    told = {due.partner for due in cohort.protocol.deliveries}
    for clause in declarations.clauses_of(cohort.feed):
        rhythm = _FREQUENCIES.get(clause.production.frequency or "", "")
        for producer in clause.producers:
            if producer not in told:
                columns = ", ".join(_columns(cohort, feed))
                read = f" : {columns}" if columns else ""
                yield partners.get(producer, producer), f"le fichier « {feed.label} »{read}", rhythm


def _columns(cohort: Cohort, feed: Feed) -> list[str]:
    """Return the French names of the columns that the follow-up reads."""
    if cohort.mode is not Mode.INDIVIDUAL:
        names = [*cohort.exits.values()]
    else:
        read = cohort.rows
        balanced = cohort.against.balance if cohort.against else ()
        names = [feed.identity.field if feed.identity else "", "zone", read.entry, read.situation, read.exit_date]
        names += [name for name in balanced if name not in names]
    found = (feed.field(name) for name in names)
    return [field.label[:1].lower() + field.label[1:] for field in found if field is not None and field.label]


def _source(cohort: Cohort) -> str:
    evidence = cohort.evidence
    if evidence is None or evidence.document is None:
        return ""
    line = f", ligne {evidence.line}" if evidence.line else ""
    section = f", section « {evidence.section} »" if evidence.section else ""
    return typeset(f"{evidence.document}{section}{line}")
