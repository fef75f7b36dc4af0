"""Open a file: which feed, which producer, which period; enough to know whether it was received before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from evalkit.declare.feed import Feed
from evalkit.errors import DeliveryError, Problem
from evalkit.receive.described import description_findings
from evalkit.receive.file.reading import read_table
from evalkit.receive.file.table import TextTable
from evalkit.receive.findings.finding import RefusedFileError
from evalkit.receive.headings import Matching, declared_headings, match_headings
from evalkit.receive.open_data import known_errors, vintage_facts
from evalkit.receive.order import Case, PartnerFile, ReceiveOrder
from evalkit.receive.periods import resolve_period
from evalkit.receive.recognise import recognise_feed, refuse_other_feed
from evalkit.receive.terms import find_terms
from evalkit.sources.catalogue import shipped_catalogue
from evalkit.store.delivery import Finding
from evalkit.territory.zones import normalise_name
from evalkit.workspace.open_terms import open_clauses
from evalkit.workspace.workspace import ContractDeclarations, Workspace, declaration_hash


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose feed is known.

    Attributes:
        case: what the delivery id depends on.
        table: its texts and the columns of its fields; none when it could not be read.
        refused: why it could not be read.
    """

    case: Case
    table: tuple[TextTable, Matching] | None = None
    refused: RefusedFileError | None = None


def read_partner_file(path: Path) -> PartnerFile:
    """Read the bytes of a file.

    Raises:
        DeliveryError: there is no such file, or it cannot be opened (``EVK-R001``).
    """
    try:
        return PartnerFile(path.name, path.read_bytes())
    except OSError:
        problem = Problem(
            "EVK-R001", "Fichier introuvable ou illisible.", received=path.name, repair="Vérifiez son nom."
        )
        raise DeliveryError(problem) from None


def open_case(
    workspace: Workspace, declarations: ContractDeclarations, file: PartnerFile, order: ReceiveOrder
) -> Opened:
    """Read a file and find out what it is.

    Raises:
        DeliveryError: the feed is unknown or not recognised, or cannot be while the file is not readable; the producer
            or the period must be given (``EVK-R020``, ``EVK-R026``, ``EVK-R027``).
    """
    named = _named_feed(workspace, order.feed)
    try:
        table = read_table(file.content, file.name, declared_headings(workspace.feeds.values()))
    except RefusedFileError as error:
        if named is None:
            raise
        return Opened(_case(named, declarations, file, order), refused=error)
    feed = named or recognise_feed(workspace.feeds, table.headings)
    case = _case(feed, declarations, file, order, table.headings)
    try:
        refuse_other_feed(feed, workspace.feeds, table.headings)
        matching = match_headings(feed, table.headings)
    except RefusedFileError as error:
        return Opened(case, refused=error)
    notes = (*resolve_period(feed, order.period, file.name, table.headings)[1], *_source_facts(case, table))
    notes = (*notes, *description_findings(feed, table, matching))
    return Opened(case, (replace(table, findings=(*table.findings, *notes)), matching))


def _named_feed(workspace: Workspace, name: str | None) -> Feed | None:
    if name is not None and name not in workspace.feeds:
        repair = f"Flux déclarés : {', '.join(sorted(workspace.feeds))}."
        raise DeliveryError(Problem("EVK-R020", "Ce flux n’est pas déclaré.", received=name, repair=repair))
    return workspace.feeds[name] if name is not None else None


def _source_facts(case: Case, table: TextTable) -> tuple[Finding, ...]:
    """Return what the catalogue of open data knows of the file."""
    catalogue = shipped_catalogue()
    sources = catalogue.read_by(case.feed.feed)
    columns = {normalise_name(heading): f"c{index}" for index, heading in enumerate(table.headings)}
    return (*vintage_facts(catalogue, case.feed, case.period), *known_errors(sources, table, columns))


def _case(
    feed: Feed,
    declarations: ContractDeclarations,
    file: PartnerFile,
    order: ReceiveOrder,
    headings: tuple[str, ...] = (),
) -> Case:
    clauses = declarations.clauses_of(feed.feed) or open_clauses(shipped_catalogue(), feed)
    return Case(
        file,
        declarations.contract.contract,
        feed,
        find_terms(clauses, feed.feed, order.producer),
        declaration_hash(feed, *clauses),
        order.received_on,
        resolve_period(feed, order.period, file.name, headings)[0],
    )
