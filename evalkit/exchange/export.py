"""Export a feed of a workspace with the clause of its producer."""

from __future__ import annotations

from enum import StrEnum

from evalkit.declare.clause import Clause
from evalkit.errors import Place, Problem, WorkspaceError
from evalkit.exchange.odcs import Agreement, odcs_text
from evalkit.exchange.table_schema import table_schema_text
from evalkit.workspace.unknown import unknown
from evalkit.workspace.workspace import ContractDeclarations, Workspace


class ExchangeFormat(StrEnum):
    """The formats in which a feed can be exported."""

    ODCS = "odcs"
    TABLE_SCHEMA = "table-schema"


def exchange_format(text: str) -> ExchangeFormat:
    """Read the name of a format.

    Raises:
        WorkspaceError: there is no such format (``EVK-W041``).
    """
    try:
        return ExchangeFormat(text.strip().lower())
    except ValueError:
        repair = f"Formats possibles : {', '.join(ExchangeFormat)}."
        raise WorkspaceError(Problem("EVK-W041", "Format inconnu.", received=text, repair=repair)) from None


def export_feed(
    workspace: Workspace, declarations: ContractDeclarations, feed: str, to: ExchangeFormat, producer: str | None = None
) -> str:
    """Return a feed and its clause as the text of a file.

    Args:
        workspace: the feeds.
        declarations: the contract whose clause is exported.
        feed: id of the feed.
        to: the format.
        producer: whose clause, when the contract has several for the feed.

    Raises:
        WorkspaceError: the feed or the producer is unknown (``EVK-D030``, ``EVK-D033``), several clauses exist and no
            producer is named (``EVK-W042``), or a library is missing (``EVK-W040``).
    """
    if feed not in workspace.feeds:
        raise WorkspaceError(unknown("Flux", feed, workspace.feeds, Place()))
    declared, clause = workspace.feeds[feed], _clause(declarations, feed, producer)
    if to is ExchangeFormat.TABLE_SCHEMA:
        return table_schema_text(declared, clause)
    contract = declarations.contract
    return odcs_text(Agreement(contract.contract, declared, clause, contract.partners))


def _clause(declarations: ContractDeclarations, feed: str, producer: str | None) -> Clause | None:
    clauses = declarations.clauses_of(feed)
    producers = sorted({name for clause in clauses for name in clause.producers})
    if producer is not None:
        if producer not in producers:
            raise WorkspaceError(unknown("Partenaire", producer, producers, Place()))
        clauses = tuple(clause for clause in clauses if producer in clause.producers)
    if len(clauses) > 1:
        repair = f"Nommez le producteur avec --producer : {', '.join(producers)}."
        raise WorkspaceError(
            Problem("EVK-W042", "Plusieurs clauses portent sur ce flux.", received=feed, repair=repair)
        )
    return clauses[0] if clauses else None
